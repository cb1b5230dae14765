//! Transactions whose beginning and end come at different times, as Durable Objects need them.

use super::describe;
use super::regulated::{Regulated, SqlError};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;

impl Regulated {
    /// Begins a transaction.
    ///
    /// # Errors
    /// If one is open, or what SQLite says.
    pub fn begin(&self) -> Result<(), SqlError> {
        self.run_own(&self.own.begin)
    }

    /// Ends the transaction: what it wrote is acknowledged.
    ///
    /// # Errors
    /// A violated constraint that was deferred, or that the disk refuses; the transaction is still open then.
    pub fn commit(&self) -> Result<(), SqlError> {
        self.run_own(&self.own.commit)
    }

    /// Undoes the transaction, if one is open: some errors end it by themselves.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn rollback(&self) -> Result<(), SqlError> {
        if self.connection().is_autocommit() { Ok(()) } else { self.run_own(&self.own.rollback) }
    }

    /// A point inside of the transaction that [`rollback_to`](Regulated::rollback_to) leads back to.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn savepoint(&self, depth: usize) -> Result<(), SqlError> {
        self.run_plain(&format!("SAVEPOINT _cf_{depth}"))
    }

    /// Forgets the point, and keeps what came after it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn release(&self, depth: usize) -> Result<(), SqlError> {
        self.run_plain(&format!("RELEASE _cf_{depth}"))
    }

    /// Undoes what came after the point, and forgets it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn rollback_to(&self, depth: usize) -> Result<(), SqlError> {
        self.run_plain(&format!("ROLLBACK TO _cf_{depth}; RELEASE _cf_{depth}"))
    }

    /// Whether a transaction is open.
    #[must_use]
    pub fn is_in_transaction(&self) -> bool {
        !self.connection().is_autocommit()
    }

    /// `sql` in a form that may be kept compiled by [`trusted`](Regulated::trusted): no Worker can write the same text.
    #[must_use]
    pub fn own(&self, sql: &str) -> String {
        self.own.marked(sql)
    }

    /// How much of the database is in use, in bytes.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn used_bytes(&self) -> Result<u64, SqlError> {
        const USED: &str = "SELECT (page_count - freelist_count) * page_size \
             FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
        let ask = |connection: &Connection| connection.query_row(USED, [], |row| row.get::<_, i64>(0));
        let size = self.trusted(ask).map_err(|error| SqlError::Sqlite(describe(&error)))?;
        Ok(u64::try_from(size).unwrap_or_default())
    }

    /// Makes the database an empty one, at once and whole. No transaction and no statement may be open.
    ///
    /// # Errors
    /// What SQLite says; everything is still there then.
    pub fn reset(&self) -> Result<(), SqlError> {
        let reset = |connection: &Connection| {
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_RESET_DATABASE, true)?;
            // It builds the empty database beside this one for a moment.
            connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
            let done = connection.execute_batch("VACUUM");
            connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_RESET_DATABASE, false)?;
            done
        };
        self.connection().flush_prepared_statement_cache();
        self.trusted(reset).map_err(|error| SqlError::Sqlite(describe(&error)))
    }

    fn run_plain(&self, sql: &str) -> Result<(), SqlError> {
        self.trusted(|connection| connection.execute_batch(sql)).map_err(|error| self.refused(Some(&error)))
    }
}
