//! The databases of a project.

use crate::answer::QueryResult;
use crate::bookmark::Bookmark;
use crate::engine::Engine;
use crate::error::D1Error;
use crate::options::Request;
use crate::queue::Queue;
use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::rusqlite::Connection;
use edgeemu_storage::sqlite::{Place, SqliteOptions, describe};
use edgeemu_world::World;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// All databases of a project, opened when they are first asked for.
#[derive(Clone, Debug)]
pub struct D1 {
    world: World,
    dir: Option<PathBuf>,
    opened: Arc<Mutex<BTreeMap<String, Database>>>,
}

impl D1 {
    /// Databases in `dir`, a file each; in memory if absent. Touches no disk yet.
    #[must_use]
    pub fn new(world: &World, dir: Option<PathBuf>) -> D1 {
        D1 { world: world.clone(), dir, opened: Arc::default() }
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
        let engine = Engine::open(&self.world, &SqliteOptions::at(place.clone()))?;
        let queue = Arc::new(Queue::new(&self.world, engine));
        let database = Database { queue, place };
        opened.insert(id.to_owned(), database.clone());
        Ok(database)
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

    /// The ids of the databases that were opened.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
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
