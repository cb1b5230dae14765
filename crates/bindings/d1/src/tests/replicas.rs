//! Replicas that are behind.

use super::run;
use crate::{D1, Database, Replication, Request, Statement};
use edgeemu_world::World;
use serde_json::Value as Json;
use std::path::PathBuf;
use std::time::Duration;

const LAG: Duration = Duration::from_secs(1);

fn replicated(world: &World, dir: Option<PathBuf>, replicas: usize) -> Database {
    let d1 = D1::new(world, dir);
    d1.replicate(Replication { replicas, lag: LAG });
    let database = d1.database("test").unwrap();
    run(&database, "create table t(a integer)");
    world.clock().advance_by(LAG * 5);
    database
}

/// In memory and in a file: what is seen is the same.
fn each(test: impl Fn(World, Option<PathBuf>)) {
    test(World::simulated(1), None);
    let folder = tempfile::tempdir().unwrap();
    let world = World::simulated(1).with_disk(World::real().disk().clone());
    test(world, Some(folder.path().to_path_buf()));
}

/// The first value, whether the primary answered, the region, and the bookmark afterwards.
fn ask(database: &Database, session: &str, sql: &str) -> (Json, bool, String, String) {
    let statements = vec![Statement::new(sql)];
    let session = Some(session).filter(|session| !session.is_empty()).map(str::to_owned);
    let request = Request { statements, session, ..Request::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (text, bookmark) = runtime.block_on(database.run(request)).unwrap();
    let answer: Json = serde_json::from_str(&text).unwrap();
    let meta = &answer[0]["meta"];
    let first = answer[0]["results"][0].as_object().and_then(|row| row.values().next().cloned());
    let region = meta["served_by_region"].as_str().unwrap().to_owned();
    (first.unwrap_or_default(), meta["served_by_primary"] == true, region, bookmark.to_string())
}

const COUNT: &str = "select count(*) from t";
const ANY: &str = "first-unconstrained";

#[test]
fn a_replica_shows_a_write_after_its_lag() {
    each(|world, dir| {
        let database = replicated(&world, dir, 1);
        let (count, primary, region, before) = ask(&database, ANY, COUNT);
        assert_eq!((count, primary, region.as_str()), (0.into(), false, "ENAM"));
        let (_, primary, region, written) = ask(&database, ANY, "insert into t values (1)");
        assert_eq!((primary, region.as_str()), (true, "WNAM"), "writes go to the primary");
        let stale = ask(&database, ANY, COUNT);
        assert_eq!((stale.0, stale.1, stale.3), (0.into(), false, before), "as it was");
        assert_eq!(ask(&database, "", COUNT).0, 1, "without a session the primary answers");
        assert_eq!(ask(&database, "first-primary", COUNT).0, 1);
        let (count, primary, ..) = ask(&database, &written, COUNT);
        assert_eq!((count, primary), (1.into(), true), "who holds the bookmark sees the write");
        world.clock().advance_by(LAG - Duration::from_millis(1));
        assert_eq!(ask(&database, ANY, COUNT).0, 0);
        world.clock().advance_by(Duration::from_millis(1));
        let (count, primary, _, bookmark) = ask(&database, &written, COUNT);
        assert_eq!((count, primary, bookmark), (1.into(), false, written), "the replica has caught up");
    });
}

#[test]
fn replicas_show_each_step_of_the_history() {
    each(|world, dir| {
        let database = replicated(&world, dir, 1);
        for value in 1..=3 {
            ask(&database, "", &format!("insert into t values ({value})"));
            world.clock().advance_by(LAG / 4);
        }
        // 750 ms after the first.
        let mut seen = Vec::new();
        for _ in 0..5 {
            seen.push(ask(&database, ANY, COUNT).0.as_i64().unwrap());
            world.clock().advance_by(LAG / 4);
        }
        assert_eq!(seen, [0, 1, 2, 3, 3]);
    });
}

#[test]
fn each_replica_is_further_behind_and_they_take_turns() {
    each(|world, dir| {
        let database = replicated(&world, dir, 2);
        ask(&database, "", "insert into t values (1)");
        world.clock().advance_by(LAG + LAG / 2);
        let (first, second) = (ask(&database, ANY, COUNT), ask(&database, ANY, COUNT));
        assert_eq!((first.0, first.2.as_str()), (1.into(), "ENAM"));
        assert_eq!((second.0, second.2.as_str()), (0.into(), "WEUR"), "time goes backwards between two sessions");
        // A session does not go back: it has seen more than the second replica.
        assert_eq!(ask(&database, ANY, COUNT).0, 1);
        let (count, primary, ..) = ask(&database, &first.3, COUNT);
        assert_eq!((count, primary), (1.into(), true));
    });
}

#[test]
fn a_table_that_is_not_there_yet_is_missed() {
    each(|world, dir| {
        let database = replicated(&world, dir, 1);
        ask(&database, "", "create table late(a)");
        let statements = vec![Statement::new("select * from late")];
        let request = Request { statements, session: Some(ANY.to_owned()), ..Request::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let refused = runtime.block_on(database.run(request)).unwrap_err();
        assert_eq!(refused.to_string(), "no such table: late: SQLITE_ERROR");
        // Pragmas last for one request there too.
        ask(&database, ANY, "pragma case_sensitive_like = on");
        assert_eq!(ask(&database, ANY, "select 'A' like 'a'").0, 1);
    });
}

#[test]
fn bookmarks_that_are_none_lead_to_the_primary_if_they_sort_behind() {
    each(|world, dir| {
        let database = replicated(&world, dir, 1);
        ask(&database, "", "insert into t values (1)");
        let (count, primary, ..) = ask(&database, "garbage", COUNT);
        assert_eq!((count, primary), (1.into(), true));
        let other_database = "ffffffff-00000001-00000000-00000000000000000000000000000000";
        assert_eq!(ask(&database, other_database, COUNT).0, 1);
        assert_eq!(ask(&database, "00000000-00000000-00000000-00000000000000000000000000000000", COUNT).0, 0);
        assert_eq!(ask(&database, "!", COUNT).0, 0, "less than any bookmark");
    });
}

#[test]
fn replicas_can_be_switched_off_and_many_writes_thin_out() {
    each(|world, dir| {
        let d1 = D1::new(&world, dir);
        d1.replicate(Replication { replicas: 1, lag: LAG });
        let database = d1.database("test").unwrap();
        run(&database, "create table t(a integer)");
        world.clock().advance_by(LAG);
        for _ in 0..300 {
            ask(&database, "", "insert into t values (1)");
        }
        assert_eq!(ask(&database, ANY, COUNT).0, 0);
        world.clock().advance_by(LAG);
        assert_eq!(ask(&database, ANY, COUNT).0, 300);
        ask(&database, "", "insert into t values (1)");
        d1.replicate(Replication::default());
        let (count, primary, ..) = ask(&database, ANY, COUNT);
        assert_eq!((count, primary), (301.into(), true));
    });
}
