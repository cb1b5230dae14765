//! A database that runs a Worker's SQL: limits, rules, transactions, and a stop for what takes too long.

use super::counts::{Counting, Counts};
use super::regulator::{Gate, is_reserved};
use super::statements::{first_statement, is_blank, may_be_several, new_table_name};
use super::watch::{Guard, Stopped, Watch};
use super::{Sqlite, SqliteOptions, describe};
use crate::error::StorageError;
use edgeemu_world::World;
use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Row, Statement, TransactionState, ffi};
use std::sync::Arc;
use std::time::Duration;

/// The largest database, in bytes: 10 GB.
const DATABASE_BYTES: i64 = 10_000_000_000;

/// A database this many pages below its largest size counts as full: a failed write has given back what it took.
const SLACK: i64 = 100_000;

/// Why SQL failed. As text it is what production says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqlError {
    /// SQLite refused; the text is that of [`describe`].
    #[error("{0}")]
    Sqlite(String),
    /// `BEGIN`, `SAVEPOINT` and the like.
    #[error(
        "To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs \
         instead of the SQL BEGIN TRANSACTION or SAVEPOINT statements. The JavaScript API is safer because it will \
         automatically roll back on exceptions, and because it interacts correctly with Durable Objects' automatic \
         atomic write coalescing."
    )]
    Transaction,
    /// Nothing but comments.
    #[error("SQL code did not contain a statement.")]
    NoStatement,
    /// More or fewer values than parameters.
    #[error("Wrong number of parameter bindings for SQL query.")]
    ParameterCount,
    /// Parameters in a statement that is not the last one.
    #[error("When executing multiple SQL statements in a single call, only the last statement can have parameters.")]
    ParametersBeforeLast,
    /// The database has reached its largest size.
    #[error("Exceeded maximum DB size")]
    Full,
    /// The disk has no room, or refuses.
    #[error("{0}")]
    Disk(String),
    /// The statement was stopped; everything it did is undone.
    #[error("interrupted: SQLITE_INTERRUPT")]
    Stopped(Stopped),
}

/// Takes what a statement gives.
pub trait RowSink {
    /// The names of the columns, before the first row.
    fn columns(&mut self, names: &[&str]);

    /// One row.
    fn row(&mut self, row: &Row<'_>, columns: usize) -> rusqlite::Result<()>;
}

/// A database that runs a Worker's SQL.
#[derive(Debug)]
pub struct Regulated {
    sqlite: Sqlite,
    pub(super) gate: Arc<Gate>,
    watch: Watch,
    pub(super) own: OwnStatements,
}

/// Our own statements that run with every request. They are kept compiled beside those of the Worker, which went past
/// the rules, so no text of a Worker may be the same: a comment that nobody can guess sees to that.
#[derive(Debug)]
pub(super) struct OwnStatements {
    mark: String,
    pub(super) begin: String,
    pub(super) commit: String,
    pub(super) rollback: String,
    size: String,
}

impl OwnStatements {
    fn new(world: &World) -> OwnStatements {
        let mut mark = [0; 16];
        world.rng().fork("sqlite").fill(&mut mark);
        let mark = format!("/* {:032x} */", u128::from_ne_bytes(mark));
        let own = |sql: &str| format!("{mark} {sql}");
        OwnStatements {
            begin: own("BEGIN"),
            commit: own("COMMIT"),
            rollback: own("ROLLBACK"),
            size: own("SELECT max(page_count, 1) * page_size FROM pragma_page_count, pragma_page_size"),
            mark,
        }
    }

    /// `sql` as a text that a Worker cannot know.
    pub(super) fn marked(&self, sql: &str) -> String {
        format!("{} {sql}", self.mark)
    }
}

impl Regulated {
    /// Opens the database and puts limits and rules onto it.
    ///
    /// # Errors
    /// As [`Sqlite::open`].
    pub fn open(world: &World, options: &SqliteOptions) -> Result<Regulated, StorageError> {
        let mut sqlite = Sqlite::open(world, options)?;
        let regulate = |sqlite: &mut Sqlite| {
            let page: i64 = sqlite.query_row("PRAGMA page_size", [], |row| row.get(0))?;
            sqlite.pragma_update_and_check(None, "max_page_count", DATABASE_BYTES / page.max(512), |_| Ok(()))?;
            let watch = Watch::install(sqlite, world.clock())?;
            Ok((Gate::install(sqlite)?, watch))
        };
        let (gate, watch) = regulate(&mut sqlite).map_err(|error: rusqlite::Error| StorageError::Sqlite {
            place: options.place.path(),
            reason: describe(&error),
        })?;
        Ok(Regulated { sqlite, gate, watch, own: OwnStatements::new(world) })
    }

    /// Puts rules in force that stop the statements that come.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn guard(&self, guard: &Guard) -> Result<(), SqlError> {
        self.watch.set(guard);
        let wait = if guard.hurries { Duration::ZERO } else { super::BUSY };
        self.sqlite.busy_timeout(wait).map_err(|error| self.refused(Some(&error)))
    }

    /// Runs our own SQL, for which there are no rules. It must not be kept compiled: a Worker's SQL of the same text
    /// would have none either.
    pub fn trusted<T>(&self, run: impl FnOnce(&rusqlite::Connection) -> T) -> T {
        self.gate.trust(true);
        let result = run(&self.sqlite);
        self.gate.trust(false);
        result
    }

    /// Runs what makes a whole database again: without rules and limits, with foreign keys unchecked, and with the
    /// tables behind virtual tables open for writing.
    ///
    /// # Errors
    /// That of `run`, and what SQLite says.
    pub fn unregulated<T, E: From<SqlError>>(
        &self,
        run: impl FnOnce(&rusqlite::Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let switch = |connection: &rusqlite::Connection, on: bool| {
            Gate::limit(connection, on)?;
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, on)?;
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, on).map(drop)
        };
        let refused = |error: rusqlite::Error| E::from(self.refused(Some(&error)));
        let done = self.trusted(|connection| {
            switch(connection, false).map_err(refused)?;
            let done = run(connection);
            switch(connection, true).map_err(refused)?;
            done
        });
        // What was compiled under other rules is not kept.
        self.sqlite.flush_prepared_statement_cache();
        done
    }

    /// Runs `work` in one transaction: all of it or nothing. Settings that it changed are as before afterwards.
    ///
    /// # Errors
    /// That of `work`, and that of the end of the transaction.
    pub fn transaction<T, E: From<SqlError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.run_own(&self.own.begin)?;
        let done = work().and_then(|result| self.run_own(&self.own.commit).map(|()| result).map_err(E::from));
        // Some errors end the transaction by themselves.
        if done.is_err() && !self.sqlite.is_autocommit() {
            self.run_own(&self.own.rollback)?;
        }
        if self.gate.take_setting_changed() {
            self.reset_settings();
        }
        done
    }

    /// Begins a transaction that only looks and does not end: the database stays as it is now for this connection.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn pin(&self) -> Result<(), SqlError> {
        self.run_own(&self.own.begin)?;
        let look = |connection: &rusqlite::Connection| {
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        };
        self.trusted(look).map_err(|error| self.refused(Some(&error)))
    }

    /// Runs statements that only read, on a database that is [pinned](Regulated::pin).
    ///
    /// # Errors
    /// Those of `work`.
    pub fn look<T>(&self, work: impl FnOnce() -> Result<T, SqlError>) -> Result<T, SqlError> {
        let done = work();
        if self.gate.take_setting_changed() {
            self.reset_settings();
        }
        done
    }

    /// Whether nothing in `sql` writes. What cannot be compiled writes nothing.
    #[must_use]
    pub fn only_reads(&self, sql: &str) -> bool {
        let mut rest = sql;
        while !rest.trim().is_empty() {
            let (statement, after) = first_statement(rest);
            if self.sqlite.prepare_cached(statement).is_ok_and(|statement| !statement.readonly()) {
                return false;
            }
            rest = after;
        }
        true
    }

    /// Whether the transaction that is open has written.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        matches!(self.sqlite.transaction_state(None::<&str>), Ok(TransactionState::Write))
    }

    /// The size of the database in bytes, the transaction that is open included.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn size(&self) -> Result<u64, SqlError> {
        let ask = |connection: &rusqlite::Connection| {
            connection.prepare_cached(&self.own.size)?.query_row([], |row| row.get::<_, i64>(0))
        };
        let size = self.trusted(ask).map_err(|error| self.refused(Some(&error)))?;
        Ok(u64::try_from(size).unwrap_or_default())
    }

    /// The connection, for what can be asked without SQL.
    #[must_use]
    pub fn connection(&self) -> &rusqlite::Connection {
        &self.sqlite
    }

    /// Runs every statement in `sql`. Parameters belong to the last one, as do rows and counts.
    ///
    /// # Errors
    /// What production says.
    pub fn run(&self, sql: &str, parameters: &[Value], sink: &mut dyn RowSink) -> Result<Counts, SqlError> {
        // A refusal of an earlier statement says nothing about this one.
        self.gate.take_transaction_refused();
        if !may_be_several(sql)
            && let Ok(mut statement) = self.sqlite.prepare_cached(sql)
        {
            if statement.column_count() == 0 {
                check_without_columns(sql)?;
            }
            return self.step(&mut statement, parameters, sink);
        }
        self.run_each(sql, parameters, sink)
    }

    /// Several statements, or one that is wrong.
    fn run_each(&self, sql: &str, parameters: &[Value], sink: &mut dyn RowSink) -> Result<Counts, SqlError> {
        if sql.len() > super::regulator::SQL_BYTES as usize {
            return Err(self.refused(self.sqlite.prepare(sql).map(drop).err().as_ref()));
        }
        let mut rest = sql;
        loop {
            let (text, after) = first_statement(rest);
            check_without_columns(text)?;
            let mut statement = self.sqlite.prepare(text).map_err(|error| self.refused(Some(&error)))?;
            rest = after.trim_start();
            if rest.is_empty() {
                return self.step(&mut statement, parameters, sink);
            }
            if statement.parameter_count() > 0 {
                return Err(SqlError::ParametersBeforeLast);
            }
            self.step(&mut statement, &[], &mut Ignored)?;
        }
    }

    fn step(
        &self,
        statement: &mut Statement<'_>,
        parameters: &[Value],
        sink: &mut dyn RowSink,
    ) -> Result<Counts, SqlError> {
        if statement.parameter_count() != parameters.len() {
            return Err(SqlError::ParameterCount);
        }
        let refused = |error: rusqlite::Error| self.refused(Some(&error));
        for (index, value) in parameters.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value).map_err(refused)?;
        }
        let counting = Counting::begin(&self.sqlite);
        let mut rows = statement.raw_query();
        let mut given = 0;
        while let Some(row) = rows.next().map_err(refused)? {
            // Only now: a change of the schema may have given a statement that was kept other columns.
            if given == 0 {
                sink.columns(&names(row.as_ref()));
            }
            given += 1;
            sink.row(row, row.as_ref().column_count()).map_err(refused)?;
        }
        drop(rows);
        if given == 0 {
            sink.columns(&names(statement));
        }
        Ok(counting.end(&self.sqlite, statement, given))
    }

    /// One of our own statements that end or begin a transaction.
    pub(super) fn run_own(&self, sql: &str) -> Result<(), SqlError> {
        let run = |connection: &rusqlite::Connection| connection.prepare_cached(sql)?.execute([]);
        self.trusted(run).map(drop).map_err(|error| self.refused(Some(&error)))
    }

    pub(super) fn refused(&self, error: Option<&rusqlite::Error>) -> SqlError {
        let transaction = self.gate.take_transaction_refused();
        let Some(error) = error else { return SqlError::NoStatement };
        let code = error.sqlite_extended_error_code().map(|code| code & 0xff);
        match code {
            Some(ffi::SQLITE_AUTH) if transaction => SqlError::Transaction,
            Some(ffi::SQLITE_FULL) if self.is_at_its_largest() => SqlError::Full,
            Some(ffi::SQLITE_FULL | ffi::SQLITE_IOERR | ffi::SQLITE_READONLY) => SqlError::Disk(describe(error)),
            Some(ffi::SQLITE_INTERRUPT) => SqlError::Stopped(self.watch.reason().unwrap_or(Stopped::Abandoned)),
            Some(ffi::SQLITE_BUSY) if self.watch.hurries() => SqlError::Stopped(Stopped::Busy),
            _ => SqlError::Sqlite(describe(error)),
        }
    }

    /// Whether it was the limit that refused, and not the disk.
    fn is_at_its_largest(&self) -> bool {
        let pages = |pragma: &str| self.sqlite.query_row(pragma, [], |row| row.get::<_, i64>(0));
        let ask = |_: &rusqlite::Connection| -> rusqlite::Result<bool> {
            Ok(pages("PRAGMA max_page_count")? <= pages("PRAGMA page_count")? + SLACK)
        };
        self.trusted(ask).unwrap_or(false)
    }

    /// Settings last for a request, as those of `PRAGMA` do in production.
    fn reset_settings(&self) {
        const SETTINGS: &str = "PRAGMA case_sensitive_like = off; PRAGMA foreign_keys = on; \
            PRAGMA ignore_check_constraints = off; PRAGMA legacy_alter_table = off; \
            PRAGMA recursive_triggers = off; PRAGMA reverse_unordered_selects = off;";
        // These always succeed outside of a transaction.
        let _done = self.trusted(|connection| connection.execute_batch(SETTINGS));
    }
}

/// What the rules for compiled statements do not see: text without a statement, and the new name of a table.
pub(super) fn check_without_columns(sql: &str) -> Result<(), SqlError> {
    if is_blank(sql) {
        return Err(SqlError::NoStatement);
    }
    if new_table_name(sql).is_some_and(is_reserved) {
        return Err(SqlError::Sqlite("not authorized: SQLITE_AUTH".to_owned()));
    }
    Ok(())
}

fn names<'a>(statement: &'a Statement<'_>) -> Vec<&'a str> {
    statement.column_names().collect()
}

/// The rows of a statement that is not the last one.
struct Ignored;

impl RowSink for Ignored {
    fn columns(&mut self, _names: &[&str]) {}

    fn row(&mut self, _row: &Row<'_>, _columns: usize) -> rusqlite::Result<()> {
        Ok(())
    }
}
