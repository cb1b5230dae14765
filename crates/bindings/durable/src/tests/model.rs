//! Random operations on an object beside a model of it that is too simple to be wrong.

use crate::{Backend, Durability, Durable, ListOptions, Store, Stores, WriteOptions};
use edgeemu_world::{Disk, Rng, World};
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

const STEPS: u64 = 1500;
const SEEDS: u64 = 3;

type State = (BTreeMap<String, String>, Option<i64>);

/// What the object must hold: what is committed, and a copy for each transaction that is open, innermost last.
#[derive(Default)]
struct Model {
    committed: State,
    now: State,
    open: Vec<(u32, State, bool)>,
}

struct Run<'a> {
    world: &'a World,
    dir: &'a Path,
    rng: Rng,
    model: Model,
    object: (Stores, Rc<Store>),
}

fn open(world: &World, dir: &Path) -> (Stores, Rc<Store>) {
    let durable = Durable::open(world, Some(dir.to_path_buf()), Durability::Process).unwrap();
    let namespace = durable.namespace("suite-Room", Backend::Sqlite);
    let stores = Stores::new(&durable, 2);
    let store = stores.store(&namespace, namespace.id_from_name("a", None), Some("a"));
    (stores, store)
}

impl Run<'_> {
    fn key(&self) -> String {
        format!("k{}", self.rng.below(12))
    }

    fn step(&mut self) {
        let store = Rc::clone(&self.object.1);
        match self.rng.below(20) {
            0..=5 => self.put(&store),
            6..=7 => {
                let key = self.key();
                let removed = store.delete(&key, WriteOptions::default()).unwrap();
                assert_eq!(removed, self.model.now.0.remove(&key).is_some());
            }
            8 => self.alarm(&store),
            9..=10 => {
                let is_async = self.model.open.is_empty() && self.rng.below(2) == 0;
                if is_async {
                    self.model.committed = self.model.now.clone();
                }
                let id = store.begin_transaction(is_async).unwrap();
                self.model.open.push((id, self.model.now.clone(), is_async));
            }
            11..=13 => self.end(&store),
            14..=15 => self.commit(&store),
            16 => self.restart(),
            17 if self.model.open.is_empty() => {
                store.delete_all(true).unwrap();
                self.model = Model::default();
            }
            _ => {}
        }
        self.compare();
    }

    fn put(&mut self, store: &Store) {
        let (key, value) = (self.key(), self.rng.below(1000).to_string());
        store.put(&key, value.as_bytes(), WriteOptions::default()).unwrap();
        self.model.now.0.insert(key, value);
    }

    fn alarm(&mut self, store: &Store) {
        let time = (self.rng.below(3) > 0).then(|| 2_000_000_000_000 + i64::try_from(self.rng.below(1000)).unwrap());
        #[allow(clippy::cast_precision_loss, reason = "a time of this era is exact")]
        store.set_alarm(time.map(|time| time as f64)).unwrap();
        self.model.now.1 = time;
    }

    fn end(&mut self, store: &Store) {
        let Some((id, before, _)) = self.model.open.pop() else { return };
        let keep = self.rng.below(2) == 0;
        store.end_transaction(id, keep).unwrap();
        if !keep {
            self.model.now = before;
        }
    }

    fn commit(&mut self, store: &Store) {
        // Transactions of a turn end in it.
        while self.model.open.last().is_some_and(|(_, _, is_async)| !is_async) {
            self.end(store);
        }
        store.commit_turn().unwrap();
        if self.model.open.is_empty() {
            self.model.committed = self.model.now.clone();
        }
    }

    /// The process ends in the middle of everything.
    fn restart(&mut self) {
        self.object.1.rollback_turn();
        self.object = open(self.world, self.dir);
        self.model.open.clear();
        self.model.now = self.model.committed.clone();
    }

    fn compare(&self) {
        let store = &self.object.1;
        let listed = store.list(&ListOptions::default()).unwrap();
        let listed: BTreeMap<_, _> =
            listed.into_iter().map(|(key, value)| (key, String::from_utf8(value).unwrap())).collect();
        assert_eq!(listed, self.model.now.0);
        assert_eq!(store.alarm().unwrap().map(edgeemu_world::Timestamp::as_millis), self.model.now.1);
        let kept = self.object.0.durable().alarms().next(&|_| true).map(edgeemu_world::Timestamp::as_millis);
        assert_eq!(kept, self.model.committed.1, "the list of alarms");
    }
}

#[test]
fn an_object_is_what_its_model_is() {
    for seed in 1..=SEEDS {
        let dir = tempfile::tempdir().unwrap();
        let world = World::simulated(seed).with_disk(Disk::real());
        let (rng, object) = (Rng::seeded(seed), open(&world, dir.path()));
        let mut run = Run { world: &world, dir: dir.path(), rng, model: Model::default(), object };
        for step in 0..STEPS {
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run.step()));
            assert!(done.is_ok(), "seed {seed}, step {step}");
        }
    }
}
