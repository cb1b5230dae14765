//! What multipart uploads are under way, and which parts they have: for the S3 API, a binding has no such list.

use crate::bucket::Bucket;
use crate::error::{During, Operation, R2Error, Refusal, StoreError};
use crate::index::{signed, unsigned};
use crate::key::check_key;
use crate::upload::{self, State};
use edgeemu_storage::sqlite::rusqlite::{self, params};

/// An upload under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadInfo {
    /// The key that its object will have.
    pub key: String,
    /// Its id.
    pub id: String,
    /// When it was begun, in milliseconds since the epoch.
    pub created: i64,
}

/// Which page of uploads.
#[derive(Clone, Debug, Default)]
pub struct UploadPageOptions {
    /// What keys have to begin with.
    pub prefix: String,
    /// Begin after this key and id; without an id after all uploads of the key.
    pub after: Option<(String, Option<String>)>,
    /// How many at most.
    pub limit: u64,
}

/// A page of uploads in the order of their keys, then of their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadPage {
    /// The uploads.
    pub uploads: Vec<UploadInfo>,
    /// Whether there are more.
    pub is_truncated: bool,
}

/// A part that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartInfo {
    /// Its number.
    pub number: i32,
    /// Its etag, without quotes.
    pub etag: String,
    /// Its size in bytes.
    pub size: u64,
}

/// A page of parts in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartPage {
    /// The parts.
    pub parts: Vec<PartInfo>,
    /// Whether there are more.
    pub is_truncated: bool,
    /// When the upload was begun, in milliseconds since the epoch.
    pub created: i64,
}

impl Bucket {
    /// A page of the uploads that are under way.
    ///
    /// # Errors
    /// What the store says.
    pub fn uploads(&self, options: &UploadPageOptions) -> Result<UploadPage, R2Error> {
        let page = || -> Result<UploadPage, Refusal> {
            let bucket = self.open()?;
            let oldest = bucket.now() - upload::lifetime();
            let (after, id) = options.after.clone().unzip();
            // No id is above this, so that a key alone passes all of its uploads.
            let id = id.map(|id| id.unwrap_or_else(|| "\u{10ffff}".to_owned()));
            let sql = "SELECT key, id, created FROM uploads WHERE state = ?1 AND created > ?2 \
                       AND substr(key, 1, ?4) = ?3 AND (?5 IS NULL OR key > ?5 OR (key = ?5 AND id > ?6)) \
                       ORDER BY key, id LIMIT ?7";
            let index = bucket.index();
            let read = || -> rusqlite::Result<Vec<(Vec<u8>, String, i64)>> {
                let mut statement = index.sqlite.prepare_cached(sql)?;
                let prefix = options.prefix.as_bytes();
                let limit = signed(options.limit.saturating_add(1));
                let values = params![
                    State::InProgress as i64,
                    oldest,
                    prefix,
                    signed(prefix.len() as u64),
                    after.map(String::into_bytes),
                    id,
                    limit
                ];
                statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
            };
            let mut rows = read().map_err(StoreError::from)?;
            let is_truncated = cut(&mut rows, options.limit);
            let text = |key: Vec<u8>| String::from_utf8_lossy(&key).into_owned();
            let uploads =
                rows.into_iter().map(|(key, id, created)| UploadInfo { key: text(key), id, created }).collect();
            Ok(UploadPage { uploads, is_truncated })
        };
        page().during(Operation::ListUploads)
    }

    /// A page of at most `limit` parts of an upload, those with numbers above `after`.
    ///
    /// # Errors
    /// For an upload that is not in progress.
    pub fn parts(&self, (key, id): (&str, &str), after: i32, limit: u64) -> Result<PartPage, R2Error> {
        let page = || -> Result<PartPage, Refusal> {
            check_key(key)?;
            let bucket = self.open()?;
            let index = bucket.index();
            let found = upload::find(&index.sqlite, key, id, bucket.now())?;
            let found = found.filter(|upload| upload.is_open).ok_or(Refusal::NoSuchUpload)?;
            let sql = "SELECT number, etag, size FROM parts WHERE upload = ?1 AND number > ?2 ORDER BY number LIMIT ?3";
            let read = || -> rusqlite::Result<Vec<PartInfo>> {
                let mut statement = index.sqlite.prepare_cached(sql)?;
                let values = params![id, after, signed(limit.saturating_add(1))];
                let info = |row: &rusqlite::Row<'_>| {
                    Ok(PartInfo { number: row.get(0)?, etag: row.get(1)?, size: unsigned(row.get(2)?) })
                };
                statement.query_map(values, info)?.collect()
            };
            let mut parts = read().map_err(StoreError::from)?;
            let is_truncated = cut(&mut parts, limit);
            Ok(PartPage { parts, is_truncated, created: found.created })
        };
        page().during(Operation::ListParts)
    }
}

/// Takes off what is beyond a page; whether there was anything.
fn cut<T>(rows: &mut Vec<T>, limit: u64) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_truncated = rows.len() > limit;
    rows.truncate(limit);
    is_truncated
}
