//! The layer over a namespace that keeps its values.

use super::{FRA, SFO};
use crate::consistency::{Arbitration, Boring, Colos, Place, Profile, Settings};
use crate::{BulkGetOptions, GetOptions, Kv, ListOptions, PutOptions};
use bytes::Bytes;
use edgeemu_storage::Storage;
use edgeemu_world::World;
use std::collections::BTreeMap;
use std::time::Duration;

fn colos(settings: Settings) -> (World, Colos) {
    let world = World::simulated(1);
    let namespace = Kv::open(&Storage::memory(&world)).unwrap().namespace("test");
    (world, Colos::new(namespace, settings, Box::new(Boring)))
}

fn documented() -> Settings {
    Settings::of(Profile::Documented, &[FRA, SFO])
}

fn put(colos: &Colos, colo: super::Colo, value: &'static str) -> Result<bool, String> {
    let site = colos.at(Place::of(colo));
    site.put("k", Bytes::from_static(value.as_bytes()), &PutOptions::default()).map_err(|error| error.to_string())
}

fn get(colos: &Colos, colo: super::Colo) -> Option<String> {
    super::text(&colos.at(Place::of(colo)).get("k", &GetOptions::default()).unwrap())
}

#[test]
fn a_cache_over_the_store_answers_what_it_has() {
    let (world, colos) = colos(documented());
    put(&colos, FRA, "old").unwrap();
    assert_eq!(get(&colos, SFO).as_deref(), Some("old"));
    world.clock().advance_by(Duration::from_secs(5));
    put(&colos, FRA, "new").unwrap();
    assert_eq!((get(&colos, FRA).as_deref(), get(&colos, SFO).as_deref()), (Some("new"), Some("old")));
    let why = colos.at(Place::of(SFO)).peek("k", &GetOptions::default()).unwrap();
    assert_eq!(why.stale.unwrap().by, Duration::ZERO);
    world.clock().advance_by(Duration::from_secs(55));
    assert_eq!(get(&colos, SFO).as_deref(), Some("new"));
    let stored = colos.central().get("k", &GetOptions::default()).unwrap().unwrap();
    assert_eq!(stored.value, "new");
}

#[test]
fn what_is_written_from_outside_is_found_behind_the_caches() {
    let (_, colos) = colos(documented());
    colos.central().put("k", Bytes::from_static(b"before"), &PutOptions::default()).unwrap();
    assert_eq!(get(&colos, FRA).as_deref(), Some("before"));
    colos.central().put("k", Bytes::from_static(b"after"), &PutOptions::default()).unwrap();
    assert_eq!((get(&colos, FRA).as_deref(), get(&colos, SFO).as_deref()), (Some("before"), Some("after")));
}

#[test]
fn refusals_have_the_words_of_production() {
    let (_, colos) = colos(documented());
    put(&colos, FRA, "one").unwrap();
    assert_eq!(put(&colos, SFO, "two").unwrap_err(), "KV PUT failed: 429 Too Many Requests");
    let site = colos.at(Place::of(FRA));
    assert_eq!(site.delete("k").unwrap_err().to_string(), "KV DELETE failed: 429 Too Many Requests");
    assert_eq!(site.get("", &GetOptions::default()).unwrap_err().to_string(), "Key name cannot be empty.");
    let short = site.get("k", &GetOptions { cache_ttl: Some(29) }).unwrap_err().to_string();
    assert_eq!(short, "KV GET failed: 400 Invalid cache_ttl of 29. Cache TTL must be at least 30.");
    let none = site.get_many(&[], &BulkGetOptions::default()).unwrap_err().to_string();
    assert_eq!(none, "KV GET_BULK failed: 400 You must request a minimum of 1 key");
}

#[test]
fn several_keys_are_answered_from_several_entries() {
    let (world, colos) = colos(documented());
    assert_eq!(get(&colos, SFO), None);
    put(&colos, FRA, "new").unwrap();
    let other = colos.at(Place::of(FRA));
    other.put("other", Bytes::from_static(b"seen"), &PutOptions::default()).unwrap();
    world.clock().advance_by(Duration::from_secs(1));
    let keys = ["k".to_owned(), "other".to_owned()];
    let found = colos.at(Place::of(SFO)).get_many(&keys, &BulkGetOptions::default()).unwrap();
    let texts: Vec<_> = found.iter().map(|(_, read)| super::text(read)).collect();
    assert_eq!(texts, [None, Some("seen".to_owned())]);
}

#[test]
fn a_write_that_loses_is_acknowledged_and_not_kept() {
    let skew = BTreeMap::from([(SFO, -5000)]);
    let settings = Settings { arbitration: Arbitration::Origin(skew), ..Settings::of(Profile::Strong, &[FRA, SFO]) };
    let (world, colos) = colos(settings);
    put(&colos, FRA, "first").unwrap();
    world.clock().advance_by(Duration::from_secs(2));
    assert_eq!(put(&colos, SFO, "second"), Ok(false));
    assert_eq!(get(&colos, FRA).as_deref(), Some("first"));
    assert_eq!(colos.central().get("k", &GetOptions::default()).unwrap().unwrap().value, "first");
}

#[test]
fn a_list_of_a_location_lags_behind_its_own_gets() {
    let (_, colos) = colos(documented());
    let site = colos.at(Place::of(FRA));
    assert!(site.list(&ListOptions::default()).unwrap().page.keys.is_empty());
    put(&colos, FRA, "new").unwrap();
    let lagging = site.list(&ListOptions::default()).unwrap();
    assert!(lagging.page.keys.is_empty() && lagging.from_cache);
    assert_eq!(lagging.drift.unwrap().missing, ["k"]);
    assert_eq!(get(&colos, FRA).as_deref(), Some("new"));
}

#[test]
fn while_developing_fast_writes_are_done_and_marked() {
    let (_, colos) = colos(Settings::of(Profile::Dev, &[FRA]));
    assert_eq!((put(&colos, FRA, "one"), put(&colos, FRA, "two")), (Ok(false), Ok(true)));
    assert_eq!(get(&colos, FRA).as_deref(), Some("two"));
}
