//! Disks that refuse, and files that are no databases.

use super::{batch, run, texts, try_bound};
use crate::{D1, Statement};
use edgeemu_world::World;
use std::io::Write as _;
use std::path::Path;

fn open(dir: &Path) -> Result<crate::Database, String> {
    D1::new(&World::real(), Some(dir.to_path_buf())).database("test").map_err(|error| error.to_string())
}

const TEST: &str = "tests::disk::a_disk_that_takes_no_more_is_told_and_what_was_there_stays";
const DIR: &str = "EDGEEMU_D1_FULL_DIR";

/// Writes until it is refused, and says how far it came and why it ended.
fn write_until_refused(dir: &Path) {
    let database = open(dir).unwrap();
    run(&database, "create table t(a)");
    let mut written = 0;
    let refused = loop {
        match try_bound(&database, "insert into t values (randomblob(10000))", &[]) {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 1000, "the disk never ends");
    };
    writeln!(std::io::stdout(), "end {written} {refused}").unwrap();
}

/// The shell gives the child files of one megabyte at most.
#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_is_told_and_what_was_there_stays() {
    if let Some(dir) = World::real().env().var(DIR) {
        return write_until_refused(Path::new(&dir));
    }
    let folder = tempfile::tempdir().unwrap();
    #[allow(clippy::disallowed_methods, reason = "the child is this very program")]
    let program = std::env::current_exe().unwrap();
    let script = "trap '' XFSZ; ulimit -f 2048; exec \"$0\" --exact \"$1\" --nocapture";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script]).arg(program).arg(TEST).env(DIR, folder.path());
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let end = text.lines().find_map(|line| line.split_once("end ").map(|(_, end)| end)).expect(&text);
    let (written, refused) = end.split_once(' ').unwrap();
    assert!(refused.starts_with("Internal error in D1 DB storage caused object to be reset. "), "{refused}");
    let database = open(folder.path()).unwrap();
    let count = run(&database, "select count(*) from t").rows.remove(0).remove(0);
    assert_eq!(count, crate::Value::Integer(written.parse().unwrap()));
    assert_eq!(texts(&run(&database, "pragma quick_check")), ["Text(\"ok\")"]);
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
    let pages = content.len() / 4096;
    let middle = pages / 2 * 4096..pages * 3 / 4 * 4096;
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
