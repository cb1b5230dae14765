//! Rows and large values that survive restart and crash: what the bindings keep their state in.
//!
//! A [`Storage`] holds named tables of [`Rows`]. On disk the rows live in sled behind a journal of our own, so that a
//! write which was acknowledged survives the end of the process however it ends; bodies above [`INLINE_MAX`] are files
//! of their own. In memory the same contract holds, except that nothing outlives the process.

mod blobs;
mod codec;
mod cursor;
mod disk;
mod error;
mod flusher;
mod journal;
mod layout;
mod memory;
mod notice;
mod rows;
pub mod sqlite;
#[cfg(test)]
mod suite;
#[cfg(test)]
mod tests;

pub use cursor::Cursor;
pub use error::StorageError;
pub use layout::Layout;
pub use notice::Notice;
pub use rows::{Batch, Row, Rows, Scan, Span};

use disk::{DiskStore, Settings};
use edgeemu_world::World;
use flusher::Flusher;
use memory::MemoryStore;
use std::path::Path;
use std::sync::Arc;

/// A body longer than this many bytes is kept in a file of its own.
pub const INLINE_MAX: usize = 8 * 1024;

/// The longest key and the longest head of a row, in bytes.
pub const HEAD_MAX: usize = 64 * 1024;

/// What an acknowledged write survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The end of the process, however it ends. The operating system has the write when the call returns.
    #[default]
    Process,
    /// The loss of power too: each write waits for the disk.
    Strict,
}

/// Tables of rows, in memory or in a folder. Cloning shares them; the last clone to go writes everything down.
#[derive(Clone, Debug)]
pub struct Storage {
    world: World,
    backing: Backing,
}

#[derive(Clone, Debug)]
pub(crate) enum Backing {
    Memory(Arc<MemoryStore>),
    Disk(Arc<Flusher>),
}

impl Storage {
    /// Empty tables that end with the process.
    #[must_use]
    pub fn memory(world: &World) -> Storage {
        Storage { world: world.clone(), backing: Backing::Memory(Arc::default()) }
    }

    /// The tables in `dir`, which is made if need be, with [`Durability::Process`].
    ///
    /// # Errors
    /// [`StorageError::InUse`] if another program has it open; otherwise what the disk says. Rows that cannot be read
    /// are no error: they are set aside, and [`notices`](Storage::notices) says so.
    pub fn open(world: &World, dir: &Path) -> Result<Storage, StorageError> {
        Storage::open_with(world, dir, Durability::default())
    }

    /// Like [`open`](Storage::open), with the durability of choice.
    ///
    /// # Errors
    /// As [`open`](Storage::open).
    pub fn open_with(world: &World, dir: &Path, durability: Durability) -> Result<Storage, StorageError> {
        Storage::open_as(world, dir, Settings { durability, ..Settings::default() })
    }

    pub(crate) fn open_as(world: &World, dir: &Path, settings: Settings) -> Result<Storage, StorageError> {
        let store = DiskStore::open(world, dir, settings)?;
        Ok(Storage { world: world.clone(), backing: Backing::Disk(Arc::new(Flusher::start(store)?)) })
    }

    /// The table called `name`, made if need be. Give each concern one table and its keys a prefix for each owner: sled
    /// pays for every table.
    ///
    /// # Errors
    /// What the disk says.
    pub fn rows(&self, name: &str) -> Result<Rows, StorageError> {
        Rows::open(&self.backing, name)
    }

    /// The world this storage lives in: whoever keeps state here goes by its clock.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Writes everything down where it survives the loss of power, and removes the files of values nobody has any more.
    ///
    /// # Errors
    /// What the disk says.
    pub fn flush(&self) -> Result<(), StorageError> {
        match &self.backing {
            Backing::Memory(_) => Ok(()),
            Backing::Disk(flusher) => flusher.store().checkpoint(),
        }
    }

    /// What the user should know about what was found when opening, and about trouble since then.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        match &self.backing {
            Backing::Memory(_) => Vec::new(),
            Backing::Disk(flusher) => flusher.store().notices(),
        }
    }
}
