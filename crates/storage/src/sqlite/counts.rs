//! How many rows a statement read and wrote.

use rusqlite::{Connection, Statement, StatementStatus};

/// What a statement did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that were looked at.
    pub rows_read: u64,
    /// Rows and entries of indexes that were written.
    pub rows_written: u64,
}

/// A statement that is being counted.
pub(super) struct Counting {
    changes: u64,
}

impl Counting {
    pub(super) fn begin(connection: &Connection) -> Counting {
        Counting { changes: connection.total_changes() }
    }

    pub(super) fn end(self, connection: &Connection, statement: &Statement<'_>, given: u64) -> Counts {
        let scanned = statement.reset_status(StatementStatus::FullscanStep);
        let scanned = u64::try_from(scanned).unwrap_or_default();
        Counts {
            // A scan steps from row to row, one time less than there are rows.
            rows_read: if scanned > 0 { scanned + 1 } else { given },
            rows_written: connection.total_changes() - self.changes,
        }
    }
}
