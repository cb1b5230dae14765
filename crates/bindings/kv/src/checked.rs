//! Operations that were found right but have not happened: for those who decide by themselves when they do.
//!
//! The limits and texts are those of [`crate::Namespace`].

use crate::consistency::ListQuery;
use crate::error::{During, KvError, Operation};
use crate::options::{BulkGetOptions, Entry, GetOptions, ListOptions, PutOptions};
use crate::store::{self, CURSOR};
use bytes::Bytes;
use edgeemu_storage::Cursor;
use edgeemu_world::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// A `get`; gives its `cacheTtl`.
///
/// # Errors
/// As [`crate::Namespace::get`].
pub fn get(key: &str, options: &GetOptions) -> Result<Option<Duration>, KvError> {
    store::check_key(key, Operation::Get)?;
    store::check_cache_ttl(options.cache_ttl).during(Operation::Get)?;
    Ok(cache_ttl(options.cache_ttl))
}

/// A `get` of several keys; gives each of them once, and the `cacheTtl`.
///
/// # Errors
/// As [`crate::Namespace::get_many`], as far as it does not depend on the values.
pub fn get_many(keys: &[String], options: &BulkGetOptions) -> Result<(Vec<String>, Option<Duration>), KvError> {
    let rows = store::gather(keys, options, |_| Ok(()), |()| None).during(Operation::GetBulk)?;
    Ok((rows.into_iter().map(|(key, ())| key).collect(), cache_ttl(options.cache_ttl)))
}

/// The rows of a `get` of several keys, once all of them were read.
///
/// # Errors
/// As [`crate::Namespace::get_many`].
pub fn gathered(
    mut found: BTreeMap<String, Option<Entry>>,
    keys: &[String],
    options: &BulkGetOptions,
) -> Result<Vec<(String, Option<Entry>)>, KvError> {
    let read = |key: &str| Ok(found.remove(key).flatten());
    store::gather(keys, options, read, Option::as_ref).during(Operation::GetBulk)
}

/// A `put` at `now`; gives what it would store.
///
/// # Errors
/// As [`crate::Namespace::put`].
pub fn put(key: &str, value: Bytes, (options, now): (&PutOptions, Timestamp)) -> Result<Entry, KvError> {
    store::check_key(key, Operation::Put)?;
    let meta = store::checked_meta(value.len() as u64, (options, now.as_secs())).during(Operation::Put)?;
    Ok(Entry { value, metadata: meta.metadata, expiration: meta.expiration })
}

/// A `delete`.
///
/// # Errors
/// As [`crate::Namespace::delete`].
pub fn delete(key: &str) -> Result<(), KvError> {
    store::check_key(key, Operation::Delete)
}

/// A `list`. The cursor of the query is the name of the last key before the page.
///
/// # Errors
/// As [`crate::Namespace::list`].
pub fn list(options: &ListOptions) -> Result<ListQuery, KvError> {
    let checked = || {
        let limit = store::checked_limit(options.limit)?;
        let prefix = options.prefix.clone().unwrap_or_default();
        store::check_length(&prefix)?;
        let cursor = store::checked_cursor(options.cursor.as_deref())?;
        let cursor = cursor.map(|cursor| String::from_utf8_lossy(cursor.position()).into_owned());
        Ok::<_, crate::Refusal>(ListQuery { prefix, limit: i64::try_from(limit).ok(), cursor })
    };
    checked().during(Operation::Get)
}

/// The cursor of a page that ends with the key `last`, as a Worker sees it.
#[must_use]
pub fn cursor_after(last: &str) -> String {
    Cursor::at(last).encode(CURSOR)
}

fn cache_ttl(secs: Option<i64>) -> Option<Duration> {
    secs.map(|secs| Duration::from_secs(u64::try_from(secs).unwrap_or(0)))
}
