//! SQLite databases: one file each, or in memory, in a world whose clock and chance they go by.
//!
//! A [`Sqlite`] is a connection of rusqlite, opened for crash safety: the journal is a write-ahead log, and a
//! transaction that was committed survives the end of the process however it ends.

mod counts;
mod cursor;
mod errors;
mod functions;
mod regulated;
pub mod regulator;
mod session;
mod statement_reader;
mod statements;
#[cfg(test)]
mod tests;
mod vfs;
mod watch;

pub use counts::Counts;
pub use cursor::Cursor;
pub use errors::{code_name, describe};
pub use regulated::{Regulated, RowSink, SqlError};
pub use rusqlite;
pub use statement_reader::StatementReader;
pub use statements::{first_statement, is_blank, is_complete, split_statements};
pub use watch::{Guard, Stopped};

use crate::Durability;
use crate::error::{StorageError, While as _};
use edgeemu_world::{Rng, World};
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, InterruptHandle, OpenFlags};
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::time::Duration;
use vfs::WorldVfs;

/// How long a connection waits for another program that is writing.
const BUSY: Duration = Duration::from_secs(5);

/// How many compiled statements a connection keeps.
const STATEMENTS: usize = 64;

/// Where a database lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this file, which is made with its folder if need be. Beside it SQLite keeps `-wal` and `-shm`.
    File(PathBuf),
    /// In memory; it ends with the connection.
    Memory,
}

impl Place {
    /// The file; `:memory:` if there is none.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        match self {
            Place::File(path) => path.clone(),
            Place::Memory => PathBuf::from(":memory:"),
        }
    }
}

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// Where it lives.
    pub place: Place,
    /// What a committed transaction survives.
    pub durability: Durability,
}

impl SqliteOptions {
    /// The database in `place`, whose commits survive the end of the process.
    #[must_use]
    pub fn at(place: Place) -> SqliteOptions {
        SqliteOptions { place, durability: Durability::default() }
    }
}

/// An open database. It is a [`Connection`], whose `datetime('now')` is the world's clock and whose `random()` is the
/// world's chance. Foreign keys are enforced.
#[derive(Debug)]
pub struct Sqlite {
    // Before the file system it stands on: fields are dropped in this order.
    connection: Connection,
    _vfs: WorldVfs,
}

impl Sqlite {
    /// Opens the database, and makes it if need be.
    ///
    /// # Errors
    /// [`StorageError::NoDisk`] for a file in a world whose disk is in memory; otherwise what SQLite says, for example
    /// that the file is not a database.
    pub fn open(world: &World, options: &SqliteOptions) -> Result<Sqlite, StorageError> {
        let path = options.place.path();
        if options.place != Place::Memory {
            if world.disk().is_memory() {
                return Err(StorageError::NoDisk { dir: path });
            }
            if let Some(dir) = path.parent() {
                world.disk().create_dir_all(dir).while_trying_to("make the folder for a database")?;
            }
        }
        let vfs = WorldVfs::register(world.clock().clone())?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let refused = |error: &rusqlite::Error| StorageError::Sqlite { place: path.clone(), reason: describe(error) };
        let connection =
            Connection::open_with_flags_and_vfs(&path, flags, vfs.name()).map_err(|error| refused(&error))?;
        prepare(&connection, world, options).map_err(|error| refused(&error))?;
        Ok(Sqlite { connection, _vfs: vfs })
    }

    /// Stops what the connection is doing, from any thread; its statement fails with `interrupted`.
    #[must_use]
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.connection.get_interrupt_handle()
    }
}

impl Deref for Sqlite {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Sqlite {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

fn prepare(connection: &Connection, world: &World, options: &SqliteOptions) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // It costs time with each instruction.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_STMT_SCANSTATUS, false)?;
    if matches!(options.place, Place::File(_)) {
        // The log is written when a transaction commits, so the system has it should the process die. Only the loss of
        // power asks for more, and then the last commits may be gone, but the database is whole.
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        let synchronous = match options.durability {
            Durability::Process => "normal",
            Durability::Strict => "full",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
    }
    if world.rng().seed().is_some() {
        chance_of_the_world(connection, world.rng())?;
    }
    Ok(())
}

/// SQLite's own generator is one for the whole process and cannot be given a seed.
fn chance_of_the_world(connection: &Connection, rng: &Rng) -> rusqlite::Result<()> {
    let numbers = rng.clone();
    connection.create_scalar_function("random", 0, FunctionFlags::SQLITE_UTF8, move |_| {
        Ok(i64::from_ne_bytes(numbers.u64().to_ne_bytes()))
    })?;
    let bytes = rng.clone();
    connection.create_scalar_function("randomblob", 1, FunctionFlags::SQLITE_UTF8, move |call| {
        let asked = call.get::<Option<f64>>(0).unwrap_or_default().unwrap_or_default();
        // As SQLite has it: at least one byte.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "negative and huge sizes saturate")]
        let size = (asked as usize).clamp(1, BLOB_MAX);
        let mut blob = vec![0; size];
        bytes.fill(&mut blob);
        Ok(blob)
    })
}

/// The longest blob that `randomblob` makes, in bytes; what a connection accepts may be less.
const BLOB_MAX: usize = 16 * 1024 * 1024;
