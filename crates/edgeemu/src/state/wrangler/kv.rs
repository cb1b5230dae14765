//! The pairs of a namespace: rows of `_mf_entries`, each with a file that has the value.

use std::path::Path;

use edgeemu_kv::Entry;
use edgeemu_storage::sqlite::Sqlite;
use edgeemu_storage::sqlite::rusqlite::{self, Row};
use edgeemu_world::Disk;

use crate::state::archive::lines::{Writer, pair};
use crate::state::{StateError, refused};

/// In the order of archives.
const ENTRIES: &str = "SELECT CAST(key AS BLOB), blob_id, expiration, metadata FROM _mf_entries ORDER BY 1";

struct Found {
    key: Vec<u8>,
    blob: String,
    expiration_ms: Option<f64>,
    metadata: Option<String>,
}

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found { key: row.get(0)?, blob: row.get(1)?, expiration_ms: row.get(2)?, metadata: row.get(3)? })
}

/// Writes all pairs; gives how many.
pub(super) fn read(disk: &Disk, (sqlite, blobs): (&Sqlite, &Path), out: &Path) -> Result<u64, StateError> {
    let mut writer = Writer::create(disk, out)?;
    let mut count = 0;
    let mut statement = refused(sqlite.prepare(ENTRIES))?;
    for row in refused(statement.query_map([], found))? {
        let Found { key, blob, expiration_ms, metadata } = refused(row)?;
        #[allow(clippy::cast_possible_truncation, reason = "seconds of this era are far from the limit")]
        let expiration = expiration_ms.map(|millis| (millis / 1000.0) as i64);
        let value = refused(disk.read(&blobs.join(blob)))?;
        writer.line(&pair(&String::from_utf8_lossy(&key), &Entry { value, metadata, expiration }))?;
        count += 1;
    }
    writer.finish()?;
    Ok(count)
}
