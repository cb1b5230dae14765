//! What is known about the objects and uploads of a bucket: one SQLite database.

use crate::checksum::{Algorithm, from_hex, to_hex};
use crate::error::StoreError;
use crate::object::{HttpMetadata, Object, StorageClass};
use edgeemu_storage::sqlite::rusqlite::{self, OptionalExtension as _, Row, Transaction, params};
use edgeemu_storage::sqlite::{Place, Sqlite, SqliteOptions};
use edgeemu_world::World;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Keys are blobs, so that they are compared byte by byte and may hold any character.
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS objects (
    key BLOB PRIMARY KEY, version TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, uploaded INTEGER NOT NULL,
    head TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS pieces (
    version TEXT NOT NULL, place INTEGER NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (version, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, key BLOB NOT NULL, head TEXT NOT NULL, created INTEGER NOT NULL, state INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, file TEXT, size INTEGER NOT NULL, etag TEXT NOT NULL,
    md5 BLOB NOT NULL, PRIMARY KEY (upload, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
";

pub(crate) const COLUMNS: &str = "key, version, size, etag, uploaded, head";

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// The database of a bucket.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) sqlite: Sqlite,
}

/// A file with bytes of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) file: String,
    pub(crate) size: u64,
}

/// What is not looked for, and so kept as one text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Head {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) checksums: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) http: HttpMetadata,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) custom: Vec<(String, String)>,
    #[serde(default)]
    pub(crate) class: StorageClass,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ssec: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) sent: BTreeMap<String, String>,
}

impl Head {
    pub(crate) fn text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| StoreError::Damaged(error.to_string()))
    }

    pub(crate) fn parse(text: &str) -> Result<Head> {
        serde_json::from_str(text).map_err(|error| StoreError::Damaged(error.to_string()))
    }

    fn of(object: &Object) -> Head {
        let checksums = object.checksums.iter();
        Head {
            checksums: checksums.map(|(algorithm, digest)| (algorithm.field().to_owned(), to_hex(digest))).collect(),
            http: object.http_metadata.clone(),
            custom: object.custom_metadata.clone(),
            class: object.storage_class,
            ssec: object.ssec_key_md5.clone(),
            sent: object.sent_checksums.clone(),
        }
    }
}

impl Index {
    pub(crate) fn open(world: &World, place: Place) -> Result<Index> {
        let sqlite = Sqlite::open(world, &SqliteOptions::at(place))?;
        sqlite.execute_batch(SCHEMA)?;
        Ok(Index { sqlite })
    }

    pub(crate) fn object(&self, key: &str) -> Result<Option<Object>> {
        let sql = format!("SELECT {COLUMNS} FROM objects WHERE key = ?1");
        let mut statement = self.sqlite.prepare_cached(&sql)?;
        let row = statement.query_row([key.as_bytes()], |row| Ok(read_object(row))).optional()?;
        row.transpose()
    }

    pub(crate) fn pieces(&self, version: &str) -> Result<Vec<Piece>> {
        let mut statement =
            self.sqlite.prepare_cached("SELECT file, size FROM pieces WHERE version = ?1 ORDER BY place")?;
        let rows =
            statement.query_map([version], |row| Ok(Piece { file: row.get(0)?, size: unsigned(row.get(1)?) }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every file that an object or a part has.
    pub(crate) fn files(&self) -> Result<BTreeSet<String>> {
        let sql = "SELECT file FROM pieces UNION ALL SELECT file FROM parts WHERE file IS NOT NULL";
        let mut statement = self.sqlite.prepare(sql)?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    /// How many objects there are, and how many bytes they have.
    pub(crate) fn usage(&self) -> Result<(u64, u64)> {
        let sql = "SELECT count(*), coalesce(sum(size), 0) FROM objects";
        Ok(self.sqlite.query_row(sql, [], |row| Ok((unsigned(row.get(0)?), unsigned(row.get(1)?))))?)
    }

    pub(crate) fn setting(&self, name: &str) -> Result<Option<String>> {
        let sql = "SELECT value FROM settings WHERE name = ?1";
        Ok(self.sqlite.query_row(sql, [name], |row| row.get(0)).optional()?)
    }

    pub(crate) fn set_setting(&self, name: &str, value: Option<&str>) -> Result<()> {
        match value {
            Some(value) => self.sqlite.execute("INSERT OR REPLACE INTO settings VALUES (?1, ?2)", [name, value])?,
            None => self.sqlite.execute("DELETE FROM settings WHERE name = ?1", [name])?,
        };
        Ok(())
    }

    pub(crate) fn transaction(&mut self) -> Result<Transaction<'_>> {
        Ok(self.sqlite.transaction()?)
    }
}

/// Puts an object in place of what is under its key; gives the files that it replaces.
pub(crate) fn replace(transaction: &Transaction<'_>, object: &Object, pieces: &[Piece]) -> Result<Vec<String>> {
    let old = remove(transaction, &object.key)?;
    let sql = "INSERT INTO objects (key, version, size, etag, uploaded, head) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    transaction.prepare_cached(sql)?.execute(params![
        object.key.as_bytes(),
        object.version,
        signed(object.size),
        object.etag,
        object.uploaded,
        Head::of(object).text()?
    ])?;
    let mut add =
        transaction.prepare_cached("INSERT INTO pieces (version, place, file, size) VALUES (?1, ?2, ?3, ?4)")?;
    for (place, piece) in (0_i64..).zip(pieces) {
        add.execute(params![object.version, place, piece.file, signed(piece.size)])?;
    }
    Ok(old)
}

/// Removes an object, if there is one; gives the files it had.
pub(crate) fn remove(transaction: &Transaction<'_>, key: &str) -> Result<Vec<String>> {
    let mut statement = transaction.prepare_cached("DELETE FROM objects WHERE key = ?1 RETURNING version")?;
    let version: Option<String> = statement.query_row([key.as_bytes()], |row| row.get(0)).optional()?;
    let Some(version) = version else { return Ok(Vec::new()) };
    returned_files(transaction, "DELETE FROM pieces WHERE version = ?1 RETURNING file", &version)
}

/// What a statement with one parameter says about files.
pub(crate) fn returned_files(transaction: &Transaction<'_>, sql: &str, parameter: &str) -> Result<Vec<String>> {
    let mut statement = transaction.prepare_cached(sql)?;
    let files = statement.query_map([parameter], |row| row.get::<_, Option<String>>(0))?;
    Ok(files.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The object in a row of [`COLUMNS`].
pub(crate) fn read_object(row: &Row<'_>) -> Result<Object> {
    let head = Head::parse(row.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?)?;
    let checksum = |algorithm: Algorithm| Some((algorithm, from_hex(head.checksums.get(algorithm.field())?)?));
    Ok(Object {
        key: read_key(row)?,
        version: row.get(1)?,
        size: unsigned(row.get(2)?),
        etag: row.get(3)?,
        uploaded: row.get(4)?,
        checksums: Algorithm::ALL.into_iter().filter_map(checksum).collect(),
        http_metadata: head.http,
        custom_metadata: head.custom,
        storage_class: head.class,
        ssec_key_md5: head.ssec,
        sent_checksums: head.sent,
    })
}

/// The key in the first column.
pub(crate) fn read_key(row: &Row<'_>) -> Result<String> {
    let key = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
    String::from_utf8(key.to_vec()).map_err(|_| StoreError::Damaged("a key is not UTF-8".to_owned()))
}

/// SQLite's numbers have a sign; sizes are far below where that matters.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
