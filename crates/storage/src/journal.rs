//! The journal: every change, handed to the operating system before it is acknowledged.
//!
//! A file begins with [`MAGIC`]; then records follow, each `length (4) | CRC-32 of the payload (4) | payload`.

use crate::codec::{self, Change};
use crate::error::{StorageError, While};
use edgeemu_world::{AppendFile, Disk};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"EEJRNL01";
const RECORD_HEAD: usize = 8;

/// The journal that is being written.
#[derive(Debug)]
pub(crate) struct Journal {
    number: u64,
    dir: PathBuf,
    file: AppendFile,
    len: u64,
    broken: Option<String>,
    buffer: Vec<u8>,
}

impl Journal {
    /// Begins the journal with this number; there must be none.
    pub(crate) fn begin(disk: &Disk, dir: &Path, number: u64) -> Result<Journal, StorageError> {
        let path = path_of(dir, number);
        let mut file = disk.open_append(&path).while_trying_to("begin a journal")?;
        file.write_all(MAGIC).while_trying_to("begin a journal")?;
        let len = MAGIC.len() as u64;
        Ok(Journal { number, dir: dir.to_path_buf(), file, len, broken: None, buffer: Vec::new() })
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Length of the records in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.len - MAGIC.len() as u64
    }

    /// Appends one record in one write. After an error the journal holds what it held before.
    pub(crate) fn append(&mut self, changes: &[Change]) -> Result<(), StorageError> {
        if let Some(reason) = &self.broken {
            return Err(StorageError::JournalBroken { dir: self.dir.clone(), reason: reason.clone() });
        }
        self.fill_buffer(changes);
        let written = self.file.write_all(&self.buffer);
        if let Err(error) = &written {
            self.undo(error.to_string());
        } else {
            self.len += self.buffer.len() as u64;
        }
        // A batch of many rows is rare: its memory is given back.
        self.buffer.shrink_to(64 * 1024);
        written.while_trying_to("append to the journal")
    }

    fn fill_buffer(&mut self, changes: &[Change]) {
        self.buffer.clear();
        self.buffer.extend_from_slice(&[0; RECORD_HEAD]);
        codec::encode_changes(changes, &mut self.buffer);
        let payload = &self.buffer[RECORD_HEAD..];
        let checksum = crc32fast::hash(payload).to_be_bytes();
        let len = u32::try_from(payload.len()).expect("a batch is bounded far below 4 GiB").to_be_bytes();
        self.buffer[..4].copy_from_slice(&len);
        self.buffer[4..RECORD_HEAD].copy_from_slice(&checksum);
    }

    /// A record written in part would hide every later one from the next start.
    fn undo(&mut self, reason: String) {
        if self.file.truncate(self.len).is_err() {
            self.broken = Some(reason);
        }
    }

    /// Waits until the records survive the loss of power.
    pub(crate) fn sync(&mut self) -> Result<(), StorageError> {
        self.file.sync().while_trying_to("write the journal to disk")
    }
}

/// A journal left behind by an earlier run.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) path: PathBuf,
    pub(crate) batches: Vec<Vec<Change>>,
    /// Bytes at the end that are no whole record.
    pub(crate) torn: u64,
}

/// Numbers of the journals in `dir`, oldest first.
pub(crate) fn numbers(disk: &Disk, dir: &Path) -> Result<Vec<u64>, StorageError> {
    let entries = disk.list(dir).while_trying_to("look for journals")?;
    let mut numbers: Vec<u64> = entries.iter().filter_map(|entry| number_of(&entry.name)).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// Reads a journal up to the first record that is not whole.
pub(crate) fn read(disk: &Disk, dir: &Path, number: u64) -> Result<Replay, StorageError> {
    let path = path_of(dir, number);
    let content = disk.read(&path).while_trying_to("read a journal")?;
    let mut batches = Vec::new();
    let mut rest = content.strip_prefix(MAGIC.as_slice()).unwrap_or_default();
    let mut torn = if content.starts_with(MAGIC) { 0 } else { content.len() as u64 };
    while !rest.is_empty() {
        let Some((batch, after)) = next_record(rest) else {
            torn = rest.len() as u64;
            break;
        };
        batches.push(batch);
        rest = after;
    }
    Ok(Replay { path, batches, torn })
}

fn next_record(bytes: &[u8]) -> Option<(Vec<Change>, &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    let (checksum, rest) = rest.split_first_chunk::<4>()?;
    let (payload, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*len)).ok()?)?;
    if crc32fast::hash(payload) != u32::from_be_bytes(*checksum) {
        return None;
    }
    Some((codec::decode_changes(payload)?, rest))
}

pub(crate) fn remove(disk: &Disk, dir: &Path, number: u64) -> Result<(), StorageError> {
    disk.remove_file(&path_of(dir, number)).while_trying_to("remove a journal that is no longer needed")
}

pub(crate) fn path_of(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("journal-{number:010}.log"))
}

fn number_of(name: &str) -> Option<u64> {
    name.strip_prefix("journal-")?.strip_suffix(".log")?.parse().ok()
}
