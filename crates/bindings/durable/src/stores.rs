//! The stores of the objects on one thread, of which only so many have their database open.

use crate::durable::{Durability, Durable, Namespace, object_file};
use crate::id::ObjectId;
use crate::store::{Store, StoreOptions};
use edgeemu_storage::sqlite::{Place, SqliteOptions};
use edgeemu_world::World;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// Gives out stores, the same one for the same object. Lives on one thread.
#[derive(Debug)]
pub struct Stores {
    durable: Durable,
    known: RefCell<BTreeMap<(Arc<str>, ObjectId), Known>>,
    open: Rc<OpenFiles>,
}

/// Data in memory lasts as long as the process; on disk a store lasts as long as somebody uses it.
#[derive(Debug)]
enum Known {
    Kept(Rc<Store>),
    Used(Weak<Store>),
}

impl Stores {
    /// The stores of a project, for one thread that has `open_max` databases open at a time.
    #[must_use]
    pub fn new(durable: &Durable, open_max: usize) -> Stores {
        let open = OpenFiles { max: open_max.max(1), ..OpenFiles::default() };
        Stores { durable: durable.clone(), known: RefCell::default(), open: Rc::new(open) }
    }

    /// The store of one object. Touches no disk yet.
    pub fn store(&self, namespace: &Namespace, id: ObjectId, name: Option<&str>) -> Rc<Store> {
        let key = (Arc::clone(namespace.unique_key()), id);
        let mut known = self.known.borrow_mut();
        let found = known.get(&key).and_then(|known| match known {
            Known::Kept(store) => Some(Rc::clone(store)),
            Known::Used(store) => store.upgrade(),
        });
        if let Some(store) = found {
            store.learn_name(name);
            return store;
        }
        let store = Rc::new(Store::new(StoreOptions {
            world: self.durable.world.clone(),
            sqlite: self.sqlite(namespace, id),
            namespace: namespace.clone(),
            id,
            name: name.map(str::to_owned),
            alarms: self.durable.alarms().clone(),
            open: Rc::clone(&self.open),
        }));
        let entry = match self.durable.durability {
            Durability::Memory => Known::Kept(Rc::clone(&store)),
            _ => Known::Used(Rc::downgrade(&store)),
        };
        if known.len() % 1024 == 1023 {
            known.retain(|_, known| matches!(known, Known::Kept(_)) || known.is_used());
        }
        known.insert(key, entry);
        store
    }

    /// The project these are of.
    #[must_use]
    pub fn durable(&self) -> &Durable {
        &self.durable
    }

    /// How many databases are open.
    #[must_use]
    pub fn open_count(&self) -> usize {
        self.open.count()
    }

    fn sqlite(&self, namespace: &Namespace, id: ObjectId) -> SqliteOptions {
        let place = self.durable.dir.as_ref().map(|dir| object_file(dir, namespace.unique_key(), id));
        let options = SqliteOptions::at(place.map_or(Place::Memory, Place::File));
        let durability = match self.durable.durability {
            Durability::Strict => edgeemu_storage::Durability::Strict,
            Durability::Process | Durability::Memory => edgeemu_storage::Durability::Process,
        };
        SqliteOptions { durability, ..options }
    }

    /// The world of the objects.
    #[must_use]
    pub fn world(&self) -> &World {
        self.durable.world()
    }
}

impl Known {
    fn is_used(&self) -> bool {
        match self {
            Known::Kept(_) => true,
            Known::Used(store) => store.strong_count() > 0,
        }
    }
}

/// Which stores have a file open, and when each was used last.
#[derive(Debug, Default)]
pub(crate) struct OpenFiles {
    max: usize,
    ticks: Cell<u64>,
    opened: RefCell<BTreeMap<(Arc<str>, ObjectId), OpenFile>>,
}

#[derive(Debug)]
pub(crate) struct OpenFile {
    pub(crate) store: Weak<crate::store::Database>,
    pub(crate) used: Rc<Cell<u64>>,
}

impl OpenFiles {
    /// The time of a use, in uses.
    pub(crate) fn tick(&self) -> u64 {
        self.ticks.set(self.ticks.get() + 1);
        self.ticks.get()
    }

    /// A store has opened its file; those that were not used for longest are closed if there are too many.
    pub(crate) fn add(&self, key: (Arc<str>, ObjectId), file: OpenFile) {
        let mut opened = self.opened.borrow_mut();
        opened.retain(|_, file| file.store.upgrade().is_some_and(|store| store.is_open()));
        if opened.len() >= self.max {
            let mut oldest: Vec<_> = opened.iter().map(|(key, file)| (file.used.get(), key.clone())).collect();
            oldest.sort();
            for (_, key) in oldest {
                // One that is in the middle of something stays open.
                if opened.get(&key).and_then(|file| file.store.upgrade()).is_some_and(|store| store.close()) {
                    opened.remove(&key);
                    break;
                }
            }
        }
        opened.insert(key, file);
    }

    fn count(&self) -> usize {
        let is_open = |file: &&OpenFile| file.store.upgrade().is_some_and(|store| store.is_open());
        self.opened.borrow().values().filter(is_open).count()
    }
}
