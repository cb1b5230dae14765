//! Many keys at once, as the command line needs them.

use crate::error::KvError;
use crate::options::PutOptions;
use crate::store::{Namespace, check_key};
use crate::{Operation, Refusal};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use edgeemu_storage::Batch;
use serde_json::{Map, Value};

/// How many changes go into one batch: it is held in memory as a whole.
const BATCH_KEYS: usize = 1000;

/// One pair to put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkEntry {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Bytes,
    /// Expiration and metadata.
    pub options: PutOptions,
}

/// Which of many entries was refused. Nothing was written then.
#[derive(Debug, thiserror::Error)]
#[error("entry {index} with the key `{key}` was refused: {source}")]
pub struct BulkError {
    /// Its place, from 0.
    pub index: usize,
    /// Its key.
    pub key: String,
    /// Why.
    pub source: KvError,
}

/// Why the text of a bulk file is not a list of entries.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BulkFileError {
    /// Not JSON.
    #[error("the file is not valid JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// JSON, but not a list.
    #[error("the file must hold a JSON array, for example `{example}`")]
    NotAList {
        /// What it should look like.
        example: &'static str,
    },
    /// An entry that lacks something or has something of the wrong kind.
    #[error("entry {index} is not valid: {reason}")]
    Entry {
        /// Its place, from 0.
        index: usize,
        /// What is wrong.
        reason: &'static str,
    },
}

impl BulkEntry {
    /// Reads the file of a bulk put: a JSON array of
    /// `{ "key", "value", "expiration"?, "expiration_ttl"?, "metadata"?, "base64"? }`.
    ///
    /// # Errors
    /// Says which entry is wrong and why.
    pub fn parse_file(text: &str) -> Result<Vec<BulkEntry>, BulkFileError> {
        let entries = list(text, r#"[{ "key": "a", "value": "1" }]"#)?;
        let parse = |(index, entry)| parse_entry(entry).map_err(|reason| BulkFileError::Entry { index, reason });
        entries.into_iter().enumerate().map(parse).collect()
    }

    /// Reads the file of a bulk delete or get: a JSON array of keys, or of objects with a `name` or `key`.
    ///
    /// # Errors
    /// Says which entry is wrong and why.
    pub fn parse_keys(text: &str) -> Result<Vec<String>, BulkFileError> {
        const WRONG: &str = "a key must be a string, or an object with the string `name` or `key`";
        let key = |entry: Value| match entry {
            Value::String(key) => Some(key),
            Value::Object(mut fields) => match fields.remove("name").or_else(|| fields.remove("key")) {
                Some(Value::String(key)) => Some(key),
                _ => None,
            },
            _ => None,
        };
        let entries = list(text, r#"["a", "b"]"#)?.into_iter().enumerate();
        entries.map(|(index, entry)| key(entry).ok_or(BulkFileError::Entry { index, reason: WRONG })).collect()
    }
}

fn list(text: &str, example: &'static str) -> Result<Vec<Value>, BulkFileError> {
    match serde_json::from_str(text)? {
        Value::Array(entries) => Ok(entries),
        _ => Err(BulkFileError::NotAList { example }),
    }
}

fn parse_entry(entry: Value) -> Result<BulkEntry, &'static str> {
    let Value::Object(mut fields) = entry else {
        return Err("it must be an object with `key` and `value`");
    };
    let key = text(&mut fields, "key").ok_or("`key` must be a string")?;
    let value = text(&mut fields, "value").ok_or("`value` must be a string")?;
    let value = match fields.remove("base64") {
        None | Some(Value::Null | Value::Bool(false)) => Bytes::from(value),
        Some(Value::Bool(true)) => Bytes::from(STANDARD.decode(value).map_err(|_| "`value` is not valid base64")?),
        Some(_) => return Err("`base64` must be true or false"),
    };
    let options = PutOptions {
        expiration: seconds(&mut fields, "expiration")
            .map_err(|()| "`expiration` must be a whole number of seconds")?,
        expiration_ttl: seconds(&mut fields, "expiration_ttl")
            .map_err(|()| "`expiration_ttl` must be a whole number of seconds")?,
        metadata: fields.remove("metadata").map(|metadata| metadata.to_string()),
    };
    Ok(BulkEntry { key, value, options })
}

fn text(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    match fields.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn seconds(fields: &mut Map<String, Value>, name: &str) -> Result<Option<i64>, ()> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or(()),
    }
}

impl Namespace {
    /// Puts many pairs. All are checked before the first is written; later ones win over earlier ones of the same key.
    ///
    /// # Errors
    /// Names the entry that KV does not take.
    pub fn bulk_put(&self, entries: Vec<BulkEntry>) -> Result<(), BulkError> {
        let mut checked = Vec::with_capacity(entries.len());
        for (index, BulkEntry { key, value, options }) in entries.into_iter().enumerate() {
            match self.checked_row(&key, value, &options) {
                Ok(row) => checked.push((key, Some(row))),
                Err(source) => return Err(BulkError { index, key, source }),
            }
        }
        self.apply_in_batches(&checked, Operation::Put)
    }

    /// Puts many pairs as they were: an `expiration` may be as near as it likes, and what has expired is left out.
    ///
    /// # Errors
    /// Names the entry that KV does not take.
    pub fn restore(&self, entries: Vec<BulkEntry>) -> Result<(), BulkError> {
        let mut checked = Vec::with_capacity(entries.len());
        for (index, BulkEntry { key, value, options }) in entries.into_iter().enumerate() {
            let plain = PutOptions { metadata: options.metadata, ..PutOptions::default() };
            match self.restored_row(&key, value, (&plain, options.expiration)) {
                Ok(row) => checked.extend(row.map(|row| (key, Some(row)))),
                Err(source) => return Err(BulkError { index, key, source }),
            }
        }
        self.apply_in_batches(&checked, Operation::Put)
    }

    /// Removes many keys; fine if they do not exist.
    ///
    /// # Errors
    /// Names the key that KV does not take.
    pub fn bulk_delete(&self, keys: &[String]) -> Result<(), BulkError> {
        let mut checked = Vec::with_capacity(keys.len());
        for (index, key) in keys.iter().enumerate() {
            check_key(key, Operation::Delete).map_err(|source| BulkError { index, key: key.clone(), source })?;
            checked.push((key.clone(), None));
        }
        self.apply_in_batches(&checked, Operation::Delete)
    }

    fn apply_in_batches(
        &self,
        changes: &[(String, Option<edgeemu_storage::Row>)],
        operation: Operation,
    ) -> Result<(), BulkError> {
        for (number, chunk) in changes.chunks(BATCH_KEYS).enumerate() {
            let mut batch = Batch::default();
            for (key, row) in chunk {
                match row {
                    Some(row) => batch.put(self.row_key(key), row.clone()),
                    None => batch.remove(self.row_key(key)),
                }
            }
            self.rows().apply(batch).map_err(|error| BulkError {
                index: number * BATCH_KEYS,
                key: chunk.first().map_or_else(String::new, |(key, _)| key.clone()),
                source: Refusal::Internal(error).of(operation),
            })?;
        }
        Ok(())
    }
}

/// Whether JavaScript takes the text for an array index: `0`, `1`, … up to 4294967294, without sign or leading zeros.
///
/// Production's bulk `get` loses such keys: its answer passes through a JavaScript object, and indices are skipped.
#[must_use]
pub fn is_array_index(key: &str) -> bool {
    let is_plain = key == "0" || (!key.starts_with('0') && key.bytes().all(|byte| byte.is_ascii_digit()));
    is_plain && key.parse::<u32>().is_ok_and(|index| index != u32::MAX)
}
