//! One database and the requests it runs, one after another.

use crate::answer::{Collector, Meta, Served};
use crate::bookmark::Bookmark;
use crate::dump::sql_error;
use crate::error::D1Error;
use crate::options::{Request, Statement};
use crate::replicas::Replicas;
use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::rusqlite::{self, Connection, OptionalExtension};
use edgeemu_storage::sqlite::{Guard, Place, Regulated, SqlError, SqliteOptions, describe};
use edgeemu_world::World;
use std::sync::Arc;

/// The row of `_cf_METADATA` that holds the epoch.
const EPOCH_KEY: i64 = 2;

/// A database that is open.
#[derive(Debug)]
pub(crate) struct Engine {
    sql: Regulated,
    world: World,
    replicas: Arc<Replicas>,
    bookmark: Bookmark,
    /// Whether the epoch of the bookmark is in the database.
    epoch_is_kept: bool,
}

impl Engine {
    pub(crate) fn open(world: &World, place: &Place, replicas: Replicas) -> Result<Engine, StorageError> {
        let options = SqliteOptions::at(place.clone());
        let sql = Regulated::open(world, &options)?;
        let last = sql
            .trusted(last_epoch)
            .map_err(|error| StorageError::Sqlite { place: options.place.path(), reason: describe(&error) })?;
        let bookmark = Bookmark { epoch: last + 1, commit: 0 };
        Ok(Engine { sql, world: world.clone(), replicas: Arc::new(replicas), bookmark, epoch_is_kept: false })
    }

    pub(crate) fn bookmark(&self) -> Bookmark {
        self.bookmark
    }

    pub(crate) fn replicas(&self) -> &Arc<Replicas> {
        &self.replicas
    }

    /// Who answers a request that is run here.
    pub(crate) fn served(&self, request: &Request) -> Served {
        self.replicas.served(request, &self.sql, self.bookmark)
    }

    /// For what is not a Worker's: commands that look into the database.
    pub(crate) fn trusted<T>(&self, run: impl FnOnce(&Connection) -> T) -> T {
        self.sql.trusted(run)
    }

    /// To be called before a transaction that may write.
    pub(crate) fn before_write(&self) {
        self.replicas.before_write(&self.sql, self.bookmark);
    }

    /// Runs all statements of the request in one transaction.
    pub(crate) fn execute(
        &mut self,
        request: &Request,
        guard: &Guard,
        collector: &mut dyn Collector,
    ) -> Result<Bookmark, D1Error> {
        let world = self.world.clone();
        let only_reads = |statement: &Statement| self.sql.only_reads(&statement.sql);
        if self.replicas.is_on() && !request.statements.iter().all(only_reads) {
            self.before_write();
        }
        self.commit(guard, |sql| {
            for statement in &request.statements {
                collect(sql, &world, statement, collector)?;
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
        self.before_write();
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
        self.replicas.after_write(&self.sql, self.bookmark);
    }
}

/// Runs one statement; the collector has what it gave.
pub(crate) fn collect(
    sql: &Regulated,
    world: &World,
    statement: &Statement,
    collector: &mut dyn Collector,
) -> Result<(), SqlError> {
    let (before, size_before) = (Totals::of(sql.connection()), sql.size()?);
    let stopwatch = world.stopwatch();
    let counts = sql.run(&statement.sql, &statement.params, collector.sink())?;
    let duration_ms = u64::try_from(stopwatch.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (after, size_after) = (Totals::of(sql.connection()), sql.size()?);
    let changes = after.changes.saturating_sub(before.changes);
    collector.finish(&Meta {
        duration_ms,
        changes,
        last_row_id: after.last_row_id,
        changed_db: changes > 0 || after.last_row_id != before.last_row_id || size_after != size_before,
        size_after,
        rows_read: counts.rows_read,
        rows_written: counts.rows_written,
    });
    Ok(())
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
