//! Opening a folder: lock, format, rows, replay.

use super::{DiskStore, Settings, Trees, flush, guarded};
use crate::blobs::Blobs;
use crate::error::{StorageError, While};
use crate::journal::{self, Journal};
use crate::notice::Notice;
use edgeemu_world::{Disk, FileLock, LockAttempt, World};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

const LOCK: &str = "edgeemu.lock";
const FORMAT_FILE: &str = "format";
const FORMAT: &str = "edgeemu storage 1\n";
const ROWS: &str = "rows";
const SET_ASIDE: &str = "rows.corrupt-";
const BLOBS: &str = "blobs";

/// Pages of rows kept in memory.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

impl DiskStore {
    pub(crate) fn open(world: &World, dir: &Path, settings: Settings) -> Result<DiskStore, StorageError> {
        let disk = world.disk();
        if disk.is_memory() {
            return Err(StorageError::NoDisk { dir: dir.to_path_buf() });
        }
        disk.create_dir_all(dir).while_trying_to("make the folder for state")?;
        let lock = lock(disk, dir)?;
        check_format(disk, dir)?;
        let (trees, set_aside) = open_or_set_aside(world, dir)?;
        let replayed = replay(disk, dir, &trees)?;
        let blobs = Blobs::new(disk, dir.join(BLOBS), settings.durability);
        // Rows that were set aside may still be rescued by hand: the files they name stay until they are thrown away.
        if !has_rows_set_aside(disk, dir)? {
            blobs.suspect_all()?;
        }
        let mut notices = replayed.notices;
        notices.extend(set_aside.map(|(moved_to, reason)| Notice::RowsSetAside {
            moved_to,
            reason,
            kept: replayed.changes,
        }));
        Ok(DiskStore {
            writer: Mutex::new(Journal::begin(disk, dir, replayed.next_number)?),
            disk: disk.clone(),
            dir: dir.to_path_buf(),
            settings,
            trees,
            blobs,
            retired: Mutex::default(),
            notices: Mutex::new(notices),
            _lock: lock,
        })
    }
}

fn lock(disk: &Disk, dir: &Path) -> Result<FileLock, StorageError> {
    match disk.try_lock(&dir.join(LOCK)).while_trying_to("lock the folder for state")? {
        LockAttempt::Held(lock) => Ok(lock),
        LockAttempt::Busy { pid } => Err(StorageError::InUse { dir: dir.to_path_buf(), pid }),
    }
}

fn check_format(disk: &Disk, dir: &Path) -> Result<(), StorageError> {
    let path = dir.join(FORMAT_FILE);
    if !disk.exists(&path) {
        return disk.write_replacing(&path, FORMAT.as_bytes()).while_trying_to("write the format of the state");
    }
    let found = disk.read(&path).while_trying_to("read the format of the state")?;
    if found == FORMAT {
        return Ok(());
    }
    let found = String::from_utf8_lossy(&found).trim_end().chars().take(80).collect();
    Err(StorageError::Format { dir: dir.to_path_buf(), found })
}

/// Where unreadable rows went, and what was wrong with them.
type SetAside = Option<(PathBuf, String)>;

fn open_or_set_aside(world: &World, dir: &Path) -> Result<(Trees, SetAside), StorageError> {
    let rows = dir.join(ROWS);
    // We hold the lock of the folder. Threads of sled may keep sled's own a moment longer than the store they served.
    if !world.disk().wait_until_unlocked(&rows.join("db")).while_trying_to("wait for the lock of the rows")? {
        return Err(StorageError::InUse { dir: dir.to_path_buf(), pid: None });
    }
    let reason = match open_rows(&rows) {
        Ok(trees) => return Ok((trees, None)),
        Err(Unopened::Refused(error)) => return Err(error),
        Err(Unopened::Damaged(error)) => error.to_string(),
    };
    let moved_to = dir.join(format!("{SET_ASIDE}{}", world.clock().now().as_millis()));
    world.disk().rename(&rows, &moved_to).while_trying_to("set unreadable rows aside")?;
    let trees = open_rows(&rows).map_err(|(Unopened::Refused(error) | Unopened::Damaged(error))| error)?;
    Ok((trees, Some((moved_to, reason))))
}

enum Unopened {
    /// The system refused; the rows are as they were.
    Refused(StorageError),
    /// The rows themselves are at fault.
    Damaged(StorageError),
}

fn open_rows(path: &Path) -> Result<Trees, Unopened> {
    let config = sled::Config::new()
        .path(path)
        .cache_capacity(CACHE_BYTES)
        .mode(sled::Mode::HighThroughput)
        // The journal is what makes a write survive; the checkpoint decides when sled writes.
        .flush_every_ms(None);
    let mut refused = false;
    let opened = guarded("open the rows", || config.open().inspect_err(|error| refused = is_refusal(error)));
    opened.and_then(Trees::open).map_err(if refused { Unopened::Refused } else { Unopened::Damaged })
}

/// Whether the error is about this machine and not about what is in the files.
fn is_refusal(error: &sled::Error) -> bool {
    use io::ErrorKind::{OutOfMemory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull, WouldBlock};
    let sled::Error::Io(error) = error else {
        return false;
    };
    // sled has no kind of its own for this.
    let is_locked = error.to_string().contains("could not acquire lock");
    is_locked
        || matches!(
            error.kind(),
            OutOfMemory | PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull | WouldBlock
        )
}

fn has_rows_set_aside(disk: &Disk, dir: &Path) -> Result<bool, StorageError> {
    let entries = disk.list(dir).while_trying_to("look into the folder for state")?;
    Ok(entries.iter().any(|entry| entry.name.starts_with(SET_ASIDE)))
}

struct Replayed {
    next_number: u64,
    changes: u64,
    notices: Vec<Notice>,
}

/// Applies all journals in order. What sled has of them already is written again to the same end.
fn replay(disk: &Disk, dir: &Path, trees: &Trees) -> Result<Replayed, StorageError> {
    let numbers = journal::numbers(disk, dir)?;
    let mut replayed =
        Replayed { next_number: numbers.last().map_or(1, |last| last + 1), changes: 0, notices: Vec::new() };
    for number in &numbers {
        let journal = journal::read(disk, dir, *number)?;
        for batch in journal.batches {
            replayed.changes += batch.len() as u64;
            trees.apply(batch)?;
        }
        if journal.torn > 0 {
            replayed.notices.push(Notice::TornJournal { file: journal.path, dropped: journal.torn });
        }
    }
    if replayed.changes > 0 {
        flush(&trees.db)?;
    }
    numbers.iter().try_for_each(|number| journal::remove(disk, dir, *number))?;
    Ok(replayed)
}
