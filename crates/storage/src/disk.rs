//! Tables on disk: sled, with the journal in front and large bodies beside it.

mod open;
mod table;

pub(crate) use table::{DiskScan, DiskTable};

use crate::Durability;
use crate::blobs::Blobs;
use crate::codec::{BlobRef, Change};
use crate::error::StorageError;
use crate::journal::{self, Journal};
use crate::notice::Notice;
use edgeemu_world::{Disk, FileLock};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How a store on disk works.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) durability: Durability,
    /// Once the journal has this many bytes, everything is written down in the background.
    pub(crate) journal_full: u64,
    /// Once it has this many, the background cannot keep up: the writer itself does it and waits.
    pub(crate) journal_overfull: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        const MIB: u64 = 1024 * 1024;
        Settings { durability: Durability::default(), journal_full: 8 * MIB, journal_overfull: 64 * MIB }
    }
}

/// Which rows name which files: `hash | table | 0 | key`, without a value.
const NAMES: &str = "blob-names";

/// Everything that belongs to one open folder. The lock goes last.
#[derive(Debug)]
pub(crate) struct DiskStore {
    disk: Disk,
    dir: PathBuf,
    settings: Settings,
    trees: Trees,
    blobs: Blobs,
    writer: Mutex<Journal>,
    /// Journals whose changes are not in sled for good yet. Held while a checkpoint runs.
    retired: Mutex<Vec<u64>>,
    notices: Mutex<Vec<Notice>>,
    _lock: FileLock,
}

/// The tables of sled that were opened so far.
#[derive(Debug)]
struct Trees {
    db: sled::Db,
    names: sled::Tree,
    opened: Mutex<BTreeMap<String, sled::Tree>>,
}

/// How many bytes a journal has after a write, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fill {
    Low,
    Full,
    Overfull,
}

impl DiskStore {
    pub(crate) fn notices(&self) -> Vec<Notice> {
        locked(&self.notices).clone()
    }

    /// Writes everything down, begins a journal and removes the older ones and the files nobody names.
    pub(crate) fn checkpoint(&self) -> Result<(), StorageError> {
        let mut retired = locked(&self.retired);
        // Before the journal changes hands: what became a suspect up to here is settled by the changes we write down.
        let suspects = self.blobs.take_suspects();
        if !self.begin_journal(&mut retired)? && suspects.is_empty() {
            return Ok(());
        }
        self.blobs.sync()?;
        flush(&self.trees.db)?;
        for number in retired.drain(..) {
            journal::remove(&self.disk, &self.dir, number)?;
        }
        self.blobs.sweep(suspects, |hash| self.is_named(hash))
    }

    /// Retires the journal, unless it is empty. Says whether there is anything retired.
    fn begin_journal(&self, retired: &mut Vec<u64>) -> Result<bool, StorageError> {
        let mut journal = locked(&self.writer);
        if journal.len() > 0 {
            let next = Journal::begin(&self.disk, &self.dir, journal.number() + 1)?;
            retired.push(journal.number());
            *journal = next;
        }
        Ok(!retired.is_empty())
    }

    /// Like [`checkpoint`](DiskStore::checkpoint); an error becomes a notice.
    pub(crate) fn checkpoint_and_note(&self) {
        if let Err(error) = self.checkpoint() {
            locked(&self.notices).push(Notice::FlushFailed { reason: error.to_string() });
        }
    }

    fn is_named(&self, hash: &[u8; 32]) -> Result<bool, StorageError> {
        guarded("look for a row", || self.trees.names.scan_prefix(hash).next().transpose()).map(|found| found.is_some())
    }

    /// Writes changes to the journal, then to sled. The caller holds the journal.
    fn commit(&self, journal: &mut Journal, changes: Vec<Change>) -> Result<Fill, StorageError> {
        journal.append(&changes)?;
        if self.settings.durability == Durability::Strict {
            journal.sync()?;
        }
        self.trees.apply(changes)?;
        Ok(match journal.len() {
            len if len >= self.settings.journal_overfull => Fill::Overfull,
            len if len >= self.settings.journal_full => Fill::Full,
            _ => Fill::Low,
        })
    }
}

impl Trees {
    fn open(db: sled::Db) -> Result<Trees, StorageError> {
        let names = guarded("open the table of large values", || db.open_tree(NAMES))?;
        Ok(Trees { db, names, opened: Mutex::default() })
    }

    fn get(&self, name: &str) -> Result<sled::Tree, StorageError> {
        if name == NAMES {
            return Ok(self.names.clone());
        }
        let mut opened = locked(&self.opened);
        if let Some(tree) = opened.get(name) {
            return Ok(tree.clone());
        }
        let tree = guarded("open a table", || self.db.open_tree(name))?;
        opened.insert(name.to_owned(), tree.clone());
        Ok(tree)
    }

    /// Each table changes at once for its readers.
    fn apply(&self, changes: Vec<Change>) -> Result<(), StorageError> {
        let mut batches: BTreeMap<String, Vec<Change>> = BTreeMap::new();
        for change in changes {
            batches.entry(change.table.clone()).or_default().push(change);
        }
        for (name, changes) in batches {
            let tree = self.get(&name)?;
            guarded("write a row", || apply_to_tree(&tree, changes))?;
        }
        Ok(())
    }
}

fn apply_to_tree(tree: &sled::Tree, changes: Vec<Change>) -> sled::Result<()> {
    let mut batch = sled::Batch::default();
    let is_single = changes.len() == 1;
    for Change { key, value, .. } in changes {
        match (value, is_single) {
            // Much cheaper than a batch of one.
            (Some(value), true) => return tree.insert(key, value).map(|_| ()),
            (None, true) => return tree.remove(key).map(|_| ()),
            (Some(value), false) => batch.insert(key, value),
            (None, false) => batch.remove(key),
        }
    }
    tree.apply_batch(batch)
}

fn name_key(blob: &BlobRef, table: &str, key: &[u8]) -> Vec<u8> {
    [blob.hash.as_slice(), table.as_bytes(), &[0], key].concat()
}

fn flush(db: &sled::Db) -> Result<(), StorageError> {
    guarded("write the rows to disk", || db.flush()).map(|_| ())
}

/// Calls sled. It panics on some kinds of damage; here that is an error like any other.
fn guarded<T>(action: &'static str, call: impl FnOnce() -> sled::Result<T>) -> Result<T, StorageError> {
    // Safe to go on after a panic: nothing of ours is half changed, and sled reports its own state.
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(outcome) => outcome.map_err(|error| StorageError::Rows { action, reason: error.to_string() }),
        Err(panic) => Err(StorageError::Rows { action, reason: panic_text(panic.as_ref()) }),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the table broke: {}", text.unwrap_or("no reason given"))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
