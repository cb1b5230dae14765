//! Large values as files: `blobs/<first two hex digits>/<SHA-256>`.
//!
//! A file is written before the row that names it, and removed only once no row names it. Who is about to name a file
//! pins it meanwhile, so that the sweep, which runs beside the writers, lets it be.

use crate::Durability;
use crate::codec::BlobRef;
use crate::error::{StorageError, While};
use bytes::Bytes;
use edgeemu_world::Disk;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

type Hash = [u8; 32];

#[derive(Debug)]
pub(crate) struct Blobs {
    disk: Disk,
    dir: PathBuf,
    durability: Durability,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// How many writers are about to name the file.
    pinned: BTreeMap<Hash, usize>,
    /// Files that lost a row that named them, or were found when opening.
    suspects: BTreeSet<Hash>,
    /// Files that would not survive the loss of power yet.
    unsynced: BTreeSet<Hash>,
}

/// Keeps a file from the sweep until it is dropped.
#[derive(Debug)]
pub(crate) struct Pin<'a> {
    blobs: &'a Blobs,
    pub(crate) blob: BlobRef,
}

impl Drop for Pin<'_> {
    fn drop(&mut self) {
        let mut state = self.blobs.state();
        if let Some(count) = state.pinned.get_mut(&self.blob.hash) {
            *count -= 1;
            if *count == 0 {
                state.pinned.remove(&self.blob.hash);
                // If the row was not written after all, nobody names the file.
                state.suspects.insert(self.blob.hash);
            }
        }
    }
}

impl Blobs {
    pub(crate) fn new(disk: &Disk, dir: PathBuf, durability: Durability) -> Blobs {
        Blobs { disk: disk.clone(), dir, durability, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the content unless it is there already.
    pub(crate) fn put(&self, content: &[u8]) -> Result<Pin<'_>, StorageError> {
        let hash: Hash = Sha256::digest(content).into();
        let pin = self.pin(BlobRef { hash, len: content.len() as u64 });
        let path = self.path_of(&hash);
        // A length that differs is what the loss of power may leave of a file.
        if self.disk.metadata(&path).is_ok_and(|found| found.len == pin.blob.len) {
            return Ok(pin);
        }
        self.write(&path, content).while_trying_to("write the file of a large value")?;
        if self.durability == Durability::Process {
            self.state().unsynced.insert(hash);
        }
        Ok(pin)
    }

    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let write = || match self.durability {
            Durability::Process => self.disk.write_replacing(path, content),
            Durability::Strict => self.disk.write_atomic(path, content),
        };
        match write() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let folder = path.parent().unwrap_or(&self.dir);
                self.disk.create_dir_all(folder)?;
                write()
            }
            written => written,
        }
    }

    fn pin(&self, blob: BlobRef) -> Pin<'_> {
        *self.state().pinned.entry(blob.hash).or_insert(0) += 1;
        Pin { blobs: self, blob }
    }

    /// The content; `None` if the file is gone or not whole.
    pub(crate) fn read(&self, blob: &BlobRef) -> Result<Option<Bytes>, StorageError> {
        match self.disk.read(&self.path_of(&blob.hash)) {
            Ok(content) => Ok((content.len() as u64 == blob.len).then_some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).while_trying_to("read the file of a large value"),
        }
    }

    /// A row that named the file no longer does.
    pub(crate) fn suspect(&self, blob: &BlobRef) {
        self.state().suspects.insert(blob.hash);
    }

    /// Suspects every file there is, and removes what unfinished writes left behind. For the start, before any writer.
    pub(crate) fn suspect_all(&self) -> Result<(), StorageError> {
        const ACTION: &str = "look through the files of large values";
        if !self.disk.exists(&self.dir) {
            return Ok(());
        }
        for folder in self.disk.list(&self.dir).while_trying_to(ACTION)?.iter().filter(|entry| entry.is_dir) {
            for file in self.disk.list(&folder.path).while_trying_to(ACTION)? {
                if let Some(hash) = from_hex(&file.name) {
                    self.state().suspects.insert(hash);
                } else if file.name.ends_with(".tmp") {
                    self.disk.remove_file(&file.path).while_trying_to(ACTION)?;
                }
            }
        }
        Ok(())
    }

    /// The files that may have lost their last row up to now.
    pub(crate) fn take_suspects(&self) -> BTreeSet<Hash> {
        std::mem::take(&mut self.state().suspects)
    }

    /// Removes those files that are neither pinned nor named by a row.
    pub(crate) fn sweep(
        &self,
        suspects: BTreeSet<Hash>,
        is_named: impl Fn(&Hash) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError> {
        for hash in suspects {
            // Held over the look and the removal: nobody can pin the file in between.
            let mut state = self.state();
            if state.pinned.contains_key(&hash) {
                state.suspects.insert(hash);
            } else if !is_named(&hash)? {
                state.unsynced.remove(&hash);
                match self.disk.remove_file(&self.path_of(&hash)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(error).while_trying_to("remove the file of a value nobody has any more");
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Waits until all files survive the loss of power.
    pub(crate) fn sync(&self) -> Result<(), StorageError> {
        let unsynced = self.state().unsynced.clone();
        let mut folders = BTreeSet::new();
        for hash in &unsynced {
            let path = self.path_of(hash);
            folders.extend(path.parent().map(Path::to_path_buf));
            self.sync_path(&path)?;
        }
        folders.iter().try_for_each(|folder| self.sync_path(folder))?;
        self.state().unsynced.retain(|hash| !unsynced.contains(hash));
        Ok(())
    }

    fn sync_path(&self, path: &Path) -> Result<(), StorageError> {
        match self.disk.sync(path) {
            // The sweep was faster.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            synced => synced.while_trying_to("write a large value to disk"),
        }
    }

    fn path_of(&self, hash: &Hash) -> PathBuf {
        let name = to_hex(hash);
        self.dir.join(&name[..2]).join(name)
    }
}

fn to_hex(hash: &Hash) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    hash.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn from_hex(name: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    let digits = name.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.chunks(2)) {
        let text = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(text, 16).ok()?;
    }
    Some(hash)
}
