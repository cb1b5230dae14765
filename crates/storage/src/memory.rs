//! Tables in memory.

use crate::rows::{Batch, Row, Span};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Map = BTreeMap<Vec<u8>, Row>;

#[derive(Debug, Default)]
pub(crate) struct MemoryStore {
    tables: Mutex<BTreeMap<String, MemoryTable>>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct MemoryTable {
    rows: Arc<Mutex<Map>>,
}

impl MemoryTable {
    pub(crate) fn open(store: &MemoryStore, name: &str) -> MemoryTable {
        let mut tables = store.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.entry(name.to_owned()).or_default().clone()
    }

    fn rows(&self) -> MutexGuard<'_, Map> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<Row> {
        self.rows().get(key).cloned()
    }

    pub(crate) fn apply(&self, batch: Batch) {
        let mut rows = self.rows();
        for (key, row) in batch.changes {
            match row {
                Some(row) => rows.insert(key, row),
                None => rows.remove(&key),
            };
        }
    }

    pub(crate) fn remove_if_head(&self, key: &[u8], head: &[u8]) -> bool {
        let mut rows = self.rows();
        let is_same = rows.get(key).is_some_and(|row| row.head == head);
        if is_same {
            rows.remove(key);
        }
        is_same
    }

    pub(crate) fn scan(&self, span: Span) -> MemoryScan {
        MemoryScan { table: self.clone(), rest: span }
    }
}

/// Takes one step at a time, so that the table is not locked between them.
#[derive(Debug)]
pub(crate) struct MemoryScan {
    table: MemoryTable,
    rest: Span,
}

impl MemoryScan {
    pub(crate) fn next(&mut self) -> Option<(Bytes, Bytes)> {
        if self.rest.is_empty() {
            return None;
        }
        let rows = self.table.rows();
        let (key, row) = rows.range((self.rest.start.clone(), self.rest.end.clone())).next()?;
        self.rest.start = Bound::Excluded(key.clone());
        Some((Bytes::copy_from_slice(key), row.head.clone()))
    }
}
