//! A child process writes, says what was acknowledged, and is killed; then everything it said must be there.

use super::{bound, run, texts};
use crate::{D1, Database, Value};
use edgeemu_world::World;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const TEST: &str = "tests::crash::acknowledged_writes_survive_kill_nine";
const DIR: &str = "EDGEEMU_D1_CRASH_DIR";
const ROUNDS: usize = 8;

fn open(dir: &Path) -> Database {
    D1::new(&World::real(), Some(dir.to_path_buf())).database("test").unwrap()
}

fn write_until_killed(dir: &Path) -> ! {
    let database = open(dir);
    run(&database, "create table if not exists t(id integer primary key autoincrement, a)");
    loop {
        let filler = Value::Blob(vec![7; 3000]);
        let id = bound(&database, "insert into t(a) values (?)", &[filler]).meta.last_row_id;
        // To the pipe itself: the test runner holds back what `println!` prints.
        if writeln!(std::io::stdout(), "ack {id}").and_then(|()| std::io::stdout().flush()).is_err() {
            break;
        }
    }
    unreachable!("the parent kills this process before it closes the pipe")
}

#[test]
fn acknowledged_writes_survive_kill_nine() {
    if let Some(dir) = World::real().env().var(DIR) {
        write_until_killed(Path::new(&dir));
    }
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        #[allow(clippy::disallowed_methods, reason = "the child is this very program")]
        let program = std::env::current_exe().unwrap();
        let mut command = Command::new(program);
        command.args(["--exact", TEST, "--nocapture"]).env(DIR, folder.path()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut acks = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .filter_map(|line| line.unwrap().rsplit_once("ack ").and_then(|(_, id)| id.parse::<i64>().ok()));
        for _ in 0..20 + round * 37 {
            acknowledged = acks.next().expect("the child goes on until it is killed");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it still acknowledged before the signal arrived.
        acknowledged = acks.last().unwrap_or(acknowledged);
        let database = open(folder.path());
        let found = run(&database, "select count(*), max(id), min(length(a)) from t").rows.remove(0);
        let [Value::Integer(count), Value::Integer(last), length] = found.as_slice() else { panic!("{found:?}") };
        // The one that was under way may be there too.
        assert!(*count == acknowledged || *count == acknowledged + 1, "round {round}: {count} of {acknowledged}");
        assert_eq!((count, length), (last, &Value::Integer(3000)));
        assert_eq!(texts(&run(&database, "pragma quick_check")), ["Text(\"ok\")"]);
    }
}
