//! Whether the asker has the stored response already.

use http::HeaderMap;
use http::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};

use crate::freshness::time;

/// Whether the conditions of `request` say that what has these `stored` headers need not be sent.
pub(crate) fn is_known(request: &HeaderMap, stored: &HeaderMap) -> bool {
    if let Some(list) = request.get(IF_NONE_MATCH) {
        let list = String::from_utf8_lossy(list.as_bytes());
        return matches(&list, stored);
    }
    let (since, changed) = (time(request, &IF_MODIFIED_SINCE), time(stored, &LAST_MODIFIED));
    since.zip(changed).is_some_and(|(since, changed)| changed <= since)
}

/// Compares weakly: what is the same for the reader is the same.
fn matches(list: &str, stored: &HeaderMap) -> bool {
    let Some(etag) = stored.get(ETAG) else { return false };
    let etag = String::from_utf8_lossy(etag.as_bytes());
    list.trim() == "*" || list.split(',').any(|tag| opaque(tag) == opaque(&etag))
}

fn opaque(tag: &str) -> &str {
    let tag = tag.trim();
    tag.strip_prefix("W/").unwrap_or(tag)
}
