//! What Durable Objects mean.

mod alarms;
mod crash;
mod gates;
mod ids;
mod model;
mod page;
mod sockets;
mod storage;
mod transactions;

use crate::{Backend, Durability, Durable, Namespace, Store, Stores, Value, WriteOptions};
use edgeemu_world::World;
use std::rc::Rc;

fn world() -> World {
    World::simulated(1)
}

fn durable(world: &World) -> Durable {
    Durable::open(world, None, Durability::Process).unwrap()
}

fn sqlite(durable: &Durable) -> Namespace {
    durable.namespace("suite-Room", Backend::Sqlite)
}

/// The store of an object in memory.
fn store_of(world: &World, backend: Backend) -> (Stores, Rc<Store>) {
    let durable = durable(world);
    let stores = Stores::new(&durable, 8);
    let namespace = durable.namespace("suite-Room", backend);
    let store = stores.store(&namespace, namespace.id_from_name("a", None), Some("a"));
    (stores, store)
}

fn store() -> (Stores, Rc<Store>) {
    store_of(&world(), Backend::Sqlite)
}

fn put(store: &Store, key: &str, value: &str) {
    store.put(key, value.as_bytes(), WriteOptions::default()).unwrap();
}

fn get(store: &Store, key: &str) -> Option<String> {
    store.get(key).unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

/// All rows that SQL gives.
fn rows(store: &Store, sql: &str) -> Vec<Vec<Value>> {
    let mut cursor = store.exec(sql, &[]).unwrap_or_else(|error| panic!("{sql}: {error}"));
    std::iter::from_fn(|| cursor.next_row().unwrap()).collect()
}

fn refusal(store: &Store, sql: &str) -> String {
    store.exec(sql, &[]).map(drop).unwrap_err().to_string()
}
