//! One database and the requests it runs, one after another.

use crate::answer::{Collector, Meta};
use crate::bookmark::Bookmark;
use crate::dump::sql_error;
use crate::error::D1Error;
use crate::options::{Request, Statement};
use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::rusqlite::{self, Connection, OptionalExtension};
use edgeemu_storage::sqlite::{Guard, Regulated, SqlError, SqliteOptions, describe};
use edgeemu_world::World;

/// The row of `_cf_METADATA` that holds the epoch.
const EPOCH_KEY: i64 = 2;

/// A database that is open.
#[derive(Debug)]
pub(crate) struct Engine {
    sql: Regulated,
    world: World,
    bookmark: Bookmark,
    /// Whether the epoch of the bookmark is in the database.
    epoch_is_kept: bool,
}

impl Engine {
    pub(crate) fn open(world: &World, options: &SqliteOptions) -> Result<Engine, StorageError> {
        let sql = Regulated::open(world, options)?;
        let last = sql
            .trusted(last_epoch)
            .map_err(|error| StorageError::Sqlite { place: options.place.path(), reason: describe(&error) })?;
        let bookmark = Bookmark { epoch: last + 1, commit: 0 };
        Ok(Engine { sql, world: world.clone(), bookmark, epoch_is_kept: false })
    }

    pub(crate) fn bookmark(&self) -> Bookmark {
        self.bookmark
    }

    /// For what is not a Worker's: commands that look into the database.
    pub(crate) fn trusted<T>(&self, run: impl FnOnce(&Connection) -> T) -> T {
        self.sql.trusted(run)
    }

    /// Runs all statements of the request in one transaction.
    pub(crate) fn execute(
        &mut self,
        request: &Request,
        guard: &Guard,
        collector: &mut dyn Collector,
    ) -> Result<Bookmark, D1Error> {
        let world = self.world.clone();
        self.commit(guard, |sql| {
            for statement in &request.statements {
                let meta = run(sql, &world, statement, collector)?;
                collector.finish(&meta);
            }
            Ok(())
        })?;
        Ok(self.bookmark)
    }

    /// Runs `work` in one transaction, which is a point in the history of the database if it has written.
    pub(crate) fn commit<T>(
        &mut self,
        guard: &Guard,
        work: impl FnOnce(&Regulated) -> Result<T, D1Error>,
    ) -> Result<T, D1Error> {
        self.sql.guard(guard)?;
        let (done, has_written) = self.sql.transaction(|| {
            let done = work(&self.sql)?;
            let has_written = self.sql.is_writing();
            if has_written && !self.epoch_is_kept {
                let keep = |connection: &Connection| keep_epoch(connection, self.bookmark.epoch);
                self.sql.trusted(keep).map_err(|error| SqlError::Sqlite(describe(&error)))?;
            }
            Ok::<_, D1Error>((done, has_written))
        })?;
        if has_written {
            self.advance();
        }
        Ok(done)
    }

    /// Runs `work` in one transaction without rules and limits.
    pub(crate) fn replace<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T, D1Error>) -> Result<T, D1Error> {
        self.sql.guard(&Guard::default())?;
        let epoch = self.bookmark.epoch;
        let done = self.sql.unregulated(|connection| {
            connection.execute_batch("BEGIN IMMEDIATE").map_err(|error| sql_error(&error))?;
            let done = work(connection).and_then(|done| {
                keep_epoch(connection, epoch)
                    .and_then(|_| connection.execute_batch("COMMIT"))
                    .map_err(|error| sql_error(&error))?;
                Ok(done)
            });
            if done.is_err() && !connection.is_autocommit() {
                connection.execute_batch("ROLLBACK").map_err(|error| sql_error(&error))?;
            }
            done
        })?;
        self.advance();
        Ok(done)
    }

    fn advance(&mut self) {
        self.epoch_is_kept = true;
        self.bookmark.commit = self.bookmark.commit.saturating_add(1);
    }
}

/// Runs one statement.
fn run(sql: &Regulated, world: &World, statement: &Statement, collector: &mut dyn Collector) -> Result<Meta, SqlError> {
    let (before, size_before) = (Totals::of(sql.connection()), sql.size()?);
    let stopwatch = world.stopwatch();
    let counts = sql.run(&statement.sql, &statement.params, collector.sink())?;
    let duration_ms = u64::try_from(stopwatch.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (after, size_after) = (Totals::of(sql.connection()), sql.size()?);
    let changes = after.changes.saturating_sub(before.changes);
    Ok(Meta {
        duration_ms,
        changes,
        last_row_id: after.last_row_id,
        changed_db: changes > 0 || after.last_row_id != before.last_row_id || size_after != size_before,
        size_after,
        rows_read: counts.rows_read,
        rows_written: counts.rows_written,
    })
}

fn keep_epoch(connection: &Connection, epoch: u32) -> rusqlite::Result<usize> {
    const TABLE: &str = "CREATE TABLE IF NOT EXISTS _cf_METADATA (key INTEGER PRIMARY KEY, value BLOB)";
    const PUT: &str = "INSERT INTO _cf_METADATA VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value";
    connection.execute(TABLE, [])?;
    connection.execute(PUT, [EPOCH_KEY, i64::from(epoch)])
}

/// What a connection counts since it was opened.
struct Totals {
    changes: u64,
    last_row_id: i64,
}

impl Totals {
    fn of(connection: &Connection) -> Totals {
        Totals { changes: connection.total_changes(), last_row_id: connection.last_insert_rowid() }
    }
}

/// 0 for a database that was never written to.
fn last_epoch(connection: &Connection) -> rusqlite::Result<u32> {
    const FIND: &str = "SELECT 1 FROM sqlite_schema WHERE name = '_cf_METADATA' AND type = 'table'";
    if connection.query_row(FIND, [], |_| Ok(())).optional()?.is_none() {
        return Ok(0);
    }
    let epoch =
        connection.query_row("SELECT value FROM _cf_METADATA WHERE key = ?", [EPOCH_KEY], |row| row.get(0)).optional();
    Ok(epoch?.unwrap_or_default())
}
