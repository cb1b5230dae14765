//! Tests of R2: every error text, listing against a model, uploads, and what is on the disk.

mod conditions;
mod disk;
mod listing;
mod objects;
mod restores;
mod uploads;

use crate::{Bucket, GetOptions, PutOptions, R2, R2Error};
use bytes::Bytes;
use edgeemu_world::World;

/// A bucket in memory and the world whose clock it goes by.
fn bucket() -> (World, Bucket) {
    let world = World::simulated(1);
    let bucket = R2::memory(&world).bucket("test");
    (world, bucket)
}

/// What a simulated clock shows at first, in milliseconds since the epoch.
const NOW: i64 = 1_704_067_200_000;

fn put(bucket: &Bucket, key: &str, bytes: &str) {
    bucket.put(key, &Bytes::copy_from_slice(bytes.as_bytes()), PutOptions::default()).unwrap().unwrap();
}

fn get_with(bucket: &Bucket, key: &str, options: &GetOptions) -> Option<String> {
    let mut body = bucket.get(key, options).unwrap()?.body?;
    Some(String::from_utf8(body.read_all().unwrap().to_vec()).unwrap())
}

fn get(bucket: &Bucket, key: &str) -> Option<String> {
    get_with(bucket, key, &GetOptions::default())
}

fn text<T: std::fmt::Debug>(result: Result<T, R2Error>) -> String {
    result.unwrap_err().to_string()
}
