//! Tests of the model: its rules one by one, its two descriptions against each other, and what it guarantees.

mod colos;
mod guarantees;
mod legality;
mod rules;

use super::{Boring, Choices, Colo, Place, Profile, Read, Replicas, Settings, Visit};
use crate::options::Entry;
use bytes::Bytes;
use edgeemu_world::Timestamp;
use std::time::Duration;

const FRA: Colo = Colo::new(*b"FRA");
const SFO: Colo = Colo::new(*b"SFO");

/// A moment, in seconds since the beginning of a test.
fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000 + secs)
}

fn entry(value: &str) -> Entry {
    Entry { value: Bytes::copy_from_slice(value.as_bytes()), metadata: None, expiration: None }
}

fn until(value: &str, secs: i64) -> Entry {
    Entry { expiration: Some(at(secs).as_secs()), ..entry(value) }
}

fn text(read: &Read) -> Option<String> {
    read.entry.as_ref().map(|entry| String::from_utf8_lossy(&entry.value).into_owned())
}

/// A namespace in two locations, driven by hand.
struct Bench {
    replicas: Replicas,
    choices: Box<dyn Choices>,
}

impl Bench {
    fn of(profile: Profile) -> Bench {
        Bench::with(Settings::of(profile, &[FRA, SFO]))
    }

    fn with(settings: Settings) -> Bench {
        Bench { replicas: Replicas::new(settings), choices: Box::new(Boring) }
    }

    fn read(&mut self, (colo, secs): (Colo, i64), key: &str, ttl: Option<u64>) -> Read {
        let mut visit = Visit { now: at(secs), place: Place::of(colo), choices: &mut *self.choices };
        self.replicas.get(&mut visit, key, ttl.map(Duration::from_secs))
    }

    fn get(&mut self, here: (Colo, i64), key: &str) -> Option<String> {
        text(&self.read(here, key, None))
    }

    fn put(&mut self, (colo, secs): (Colo, i64), key: &str, content: Option<Entry>) {
        let mut visit = Visit { now: at(secs), place: Place::of(colo), choices: &mut *self.choices };
        self.replicas.put(&mut visit, key, content).unwrap();
    }
}
