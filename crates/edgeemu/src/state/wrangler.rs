//! State that `wrangler dev` has left in `.wrangler/state/v3`, as an archive.
//!
//! Names of files there are made of names by a keyed hash, so that they can be found but not read: names come from the
//! folders beside them, and those of databases from the configuration. The files themselves are copied before they are
//! opened, so that nothing there changes.

mod ids;
mod kv;
mod r2;

use std::path::{Path, PathBuf};

use edgeemu_d1::D1;
use edgeemu_storage::sqlite::{Place, Sqlite, SqliteOptions};
use edgeemu_world::{Disk, World};

use super::archive::lines::Writer;
use super::archive::{Archive, CarriedPart, Scratch, StateKind, StatePart, begin, file_of};
use super::{StateError, refused};
use ids::Simulator;

/// What was found, as an archive, and what could not be named.
pub struct WranglerState {
    /// All that has a name.
    pub archive: Archive,
    /// What is in it.
    pub found: Vec<CarriedPart>,
    /// Files of databases, namespaces and buckets whose name is not known.
    pub unnamed: Vec<PathBuf>,
    /// Classes of Durable Objects, each as `<Worker>-<class>`: they are left out.
    pub classes: Vec<String>,
}

/// The folder `v3` that `path` means: itself, `state` or `.wrangler`. `None` if it is nothing of the kind.
#[must_use]
pub fn wrangler_state_dir(disk: &Disk, path: &Path) -> Option<PathBuf> {
    let is_state =
        |dir: &PathBuf| Simulator::ALL.iter().any(|one| disk.exists(&dir.join(one.kind.name()).join(one.class)));
    [path.to_path_buf(), path.join("v3"), path.join("state/v3")].into_iter().find(is_state)
}

impl WranglerState {
    /// Reads the folder `v3`. `names` are those that the configuration knows.
    ///
    /// # Errors
    /// What cannot be read, with its file.
    pub fn read(world: &World, v3: &Path, names: &[StatePart]) -> Result<WranglerState, StateError> {
        let scratch = Scratch::make(world)?;
        begin(world.disk(), scratch.path())?;
        let mut reading = Reading { world, v3, out: scratch.path(), found: Vec::new(), unnamed: Vec::new() };
        for simulator in Simulator::ALL {
            reading.all_of(&simulator, names)?;
        }
        let Reading { found, unnamed, .. } = reading;
        // Where there is no folder there are no classes.
        let classes = world.disk().list(&v3.join("do")).unwrap_or_default();
        let mut classes: Vec<_> = classes.into_iter().filter(|entry| entry.is_dir).map(|entry| entry.name).collect();
        classes.sort();
        Ok(WranglerState { archive: Archive::in_scratch(scratch), found, unnamed, classes })
    }
}

struct Reading<'a> {
    world: &'a World,
    v3: &'a Path,
    out: &'a Path,
    found: Vec<CarriedPart>,
    unnamed: Vec<PathBuf>,
}

impl Reading<'_> {
    fn all_of(&mut self, simulator: &Simulator, names: &[StatePart]) -> Result<(), StateError> {
        let (disk, kind) = (self.world.disk(), simulator.kind);
        let dir = self.v3.join(kind.name());
        let files = dir.join(simulator.class);
        if !disk.exists(&files) {
            return Ok(());
        }
        let beside =
            refused(disk.list(&dir))?.into_iter().filter(|entry| entry.is_dir && entry.name != simulator.class);
        let mut known: Vec<String> = beside.map(|folder| folder.name).collect();
        known.extend(names.iter().filter(|part| part.kind == kind).map(|part| part.id.clone()));
        for file in refused(disk.list(&files))? {
            let Some(stem) = file.name.strip_suffix(".sqlite").filter(|stem| *stem != "metadata") else { continue };
            match known.iter().find(|name| simulator.object_id(name) == stem) {
                Some(name) => self.one(&StatePart { kind, id: name.clone() }, &file.path)?,
                None => self.unnamed.push(file.path),
            }
        }
        Ok(())
    }

    fn one(&mut self, part: &StatePart, file: &Path) -> Result<(), StateError> {
        let copy = Scratch::make(self.world)?;
        let place = copy.path().join("copy.sqlite");
        copy_database(self.world.disk(), file, &place)?;
        let count = match part.kind {
            StateKind::D1 => self.sql(part, copy.path())?,
            StateKind::Kv => {
                let sqlite = Sqlite::open(self.world, &SqliteOptions::at(Place::File(place)))?;
                kv::read(self.world.disk(), (&sqlite, &self.blobs(part)), &file_of(self.out, part))?
            }
            StateKind::R2 => {
                let sqlite = Sqlite::open(self.world, &SqliteOptions::at(Place::File(place)))?;
                r2::read(self.world.disk(), (&sqlite, &self.blobs(part)), (self.out, part))?
            }
        };
        self.found.push(CarriedPart { part: part.clone(), count });
        Ok(())
    }

    fn blobs(&self, part: &StatePart) -> PathBuf {
        self.v3.join(part.kind.name()).join(&part.id).join("blobs")
    }

    fn sql(&self, part: &StatePart, dir: &Path) -> Result<u64, StateError> {
        let database = D1::new(self.world, Some(dir.to_path_buf())).database("copy")?;
        let mut writer = Writer::create(self.world.disk(), &file_of(self.out, part))?;
        let mut count = 0;
        let dumped = database.dump(&mut |line| {
            count += 1;
            writer.write(line.as_bytes())?;
            Ok(writer.write(b"\n")?)
        });
        refused(dumped)?;
        writer.finish()?;
        Ok(count)
    }
}

/// A database with what is in its log, which the other program may not have written into it yet.
fn copy_database(disk: &Disk, from: &Path, to: &Path) -> Result<(), StateError> {
    for suffix in ["", "-wal"] {
        let with_suffix = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        let source = with_suffix(from);
        if disk.exists(&source) {
            copy(disk, &source, &mut Writer::create(disk, &with_suffix(to))?)?;
        }
    }
    Ok(())
}

/// Adds what is in a file to another.
fn copy(disk: &Disk, from: &Path, to: &mut Writer) -> Result<(), StateError> {
    let mut reader = refused(disk.open_read(from))?;
    let mut piece = vec![0; 64 * 1024];
    loop {
        match refused(std::io::Read::read(&mut reader, &mut piece))? {
            0 => return refused(to.flush()),
            read => refused(to.write(&piece[..read]))?,
        }
    }
}
