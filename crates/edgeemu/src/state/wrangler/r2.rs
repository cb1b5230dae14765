//! The objects of a bucket: rows of `_mf_objects`, each with a file that has the bytes, or with rows of
//! `_mf_multipart_parts` whose files have them together.

use std::path::Path;

use edgeemu_storage::sqlite::Sqlite;
use edgeemu_storage::sqlite::rusqlite::{self, Row};
use edgeemu_world::Disk;
use serde_json::{Value, json};

use super::copy;
use crate::state::archive::lines::{FileNames, Writer, object};
use crate::state::archive::{StatePart, file_of, objects_of};
use crate::state::{StateError, refused};

const OBJECTS: &str = "SELECT CAST(key AS BLOB), blob_id, version, size, etag, uploaded, checksums, http_metadata, \
    custom_metadata FROM _mf_objects ORDER BY 1";
const PARTS: &str = "SELECT blob_id FROM _mf_multipart_parts WHERE object_key = ? ORDER BY part_number";

struct Found {
    key: String,
    blob: Option<String>,
    described: Value,
}

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    let parsed = |text: String| serde_json::from_str::<Value>(&text).unwrap_or_else(|_| json!({}));
    let key = String::from_utf8_lossy(&row.get::<_, Vec<u8>>(0)?).into_owned();
    let (etag, mut checksums): (String, Value) = (row.get(4)?, parsed(row.get(6)?));
    // What was uploaded in one piece has its MD5 for an etag, and it is not repeated there.
    if row.get_ref(1)? != rusqlite::types::ValueRef::Null {
        checksums["md5"] = etag.clone().into();
    }
    let described = json!({
        "key": key,
        "version": row.get::<_, String>(2)?,
        "size": row.get::<_, i64>(3)?,
        "etag": etag,
        "uploaded": row.get::<_, i64>(5)?,
        "checksums": checksums,
        "httpMetadata": parsed(row.get(7)?),
        "customMetadata": parsed(row.get(8)?),
    });
    Ok(Found { key, blob: row.get(1)?, described })
}

/// Writes all objects; gives how many.
pub(super) fn read(
    disk: &Disk,
    (sqlite, blobs): (&Sqlite, &Path),
    (out, part): (&Path, &StatePart),
) -> Result<u64, StateError> {
    let mut writer = Writer::create(disk, &file_of(out, part))?;
    let (mut names, mut count) = (FileNames::default(), 0);
    let mut statement = refused(sqlite.prepare(OBJECTS))?;
    for row in refused(statement.query_map([], found))? {
        let Found { key, blob, described } = refused(row)?;
        let pieces = match blob {
            Some(blob) => vec![blob],
            None => parts(sqlite, &key)?,
        };
        let file = names.name(&key);
        let mut bytes = Writer::create(disk, &objects_of(out, &part.id).join(&file))?;
        for piece in pieces {
            copy(disk, &blobs.join(piece), &mut bytes)?;
        }
        bytes.finish()?;
        writer.line(&object(&described, &file))?;
        count += 1;
    }
    writer.finish()?;
    Ok(count)
}

fn parts(sqlite: &Sqlite, key: &str) -> Result<Vec<String>, StateError> {
    let mut statement = refused(sqlite.prepare(PARTS))?;
    let blobs = refused(statement.query_map([key], |row| row.get(0)))?;
    refused(blobs.collect::<rusqlite::Result<_>>())
}
