//! Tests of KV: every error text, listing against a model, expiry on a clock that is moved by hand, reopening.

mod errors;
mod listing;
mod page;
mod values;

use crate::{BulkGetOptions, Entry, GetOptions, Kv, ListOptions, Namespace, PutOptions};
use bytes::Bytes;
use edgeemu_storage::Storage;
use edgeemu_world::World;

/// A namespace in memory and the world whose clock it goes by. Times in tests count from [`NOW`].
fn namespace() -> (World, Namespace) {
    let world = World::simulated(1);
    let kv = Kv::open(&Storage::memory(&world)).unwrap();
    (world, kv.namespace("test"))
}

/// What a simulated clock shows at first, in seconds since the epoch.
const NOW: i64 = 1_704_067_200;

fn put(namespace: &Namespace, key: &str, value: &str) {
    namespace.put(key, Bytes::copy_from_slice(value.as_bytes()), &PutOptions::default()).unwrap();
}

fn get(namespace: &Namespace, key: &str) -> Option<String> {
    let entry = namespace.get(key, &GetOptions::default()).unwrap();
    entry.map(|entry| String::from_utf8(entry.value.to_vec()).unwrap())
}

fn entry(value: &str) -> Entry {
    Entry { value: Bytes::copy_from_slice(value.as_bytes()), metadata: None, expiration: None }
}

fn names(namespace: &Namespace, options: &ListOptions) -> Vec<String> {
    namespace.list(options).unwrap().keys.into_iter().map(|key| key.name).collect()
}

fn bulk(value_type: &str) -> BulkGetOptions {
    BulkGetOptions { value_type: Some(value_type.to_owned()), cache_ttl: None }
}

fn owned(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}
