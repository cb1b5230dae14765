//! SQL from a file of any size, run as one transaction while it is read.

use crate::error::D1Error;
use crate::migrations::{Ends, normalized};
use crate::store::Database;
use edgeemu_storage::sqlite::{Guard, RowSink, StatementReader, rusqlite};
use rusqlite::Row;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// How much of a statement is read before it is found too long: SQLite itself refuses much less.
const STATEMENT_BYTES: usize = 1024 * 1024;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many statements were run.
    pub statements: u64,
    /// Rows that were looked at.
    pub rows_read: u64,
    /// Rows and entries of indexes that were written.
    pub rows_written: u64,
    /// The size of the database afterwards, in bytes.
    pub size_after: u64,
    /// How long it took by the world's clock, in milliseconds.
    pub duration_ms: u64,
}

/// Why an import failed: the statement, counted from 1, and what D1 says. Nothing was done then.
#[derive(Debug, thiserror::Error)]
#[error("statement {statement}: {source}")]
pub struct ImportError {
    /// Which statement.
    pub statement: u64,
    /// What is wrong with it.
    pub source: D1Error,
}

impl Database {
    /// Runs the statements in `source` in one transaction, under the rules for Workers but without a limit of time.
    /// Setting `abandoned` stops and undoes it. The results of queries are not kept.
    ///
    /// # Errors
    /// Names the statement that was refused.
    pub fn import(&self, source: impl Read, abandoned: Option<Arc<AtomicBool>>) -> Result<Imported, ImportError> {
        let mut statements = StatementReader::new(source, STATEMENT_BYTES);
        let mut imported = Imported::default();
        let mut ends = Ends::default();
        let stopwatch = self.world().stopwatch();
        let guard = Guard { abandoned, ..Guard::default() };
        let mut engine = self.engine();
        engine.before_write();
        let done = engine.commit(&guard, |sql| {
            let unreadable = |error: std::io::Error| D1Error::Malformed(error.to_string());
            while let Some(statement) = statements.next_statement().map_err(unreadable)? {
                imported.statements += 1;
                let statement = normalized(statement);
                if ends.takes_off(&statement).map_err(|error| D1Error::Malformed(error.to_string()))? {
                    continue;
                }
                let counts = sql.run(&statement, &[], &mut Unseen)?;
                imported.rows_read += counts.rows_read;
                imported.rows_written += counts.rows_written;
            }
            Ok(sql.size()?)
        });
        imported.size_after = done.map_err(|source| ImportError { statement: imported.statements, source })?;
        imported.duration_ms = u64::try_from(stopwatch.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(imported)
    }
}

/// Rows that nobody looks at.
struct Unseen;

impl RowSink for Unseen {
    fn columns(&mut self, _names: &[&str]) {}

    fn row(&mut self, _row: &Row<'_>, _columns: usize) -> rusqlite::Result<()> {
        Ok(())
    }
}
