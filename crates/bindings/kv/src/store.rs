//! The store: keys are checked, expired ones do not exist.

use crate::error::{During, KvError, Operation, Refusal};
use crate::limits;
use crate::options::{BulkGetOptions, Entry, GetOptions, Key, ListOptions, ListPage, PutOptions};
use crate::record::{self, Meta};
use bytes::Bytes;
use edgeemu_storage::{Cursor, Row, Rows, Scan, Span, Storage, StorageError};
use edgeemu_world::Clock;
use std::collections::BTreeSet;

/// The table of all namespaces.
const TABLE: &str = "kv";

/// What cursors of `list` are told from others by.
pub(crate) const CURSOR: &str = "kv";

/// The most expired keys that one `list` removes on its way, so that no single call pays for all of them.
const SWEPT_PER_LIST: usize = 100;

/// All KV namespaces of a storage.
#[derive(Clone, Debug)]
pub struct Kv {
    storage: Storage,
    rows: Rows,
    clock: Clock,
}

impl Kv {
    /// The namespaces that `storage` keeps. Expirations go by the clock of its world.
    ///
    /// # Errors
    /// What the storage says.
    pub fn open(storage: &Storage) -> Result<Kv, StorageError> {
        Ok(Kv { storage: storage.clone(), rows: storage.rows(TABLE)?, clock: storage.world().clock().clone() })
    }

    /// The namespace with this id; it exists as soon as something is put into it.
    #[must_use]
    pub fn namespace(&self, id: &str) -> Namespace {
        Namespace { rows: self.rows.clone(), clock: self.clock.clone(), prefix: record::namespace_prefix(id) }
    }

    /// The ids of the namespaces that hold at least one key, expired ones included.
    ///
    /// # Errors
    /// What the storage says.
    pub fn namespace_ids(&self) -> Result<Vec<String>, StorageError> {
        let mut ids: Vec<String> = Vec::new();
        let mut span = Span::all();
        // From namespace to namespace, without walking through their keys.
        while let Some(found) = self.rows.scan(span).next() {
            let (key, _) = found?;
            let id = record::namespace_of(&key).unwrap_or_default().to_owned();
            span = Span::all().beyond_prefix(&record::namespace_prefix(&id));
            ids.push(id);
        }
        Ok(ids)
    }

    /// Writes everything down where it survives the loss of power.
    ///
    /// # Errors
    /// What the storage says.
    pub fn flush(&self) -> Result<(), StorageError> {
        self.storage.flush()
    }
}

/// One namespace: what a KV binding stands for.
#[derive(Clone, Debug)]
pub struct Namespace {
    rows: Rows,
    clock: Clock,
    prefix: Vec<u8>,
}

impl Namespace {
    /// The value under `key` with what was put beside it; `None` if there is none or it has expired.
    ///
    /// # Errors
    /// For a key or `cacheTtl` that KV does not take.
    pub fn get(&self, key: &str, options: &GetOptions) -> Result<Option<Entry>, KvError> {
        check_key(key, Operation::Get)?;
        check_cache_ttl(options.cache_ttl).during(Operation::Get)?;
        self.read(key).during(Operation::Get)
    }

    /// The values under several keys, in the order asked for, each key once.
    ///
    /// # Errors
    /// For keys, a type or a `cacheTtl` that KV does not take, values that are too large together, and, asked for JSON,
    /// a value that is not JSON.
    pub fn get_many(&self, keys: &[String], options: &BulkGetOptions) -> Result<Vec<(String, Option<Entry>)>, KvError> {
        self.read_many(keys, options).during(Operation::GetBulk)
    }

    fn read_many(&self, keys: &[String], options: &BulkGetOptions) -> Result<Vec<(String, Option<Entry>)>, Refusal> {
        gather(keys, options, |key| Ok(self.read(key)?), Option::as_ref)
    }

    /// Puts a value, replacing what was under `key`: its expiration and metadata too. When this returns, it survives a
    /// crash.
    ///
    /// # Errors
    /// For a key, value or option that KV does not take.
    pub fn put(&self, key: &str, value: Bytes, options: &PutOptions) -> Result<(), KvError> {
        let row = self.checked_row(key, value, options)?;
        self.rows.put(&self.row_key(key), row).during(Operation::Put)
    }

    /// Removes `key`; fine if it does not exist.
    ///
    /// # Errors
    /// For a key that KV does not take.
    pub fn delete(&self, key: &str) -> Result<(), KvError> {
        check_key(key, Operation::Delete)?;
        let row_key = self.row_key(key);
        let remove = || -> Result<(), Refusal> {
            // Nothing is written for a key that does not exist.
            if self.rows.head(&row_key)?.is_some() {
                self.rows.remove(&row_key)?;
            }
            Ok(())
        };
        remove().during(Operation::Delete)
    }

    /// A page of keys in the order of their UTF-8 bytes.
    ///
    /// # Errors
    /// For a limit, prefix or cursor that KV does not take.
    pub fn list(&self, options: &ListOptions) -> Result<ListPage, KvError> {
        self.page(options).during(Operation::Get)
    }

    fn page(&self, options: &ListOptions) -> Result<ListPage, Refusal> {
        let limit = checked_limit(options.limit)?;
        let prefix = options.prefix.as_deref().unwrap_or_default();
        check_length(prefix)?;
        let cursor = checked_cursor(options.cursor.as_deref())?;
        let mut keys = Keys { sweeps_left: SWEPT_PER_LIST, ..self.keys_after(prefix, cursor.as_ref()) };
        let mut page = ListPage { keys: Vec::new(), list_complete: true, cursor: None };
        while let Some(key) = keys.next_key()? {
            if page.keys.len() == limit {
                page.list_complete = false;
                page.cursor = page.keys.last().map(|last| Cursor::at(last.name.as_str()).encode(CURSOR));
                break;
            }
            page.keys.push(key);
        }
        Ok(page)
    }

    /// All keys that start with `prefix`, in order, without pages. Not a snapshot.
    #[must_use]
    pub fn keys(&self, prefix: &str) -> Keys {
        self.keys_after(prefix, None)
    }

    fn keys_after(&self, prefix: &str, cursor: Option<&Cursor>) -> Keys {
        let mut span = Span::prefix(&self.row_key(prefix));
        if let Some(cursor) = cursor {
            span = span.after(&[&self.prefix, cursor.position()].concat());
        }
        Keys { scan: self.rows.scan(span), namespace: self.clone(), sweeps_left: 0 }
    }

    /// Removes the keys that have expired; gives back how many. Reads never see them, so this only saves space.
    ///
    /// # Errors
    /// What the storage says.
    pub fn sweep(&self) -> Result<usize, StorageError> {
        let now = self.now();
        let mut swept = 0;
        for found in self.rows.scan(Span::prefix(&self.prefix)) {
            let (key, head) = found?;
            if Meta::decode(&key, &head)?.is_expired(now) && self.rows.remove_if_head(&key, &head)? {
                swept += 1;
            }
        }
        Ok(swept)
    }

    pub(crate) fn rows(&self) -> &Rows {
        &self.rows
    }

    pub(crate) fn row_key(&self, key: &str) -> Vec<u8> {
        [self.prefix.as_slice(), key.as_bytes()].concat()
    }

    /// Seconds since the UNIX epoch.
    fn now(&self) -> i64 {
        self.clock.now().as_secs()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn read(&self, key: &str) -> Result<Option<Entry>, StorageError> {
        let row_key = self.row_key(key);
        let Some(Row { head, body }) = self.rows.get(&row_key)? else {
            return Ok(None);
        };
        let meta = Meta::decode(&row_key, &head)?;
        if meta.is_expired(self.now()) {
            self.rows.remove_if_head(&row_key, &head)?;
            return Ok(None);
        }
        Ok(Some(Entry { value: body, metadata: meta.metadata, expiration: meta.expiration }))
    }

    /// The row of a put whose expiration is as it was; `None` if that has passed.
    pub(crate) fn restored_row(
        &self,
        key: &str,
        value: Bytes,
        (options, expiration): (&PutOptions, Option<i64>),
    ) -> Result<Option<Row>, KvError> {
        let row = self.checked_row(key, value, options)?;
        let meta = Meta { expiration, metadata: options.metadata.clone().filter(|metadata| metadata != "null") };
        Ok((!meta.is_expired(self.now())).then(|| Row { head: meta.encode().into(), ..row }))
    }

    /// The row of a put, once everything about it was found right.
    pub(crate) fn checked_row(&self, key: &str, value: Bytes, options: &PutOptions) -> Result<Row, KvError> {
        check_key(key, Operation::Put)?;
        let meta = checked_meta(value.len() as u64, (options, self.now())).during(Operation::Put)?;
        Ok(Row { head: meta.encode().into(), body: value })
    }
}

/// Keys in order, without the expired ones; see [`Namespace::keys`].
#[derive(Debug)]
pub struct Keys {
    scan: Scan,
    namespace: Namespace,
    sweeps_left: usize,
}

impl Keys {
    fn next_key(&mut self) -> Result<Option<Key>, StorageError> {
        for found in self.scan.by_ref() {
            let (row_key, head) = found?;
            let meta = Meta::decode(&row_key, &head)?;
            if !meta.is_expired(self.namespace.now()) {
                let name = String::from_utf8_lossy(&row_key[self.namespace.prefix.len()..]).into_owned();
                return Ok(Some(Key { name, expiration: meta.expiration, metadata: meta.metadata }));
            }
            if self.sweeps_left > 0 {
                self.sweeps_left -= 1;
                self.namespace.rows.remove_if_head(&row_key, &head)?;
            }
        }
        Ok(None)
    }
}

impl Iterator for Keys {
    type Item = Result<Key, StorageError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_key().transpose()
    }
}

/// What the binding itself checks before it asks the service.
pub(crate) fn check_key(key: &str, operation: Operation) -> Result<(), KvError> {
    match key {
        "" => Err(KvError::EmptyKey),
        "." => Err(KvError::DotKey(".")),
        ".." => Err(KvError::DotKey("..")),
        key => check_length(key).during(operation),
    }
}

pub(crate) fn check_length(key: &str) -> Result<(), Refusal> {
    if key.len() > limits::KEY_BYTES { Err(Refusal::KeyTooLong(key.len())) } else { Ok(()) }
}

/// The service judges the keys of a bulk `get`, in words of its own.
fn check_bulk_keys(keys: &[String]) -> Result<(), Refusal> {
    if keys.len() > limits::BULK_GET_KEYS {
        return Err(Refusal::BulkTooManyKeys);
    }
    if keys.is_empty() {
        return Err(Refusal::BulkEmpty);
    }
    keys.iter().try_for_each(|key| match key.as_str() {
        "" | "." | ".." => Err(Refusal::BulkIllegalKey(key.clone())),
        key if key.len() > limits::KEY_BYTES => Err(Refusal::BulkKeyTooLong(key.len())),
        _ => Ok(()),
    })
}

/// Asks `read` for each key once and judges what the answers hold together; `entry` says what each of them holds.
pub(crate) fn gather<T>(
    keys: &[String],
    options: &BulkGetOptions,
    mut read: impl FnMut(&str) -> Result<T, Refusal>,
    entry: impl Fn(&T) -> Option<&Entry>,
) -> Result<Vec<(String, T)>, Refusal> {
    let as_json = wants_json(options)?;
    check_bulk_keys(keys)?;
    check_cache_ttl(options.cache_ttl)?;
    let mut seen = BTreeSet::new();
    let mut total = 0;
    let mut found = Vec::with_capacity(keys.len());
    for key in keys.iter().filter(|key| seen.insert(key.as_str())) {
        let answer = read(key)?;
        if let Some(entry) = entry(&answer) {
            total += entry.value.len() as u64;
            if total > limits::BULK_GET_BYTES {
                return Err(Refusal::BulkTooLarge);
            }
            if as_json && !is_json(&entry.value) {
                return Err(Refusal::BulkNotJson);
            }
        }
        found.push((key.clone(), answer));
    }
    Ok(found)
}

fn wants_json(options: &BulkGetOptions) -> Result<bool, Refusal> {
    match options.value_type.as_deref() {
        None | Some("text") => Ok(false),
        Some("json") => Ok(true),
        Some(other) => Err(Refusal::BulkType(other.to_owned())),
    }
}

/// Decoded as JavaScript decodes text: bytes that are not UTF-8 become U+FFFD.
fn is_json(value: &[u8]) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(&String::from_utf8_lossy(value)).is_ok()
}

pub(crate) fn check_cache_ttl(cache_ttl: Option<i64>) -> Result<(), Refusal> {
    match cache_ttl {
        Some(secs) if secs < limits::CACHE_TTL_SECS => Err(Refusal::CacheTtlTooShort(secs)),
        _ => Ok(()),
    }
}

/// What is stored beside a value of `len` bytes that is put at `now`.
pub(crate) fn checked_meta(len: u64, (options, now): (&PutOptions, i64)) -> Result<Meta, Refusal> {
    let expiration = checked_expiration(options, now)?;
    let metadata = checked_metadata(options)?;
    if len > limits::VALUE_BYTES {
        return Err(Refusal::ValueTooLong(len));
    }
    Ok(Meta { expiration, metadata })
}

fn checked_expiration(options: &PutOptions, now: i64) -> Result<Option<i64>, Refusal> {
    match (options.expiration_ttl, options.expiration) {
        (Some(ttl), _) if ttl <= 0 => Err(Refusal::TtlNotPositive(ttl)),
        (Some(ttl), _) if ttl < limits::EXPIRATION_LEAD_SECS => Err(Refusal::TtlTooShort(ttl)),
        (Some(ttl), _) => Ok(Some(now.saturating_add(ttl))),
        (None, Some(at)) if at <= now => Err(Refusal::ExpirationPassed(at)),
        (None, Some(at)) if at < now + limits::EXPIRATION_LEAD_SECS => Err(Refusal::ExpirationTooNear(at)),
        (None, at) => Ok(at),
    }
}

fn checked_metadata(options: &PutOptions) -> Result<Option<String>, Refusal> {
    let metadata = options.metadata.as_ref().filter(|metadata| *metadata != "null");
    match metadata {
        Some(metadata) if metadata.len() > limits::METADATA_BYTES => Err(Refusal::MetadataTooLong(metadata.len())),
        metadata => Ok(metadata.cloned()),
    }
}

pub(crate) fn checked_limit(limit: Option<i64>) -> Result<usize, Refusal> {
    let limit = limit.filter(|limit| *limit > 0).unwrap_or(limits::LIST_KEYS);
    if limit > limits::LIST_KEYS {
        return Err(Refusal::ListLimitTooHigh(limit));
    }
    Ok(usize::try_from(limit).expect("between 1 and the limit"))
}

pub(crate) fn checked_cursor(cursor: Option<&str>) -> Result<Option<Cursor>, Refusal> {
    match cursor {
        None | Some("") => Ok(None),
        Some(text) => Cursor::decode(CURSOR, text).map(Some).ok_or(Refusal::InvalidCursor),
    }
}
