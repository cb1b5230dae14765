//! Alarms: one for each object, until its handler succeeds.

use super::{durable, sqlite, world};
use crate::{Durability, Durable, Outcome, Retries, Store, Stores};
use edgeemu_world::{Disk, Rng, SIMULATED_START, Timestamp, World};
use std::rc::Rc;
use std::time::Duration;

const ALL: fn(&str) -> bool = |_| true;

struct Stage {
    world: World,
    durable: Durable,
    store: Rc<Store>,
    _stores: Stores,
}

fn stage(world: World, dir: Option<&std::path::Path>) -> Stage {
    let durable = match dir {
        None => durable(&world),
        Some(dir) => Durable::open(&world, Some(dir.to_path_buf()), Durability::Process).unwrap(),
    };
    let (stores, namespace) = (Stores::new(&durable, 8), sqlite(&durable));
    let store = stores.store(&namespace, namespace.id_from_name("a", None), Some("a"));
    Stage { world, durable, store, _stores: stores }
}

fn set(stage: &Stage, after_secs: u64) -> Timestamp {
    let time = stage.world.clock().now() + Duration::from_secs(after_secs);
    #[allow(clippy::cast_precision_loss, reason = "a time of this era is exact")]
    stage.store.set_alarm(Some(time.as_millis() as f64)).unwrap();
    stage.store.commit_turn().unwrap();
    time
}

#[test]
fn a_time_that_cannot_be_is_refused() {
    let stage = stage(world(), None);
    let said = |millis| stage.store.set_alarm(Some(millis)).unwrap_err().to_string();
    assert_eq!(said(0.0), "setAlarm() cannot be called with an alarm time <= 0");
    assert_eq!(said(f64::NAN), "The value cannot be converted because it is not a valid Date.");
    assert_eq!(said(1e300), "This API doesn't support dates after 2189.");
    stage.store.set_alarm(Some(1.0)).unwrap();
    assert_eq!(stage.store.alarm().unwrap(), Some(SIMULATED_START), "a time that is over is now");
}

#[test]
fn an_alarm_is_due_when_its_time_has_come_and_not_before() {
    let stage = stage(world(), None);
    let alarms = stage.durable.alarms();
    assert_eq!(alarms.next(&ALL), None);
    let time = set(&stage, 10);
    assert_eq!((alarms.next(&ALL), stage.store.alarm().unwrap()), (Some(time), Some(time)));
    assert!(alarms.take_due(stage.world.clock().now(), &ALL).is_empty());
    stage.world.clock().advance_by(Duration::from_secs(10));
    let due = alarms.take_due(stage.world.clock().now(), &ALL);
    assert_eq!((due.len(), due[0].name.as_deref()), (1, Some("a")));
    assert!(alarms.take_due(stage.world.clock().now(), &ALL).is_empty(), "it runs");
    assert_eq!(stage.store.begin_alarm().unwrap(), Some(time));
    assert_eq!(stage.store.alarm().unwrap(), None, "while it runs it counts as gone");
    stage.store.end_alarm(true).unwrap();
    stage.store.commit_turn().unwrap();
    alarms.finish(&due[0], None).unwrap();
    assert_eq!((alarms.next(&ALL), stage.store.alarm().unwrap()), (None, None));
}

#[test]
fn an_alarm_that_fails_is_there_again() {
    let stage = stage(world(), None);
    let alarms = stage.durable.alarms();
    let time = set(&stage, 1);
    stage.world.clock().advance_by(Duration::from_secs(1));
    let due = alarms.take_due(stage.world.clock().now(), &ALL).remove(0);
    stage.store.begin_alarm().unwrap();
    stage.store.end_alarm(false).unwrap();
    assert_eq!(stage.store.alarm().unwrap(), Some(time));
    let again = stage.world.clock().now() + Duration::from_secs(2);
    let mut retries = due.retries;
    retries.after(Outcome::Failed, &Rng::seeded(1)).unwrap();
    alarms.finish(&due, Some((again, retries))).unwrap();
    assert_eq!(alarms.next(&ALL), Some(again));
    stage.world.clock().advance_by(Duration::from_secs(2));
    assert_eq!(alarms.take_due(stage.world.clock().now(), &ALL)[0].retries.counted, 1);
}

#[test]
fn an_alarm_that_was_set_by_its_handler_replaces_the_retry() {
    let stage = stage(world(), None);
    let alarms = stage.durable.alarms();
    set(&stage, 1);
    stage.world.clock().advance_by(Duration::from_secs(1));
    let due = alarms.take_due(stage.world.clock().now(), &ALL).remove(0);
    stage.store.begin_alarm().unwrap();
    let next = set(&stage, 60);
    assert_eq!(alarms.next(&ALL), None, "one at a time");
    stage.store.end_alarm(true).unwrap();
    stage.store.commit_turn().unwrap();
    let soon = stage.world.clock().now() + Duration::from_secs(2);
    alarms.finish(&due, Some((soon, due.retries))).unwrap();
    assert_eq!((alarms.next(&ALL), stage.store.alarm().unwrap()), (Some(next), Some(next)));
}

#[test]
fn retries_wait_for_longer_and_longer_and_end() {
    let (mut retries, rng) = (Retries::default(), Rng::seeded(3));
    for secs in [2, 4, 8, 16, 32, 64] {
        let wait = retries.after(Outcome::Failed, &rng).unwrap();
        let least = Duration::from_secs(secs);
        assert!(wait >= least && wait <= least + least / 4, "{wait:?}");
    }
    assert_eq!(retries.after(Outcome::Failed, &rng), None);
}

#[test]
fn what_is_not_the_workers_fault_does_not_count() {
    let (mut retries, rng) = (Retries::default(), Rng::seeded(3));
    let waits: Vec<_> = (0..12).map(|_| retries.after(Outcome::Interrupted, &rng).unwrap()).collect();
    assert!(waits[11] >= Duration::from_secs(1024) && waits[11] <= Duration::from_secs(1280));
    assert_eq!(retries.counted, 0);
    assert!(retries.after(Outcome::Failed, &rng).unwrap() < Duration::from_secs(3), "it begins again with two seconds");
    assert_eq!(retries.after(Outcome::Done, &rng), None);
}

#[test]
fn alarms_are_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let world = || World::simulated(1).with_disk(Disk::real());
    let first = stage(world(), Some(dir.path()));
    let time = set(&first, 30);
    drop(first);
    let second = stage(world(), Some(dir.path()));
    assert_eq!(second.durable.alarms().next(&ALL), Some(time));
    assert_eq!(second.durable.alarms().take_due(time, &ALL)[0].name.as_deref(), Some("a"));
    second.store.set_alarm(None).unwrap();
    second.store.commit_turn().unwrap();
    drop(second);
    assert_eq!(stage(world(), Some(dir.path())).durable.alarms().next(&ALL), None);
}

#[test]
fn an_alarm_that_is_not_committed_never_comes() {
    let stage = stage(world(), None);
    stage.store.set_alarm(Some(9e11)).unwrap();
    stage.store.rollback_turn();
    assert_eq!((stage.durable.alarms().next(&ALL), stage.store.alarm().unwrap()), (None, None));
}
