//! The bytes of objects: files that are written once, under names of chance that only the index knows.
//!
//! A file is written as `partial/<name>`, waits for the disk and is then renamed to `objects/<two digits>/<name>`. It
//! counts from the moment the index names it. One that the index no longer names is removed as soon as nobody reads it
//! any more; one that a crash left behind, at the next start.

use edgeemu_world::{AppendFile, Disk, DiskReader, Rng};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::checksum::to_hex;

const PARTIAL: &str = "partial";
const OBJECTS: &str = "objects";

#[derive(Debug)]
pub(crate) struct Files {
    disk: Disk,
    rng: Rng,
    dir: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// How many readers each file has.
    read: BTreeMap<String, usize>,
    /// Files that go with their last reader.
    doomed: BTreeSet<String>,
}

impl Files {
    /// The files below `dir`, whose folders are made if need be.
    pub(crate) fn open(disk: &Disk, rng: &Rng, dir: &Path) -> io::Result<Files> {
        disk.create_dir_all(&dir.join(PARTIAL))?;
        disk.create_dir_all(&dir.join(OBJECTS))?;
        Ok(Files { disk: disk.clone(), rng: rng.clone(), dir: dir.to_path_buf(), state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// 32 hexadecimal digits of chance.
    pub(crate) fn name(&self) -> String {
        let mut bytes = [0; 16];
        self.rng.fill(&mut bytes);
        to_hex(&bytes)
    }

    /// Begins a file.
    pub(crate) fn begin(self: &Arc<Files>) -> io::Result<Draft> {
        let name = self.name();
        let file = self.disk.open_append(&self.dir.join(PARTIAL).join(&name))?;
        Ok(Draft { files: Arc::clone(self), name: Some(name), file })
    }

    pub(crate) fn read(&self, name: &str) -> io::Result<DiskReader> {
        self.disk.open_read(&self.path_of(name))
    }

    /// Keeps the files until the value is dropped, whatever becomes of the objects they belong to.
    pub(crate) fn pin(self: &Arc<Files>, names: Vec<String>) -> Pinned {
        let mut state = self.state();
        for name in &names {
            *state.read.entry(name.clone()).or_insert(0) += 1;
        }
        drop(state);
        Pinned { files: Arc::clone(self), names }
    }

    /// Removes files that the index no longer names, each when it has no reader.
    pub(crate) fn discard(&self, names: impl IntoIterator<Item = String>) {
        for name in names {
            let mut state = self.state();
            if state.read.contains_key(&name) {
                state.doomed.insert(name);
            } else {
                drop(state);
                self.remove(&name);
            }
        }
    }

    /// What cannot be removed now is removed at the next start.
    fn remove(&self, name: &str) {
        let _left = self.disk.remove_file(&self.path_of(name));
    }

    /// Removes what a crash left behind: files that were not finished, and those that are not in `named`. For the start,
    /// before any reader and writer.
    pub(crate) fn sweep(&self, named: &BTreeSet<String>) -> io::Result<()> {
        for file in self.disk.list(&self.dir.join(PARTIAL))? {
            self.disk.remove_file(&file.path)?;
        }
        for folder in self.disk.list(&self.dir.join(OBJECTS))?.iter().filter(|entry| entry.is_dir) {
            for file in self.disk.list(&folder.path)?.iter().filter(|file| !named.contains(&file.name)) {
                self.disk.remove_file(&file.path)?;
            }
        }
        Ok(())
    }

    fn path_of(&self, name: &str) -> PathBuf {
        self.dir.join(OBJECTS).join(&name[..2]).join(name)
    }
}

/// A file that is being written. Dropped before it is finished, it is removed.
#[derive(Debug)]
pub(crate) struct Draft {
    files: Arc<Files>,
    name: Option<String>,
    file: AppendFile,
}

impl Draft {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Puts the file in its place, where it survives the loss of power; gives its name.
    pub(crate) fn finish(mut self) -> io::Result<String> {
        self.file.sync()?;
        let Some(name) = self.name.clone() else { return Ok(String::new()) };
        let (files, target) = (&self.files, self.files.path_of(&name));
        let folder = target.parent().unwrap_or(&files.dir);
        if !files.disk.exists(folder) {
            files.disk.create_dir_all(folder)?;
        }
        files.disk.rename(&files.dir.join(PARTIAL).join(&name), &target)?;
        self.name = None;
        self.files.disk.sync(folder)?;
        Ok(name)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // If that fails, the next start removes it.
            let _left = self.files.disk.remove_file(&self.files.dir.join(PARTIAL).join(name));
        }
    }
}

/// Files that stay until this is dropped.
#[derive(Debug)]
pub(crate) struct Pinned {
    files: Arc<Files>,
    names: Vec<String>,
}

impl Drop for Pinned {
    fn drop(&mut self) {
        let mut gone = Vec::new();
        let mut state = self.files.state();
        for name in self.names.drain(..) {
            let Some(readers) = state.read.get_mut(&name) else { continue };
            *readers -= 1;
            if *readers == 0 {
                state.read.remove(&name);
                if state.doomed.remove(&name) {
                    gone.push(name);
                }
            }
        }
        drop(state);
        gone.iter().for_each(|name| self.files.remove(name));
    }
}
