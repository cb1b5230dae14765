//! One table on disk: what reading and writing a row takes.

use super::{DiskStore, Fill, NAMES, guarded, locked, name_key};
use crate::blobs::Pin;
use crate::codec::{self, BlobRef, Body, Change, Stored};
use crate::error::StorageError;
use crate::flusher::Flusher;
use crate::rows::{Batch, Row, Span};
use bytes::Bytes;
use std::fmt;
use std::sync::Arc;

/// A table of a store on disk. It keeps the store open.
#[derive(Clone)]
pub(crate) struct DiskTable {
    name: String,
    /// Goes before the store, whose end gives the folder to others.
    tree: sled::Tree,
    flusher: Arc<Flusher>,
}

/// A change of a row whose large body has its file already.
struct Prepared<'a> {
    key: Vec<u8>,
    stored: Option<Stored>,
    /// Keeps the file until the row that names it is written.
    _pin: Option<Pin<'a>>,
}

impl DiskTable {
    pub(crate) fn open(flusher: &Arc<Flusher>, name: &str) -> Result<DiskTable, StorageError> {
        // A prefix of ours keeps the names of tables apart from sled's own and from `NAMES`.
        let name = format!("rows:{name}");
        let tree = flusher.store().trees.get(&name)?;
        Ok(DiskTable { flusher: flusher.clone(), name, tree })
    }

    fn store(&self) -> &DiskStore {
        self.flusher.store()
    }

    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Row>, StorageError> {
        let mut gone = None;
        loop {
            let Some(found) = self.stored_bytes(key)? else {
                return Ok(None);
            };
            let Stored { head, body } = Stored::decode(key, &found)?;
            let blob = match body {
                Body::Inline(body) => return Ok(Some(Row { head, body })),
                Body::Blob(blob) => blob,
            };
            if let Some(body) = self.store().blobs.read(&blob)? {
                return Ok(Some(Row { head, body }));
            }
            // The row may have been replaced and the file removed since we looked; if it still names it, it is lost.
            if gone.replace(blob) == Some(blob) {
                return Err(StorageError::damaged(key, "the file of its value is missing or cut off"));
            }
        }
    }

    pub(crate) fn head(&self, key: &[u8]) -> Result<Option<Bytes>, StorageError> {
        let found = self.stored_bytes(key)?;
        found.map(|bytes| codec::split_head(key, &bytes).map(|(head, _)| Bytes::copy_from_slice(head))).transpose()
    }

    fn stored_bytes(&self, key: &[u8]) -> Result<Option<sled::IVec>, StorageError> {
        guarded("read a row", || self.tree.get(key))
    }

    pub(crate) fn apply(&self, batch: Batch) -> Result<(), StorageError> {
        // Large bodies are written before the journal is locked: other writers need not wait for them.
        let prepared: Vec<_> =
            batch.changes.into_iter().map(|(key, row)| self.prepare(key, row)).collect::<Result<_, _>>()?;
        let fill = {
            let mut journal = locked(&self.store().writer);
            let mut changes = Vec::with_capacity(prepared.len());
            for change in &prepared {
                self.changes_of(change, &mut changes)?;
            }
            self.store().commit(&mut journal, changes)?
        };
        drop(prepared);
        self.relieve(fill);
        Ok(())
    }

    fn prepare(&self, key: Vec<u8>, row: Option<Row>) -> Result<Prepared<'_>, StorageError> {
        let Some(Row { head, body }) = row else {
            return Ok(Prepared { key, stored: None, _pin: None });
        };
        if body.len() <= crate::INLINE_MAX {
            return Ok(Prepared { key, stored: Some(Stored { head, body: Body::Inline(body) }), _pin: None });
        }
        let pin = self.store().blobs.put(&body)?;
        let stored = Stored { head, body: Body::Blob(pin.blob) };
        Ok(Prepared { key, stored: Some(stored), _pin: Some(pin) })
    }

    /// The change of the row itself and of the names of files it had and has.
    fn changes_of(&self, change: &Prepared<'_>, changes: &mut Vec<Change>) -> Result<(), StorageError> {
        let key = &change.key;
        let name_change =
            |blob: &BlobRef, value| Change { table: NAMES.to_owned(), key: name_key(blob, &self.name, key), value };
        let old = self.stored_bytes(key)?;
        if let Some(blob) = old.map(|bytes| Stored::blob_of(key, &bytes)).transpose()?.flatten() {
            changes.push(name_change(&blob, None));
            self.store().blobs.suspect(&blob);
        }
        if let Some(Stored { body: Body::Blob(blob), .. }) = &change.stored {
            changes.push(name_change(blob, Some(Vec::new())));
        }
        let value = change.stored.as_ref().map(Stored::encode);
        changes.push(Change { table: self.name.clone(), key: key.clone(), value });
        Ok(())
    }

    pub(crate) fn remove_if_head(&self, key: &[u8], head: &[u8]) -> Result<bool, StorageError> {
        let fill = {
            let mut journal = locked(&self.store().writer);
            if self.head(key)?.is_none_or(|found| found != head) {
                return Ok(false);
            }
            let mut changes = Vec::new();
            self.changes_of(&Prepared { key: key.to_vec(), stored: None, _pin: None }, &mut changes)?;
            self.store().commit(&mut journal, changes)?
        };
        self.relieve(fill);
        Ok(true)
    }

    /// Not the writer's trouble: should writing down fail, the journal keeps the row and a notice tells.
    fn relieve(&self, fill: Fill) {
        match fill {
            Fill::Low => {}
            Fill::Full => self.flusher.request(),
            Fill::Overfull => self.store().checkpoint_and_note(),
        }
    }

    pub(crate) fn scan(&self, span: &Span) -> DiskScan {
        let range = (span.start.clone(), span.end.clone());
        // sled does not check that a range is one.
        let rows = (!span.is_empty()).then(|| self.tree.range(range));
        DiskScan { rows, _keeps_open: self.flusher.clone() }
    }
}

impl fmt::Debug for DiskTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DiskTable").field("name", &self.name).finish_non_exhaustive()
    }
}

pub(crate) struct DiskScan {
    rows: Option<sled::Iter>,
    _keeps_open: Arc<Flusher>,
}

impl DiskScan {
    pub(crate) fn next(&mut self) -> Option<Result<(Bytes, Bytes), StorageError>> {
        let rows = self.rows.as_mut()?;
        let row = match guarded("read the next row", || rows.next().transpose()) {
            Ok(row) => row?,
            Err(error) => {
                // A scan that broke has no next row; asking again must end.
                self.rows = None;
                return Some(Err(error));
            }
        };
        let (key, stored) = row;
        let head = codec::split_head(&key, &stored).map(|(head, _)| Bytes::copy_from_slice(head));
        Some(head.map(|head| (Bytes::copy_from_slice(&key), head)))
    }
}

impl fmt::Debug for DiskScan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DiskScan").finish_non_exhaustive()
    }
}
