//! A table: ordered keys, each with a head that is always at hand and a body that may be large.

use crate::Backing;
use crate::disk::{DiskScan, DiskTable};
use crate::error::StorageError;
use crate::memory::{MemoryScan, MemoryTable};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::ops::Bound;

/// A table of rows in the order of their keys' bytes. Cloning shares the table.
#[derive(Clone, Debug)]
pub struct Rows {
    table: Table,
}

#[derive(Clone, Debug)]
enum Table {
    Memory(MemoryTable),
    Disk(DiskTable),
}

/// What is stored under a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The small part: kept with the key, seen by scans. At most [`HEAD_MAX`](crate::HEAD_MAX) bytes.
    pub head: Bytes,
    /// The rest, of any length. Above [`INLINE_MAX`](crate::INLINE_MAX) bytes it has a file of its own on disk.
    pub body: Bytes,
}

/// Changes that happen together or not at all, also across a crash. The last change of a key counts.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub(crate) changes: BTreeMap<Vec<u8>, Option<Row>>,
}

impl Batch {
    /// Puts a row, replacing the one under `key`.
    pub fn put(&mut self, key: impl Into<Vec<u8>>, row: Row) {
        self.changes.insert(key.into(), Some(row));
    }

    /// Removes the row under `key`, if there is one.
    pub fn remove(&mut self, key: impl Into<Vec<u8>>) {
        self.changes.insert(key.into(), None);
    }

    /// Number of keys that change.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// An interval of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub(crate) start: Bound<Vec<u8>>,
    pub(crate) end: Bound<Vec<u8>>,
}

impl Span {
    /// Every key.
    #[must_use]
    pub fn all() -> Span {
        Span { start: Bound::Unbounded, end: Bound::Unbounded }
    }

    /// The keys that start with `prefix`.
    #[must_use]
    pub fn prefix(prefix: &[u8]) -> Span {
        let end = after_prefix(prefix).map_or(Bound::Unbounded, Bound::Excluded);
        Span { start: Bound::Included(prefix.to_vec()), end }
    }

    /// The keys from `start`, included, to `end`, excluded.
    #[must_use]
    pub fn between(start: &[u8], end: &[u8]) -> Span {
        Span { start: Bound::Included(start.to_vec()), end: Bound::Excluded(end.to_vec()) }
    }

    /// The keys of this span that come strictly after `key`.
    #[must_use]
    pub fn after(mut self, key: &[u8]) -> Span {
        let is_further = match &self.start {
            Bound::Unbounded => true,
            Bound::Included(start) | Bound::Excluded(start) => key >= start.as_slice(),
        };
        if is_further {
            self.start = Bound::Excluded(key.to_vec());
        }
        self
    }

    /// The keys of this span that come after every key that starts with `prefix`.
    #[must_use]
    pub fn beyond_prefix(self, prefix: &[u8]) -> Span {
        match after_prefix(prefix) {
            Some(start) => Span { start: Bound::Included(start), end: self.end },
            None => Span::between(&[], &[]),
        }
    }

    /// Whether no key can lie in it.
    pub(crate) fn is_empty(&self) -> bool {
        match (&self.start, &self.end) {
            (Bound::Included(start) | Bound::Excluded(start), Bound::Excluded(end)) => start >= end,
            (Bound::Excluded(start), Bound::Included(end)) => start >= end,
            (Bound::Included(start), Bound::Included(end)) => start > end,
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
        }
    }
}

/// The least key that is greater than every key with this prefix.
fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

impl Rows {
    pub(crate) fn open(backing: &Backing, name: &str) -> Result<Rows, StorageError> {
        let table = match backing {
            Backing::Memory(store) => Table::Memory(MemoryTable::open(store, name)),
            Backing::Disk(flusher) => Table::Disk(DiskTable::open(flusher, name)?),
        };
        Ok(Rows { table })
    }

    /// The row under `key`.
    ///
    /// # Errors
    /// What the disk says; [`StorageError::Damaged`] if the row cannot be understood.
    pub fn get(&self, key: &[u8]) -> Result<Option<Row>, StorageError> {
        match &self.table {
            Table::Memory(table) => Ok(table.get(key)),
            Table::Disk(table) => table.get(key),
        }
    }

    /// The head of the row under `key`, without looking at its body.
    ///
    /// # Errors
    /// As [`get`](Rows::get).
    pub fn head(&self, key: &[u8]) -> Result<Option<Bytes>, StorageError> {
        match &self.table {
            Table::Memory(table) => Ok(table.get(key).map(|row| row.head)),
            Table::Disk(table) => table.head(key),
        }
    }

    /// Puts a row, replacing the one under `key`. When this returns, the row survives a crash.
    ///
    /// # Errors
    /// [`StorageError::TooLong`]; otherwise what the disk says. After such an error the row may be there or not.
    pub fn put(&self, key: &[u8], row: Row) -> Result<(), StorageError> {
        let mut batch = Batch::default();
        batch.put(key, row);
        self.apply(batch)
    }

    /// Removes the row under `key`, if there is one.
    ///
    /// # Errors
    /// As [`put`](Rows::put).
    pub fn remove(&self, key: &[u8]) -> Result<(), StorageError> {
        let mut batch = Batch::default();
        batch.remove(key);
        self.apply(batch)
    }

    /// Applies all changes of a batch, or none.
    ///
    /// # Errors
    /// As [`put`](Rows::put).
    pub fn apply(&self, batch: Batch) -> Result<(), StorageError> {
        check_lengths(&batch)?;
        match &self.table {
            Table::Memory(table) => table.apply(batch),
            Table::Disk(table) => table.apply(batch)?,
        }
        Ok(())
    }

    /// Removes the row under `key` only if its head is still `head`; says whether it did. No write comes in between.
    ///
    /// # Errors
    /// As [`put`](Rows::put).
    pub fn remove_if_head(&self, key: &[u8], head: &[u8]) -> Result<bool, StorageError> {
        match &self.table {
            Table::Memory(table) => Ok(table.remove_if_head(key, head)),
            Table::Disk(table) => table.remove_if_head(key, head),
        }
    }

    /// The keys of a span and their heads, in order. Not a snapshot: a row that changes meanwhile is seen as it was or
    /// as it is.
    #[must_use]
    pub fn scan(&self, span: Span) -> Scan {
        Scan(match &self.table {
            Table::Memory(table) => Scanning::Memory(table.scan(span)),
            Table::Disk(table) => Scanning::Disk(Box::new(table.scan(&span))),
        })
    }
}

fn check_lengths(batch: &Batch) -> Result<(), StorageError> {
    let too_long = |part, len| if len > crate::HEAD_MAX { Err(StorageError::TooLong { part, len }) } else { Ok(()) };
    for (key, row) in &batch.changes {
        too_long("key", key.len())?;
        too_long("head", row.as_ref().map_or(0, |row| row.head.len()))?;
    }
    Ok(())
}

/// Keys and heads in order; see [`Rows::scan`].
#[derive(Debug)]
pub struct Scan(Scanning);

#[derive(Debug)]
enum Scanning {
    Memory(MemoryScan),
    Disk(Box<DiskScan>),
}

impl Iterator for Scan {
    type Item = Result<(Bytes, Bytes), StorageError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Scanning::Memory(scan) => scan.next().map(Ok),
            Scanning::Disk(scan) => scan.next(),
        }
    }
}
