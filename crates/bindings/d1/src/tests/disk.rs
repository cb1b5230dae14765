//! Disks that refuse, and files that are no databases.

use super::{batch, run, try_bound};
use crate::{D1, Statement};
use edgeemu_world::World;
use std::path::Path;

fn open(dir: &Path) -> Result<crate::Database, String> {
    D1::new(&World::real(), Some(dir.to_path_buf())).database("test").map_err(|error| error.to_string())
}

/// A device that is always full stands where the log would be.
#[cfg(target_os = "linux")]
#[test]
#[allow(clippy::disallowed_methods, reason = "a world makes no links")]
fn a_full_disk_is_named_and_what_was_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    {
        let database = open(folder.path()).unwrap();
        run(&database, "create table t(a); insert into t values (1)");
    }
    let log = folder.path().join("test.sqlite-wal");
    assert!(!log.exists(), "the log goes with the last connection");
    std::os::unix::fs::symlink("/dev/full", &log).unwrap();
    {
        let database = open(folder.path()).unwrap();
        let refused = try_bound(&database, "insert into t values (2)", &[]).unwrap_err();
        let expected =
            "Internal error in D1 DB storage caused object to be reset. database or disk is full: SQLITE_FULL";
        assert_eq!(refused, expected);
    }
    std::fs::remove_file(&log).unwrap();
    let database = open(folder.path()).unwrap();
    assert_eq!(run(&database, "select count(*) from t").rows, [[crate::Value::Integer(1)]]);
    run(&database, "insert into t values (3)");
}

#[test]
fn a_file_that_is_no_database_is_named_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (disk, file) = (World::real().disk().clone(), folder.path().join("test.sqlite"));
    let content = b"no database, but somebody's all the same; ".repeat(100);
    disk.write_replacing(&file, &content).unwrap();
    let refused = open(folder.path()).unwrap_err();
    assert_eq!(
        refused,
        format!("cannot open the database `{}`: file is not a database: SQLITE_NOTADB", file.display())
    );
    assert_eq!(disk.read(&file).unwrap(), content);
}

#[test]
fn a_database_damaged_in_the_middle_says_so_and_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let (disk, file) = (World::real().disk().clone(), folder.path().join("test.sqlite"));
    {
        let database = open(folder.path()).unwrap();
        run(&database, "create table t(a)");
        let rows = (0..200).map(|_| Statement::new("insert into t values (randomblob(1000))")).collect();
        batch(&database, rows).unwrap();
    }
    let mut content = disk.read(&file).unwrap().to_vec();
    let middle = 8192..content.len() / 2;
    content[middle].fill(0xa5);
    disk.write_replacing(&file, &content).unwrap();
    let database = open(folder.path()).unwrap();
    let refused = try_bound(&database, "select sum(length(a)) from t", &[]).unwrap_err();
    assert_eq!(refused, "database disk image is malformed: SQLITE_CORRUPT");
    drop(database);
    assert_eq!(disk.read(&file).unwrap().len(), content.len());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let refused = open(Path::new("/proc/edgeemu-d1")).unwrap_err();
    assert!(
        refused.starts_with("cannot make the folder for a database: ") && refused.contains("/proc/edgeemu-d1"),
        "{refused}"
    );
}
