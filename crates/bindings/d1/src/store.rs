//! The databases of a project.

use crate::answer::QueryResult;
use crate::bookmark::Bookmark;
use crate::engine::Engine;
use crate::error::D1Error;
use crate::options::Request;
use crate::queue::Queue;
use crate::replicas::{REPLICAS_MAX, Replicas, Replication};
use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::rusqlite::Connection;
use edgeemu_storage::sqlite::{Place, describe};
use edgeemu_world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All databases of a project, opened when they are first asked for.
#[derive(Clone, Debug)]
pub struct D1 {
    world: World,
    dir: Option<PathBuf>,
    opened: Arc<Mutex<BTreeMap<String, Database>>>,
    replication: Arc<Mutex<Replication>>,
}

impl D1 {
    /// Databases in `dir`, a file each; in memory if absent. Touches no disk yet.
    #[must_use]
    pub fn new(world: &World, dir: Option<PathBuf>) -> D1 {
        D1 { world: world.clone(), dir, opened: Arc::default(), replication: Arc::default() }
    }

    /// The database with this id, made if need be.
    ///
    /// # Errors
    /// Why its file cannot be opened.
    pub fn database(&self, id: &str) -> Result<Database, StorageError> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(database) = opened.get(id) {
            return Ok(database.clone());
        }
        let place = match &self.dir {
            None => Place::Memory,
            Some(dir) => Place::File(dir.join(file_name(id))),
        };
        let replicas = Replicas::new(&self.world, &place, &self.replication);
        let engine = Engine::open(&self.world, &place, replicas)?;
        let queue = Arc::new(Queue::new(&self.world, engine));
        let database = Database { queue, place };
        opened.insert(id.to_owned(), database.clone());
        Ok(database)
    }

    /// Gives every database replicas from now on, or none.
    pub fn replicate(&self, replication: Replication) {
        let replicas = replication.replicas.min(REPLICAS_MAX);
        *self.replication.lock().unwrap_or_else(PoisonError::into_inner) = Replication { replicas, ..replication };
    }

    /// Moves what is in the logs into the files, where it survives the loss of power too.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn flush(&self) -> Result<(), StorageError> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner).clone();
        opened.values().try_for_each(|database| {
            let failed = |error| StorageError::Sqlite { place: database.place.path(), reason: describe(&error) };
            // A reader of another program may hold the log; what is in it is safe there.
            let checkpoint =
                |connection: &Connection| connection.query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(()));
            database.trusted(checkpoint).map_err(failed)
        })
    }

    /// The ids of all databases: those that were opened and those that have a file, sorted.
    ///
    /// # Errors
    /// What the disk says.
    pub fn ids(&self) -> std::io::Result<Vec<String>> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ids: BTreeSet<_> = opened.keys().cloned().collect();
        drop(opened);
        if let Some(dir) = self.dir.as_ref().filter(|dir| self.world.disk().exists(dir)) {
            ids.extend(self.world.disk().list(dir)?.iter().filter_map(|file| id_of(&file.name)));
        }
        Ok(ids.into_iter().collect())
    }
}

/// One database: what a D1 binding stands for.
#[derive(Clone, Debug)]
pub struct Database {
    queue: Arc<Queue>,
    place: Place,
}

impl Database {
    /// Runs a request; gives the results as JSON text, a list of `{ success, meta, results }`, and the bookmark after
    /// it. When this is ready, what was written survives a crash. Dropping the future stops the request and undoes it.
    ///
    /// # Errors
    /// What production says; nothing was done then.
    pub async fn run(&self, mut request: Request) -> Result<(String, Bookmark), D1Error> {
        request.drop_blank();
        if request.statements.is_empty() {
            return Err(D1Error::NoStatements);
        }
        self.queue.run(request).await
    }

    /// Runs a request on this thread and gives the results as values.
    ///
    /// # Errors
    /// As [`run`](Database::run).
    pub fn query(&self, mut request: Request) -> Result<Vec<QueryResult>, D1Error> {
        request.drop_blank();
        if request.statements.is_empty() {
            return Err(D1Error::NoStatements);
        }
        self.queue.run_here(&request)
    }

    /// The latest point in the history of the database.
    #[must_use]
    pub fn bookmark(&self) -> Bookmark {
        self.queue.engine().bookmark()
    }

    /// Where it lives.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The database itself, as soon as it is free.
    pub(crate) fn engine(&self) -> MutexGuard<'_, Engine> {
        self.queue.engine()
    }

    pub(crate) fn world(&self) -> &World {
        self.queue.world()
    }

    /// Looks into the database without the rules for Workers.
    pub(crate) fn trusted<T>(&self, run: impl FnOnce(&Connection) -> T) -> T {
        self.queue.engine().trusted(run)
    }
}

/// Ids are UUIDs or names; whatever else they hold must not lead out of the folder.
fn file_name(id: &str) -> String {
    let mut name = String::new();
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    name + ".sqlite"
}

/// The id that the file of a database stands for.
fn id_of(file_name: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = file_name.strip_suffix(".sqlite")?.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = after.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}
