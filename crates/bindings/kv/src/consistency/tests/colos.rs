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
    let told = site.put("k", Bytes::from_static(value.as_bytes()), &PutOptions::default());
    told.map(|told| told.answer).map_err(|error| error.to_string())
}

fn get(colos: &Colos, colo: super::Colo) -> Option<String> {
    super::text(&colos.at(Place::of(colo)).get("k", &GetOptions::default()).unwrap().answer)
}

#[test]
fn a_cache_over_the_store_answers_what_it_has() {
    let (world, colos) = colos(documented());
    put(&colos, FRA, "old").unwrap();
    assert_eq!(get(&colos, SFO).as_deref(), Some("old"));
    world.clock().advance_by(Duration::from_secs(5));
    put(&colos, FRA, "new").unwrap();
    assert_eq!((get(&colos, FRA).as_deref(), get(&colos, SFO).as_deref()), (Some("new"), Some("old")));
    let why = colos.at(Place::of(SFO)).why("k", &GetOptions::default()).unwrap().unwrap();
    assert_eq!(why.read.stale.unwrap().by, Duration::ZERO);
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
    let found = colos.at(Place::of(SFO)).get_many(&keys, &BulkGetOptions::default()).unwrap().answer;
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
    assert!(site.list(&ListOptions::default()).unwrap().answer.page.keys.is_empty());
    put(&colos, FRA, "new").unwrap();
    let lagging = site.list(&ListOptions::default()).unwrap().answer;
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

/// What is said about reads of `k`.
fn said(colos: &Colos, colo: super::Colo) -> Vec<String> {
    colos.at(Place::of(colo)).get("k", &GetOptions::default()).unwrap().remarks
}

fn developing() -> (World, Colos) {
    colos(Settings::of(Profile::Dev, &[FRA, SFO]))
}

#[test]
fn while_developing_reads_are_strong_and_what_production_might_answer_is_said_once() {
    let (world, colos) = developing();
    put(&colos, FRA, "old").unwrap();
    assert_eq!(said(&colos, SFO), [""; 0]);
    world.clock().advance_by(Duration::from_secs(20));
    put(&colos, FRA, "new").unwrap();
    world.clock().advance_by(Duration::from_secs(12));
    let read = colos.at(Place::of(SFO)).get("k", &GetOptions::default()).unwrap();
    assert_eq!(super::text(&read.answer).as_deref(), Some("new"));
    assert_eq!(read.answer.production.unwrap().by, Duration::from_secs(12));
    assert_eq!(
        read.remarks,
        [
            "in production SFO might have answered an old value (v1) of `k` here: it was changed in FRA 12 s ago, and SFO \
          has kept what it knew for 32 s and may do so for another 28 s.\n  Documented: a location keeps what it has \
          read, also that a key is not there, for `cacheTtl` (60 s by default), and writes elsewhere do not reach it. \
          https://developers.cloudflare.com/kv/concepts/how-kv-works/"
        ]
    );
    assert_eq!(said(&colos, SFO), [""; 0], "once is enough");
    assert_eq!(said(&colos, FRA), [""; 0], "FRA knows what it wrote");
    world.clock().advance_by(Duration::from_secs(28));
    assert_eq!(said(&colos, SFO), [""; 0], "the entry has ended");
}

#[test]
fn nothing_is_said_where_production_would_answer_the_same() {
    let (world, colos) = developing();
    put(&colos, FRA, "same").unwrap();
    assert_eq!(said(&colos, SFO), [""; 0]);
    world.clock().advance_by(Duration::from_secs(5));
    put(&colos, FRA, "same").unwrap();
    assert_eq!(said(&colos, SFO), [""; 0], "the same was written again");
    world.clock().advance_by(Duration::from_secs(5));
    put(&colos, FRA, "other").unwrap();
    world.clock().advance_by(Duration::from_secs(5));
    put(&colos, FRA, "same").unwrap();
    assert_eq!(said(&colos, SFO), [""; 0], "and again after something else");
}

#[test]
fn one_location_is_told_of_no_stale_value() {
    let (world, colos) = colos(Settings::of(Profile::Dev, &[FRA]));
    for value in ["a", "b", "c"] {
        assert_eq!(said(&colos, FRA), [""; 0]);
        put(&colos, FRA, value).unwrap();
        assert_eq!(said(&colos, FRA), [""; 0]);
        world.clock().advance_by(Duration::from_secs(10));
    }
}

#[test]
fn absence_that_was_asked_for_is_kept() {
    let (world, colos) = developing();
    assert_eq!(said(&colos, SFO), [""; 0]);
    world.clock().advance_by(Duration::from_secs(1));
    put(&colos, FRA, "new").unwrap();
    let said = said(&colos, SFO).join("");
    assert!(said.starts_with("in production SFO might have answered that there is no `k` here: it was created in FRA"));
}

#[test]
fn an_expiration_is_no_news() {
    let (world, colos) = developing();
    let site = colos.at(Place::of(FRA));
    let options = PutOptions { expiration_ttl: Some(60), ..PutOptions::default() };
    site.put("k", Bytes::from_static(b"v"), &options).unwrap();
    world.clock().advance_by(Duration::from_secs(50));
    assert_eq!(said(&colos, SFO), [""; 0]);
    world.clock().advance_by(Duration::from_secs(15));
    let read = colos.at(Place::of(SFO)).get("k", &GetOptions::default()).unwrap();
    assert_eq!((super::text(&read.answer), read.remarks.len()), (None, 0));
}

#[test]
fn what_comes_from_outside_is_noticed_where_it_is_named() {
    let (world, colos) = developing();
    put(&colos, FRA, "old").unwrap();
    world.clock().advance_by(Duration::from_secs(2));
    colos.central().put("k", Bytes::from_static(b"new"), &PutOptions::default()).unwrap();
    colos.notice("k").unwrap();
    assert!(said(&colos, FRA).join("").contains("it was changed from outside 0 ms ago"));
    assert_eq!(colos.versions("k").len(), 3);
    // Nothing is noticed twice.
    colos.notice("k").unwrap();
    assert_eq!(colos.versions("k").len(), 3);
}

#[test]
fn a_list_that_lags_is_said_once() {
    let (world, colos) = developing();
    let site = colos.at(Place::of(FRA));
    put(&colos, FRA, "v").unwrap();
    assert_eq!(site.list(&ListOptions::default()).unwrap().remarks, [""; 0]);
    world.clock().advance_by(Duration::from_secs(9));
    site.delete("k").unwrap();
    let list = site.list(&ListOptions::default()).unwrap();
    assert_eq!(list.answer.page.keys, []);
    assert!(list.remarks[0].starts_with(
        "in production FRA might have answered a list of keys here that is 9 s old: it names `k`, now gone."
    ));
    assert_eq!(site.list(&ListOptions::default()).unwrap().remarks, [""; 0]);
}

#[test]
fn a_second_write_within_a_second_is_said_once() {
    let (_, colos) = developing();
    let site = colos.at(Place::of(FRA));
    let said = |value: &'static str| {
        site.put("k", Bytes::from_static(value.as_bytes()), &PutOptions::default()).unwrap().remarks.join("")
    };
    assert_eq!(said("one"), "");
    assert!(said("two").contains("production may refuse this write to `k` with `429 Too Many Requests`"));
    assert_eq!(said("three"), "");
}

#[test]
fn why_says_what_a_place_would_answer() {
    let (world, colos) = developing();
    let why = |colos: &Colos| colos.at(Place::of(SFO)).why("k", &GetOptions::default()).unwrap().unwrap().text("k");
    assert_eq!(
        why(&colos),
        "In production SFO keeps nothing for `k` and would answer what the central store has: v0 (nothing)."
    );
    assert_eq!(colos.versions("k"), [], "looking is not asking");
    put(&colos, FRA, "old").unwrap();
    said(&colos, SFO);
    world.clock().advance_by(Duration::from_secs(20));
    assert_eq!(
        why(&colos),
        "In production SFO would answer v1 for `k`: it has kept that for 20 s and may do so for another 40 s. That is \
         current."
    );
    colos.at(Place::of(FRA)).delete("k").unwrap();
    world.clock().advance_by(Duration::from_secs(12));
    assert_eq!(
        why(&colos),
        "In production SFO would answer v1 for `k`: it has kept that for 32 s and may do so for another 28 s. Current is \
         v2 (nothing): the key was deleted in FRA 12 s ago. Here, with `dev`, reads are strong: SFO answers v2 \
         (nothing)."
    );
    colos.evict(Place::of(SFO), "k");
    assert!(why(&colos).contains("SFO keeps nothing for `k`"));
    assert_eq!(colos.timeline(Some("k")).len(), 3);
}

#[test]
fn a_long_session_does_not_keep_everything() {
    let (world, colos) = colos(documented());
    put(&colos, FRA, "first").unwrap();
    let day = GetOptions { cache_ttl: Some(86_400) };
    colos.at(Place::of(SFO)).get("k", &day).unwrap();
    for turn in 0..1000 {
        world.clock().advance_by(Duration::from_secs(1));
        let value = Bytes::from(format!("value {turn}"));
        colos.at(Place::of(FRA)).put("k", value, &PutOptions::default()).unwrap();
    }
    assert!(colos.versions("k").len() < 200);
    let old = colos.at(Place::of(SFO)).get("k", &day).unwrap().answer;
    assert_eq!(super::text(&old).as_deref(), Some("first"));
    assert_eq!(old.stale.unwrap().by, Duration::from_secs(999), "it knows since when");
    assert_eq!(get(&colos, FRA).as_deref(), Some("value 999"));
}

#[test]
fn nothing_is_said_of_a_key_that_ended_and_was_deleted() {
    let (world, colos) = developing();
    let site = colos.at(Place::of(FRA));
    let options = PutOptions { expiration_ttl: Some(60), ..PutOptions::default() };
    site.put("k", Bytes::from_static(b"v"), &options).unwrap();
    world.clock().advance_by(Duration::from_secs(61));
    assert_eq!(said(&colos, SFO), [""; 0], "it has ended, and SFO keeps that");
    world.clock().advance_by(Duration::from_secs(2));
    site.delete("k").unwrap();
    assert_eq!(said(&colos, SFO), [""; 0], "nothing is as good as nothing");
}

#[test]
fn nothing_is_said_of_metadata_alone() {
    let (world, colos) = developing();
    put(&colos, FRA, "same").unwrap();
    said(&colos, SFO);
    world.clock().advance_by(Duration::from_secs(2));
    let options = PutOptions { metadata: Some("1".to_owned()), ..PutOptions::default() };
    colos.at(Place::of(FRA)).put("k", Bytes::from_static(b"same"), &options).unwrap();
    assert_eq!(said(&colos, SFO), [""; 0], "`get` does not show it");
    colos.central().put("k", Bytes::from_static(b"same"), &PutOptions::default()).unwrap();
    colos.notice("k").unwrap();
    assert_eq!(colos.versions("k").len(), 4, "a change of metadata is a version all the same");
}
