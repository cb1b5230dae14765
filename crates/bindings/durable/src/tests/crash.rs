//! A child process writes to many objects, says what was acknowledged, and is killed; then everything it said must be
//! there, each turn whole, and every alarm.

use super::{get, rows};
use crate::{Backend, Durability, Durable, Namespace, Store, Stores, Value, WriteOptions};
use edgeemu_world::World;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;

const TEST: &str = "tests::crash::acknowledged_turns_survive_kill_nine";
const DIR: &str = "EDGEEMU_DURABLE_CRASH_DIR";
const ROUNDS: usize = 8;
const OBJECTS: u64 = 7;

struct Objects {
    stores: Stores,
    namespace: Namespace,
}

impl Objects {
    fn open(dir: &Path) -> Objects {
        let durable = Durable::open(&World::real(), Some(dir.to_path_buf()), Durability::Process).unwrap();
        let namespace = durable.namespace("suite-Room", Backend::Sqlite);
        // Fewer than there are objects, so that files are closed and opened all the time.
        Objects { stores: Stores::new(&durable, 3), namespace }
    }

    fn object(&self, number: u64) -> Rc<Store> {
        let name = (number % OBJECTS).to_string();
        self.stores.store(&self.namespace, self.namespace.id_from_name(&name, None), Some(&name))
    }
}

/// Each turn writes the same number in three places.
fn write_until_killed(dir: &Path) -> ! {
    let objects = Objects::open(dir);
    let first = (0..OBJECTS).filter_map(|object| get(&objects.object(object), "n")).map(|n| n.parse::<u64>().unwrap());
    for number in first.max().unwrap_or_default() + 1.. {
        let store = objects.object(number);
        rows(&store, "create table if not exists t(n integer)");
        store.put("n", number.to_string().as_bytes(), WriteOptions::default()).unwrap();
        let value = [Value::Integer(i64::try_from(number).unwrap())];
        store.exec("insert into t values (?)", &value).unwrap();
        #[allow(clippy::cast_precision_loss, reason = "a time of this era is exact")]
        store.set_alarm(Some(4e12 + number as f64)).unwrap();
        store.commit_turn().unwrap();
        // To the pipe itself: the test runner holds back what `println!` prints.
        if writeln!(std::io::stdout(), "ack {number}").and_then(|()| std::io::stdout().flush()).is_err() {
            break;
        }
    }
    unreachable!("the parent kills this process before it closes the pipe")
}

fn check(dir: &Path, acknowledged: u64) {
    let objects = Objects::open(dir);
    let mut latest = 0;
    for object in 0..OBJECTS {
        let store = objects.object(object);
        let Some(number) = get(&store, "n").map(|n| n.parse::<u64>().unwrap()) else { continue };
        latest = latest.max(number);
        let signed = i64::try_from(number).unwrap();
        assert_eq!(rows(&store, "select max(n) from t"), [[Value::Integer(signed)]], "a turn is whole");
        let alarm = store.alarm().unwrap().unwrap();
        assert_eq!(alarm.as_millis(), 4_000_000_000_000 + signed, "a turn is whole");
        let listed = objects.stores.durable().alarms().time_of(&store.alarm_key());
        // The list is written first, so it may be one turn ahead.
        assert!(listed.is_some_and(|listed| listed >= alarm), "{listed:?} {alarm:?}");
        assert_eq!(rows(&store, "pragma quick_check"), [[Value::Text("ok".to_owned())]]);
    }
    // The one that was under way may be there too.
    assert!(latest == acknowledged || latest == acknowledged + 1, "{latest} of {acknowledged}");
}

#[test]
fn acknowledged_turns_survive_kill_nine() {
    if let Some(dir) = World::real().env().var(DIR) {
        write_until_killed(Path::new(&dir));
    }
    let folder = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        #[allow(clippy::disallowed_methods, reason = "the child is this very program")]
        let program = std::env::current_exe().unwrap();
        let mut command = Command::new(program);
        command.args(["--exact", TEST, "--nocapture"]).env(DIR, folder.path()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut acks = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .filter_map(|line| line.unwrap().rsplit_once("ack ").and_then(|(_, number)| number.parse::<u64>().ok()));
        let mut acknowledged = 0;
        for _ in 0..20 + round * 37 {
            acknowledged = acks.next().expect("the child goes on until it is killed");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        check(folder.path(), acks.last().unwrap_or(acknowledged));
    }
}
