//! State as files that can be carried elsewhere, read by people and compared: a folder, or a tar file of it.
//!
//! ```text
//! edgeemu-state.json       { "format": 1 }
//! kv/<namespace>.jsonl     a line for each key, in order
//! d1/<database>.sql        SQL that makes the database again
//! r2/<bucket>.jsonl        a line for each object, in order, with the name of its file
//! r2/<bucket>/<file>       the bytes of an object
//! ```

mod diff;
mod export;
mod import;
pub(crate) mod lines;
mod tarball;

pub use diff::{Difference, Sign};

use std::fmt;
use std::path::{Path, PathBuf};

use edgeemu_world::{Disk, World};
use serde_json::Value;

use super::{StateError, refused};

/// The file that says that a folder is an archive.
const MARK: &str = "edgeemu-state.json";
const FORMAT: u64 = 1;

/// A kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StateKind {
    /// Namespaces of KV.
    Kv,
    /// Databases of D1.
    D1,
    /// Buckets of R2.
    R2,
}

impl StateKind {
    /// All of them.
    pub const ALL: [StateKind; 3] = [StateKind::Kv, StateKind::D1, StateKind::R2];

    /// Its short name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            StateKind::Kv => "kv",
            StateKind::D1 => "d1",
            StateKind::R2 => "r2",
        }
    }
}

/// A namespace, a database or a bucket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatePart {
    /// What it is.
    pub kind: StateKind,
    /// Its id, or the name of the bucket.
    pub id: String,
}

impl fmt::Display for StatePart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.kind.name(), self.id)
    }
}

/// Which parts of the state are meant: all if empty.
#[derive(Clone, Debug, Default)]
pub struct StateFilter {
    /// Kinds, and parts of a kind.
    pub only: Vec<(StateKind, Option<String>)>,
}

impl StateFilter {
    pub(crate) fn has(&self, part: &StatePart) -> bool {
        let is_meant = |(kind, id): &(StateKind, Option<String>)| {
            *kind == part.kind && id.as_ref().is_none_or(|id| *id == part.id)
        };
        self.only.is_empty() || self.only.iter().any(is_meant)
    }
}

/// A part of the state that was carried, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedPart {
    /// Which.
    pub part: StatePart,
    /// How many keys, objects or statements.
    pub count: u64,
}

/// An archive that can be read: a folder, or a temporary one with what was in a tar file.
pub struct Archive {
    dir: PathBuf,
    _unpacked: Option<Scratch>,
}

impl Archive {
    /// Opens a folder or a tar file.
    ///
    /// # Errors
    /// When it is no archive, or one of a newer edgeemu.
    pub fn open(world: &World, path: &Path) -> Result<Archive, StateError> {
        let disk = world.disk();
        let found = disk.metadata(path).map_err(|error| StateError::Refused(error.to_string()))?;
        let archive = if found.is_dir {
            Archive { dir: path.to_path_buf(), _unpacked: None }
        } else {
            let scratch = Scratch::make(world)?;
            tarball::unpack(disk, path, scratch.path())?;
            Archive { dir: scratch.path().to_path_buf(), _unpacked: Some(scratch) }
        };
        archive.check(disk, path)?;
        Ok(archive)
    }

    /// The folder that was just written.
    pub(crate) fn in_scratch(scratch: Scratch) -> Archive {
        Archive { dir: scratch.path().to_path_buf(), _unpacked: Some(scratch) }
    }

    fn check(&self, disk: &Disk, shown: &Path) -> Result<(), StateError> {
        let mark = self.dir.join(MARK);
        if !disk.exists(&mark) {
            let reason = format!("this is no archive of state: there is no `{MARK}` in it");
            return Err(StateError::file(shown, reason));
        }
        let mark: Value = refused(serde_json::from_str(&refused(disk.read_to_string(&mark))?))?;
        match mark["format"].as_u64() {
            Some(FORMAT) => Ok(()),
            _ => Err(StateError::file(shown, format!("this archive has a format that is not known: {mark}"))),
        }
    }

    /// What is in it, in order.
    ///
    /// # Errors
    /// What the disk says.
    pub fn parts(&self, world: &World) -> Result<Vec<StatePart>, StateError> {
        let mut parts = Vec::new();
        for kind in StateKind::ALL {
            let dir = self.dir.join(kind.name());
            if !world.disk().exists(&dir) {
                continue;
            }
            for file in refused(world.disk().list(&dir))?.into_iter().filter(|file| !file.is_dir) {
                let stem = file.name.strip_suffix(extension(kind));
                parts.extend(stem.and_then(id_of).map(|id| StatePart { kind, id }));
            }
        }
        parts.sort();
        Ok(parts)
    }

    pub(crate) fn file(&self, part: &StatePart) -> PathBuf {
        file_of(&self.dir, part)
    }

    /// Where the files of a bucket's objects are.
    pub(crate) fn objects(&self, bucket: &str) -> PathBuf {
        objects_of(&self.dir, bucket)
    }
}

fn extension(kind: StateKind) -> &'static str {
    match kind {
        StateKind::D1 => ".sql",
        StateKind::Kv | StateKind::R2 => ".jsonl",
    }
}

pub(crate) fn file_of(dir: &Path, part: &StatePart) -> PathBuf {
    dir.join(part.kind.name()).join(file_name(&part.id) + extension(part.kind))
}

pub(crate) fn objects_of(dir: &Path, bucket: &str) -> PathBuf {
    dir.join("r2").join(file_name(bucket))
}

/// Says that `dir` is an archive, and makes the folders of `parts`.
pub(crate) fn begin(disk: &Disk, dir: &Path) -> Result<(), StateError> {
    for kind in StateKind::ALL {
        refused(disk.create_dir_all(&dir.join(kind.name())))?;
    }
    refused(disk.write_replacing(&dir.join(MARK), format!("{{ \"format\": {FORMAT} }}\n").as_bytes()))
}

/// A name for a file that says what it is about and leads nowhere else.
pub(crate) fn file_name(id: &str) -> String {
    let mut name = String::new();
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            b'.' if !name.is_empty() => name.push('.'),
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    name
}

fn id_of(name: &str) -> Option<String> {
    percent_encoding::percent_decode_str(name).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// A folder that is removed when it is dropped.
pub(crate) struct Scratch {
    disk: Disk,
    dir: PathBuf,
}

impl Scratch {
    pub(crate) fn make(world: &World) -> Result<Scratch, StateError> {
        let mut chance = [0; 8];
        world.rng().fill(&mut chance);
        let name = chance.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let dir = world.disk().temp_dir().join(format!("edgeemu-state-{name}"));
        refused(world.disk().create_dir_all(&dir))?;
        Ok(Scratch { disk: world.disk().clone(), dir })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's folder for such things.
        let _left = self.disk.remove_dir_all(&self.dir);
    }
}
