//! The disk of this machine. Every error names the path.

use super::{DirEntry, FileLock, LockAttempt, LockHeld, Metadata};
use crate::timestamp::Timestamp;
use bytes::Bytes;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What written content must survive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// The end of the process, however it ends.
    Process,
    /// The loss of power.
    Power,
}

trait NamePath<T> {
    fn name(self, path: &Path) -> io::Result<T>;
}

impl<T> NamePath<T> for io::Result<T> {
    fn name(self, path: &Path) -> io::Result<T> {
        self.map_err(|error| io::Error::new(error.kind(), format!("{error}: {}", path.display())))
    }
}

pub(super) fn read(path: &Path) -> io::Result<Bytes> {
    fs::read(path).map(Bytes::from).name(path)
}

pub(super) fn open_read(path: &Path) -> io::Result<File> {
    File::open(path).name(path)
}

pub(super) fn open_append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path).name(path)
}

pub(super) fn write_atomic(path: &Path, content: &[u8], durability: Durability) -> io::Result<()> {
    let temporary = temporary_beside(path);
    let written = write_new(&temporary, content, durability).and_then(|()| fs::rename(&temporary, path).name(path));
    if written.is_err() {
        // Best effort: the error that counts is the one above.
        let _ = fs::remove_file(&temporary);
    } else if durability == Durability::Power {
        sync_folder_of(path)?;
    }
    written
}

fn write_new(path: &Path, content: &[u8], durability: Durability) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).name(path)?;
    file.write_all(content).name(path)?;
    if durability == Durability::Power {
        file.sync_all().name(path)?;
    }
    Ok(())
}

/// A name in the same folder, so that the rename stays within one file system, and unlike that of any other writer.
fn temporary_beside(path: &Path) -> PathBuf {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    path.with_file_name(format!(".{name}.{}-{number}.tmp", std::process::id()))
}

/// A rename survives the loss of power only once the folder itself was written.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync(parent),
        _ => sync(Path::new(".")),
    }
}

pub(super) fn sync(path: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened as a file, and its entries are written with the files.
    if cfg!(not(unix)) && path.is_dir() {
        return Ok(());
    }
    File::open(path).and_then(|file| file.sync_all()).name(path)
}

pub(super) fn create_dir_all(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path).name(path)
}

pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    fs::remove_file(path).name(path)
}

pub(super) fn remove_dir_all(path: &Path) -> io::Result<()> {
    fs::remove_dir_all(path).name(path)
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to).name(from)
}

pub(super) fn list(path: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).name(path)? {
        let entry = entry.name(path)?;
        let found = entry.path();
        entries.push(DirEntry {
            name: entry.file_name().to_string_lossy().into_owned(),
            // A link that leads nowhere is still an entry.
            is_dir: fs::metadata(&found).is_ok_and(|metadata| metadata.is_dir()),
            path: found,
        });
    }
    entries.sort_by(|one, other| one.path.file_name().cmp(&other.path.file_name()));
    Ok(entries)
}

pub(super) fn metadata(path: &Path) -> io::Result<Metadata> {
    let metadata = fs::metadata(path).name(path)?;
    let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
    let is_dir = metadata.is_dir();
    Ok(Metadata { len: if is_dir { 0 } else { metadata.len() }, modified: timestamp(modified), is_dir })
}

fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::from_millis(crate::clock::millis_since_epoch(time))
}

pub(super) fn canonicalize(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path).name(path)
}

pub(super) fn try_lock(path: &Path) -> io::Result<LockAttempt> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).name(path)?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0).name(path)?;
            writeln!(file, "{}", std::process::id()).name(path)?;
            Ok(LockAttempt::Held(FileLock { held: LockHeld::Real { file } }))
        }
        Err(TryLockError::WouldBlock) => Ok(LockAttempt::Busy { pid: written_pid(&mut file) }),
        Err(TryLockError::Error(error)) => Err(error).name(path),
    }
}

pub(super) fn is_unlocked(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error).name(path),
    };
    // Given back when the file is closed, at the end of this call.
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error).name(path),
    }
}

fn written_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
