//! Databases in a world.

use super::{Place, Sqlite, SqliteOptions, describe};
use edgeemu_world::{Disk, SIMULATED_START, World};
use std::time::Duration;

fn memory(world: &World) -> Sqlite {
    Sqlite::open(world, &SqliteOptions::at(Place::Memory)).unwrap()
}

fn text(sqlite: &Sqlite, sql: &str) -> String {
    sqlite.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn the_time_of_a_database_is_the_worlds() {
    let world = World::simulated(1);
    let sqlite = memory(&world);
    assert_eq!(text(&sqlite, "SELECT datetime('now')"), "2024-01-01 00:00:00");
    world.clock().advance_by(Duration::from_secs(3600));
    assert_eq!(text(&sqlite, "SELECT CURRENT_TIMESTAMP"), "2024-01-01 01:00:00");
    let seconds: i64 = sqlite.query_row("SELECT unixepoch()", [], |row| row.get(0)).unwrap();
    assert_eq!(seconds * 1000, SIMULATED_START.as_millis() + 3_600_000);
}

#[test]
fn two_worlds_in_one_process_have_their_own_time() {
    let (early, late) = (World::simulated(1), World::simulated(1));
    late.clock().advance_by(Duration::from_secs(60));
    let (first, second) = (memory(&early), memory(&late));
    assert_eq!(text(&first, "SELECT time('now')"), "00:00:00");
    assert_eq!(text(&second, "SELECT time('now')"), "00:01:00");
}

#[test]
fn chance_comes_from_the_seed() {
    let drawn = |seed| {
        let sqlite = memory(&World::simulated(seed));
        text(&sqlite, "SELECT random() || hex(randomblob(8)) || length(randomblob(0))")
    };
    assert_eq!(drawn(7), drawn(7));
    assert_ne!(drawn(7), drawn(8));
}

#[test]
fn a_file_is_there_again() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::simulated(1).with_disk(Disk::real());
    let options = SqliteOptions::at(Place::File(dir.path().join("deep/db.sqlite")));
    let first = Sqlite::open(&world, &options).unwrap();
    first.execute_batch("CREATE TABLE t(a); INSERT INTO t VALUES (1)").unwrap();
    drop(first);
    let second = Sqlite::open(&world, &options).unwrap();
    assert_eq!(text(&second, "SELECT cast(count(*) AS TEXT) FROM t"), "1");
    assert_eq!(text(&second, "PRAGMA journal_mode"), "wal");
}

#[test]
fn a_world_without_a_disk_keeps_no_file() {
    let options = SqliteOptions::at(Place::File("/state/db.sqlite".into()));
    let error = Sqlite::open(&World::simulated(1), &options).unwrap_err();
    assert!(error.to_string().contains("this world has its disk in memory"), "{error}");
}

#[test]
fn errors_are_described_as_production_does() {
    let sqlite = memory(&World::simulated(1));
    sqlite.execute_batch("CREATE TABLE t(id INTEGER PRIMARY KEY, a UNIQUE); INSERT INTO t VALUES (1, 2)").unwrap();
    let said = |sql: &str| describe(&sqlite.prepare(sql).and_then(|mut statement| statement.execute([])).unwrap_err());
    assert_eq!(said("SELEC"), "near \"SELEC\": syntax error at offset 0: SQLITE_ERROR");
    assert_eq!(said("SELECT zz FROM t"), "no such column: zz at offset 7: SQLITE_ERROR");
    assert_eq!(
        said("INSERT INTO t VALUES (2, 2)"),
        "UNIQUE constraint failed: t.a: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)"
    );
}
