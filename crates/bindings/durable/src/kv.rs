//! Keys and values of one object. Values are bytes here: how they are made of objects is JavaScript's affair.

use crate::durable::Backend;
use crate::error::DurableError;
use crate::limits;
use crate::options::{ListOptions, WriteOptions};
use crate::store::{Open, Store};
use edgeemu_storage::sqlite::rusqlite::types::Value;
use edgeemu_storage::sqlite::rusqlite::{self, Connection, OptionalExtension, params, params_from_iter};
use std::collections::BTreeMap;

/// A key and its value.
type Pair = (String, Vec<u8>);

impl Store {
    /// The value of `key`.
    ///
    /// # Errors
    /// What production says about the key, or what the disk says.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, DurableError> {
        self.check_key(key)?;
        let open = self.open()?;
        if !open.has_table(&open.has_kv, "_cf_KV")? {
            return Ok(None);
        }
        open.trusted(|connection| {
            connection.prepare_cached(&open.statements.get)?.query_row([key], |row| row.get(0)).optional()
        })
    }

    /// The values of those `keys` that there are, in the order of the keys.
    ///
    /// # Errors
    /// As [`get`](Store::get), and for too many keys.
    pub fn get_many(&self, keys: &[String]) -> Result<Vec<Pair>, DurableError> {
        self.check_count(keys.len(), DurableError::TooManyKeys)?;
        let mut found = BTreeMap::new();
        for key in keys {
            if let Some(value) = self.get(key)? {
                found.insert(key.clone(), value);
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Puts the value of `key`.
    ///
    /// # Errors
    /// What production says about the key and the value, or what the disk says.
    pub fn put(&self, key: &str, value: &[u8], options: WriteOptions) -> Result<(), DurableError> {
        self.check_pair(key, value)?;
        let open = self.open()?;
        self.begin_write(&open, !options.allow_unconfirmed)?;
        open.make_kv()?;
        open.trusted(|connection| {
            connection.prepare_cached(&open.statements.put)?.execute(params![key, value]).map(drop)
        })
    }

    /// Puts several values, all of them or none.
    ///
    /// # Errors
    /// As [`put`](Store::put), and for too many pairs.
    pub fn put_many(&self, pairs: &[Pair], options: WriteOptions) -> Result<(), DurableError> {
        self.check_count(pairs.len(), DurableError::TooManyPairs)?;
        pairs.iter().try_for_each(|(key, value)| self.check_pair(key, value))?;
        if pairs.is_empty() {
            return Ok(());
        }
        let all = self.begin_transaction(false)?;
        let done = pairs.iter().try_for_each(|(key, value)| self.put(key, value, options));
        self.end_transaction(all, done.is_ok())?;
        done
    }

    /// Removes `key`; whether it was there.
    ///
    /// # Errors
    /// As [`get`](Store::get).
    pub fn delete(&self, key: &str, options: WriteOptions) -> Result<bool, DurableError> {
        self.check_key(key)?;
        let open = self.open()?;
        if !open.has_table(&open.has_kv, "_cf_KV")? {
            return Ok(false);
        }
        self.begin_write(&open, !options.allow_unconfirmed)?;
        let removed = open.trusted(|connection| connection.prepare_cached(&open.statements.delete)?.execute([key]))?;
        Ok(removed > 0)
    }

    /// Removes `keys`; how many were there.
    ///
    /// # Errors
    /// As [`get_many`](Store::get_many).
    pub fn delete_many(&self, keys: &[String], options: WriteOptions) -> Result<u64, DurableError> {
        self.check_count(keys.len(), DurableError::TooManyKeys)?;
        keys.iter().try_for_each(|key| self.check_key(key))?;
        let mut removed = 0;
        for key in keys {
            removed += u64::from(self.delete(key, options)?);
        }
        Ok(removed)
    }

    /// Keys and values in the order of the keys' bytes.
    ///
    /// # Errors
    /// What production says about the options, or what the disk says.
    pub fn list(&self, options: &ListOptions) -> Result<Vec<Pair>, DurableError> {
        check_list(options)?;
        let open = self.open()?;
        if !open.has_table(&open.has_kv, "_cf_KV")? {
            return Ok(Vec::new());
        }
        let (sql, values) = query(options);
        let read = |connection: &Connection| {
            let mut statement = connection.prepare_cached(&open.sql.own(&sql))?;
            let rows = statement.query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<Pair>>>()
        };
        open.trusted(read)
    }

    /// The first key and value of a listing that come behind `last`, if they are there now.
    ///
    /// # Errors
    /// As [`list`](Store::list).
    pub fn list_next(&self, options: &ListOptions, last: Option<String>) -> Result<Option<Pair>, DurableError> {
        check_list(options)?;
        let mut rest = ListOptions { limit: Some(1), ..options.clone() };
        match last {
            Some(last) if options.reverse => rest.end = Some(last),
            Some(last) => (rest.start, rest.start_after) = (None, Some(last)),
            None => {}
        }
        Ok(self.list(&rest)?.pop())
    }

    /// Whether `storage.kv` may be used.
    ///
    /// # Errors
    /// [`DurableError::NoSyncKv`].
    pub fn check_sync_kv(&self) -> Result<(), DurableError> {
        match self.namespace().backend() {
            Backend::Sqlite => Ok(()),
            Backend::KeyValue => Err(DurableError::NoSyncKv),
        }
    }

    fn is_limited(&self) -> bool {
        self.namespace().backend() == Backend::KeyValue
    }

    fn check_key(&self, key: &str) -> Result<(), DurableError> {
        if self.is_limited() && key.len() > limits::KEY_BYTES {
            return Err(DurableError::KeyTooLong(key.len()));
        }
        Ok(())
    }

    fn check_pair(&self, key: &str, value: &[u8]) -> Result<(), DurableError> {
        self.check_key(key)?;
        if self.is_limited() && value.len() > limits::KV_VALUE_BYTES + limits::KV_VALUE_SLACK_BYTES {
            return Err(DurableError::ValueTooLong(value.len()));
        }
        Ok(())
    }

    fn check_count(&self, count: usize, error: fn(usize) -> DurableError) -> Result<(), DurableError> {
        if self.is_limited() && count > limits::KEYS { Err(error(count)) } else { Ok(()) }
    }
}

impl Open {
    fn make_kv(&self) -> Result<(), DurableError> {
        const TABLE: &str = "CREATE TABLE IF NOT EXISTS _cf_KV (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID";
        if self.has_kv.get() != Some(true) {
            self.trusted(|connection| connection.execute(TABLE, []))?;
            self.has_kv.set(Some(true));
        }
        Ok(())
    }
}

fn check_list(options: &ListOptions) -> Result<(), DurableError> {
    if options.start.is_some() && options.start_after.is_some() {
        return Err(DurableError::TwoStarts);
    }
    if options.limit == Some(0) { Err(DurableError::ListLimit) } else { Ok(()) }
}

/// The statement that lists, and its values. `start` is the first key and `end` the one behind the last, in whatever
/// direction.
fn query(options: &ListOptions) -> (String, Vec<Value>) {
    let mut sql = String::from("SELECT key, value FROM _cf_KV WHERE 1");
    let mut values = Vec::new();
    let mut limit_to = |condition: &str, key: String| {
        sql.push_str(condition);
        values.push(Value::Text(key));
    };
    if let Some(start) = &options.start {
        limit_to(" AND key >= ?", start.clone());
    }
    if let Some(start_after) = &options.start_after {
        limit_to(" AND key > ?", start_after.clone());
    }
    if let Some(end) = &options.end {
        limit_to(" AND key < ?", end.clone());
    }
    if let Some(prefix) = options.prefix.as_ref().filter(|prefix| !prefix.is_empty()) {
        limit_to(" AND key >= ?", prefix.clone());
        if let Some(end) = after_prefix(prefix) {
            limit_to(" AND key < ?", end);
        }
    }
    sql.push_str(if options.reverse { " ORDER BY key DESC" } else { " ORDER BY key" });
    if let Some(limit) = options.limit {
        sql.push_str(" LIMIT ?");
        values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    }
    (sql, values)
}

/// The smallest text that is greater than everything that begins with `prefix`.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = u32::from(last) + 1;
        // The order of characters is that of their bytes; there is a gap for surrogates.
        let next = if next == 0xd800 { Some('\u{e000}') } else { char::from_u32(next) };
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}
