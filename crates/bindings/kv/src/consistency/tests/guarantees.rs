//! Which session guarantees the model gives, by trying every order of events of small scripts.

use super::{FRA as A, SFO as B, at, entry};
use crate::consistency::{
    Arb, Arbitration, Colo, LocalVisibility, Missed, Place, Profile, Reads, Replicas, Scripted, Settings, Started,
    VersionId, Visit, WriteRate, Written,
};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::time::Duration;

const READ_YOUR_WRITES: &str = "read your writes";
const MONOTONIC_READS: &str = "monotonic reads";
const WRITES_IN_ORDER: &str = "monotonic writes, order";
const WRITES_SEEN_IN_ORDER: &str = "monotonic writes, as seen";
const WRITES_AFTER_READS: &str = "writes follow reads, order";
const WRITES_SEEN_AFTER_READS: &str = "writes follow reads, as seen";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Get,
    Put,
}
use Op::{Get, Put};

type Session = Vec<(Op, &'static str, Colo)>;

/// Scripts of at most three sessions; `two` is where a session goes that does not stay.
fn scripts(two: Colo) -> Vec<Vec<Session>> {
    vec![
        vec![vec![(Get, "x", A), (Put, "x", A), (Get, "x", two)], vec![(Get, "x", two)]],
        vec![vec![(Put, "x", A), (Get, "x", two)], vec![(Get, "x", two)]],
        vec![vec![(Get, "x", A), (Get, "x", two)], vec![(Put, "x", A)], vec![(Get, "x", two)]],
        vec![vec![(Get, "x", B), (Get, "x", if two == A { B } else { A }), (Get, "x", B)], vec![(Put, "x", A)]],
        vec![vec![(Put, "x", A), (Put, "x", two)]],
        vec![vec![(Put, "x", A), (Put, "y", A)], vec![(Get, "x", B), (Get, "y", B), (Get, "x", B)]],
        vec![vec![(Put, "x", A)], vec![(Get, "x", A), (Put, "x", two)]],
        vec![
            vec![(Put, "x", A)],
            vec![(Get, "x", A), (Put, "y", A)],
            vec![(Get, "x", B), (Get, "y", B), (Get, "x", B)],
        ],
    ]
}

/// What is tried.
struct Trial {
    settings: Settings,
    roams: bool,
    evicts: bool,
    acknowledged_early: bool,
    ticks: i64,
    scripts: Vec<Vec<Session>>,
}

impl Trial {
    fn of(settings: Settings) -> Trial {
        let scripts = scripts(A);
        Trial { settings, roams: false, evicts: false, acknowledged_early: false, ticks: 2, scripts }
    }

    fn roaming(self) -> Trial {
        Trial { roams: true, scripts: scripts(B), ..self }
    }
}

/// Caches whose entries live for two ticks of a second and are refreshed after one.
fn cached() -> Settings {
    Settings {
        cache_ttl: Duration::from_secs(2),
        refresh_after: Some(Duration::from_secs(1)),
        refresh_takes: Duration::from_secs(1),
        write_rate: WriteRate::Ignore,
        ..Settings::of(Profile::Documented, &[A, B])
    }
}

fn strong() -> Settings {
    Settings { reads: Reads::Strong, ..cached() }
}

#[derive(Clone, Hash)]
enum Flight {
    Read(Missed),
    Write(Written, Place),
}

/// One operation that was answered: a session, what it did, and the version it saw or made.
type Done = (usize, Op, &'static str, VersionId);

#[derive(Clone)]
struct State {
    now: i64,
    replicas: Replicas,
    next: Vec<usize>,
    flights: Vec<(i64, usize, Flight)>,
    done: Vec<Done>,
}

impl State {
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.now, &self.next, &self.flights).hash(&mut hasher);
        for (session, op, key, version) in &self.done {
            (session, *op == Get, key, version).hash(&mut hasher);
        }
        self.replicas.fingerprint(at(self.now), &mut hasher);
        hasher.finish()
    }

    fn is_busy(&self, session: usize) -> bool {
        self.flights.iter().any(|(_, whose, _)| *whose == session)
    }
}

/// Runs `step` once for every answer to what it leaves open.
fn every_choice(state: &State, mut step: impl FnMut(&mut State, &mut Scripted)) -> Vec<State> {
    let mut after = Vec::new();
    let mut choices = Some(Scripted::default());
    while let Some(mut script) = choices {
        let mut state = state.clone();
        step(&mut state, &mut script);
        after.push(state);
        choices = script.next();
    }
    after
}

fn starts(trial: &Trial, script: &[Session], state: &State, session: usize) -> Vec<State> {
    let (op, key, colo) = script[session][state.next[session]];
    let mut after = Vec::new();
    for (vdc, delay) in (0..trial.settings.vdcs).flat_map(|vdc| [(vdc, 0), (vdc, 1)]) {
        let place = Place { colo, vdc };
        after.extend(every_choice(state, |state, choices| {
            let mut visit = Visit { now: at(state.now), place, choices };
            let due = state.now + delay;
            if op == Put {
                let written = state.replicas.start_put(&mut visit, key, Some(entry("v"))).unwrap();
                let owner = if trial.acknowledged_early {
                    state.done.push((session, Put, key, written.version));
                    state.next[session] += 1;
                    usize::MAX
                } else {
                    session
                };
                state.flights.push((due, owner, Flight::Write(written, place)));
                return;
            }
            match state.replicas.start_get(&mut visit, key, None) {
                Started::Answered(read) => {
                    state.done.push((session, Get, key, read.version));
                    state.next[session] += 1;
                }
                Started::Missed(missed) => state.flights.push((due, session, Flight::Read(missed))),
            }
        }));
    }
    after
}

fn lands(script: &[Session], state: &State, index: usize) -> Vec<State> {
    every_choice(state, |state, choices| {
        let (_, session, flight) = state.flights.remove(index);
        let now = at(state.now);
        let version = match flight {
            Flight::Read(missed) => state.replicas.finish_get(now, &missed).version,
            Flight::Write(written, place) => {
                let mut visit = Visit { now, place, choices };
                state.replicas.commit(&mut visit, &written);
                state.replicas.acknowledge(&mut visit, &written);
                written.version
            }
        };
        if session != usize::MAX {
            let (op, key, _) = script[session][state.next[session]];
            state.done.push((session, op, key, version));
            state.next[session] += 1;
        }
    })
}

fn successors(trial: &Trial, script: &[Session], state: &State) -> Vec<State> {
    let mut after = Vec::new();
    let due: Vec<usize> = (0..state.flights.len()).filter(|index| state.flights[*index].0 <= state.now).collect();
    for index in &due {
        after.extend(lands(script, state, *index));
    }
    for session in 0..script.len() {
        if !state.is_busy(session) && state.next[session] < script[session].len() {
            after.extend(starts(trial, script, state, session));
        }
    }
    if trial.evicts {
        for place in trial.settings.places() {
            let mut state = state.clone();
            state.replicas.evict(place, "x");
            after.push(state);
        }
    }
    if due.is_empty() && state.now < trial.ticks {
        after.push(State { now: state.now + 1, ..state.clone() });
    }
    after
}

/// The guarantees that the last operation broke. Only what was answered and the order of writes is looked at.
fn broken(trial: &Trial, state: &State) -> BTreeSet<&'static str> {
    let arb = |key: &str, id: VersionId| {
        let version = state.replicas.history(key).unwrap().version(id);
        let committed = version.committed().map(|_| version.arb);
        let later = Arb { rank: i64::MAX, tie: id.0 };
        committed.or(trial.acknowledged_early.then_some(later))
    };
    let older = |key, one, other| matches!((arb(key, one), arb(key, other)), (Some(one), Some(other)) if one < other);
    let (last, before) = state.done.split_last().expect("something was answered");
    let (session, op, key, version) = *last;
    let mut broken = BTreeSet::new();
    for &(_, earlier, there, seen) in before.iter().filter(|done| done.0 == session) {
        if there == key && older(key, version, seen) {
            broken.insert(match (op, earlier) {
                (Get, Put) => READ_YOUR_WRITES,
                (Get, Get) => MONOTONIC_READS,
                (Put, Put) => WRITES_IN_ORDER,
                (Put, Get) => WRITES_AFTER_READS,
            });
        }
        if op == Put || earlier == Put || seen == VersionId(0) {
            continue;
        }
        // What the writer of what was seen had done before.
        let wrote = |done: &Done| done.1 == Put && done.2 == there && done.3 == seen;
        let Some(wrote_at) = before.iter().position(wrote).filter(|at| before[*at].0 != session) else { continue };
        let by_writer = before[..wrote_at].iter().filter(|done| done.0 == before[wrote_at].0 && done.2 == key);
        for (_, theirs, _, _) in by_writer.filter(|done| older(key, version, done.3)) {
            broken.insert(if *theirs == Put { WRITES_SEEN_IN_ORDER } else { WRITES_SEEN_AFTER_READS });
        }
    }
    broken
}

/// What is broken in some order of events, and how many states were seen.
fn search(trial: &Trial) -> (BTreeSet<&'static str>, usize) {
    let (mut found, mut states) = (BTreeSet::new(), 0);
    for script in &trial.scripts {
        let replicas = Replicas::new(trial.settings.clone());
        let start = State { now: 0, replicas, next: vec![0; script.len()], flights: Vec::new(), done: Vec::new() };
        let mut seen = BTreeSet::from([start.fingerprint()]);
        let mut queue = VecDeque::from([start]);
        while let Some(state) = queue.pop_front() {
            for after in successors(trial, script, &state) {
                if !seen.insert(after.fingerprint()) {
                    continue;
                }
                if after.done.len() > state.done.len() {
                    found.extend(broken(trial, &after));
                }
                queue.push_back(after);
            }
        }
        states += seen.len();
    }
    (found, states)
}

fn check(trial: &Trial, expected: &[&'static str]) {
    let (found, states) = search(trial);
    println!("{states} states, roaming: {}", trial.roams);
    assert_eq!(found, expected.iter().copied().collect::<BTreeSet<_>>(), "in {states} states");
}

const SEEN: [&str; 2] = [WRITES_SEEN_IN_ORDER, WRITES_SEEN_AFTER_READS];

#[test]
fn without_caches_everything_holds_even_for_those_who_roam() {
    check(&Trial::of(strong()).roaming(), &[]);
}

#[test]
fn in_one_location_everything_holds() {
    let mut trial = Trial::of(cached());
    for op in trial.scripts.iter_mut().flatten().flatten() {
        op.2 = A;
    }
    check(&trial, &[]);
}

#[test]
fn who_stays_keeps_the_order_of_each_key_and_no_other() {
    check(&Trial::of(cached()), &SEEN);
}

#[test]
fn without_write_through_not_even_ones_own_writes_are_seen() {
    let settings = Settings { local_visibility: LocalVisibility::Untouched, ..cached() };
    check(&Trial::of(settings), &[&SEEN[..], &[READ_YOUR_WRITES]].concat());
}

#[test]
fn a_late_answer_that_overwrites_a_newer_one_breaks_both() {
    let settings = Settings { fills_monotone: false, ..cached() };
    check(&Trial::of(settings), &[&SEEN[..], &[READ_YOUR_WRITES, MONOTONIC_READS]].concat());
}

#[test]
fn two_caches_in_a_location_break_both() {
    let settings = Settings { vdcs: 2, ..cached() };
    check(&Trial { ticks: 0, ..Trial::of(settings) }, &[&SEEN[..], &[READ_YOUR_WRITES, MONOTONIC_READS]].concat());
}

#[test]
fn eviction_under_a_tier_breaks_both() {
    let settings = Settings { tier_ttl: Duration::from_secs(2), ..cached() };
    let two = scripts(A)[1..3].to_vec();
    let trial = Trial { evicts: true, ticks: 1, scripts: two, ..Trial::of(settings) };
    check(&trial, &[READ_YOUR_WRITES, MONOTONIC_READS]);
}

#[test]
fn who_roams_loses_both() {
    let settings = Settings { refresh_after: None, ..cached() };
    check(&Trial::of(settings).roaming(), &[&SEEN[..], &[READ_YOUR_WRITES, MONOTONIC_READS]].concat());
}

#[test]
fn an_acknowledgement_before_the_commit_promises_little() {
    let trial = Trial { acknowledged_early: true, ..Trial::of(strong()) };
    check(&trial, &[READ_YOUR_WRITES, WRITES_SEEN_IN_ORDER]);
}

#[test]
fn clocks_that_differ_break_the_order_of_writes_and_nothing_else() {
    let arbitration = Arbitration::Origin(BTreeMap::from([(A, 2000)]));
    check(&Trial::of(Settings { arbitration, ..strong() }).roaming(), &[WRITES_IN_ORDER, WRITES_AFTER_READS]);
}

#[test]
fn two_central_stores_break_what_is_seen() {
    // Without caches: no entry lives at all.
    let settings = Settings { cache_ttl: Duration::ZERO, backend_lag: Duration::from_secs(1), ..cached() };
    let settings = Settings { local_visibility: LocalVisibility::Untouched, ..settings };
    check(&Trial { ticks: 1, ..Trial::of(settings) }, &[&SEEN[..], &[READ_YOUR_WRITES, MONOTONIC_READS]].concat());
}
