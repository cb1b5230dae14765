//! A child process writes, says what was acknowledged, and is killed; then everything it said must be there.

use super::*;
use crate::Span;
use crate::disk::Settings;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

const TEST: &str = "tests::crash::acknowledged_writes_survive_kill_nine";
const DIR: &str = "EDGEEMU_CRASH_DIR";
const FIRST: &str = "EDGEEMU_CRASH_FIRST";
const SEED: &str = "EDGEEMU_CRASH_SEED";

/// Rounds of a run; `EDGEEMU_CRASH_ROUNDS` asks for more.
const ROUNDS: u64 = 30;

/// Operation number `number` of a run: the same for the child that does it and the parent that checks.
#[derive(Debug)]
enum Operation {
    Put(String, Vec<u8>),
    Remove(String),
    Flush,
}

fn operation(seed: u64, number: u64) -> Operation {
    let rng = Rng::seeded(seed).fork(&number.to_string());
    let key = format!("key{}", rng.below(300));
    let fill = u8::try_from(number % 251).unwrap();
    match rng.below(1_000) {
        0..3 => Operation::Flush,
        3..200 => Operation::Remove(key),
        200..250 => Operation::Put(key, vec![fill; usize::try_from(8_000 + rng.below(30_000)).unwrap()]),
        _ => Operation::Put(key, vec![fill; usize::try_from(rng.below(2_000)).unwrap()]),
    }
}

#[test]
fn acknowledged_writes_survive_kill_nine() {
    let env = World::real().env().clone();
    if let Some(dir) = env.var(DIR) {
        let number = |name| env.var(name).and_then(|text| text.parse().ok()).unwrap();
        write_until_killed(Path::new(&dir), number(SEED), number(FIRST));
    }
    let rounds = env.var("EDGEEMU_CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let rng = seeded_rng();
    let mut run = Run { dir: folder.path(), seed: rng.u64(), next: 0, model: BTreeMap::new() };
    for round in 0..rounds {
        let acknowledged = run.round(rng.below(600));
        run.check(round, acknowledged);
    }
}

/// A small journal, so that the background writes down all the time.
fn open_small(dir: &Path) -> Storage {
    let settings = Settings { journal_full: 100_000, journal_overfull: 800_000, ..Settings::default() };
    Storage::open_as(&world(), dir, settings).unwrap()
}

fn write_until_killed(dir: &Path, seed: u64, first: u64) -> ! {
    let storage = open_small(dir);
    let rows = storage.rows("table").unwrap();
    for number in first.. {
        match operation(seed, number) {
            Operation::Put(key, content) => rows.put(key.as_bytes(), row(&content)).unwrap(),
            Operation::Remove(key) => rows.remove(key.as_bytes()).unwrap(),
            Operation::Flush => storage.flush().unwrap(),
        }
        // To the pipe itself: the test runner holds back what `println!` prints.
        if writeln!(std::io::stdout(), "ack {number}").and_then(|()| std::io::stdout().flush()).is_err() {
            break;
        }
    }
    unreachable!("the parent kills this process before it closes the pipe")
}

struct Run<'a> {
    dir: &'a Path,
    seed: u64,
    /// The first operation of the next child.
    next: u64,
    model: BTreeMap<String, Vec<u8>>,
}

impl Run<'_> {
    fn start_child(&self) -> Child {
        #[allow(clippy::disallowed_methods, reason = "the child is this very program")]
        let program = std::env::current_exe().unwrap();
        let mut command = Command::new(program);
        command.args(["--exact", TEST, "--nocapture"]).stdout(Stdio::piped());
        command.env(DIR, self.dir).env(SEED, self.seed.to_string()).env(FIRST, self.next.to_string());
        command.spawn().unwrap()
    }

    /// Kills a child after it has acknowledged `enough` operations; gives back the first that it did not acknowledge.
    fn round(&self, enough: u64) -> u64 {
        let mut child = self.start_child();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).split(b'\n');
        let mut acknowledged = self.next;
        let mut note = |line: std::io::Result<Vec<u8>>| {
            let line = String::from_utf8(line.unwrap()).unwrap();
            if let Some((_, number)) = line.rsplit_once("ack ") {
                assert_eq!(number.parse::<u64>().unwrap(), acknowledged, "in order, without a gap");
                acknowledged += 1;
            }
            acknowledged
        };
        while note(lines.next().expect("the child goes on until it is killed")) < self.next + enough {}
        child.kill().unwrap();
        child.wait().unwrap();
        // What it still acknowledged before the signal arrived.
        let mut last = self.next + enough;
        for line in lines {
            last = last.max(note(line));
        }
        last.max(acknowledged)
    }

    /// Everything acknowledged is there; the operation that was under way happened entirely or not at all.
    fn check(&mut self, round: u64, acknowledged: u64) {
        for number in self.next..acknowledged {
            apply(&mut self.model, operation(self.seed, number));
        }
        let storage = open_small(self.dir);
        let context = format!("round {round}, {acknowledged} acknowledged, notices {:?}", storage.notices());
        assert!(
            !storage.notices().iter().any(|notice| matches!(notice, crate::Notice::RowsSetAside { .. })),
            "{context}"
        );
        let found = content(&storage);
        self.next = acknowledged;
        if found != self.model {
            apply(&mut self.model, operation(self.seed, acknowledged));
            self.next += 1;
        }
        let wrong: Vec<&String> =
            found.keys().chain(self.model.keys()).filter(|key| found.get(*key) != self.model.get(*key)).collect();
        assert!(wrong.is_empty(), "{context}: {wrong:?}");
    }
}

fn apply(model: &mut BTreeMap<String, Vec<u8>>, operation: Operation) {
    match operation {
        Operation::Put(key, content) => {
            model.insert(key, content);
        }
        Operation::Remove(key) => {
            model.remove(&key);
        }
        Operation::Flush => {}
    }
}

fn content(storage: &Storage) -> BTreeMap<String, Vec<u8>> {
    let rows = storage.rows("table").unwrap();
    let read = |key: Bytes| {
        let body = rows.get(&key).unwrap().expect("it was just listed").body;
        (String::from_utf8(key.to_vec()).unwrap(), body.to_vec())
    };
    rows.scan(Span::all()).map(|found| read(found.unwrap().0)).collect()
}
