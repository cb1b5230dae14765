//! Where state lives: `<project>/.edgeemu/state/<kind>`.

use edgeemu_world::Disk;
use std::io;
use std::path::{Path, PathBuf};

/// The folders in which a project's state is kept between runs. Making this value touches no disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    base: PathBuf,
}

impl Layout {
    /// The layout below `<project>/.edgeemu`.
    #[must_use]
    pub fn of_project(project: &Path) -> Layout {
        Layout { base: project.join(".edgeemu") }
    }

    /// The layout below a folder of the user's choice instead of `<project>/.edgeemu`.
    #[must_use]
    pub fn at(base: &Path) -> Layout {
        Layout { base: base.to_path_buf() }
    }

    /// The folder of everything edgeemu keeps for the project.
    #[must_use]
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// The folder of the state that Workers see.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.base.join("state")
    }

    /// Workers KV: what [`Storage::open`](crate::Storage::open) is given.
    #[must_use]
    pub fn kv(&self) -> PathBuf {
        self.state().join("kv")
    }

    /// D1: one SQLite file for each database.
    #[must_use]
    pub fn d1(&self) -> PathBuf {
        self.state().join("d1")
    }

    /// R2: objects and their metadata.
    #[must_use]
    pub fn r2(&self) -> PathBuf {
        self.state().join("r2")
    }

    /// Durable Objects: one SQLite file for each object, in a folder for each class.
    #[must_use]
    pub fn durable_objects(&self) -> PathBuf {
        self.state().join("durable-objects")
    }

    /// Queues: messages that wait.
    #[must_use]
    pub fn queues(&self) -> PathBuf {
        self.state().join("queues")
    }

    /// The Cache API.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.state().join("cache")
    }

    /// Makes the base folder and keeps it out of version control by a `.gitignore` of its own; one that is there stays.
    ///
    /// # Errors
    /// What the disk says.
    pub fn prepare(&self, disk: &Disk) -> io::Result<()> {
        disk.create_dir_all(&self.base)?;
        let ignore = self.base.join(".gitignore");
        if disk.exists(&ignore) { Ok(()) } else { disk.write_replacing(&ignore, b"*\n") }
    }
}
