//! When which object has its alarm: a list beside the objects, so that nobody has to open them to know.
//!
//! The object's own storage decides. The list is written before an object commits an alarm and after it commits that
//! there is none, so it may name alarms that are no more, but never lacks one.

use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::rusqlite::{self, Connection, params};
use edgeemu_storage::sqlite::{Place, Sqlite, SqliteOptions, describe};
use edgeemu_world::{Timestamp, World};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

use crate::alarm::Retries;

/// Whose alarm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlarmKey {
    /// The key of the object's namespace.
    pub namespace: Arc<str>,
    /// The object's id.
    pub object: String,
}

/// An alarm whose time has come.
#[derive(Clone, Debug)]
pub struct Due {
    /// Whose.
    pub key: AlarmKey,
    /// The name that the object is reached by, if it has one.
    pub name: Option<String>,
    /// How often it was tried.
    pub retries: Retries,
    version: u64,
}

/// The alarms of a project. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Alarms {
    list: Arc<Mutex<List>>,
    changed: Arc<watch::Sender<()>>,
}

#[derive(Debug)]
struct List {
    /// The list on disk.
    kept: Option<Sqlite>,
    place: PathBuf,
    entries: BTreeMap<AlarmKey, Entry>,
    by_time: BTreeSet<(Timestamp, AlarmKey)>,
    version: u64,
}

#[derive(Debug)]
struct Entry {
    name: Option<String>,
    /// When it is tried next.
    time: Timestamp,
    retries: Retries,
    is_running: bool,
    /// Changes when the object sets its alarm.
    version: u64,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS alarms (namespace TEXT, object TEXT, name TEXT, time_ms INTEGER, \
     PRIMARY KEY (namespace, object)) WITHOUT ROWID";

impl Alarms {
    pub(crate) fn open(world: &World, dir: Option<&Path>) -> Result<Alarms, StorageError> {
        let place = dir.map_or(Place::Memory, |dir| Place::File(dir.join("alarms.sqlite")));
        let mut list =
            List { kept: None, place: place.path(), entries: BTreeMap::new(), by_time: BTreeSet::new(), version: 0 };
        if place != Place::Memory {
            let sqlite = Sqlite::open(world, &SqliteOptions::at(place))?;
            list.read(&sqlite).map_err(|error| list.refused(&error))?;
            list.kept = Some(sqlite);
        }
        Ok(Alarms { list: Arc::new(Mutex::new(list)), changed: Arc::new(watch::Sender::new(())) })
    }

    /// The object has its alarm at `time`; `None`: it has none.
    ///
    /// # Errors
    /// What the disk says.
    pub fn set(&self, key: &AlarmKey, name: Option<&str>, time: Option<Timestamp>) -> Result<(), StorageError> {
        let mut list = self.list();
        list.keep(key, name, time)?;
        list.version += 1;
        let version = list.version;
        let (name, is_running) = (name.map(str::to_owned), list.is_running(key));
        match time {
            Some(time) => list.put(key, Entry { name, time, retries: Retries::default(), is_running, version }),
            None => list.take(key),
        }
        drop(list);
        self.changed.send_replace(());
        Ok(())
    }

    /// When the object's alarm is tried next.
    #[must_use]
    pub fn time_of(&self, key: &AlarmKey) -> Option<Timestamp> {
        self.list().entries.get(key).map(|entry| entry.time)
    }

    /// When the next alarm that does not run is due, in one of the namespaces that `belongs` says.
    #[must_use]
    pub fn next(&self, belongs: &dyn Fn(&str) -> bool) -> Option<Timestamp> {
        self.list().by_time.iter().find(|(_, key)| belongs(&key.namespace)).map(|(time, _)| *time)
    }

    /// Tells whenever the list is another one than before.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Lets everybody who waits for a change look again.
    pub fn announce(&self) {
        self.changed.send_replace(());
    }

    /// Whether the object has set its alarm again since this one was due.
    #[must_use]
    pub fn was_set_again(&self, due: &Due) -> bool {
        self.list().entries.get(&due.key).is_none_or(|entry| entry.version != due.version)
    }

    /// The alarms of these namespaces whose time has come. Each counts as running until [`finish`](Alarms::finish).
    #[must_use]
    pub fn take_due(&self, now: Timestamp, belongs: &dyn Fn(&str) -> bool) -> Vec<Due> {
        let mut list = self.list();
        let come = list.by_time.iter().take_while(|(time, _)| *time <= now);
        let come: Vec<_> = come.filter(|(_, key)| belongs(&key.namespace)).cloned().collect();
        let mut due = Vec::new();
        for (time, key) in come {
            list.by_time.remove(&(time, key.clone()));
            let Some(entry) = list.entries.get_mut(&key) else { continue };
            entry.is_running = true;
            due.push(Due { name: entry.name.clone(), retries: entry.retries, version: entry.version, key });
        }
        due
    }

    /// The run of an alarm is over. `again`: when it is tried again and how often it was tried; none if it is not.
    /// An alarm that the object set meanwhile takes its place.
    ///
    /// # Errors
    /// What the disk says.
    pub fn finish(&self, due: &Due, again: Option<(Timestamp, Retries)>) -> Result<(), StorageError> {
        let mut list = self.list();
        let Some(mut entry) = list.entries.remove(&due.key) else { return Ok(()) };
        entry.is_running = false;
        if entry.version != due.version {
            list.put(&due.key, entry);
        } else if let Some((time, retries)) = again {
            list.put(&due.key, Entry { time, retries, ..entry });
        } else {
            list.keep(&due.key, None, None)?;
        }
        drop(list);
        self.changed.send_replace(());
        Ok(())
    }

    pub(crate) fn remove_namespace(&self, namespace: &str) -> Result<(), StorageError> {
        let keys: Vec<AlarmKey> =
            self.list().entries.keys().filter(|key| &*key.namespace == namespace).cloned().collect();
        keys.iter().try_for_each(|key| self.set(key, None, None))
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl List {
    fn read(&mut self, sqlite: &Sqlite) -> rusqlite::Result<()> {
        sqlite.execute_batch(TABLE)?;
        let mut statement = sqlite.prepare("SELECT namespace, object, name, time_ms FROM alarms")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let namespace: String = row.get(0)?;
            let key = AlarmKey { namespace: namespace.into(), object: row.get(1)? };
            let time = Timestamp::from_millis(row.get(3)?);
            let entry = Entry {
                name: row.get(2)?,
                time,
                retries: Retries::default(),
                is_running: false,
                version: self.version,
            };
            self.put(&key, entry);
        }
        Ok(())
    }

    fn keep(&self, key: &AlarmKey, name: Option<&str>, time: Option<Timestamp>) -> Result<(), StorageError> {
        const PUT: &str = "INSERT OR REPLACE INTO alarms VALUES (?, ?, ?, ?)";
        const REMOVE: &str = "DELETE FROM alarms WHERE namespace = ? AND object = ?";
        let Some(sqlite) = &self.kept else { return Ok(()) };
        let (namespace, object) = (&*key.namespace, &key.object);
        let write = |connection: &Connection| match time {
            Some(time) => connection.prepare_cached(PUT)?.execute(params![namespace, object, name, time.as_millis()]),
            None => connection.prepare_cached(REMOVE)?.execute(params![namespace, object]),
        };
        write(sqlite).map(drop).map_err(|error| self.refused(&error))
    }

    fn put(&mut self, key: &AlarmKey, entry: Entry) {
        self.take(key);
        if !entry.is_running {
            self.by_time.insert((entry.time, key.clone()));
        }
        self.entries.insert(key.clone(), entry);
    }

    fn take(&mut self, key: &AlarmKey) {
        if let Some(entry) = self.entries.remove(key) {
            self.by_time.remove(&(entry.time, key.clone()));
        }
    }

    fn is_running(&self, key: &AlarmKey) -> bool {
        self.entries.get(key).is_some_and(|entry| entry.is_running)
    }

    fn refused(&self, error: &rusqlite::Error) -> StorageError {
        StorageError::Sqlite { place: self.place.clone(), reason: describe(error) }
    }
}
