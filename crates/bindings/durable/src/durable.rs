//! The objects of a project: where they are kept, and the namespaces they belong to.

use crate::alarms::Alarms;
use crate::error::DurableError;
use crate::id::{IdKey, Jurisdiction, ObjectId};
use edgeemu_storage::StorageError;
use edgeemu_world::{Rng, World};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a class keeps its data in, as its migrations say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Keys and values, with the limits of those; SQL is refused.
    KeyValue,
    /// SQLite.
    Sqlite,
}

/// What survives when the object's answer has been heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The loss of power.
    Strict,
    /// The end of the process, however it ends.
    #[default]
    Process,
    /// Nothing: the data lives in memory.
    Memory,
}

/// All objects of a project. Cloning shares them; can go anywhere.
#[derive(Clone, Debug)]
pub struct Durable {
    pub(crate) world: World,
    pub(crate) dir: Option<PathBuf>,
    pub(crate) durability: Durability,
    alarms: Alarms,
}

impl Durable {
    /// Objects in `dir`, a folder for each namespace and a file for each object; in memory if absent.
    ///
    /// # Errors
    /// Why the list of alarms cannot be opened.
    pub fn open(world: &World, dir: Option<PathBuf>, durability: Durability) -> Result<Durable, StorageError> {
        let durability = if dir.is_none() { Durability::Memory } else { durability };
        let dir = dir.filter(|_| durability != Durability::Memory);
        let alarms = Alarms::open(world, dir.as_deref())?;
        Ok(Durable { world: world.clone(), dir, durability, alarms })
    }

    /// The namespace that `unique_key` stands for.
    #[must_use]
    pub fn namespace(&self, unique_key: &str, backend: Backend) -> Namespace {
        let ids = IdKey::new(unique_key);
        Namespace { unique_key: unique_key.into(), backend, ids, rng: self.world.rng().fork("durable-ids") }
    }

    /// The alarms that are set.
    #[must_use]
    pub fn alarms(&self) -> &Alarms {
        &self.alarms
    }

    /// The world the objects live in.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Removes a namespace with all its objects, as the deletion of a class does.
    ///
    /// # Errors
    /// What the disk says.
    pub fn delete_namespace(&self, unique_key: &str) -> Result<bool, StorageError> {
        self.alarms.remove_namespace(unique_key)?;
        let Some(dir) = self.dir.as_ref().map(|dir| dir.join(folder_name(unique_key))) else { return Ok(false) };
        let disk = self.world.disk();
        if !disk.exists(&dir) {
            return Ok(false);
        }
        let failed = |source| StorageError::Io { action: "remove the objects of a deleted class", source };
        disk.remove_dir_all(&dir).map_err(failed)?;
        Ok(true)
    }
}

/// The objects of one class, as its bindings and the class itself see them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Namespace {
    unique_key: Arc<str>,
    backend: Backend,
    ids: IdKey,
    rng: Rng,
}

impl Namespace {
    /// What decides the ids, and where the data lies.
    #[must_use]
    pub fn unique_key(&self) -> &Arc<str> {
        &self.unique_key
    }

    /// What the class keeps its data in.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The id of the object with this name.
    #[must_use]
    pub fn id_from_name(&self, name: &str, jurisdiction: Option<Jurisdiction>) -> ObjectId {
        self.ids.named(name, jurisdiction)
    }

    /// An id that no other object has.
    #[must_use]
    pub fn new_unique_id(&self, jurisdiction: Option<Jurisdiction>) -> ObjectId {
        self.ids.unique(&self.rng, jurisdiction)
    }

    /// The id that `text` writes out, and its jurisdiction.
    ///
    /// # Errors
    /// [`DurableError::InvalidId`], or [`DurableError::ForeignId`].
    pub fn id_from_string(&self, text: &str) -> Result<(ObjectId, Option<Jurisdiction>), DurableError> {
        self.ids.parse(text)
    }
}

/// The file of an object below the folder of the project's objects.
pub(crate) fn object_file(dir: &Path, unique_key: &str, id: ObjectId) -> PathBuf {
    dir.join(folder_name(unique_key)).join(format!("{id}.sqlite"))
}

/// Keys are made of names from the configuration; whatever they hold must not lead out of the folder.
fn folder_name(unique_key: &str) -> String {
    let mut name = String::new();
    for byte in unique_key.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    name
}
