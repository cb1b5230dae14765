//! Lists of objects, in both versions, and deleting many at once.

use crate::body::Body;
use crate::call::Call;
use crate::dates;
use crate::error::{Result, S3Error};
use crate::objects::quoted;
use crate::signature::uri_encode;
use crate::xml::{Document, Element};
use edgeemu_r2::{Bucket, ListOptions, ListPage, Object, Refusal, StorageClass, limits};
use http::{Response, StatusCode};

/// How a listing writes keys.
struct Encoding {
    is_url: bool,
}

impl Encoding {
    fn of(call: &Call) -> Result<Encoding> {
        match call.param("encoding-type") {
            None => Ok(Encoding { is_url: false }),
            Some("url") => Ok(Encoding { is_url: true }),
            Some(other) => Err(S3Error::not_implemented(&format!("Unrecognized encoding-type \"{other}\""))),
        }
    }

    /// Slashes stay: clients decode either way, and people read them.
    fn write(&self, text: &str) -> String {
        if self.is_url { uri_encode(text).replace("%2F", "/") } else { text.to_owned() }
    }

    fn name(&self) -> Option<&'static str> {
        self.is_url.then_some("url")
    }
}

/// `ListObjects`, or `ListObjectsV2`.
pub(crate) fn list(bucket: &Bucket, call: &Call, is_v2: bool) -> Result<Response<Body>> {
    let encoding = Encoding::of(call)?;
    let asked = max_keys(call)?;
    let limit = asked.min(limits::LIST_KEYS);
    let after = call.param(if is_v2 { "start-after" } else { "marker" });
    let delimiter = call.param("delimiter");
    let options = ListOptions {
        // A page of nothing still says whether there is anything.
        limit: Some(limit.max(1)),
        prefix: call.param("prefix").map(str::to_owned),
        cursor: call.param("continuation-token").filter(|_| is_v2).map(str::to_owned),
        delimiter: delimiter.map(str::to_owned),
        start_after: after.map(|after| if is_v2 { after.to_owned() } else { beyond(after, delimiter) }),
        include: Vec::new(),
    };
    let mut page = bucket.list(&options)?;
    let mut is_truncated = page.cursor.is_some();
    if limit == 0 {
        is_truncated = !page.objects.is_empty() || !page.delimited_prefixes.is_empty();
        page = ListPage::default();
    }
    Ok(Document::response("ListBucketResult", |document| {
        document.text("Name", bucket.name());
        page.objects.iter().for_each(|object| write_object(document, object, &encoding));
        document.text("IsTruncated", is_truncated);
        for prefix in &page.delimited_prefixes {
            document.inside("CommonPrefixes", |document| document.text("Prefix", encoding.write(prefix)));
        }
        document.text("Prefix", encoding.write(call.param("prefix").unwrap_or_default()));
        document.maybe("Delimiter", delimiter.map(|delimiter| encoding.write(delimiter)));
        if is_v2 {
            document.maybe("StartAfter", after.map(|after| encoding.write(after)));
            document.maybe("ContinuationToken", call.param("continuation-token"));
            document.maybe("NextContinuationToken", page.cursor.as_deref());
        } else {
            document.text("Marker", encoding.write(after.unwrap_or_default()));
            document.maybe("NextMarker", last(&page).filter(|_| is_truncated).map(|last| encoding.write(last)));
        }
        document.text("MaxKeys", asked);
        if is_v2 {
            document.text("KeyCount", page.objects.len() + page.delimited_prefixes.len());
        }
        document.maybe("EncodingType", encoding.name());
    }))
}

fn write_object(document: &mut Document, object: &Object, encoding: &Encoding) {
    document.inside("Contents", |document| {
        document.text("Key", encoding.write(&object.key));
        document.text("Size", object.size);
        document.text("LastModified", dates::iso(object.uploaded));
        document.text("ETag", quoted(&object.etag));
        document.text(
            "StorageClass",
            match object.storage_class {
                StorageClass::Standard => "STANDARD",
                StorageClass::InfrequentAccess => "STANDARD_IA",
            },
        );
    });
}

/// Fractions are cut off, and more than a page holds may be asked for.
#[allow(clippy::cast_possible_truncation, reason = "whole, not negative; huge numbers saturate")]
fn max_keys(call: &Call) -> Result<i64> {
    let Some(text) = call.param("max-keys") else { return Ok(limits::LIST_KEYS) };
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    let invalid = || S3Error::new(StatusCode::BAD_REQUEST, "InvalidMaxKeys", Refusal::InvalidMaxKeys.to_string());
    Ok(number.ok_or_else(invalid)?.floor() as i64)
}

/// What a page ends with: a key, or a prefix that comes after it.
fn last(page: &ListPage) -> Option<&str> {
    let key = page.objects.last().map(|object| object.key.as_str());
    key.max(page.delimited_prefixes.last().map(String::as_str))
}

/// A marker that is a prefix stands for everything below it: the highest character passes that over.
fn beyond(marker: &str, delimiter: Option<&str>) -> String {
    let is_prefix = delimiter.is_some_and(|delimiter| !delimiter.is_empty() && marker.ends_with(delimiter));
    if is_prefix { format!("{marker}\u{10ffff}") } else { marker.to_owned() }
}

/// `DeleteObjects`. Keys without an object count as deleted.
pub(crate) fn delete_many(bucket: &Bucket, document: &[u8]) -> Result<Response<Body>> {
    let request = Element::parse(document, "Delete")?;
    let keys = request.all("Object").map(|object| object.child("Key").map(str::to_owned));
    let keys: Option<Vec<_>> = keys.collect();
    let keys =
        keys.filter(|keys| (1..=limits::DELETE_KEYS).contains(&keys.len())).ok_or_else(S3Error::malformed_xml)?;
    // Production checks what it says, and answers with everything in any case.
    if !matches!(request.child("Quiet"), None | Some("true" | "false")) {
        return Err(S3Error::malformed_xml());
    }
    bucket.delete(&keys)?;
    Ok(Document::response("DeleteResult", |document| {
        for key in &keys {
            document.inside("Deleted", |document| document.text("Key", key));
        }
    }))
}
