//! The machine and the rules say the same: whatever the one answers the other allows, and the other way round.

use super::{FRA, SFO, at, entry, until};
use crate::consistency::legal::{Asked, Past, Wrote, legal};
use crate::consistency::{
    Arbitration, Choices, Drawn, LocalVisibility, Place, Profile, Propagation, Read, Replicas, Scripted, Seen,
    Settings, Started, VersionId, Visit, WriteRate,
};
use edgeemu_world::{Rng, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// One operation of a script on a single key.
#[derive(Clone, Copy, Debug)]
enum Op {
    Get { at: i64, takes: i64, place: Place, ttl: u64 },
    Put { at: i64, place: Place, ends: Option<i64> },
}

/// What was answered, as far as anybody outside can tell: which version, or nothing.
type Answer = (VersionId, bool);

fn answer(read: &Read) -> Answer {
    (read.version, read.entry.is_some())
}

/// Runs a script and hands each answer to `check`, with what rules it is to be judged by.
fn run(
    settings: &Settings,
    script: &[Op],
    choices: &mut dyn Choices,
    mut check: impl FnMut(Answer, &BTreeSet<Answer>),
) {
    let mut replicas = Replicas::new(settings.clone());
    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    let mut flights = Vec::new();
    for op in script {
        let now = at(match op {
            Op::Get { at, .. } | Op::Put { at, .. } => *at,
        });
        land(&mut replicas, &mut flights, &mut reads, now);
        match *op {
            Op::Get { takes, place, ttl, .. } => {
                let ttl = Duration::from_secs(ttl);
                let mut visit = Visit { now, place, choices };
                let started = replicas.start_get(&mut visit, "k", Some(ttl));
                let history = replicas.history("k").unwrap();
                let past = Past { settings, history, reads: &reads, writes: &writes };
                let allowed: BTreeSet<Answer> =
                    legal(&past, (place, now, ttl)).into_iter().map(|seen| shown(&replicas, seen)).collect();
                let asked = Asked { place, started: now, finished: now, ttl, answered: None };
                match started {
                    Started::Answered(read) => {
                        check(answer(&read), &allowed);
                        reads.push(Asked { answered: Some(read.version), ..asked });
                    }
                    Started::Missed(missed) => {
                        // What a miss brings is judged at the moment it was looked for.
                        let brought = replicas.clone().finish_get(now, &missed);
                        check(answer(&brought), &allowed);
                        let finished = now + Duration::from_secs(takes.unsigned_abs());
                        reads.push(Asked { finished, ..asked });
                        flights.push((finished, reads.len() - 1, missed));
                    }
                }
            }
            Op::Put { place, ends, .. } => {
                let content = ends.map_or_else(|| entry("v"), |ends| until("v", ends));
                let mut visit = Visit { now, place, choices };
                let written = replicas.put(&mut visit, "k", Some(content)).unwrap();
                writes.push(Wrote { place, version: written.version, acknowledged: now });
            }
        }
    }
}

fn land(
    replicas: &mut Replicas,
    flights: &mut Vec<(Timestamp, usize, crate::consistency::Missed)>,
    reads: &mut [Asked],
    now: Timestamp,
) {
    flights.sort_by_key(|(finished, index, _)| (*finished, *index));
    let due = flights.partition_point(|(finished, _, _)| *finished <= now);
    for (finished, index, missed) in flights.drain(..due) {
        let read = replicas.finish_get(finished, &missed);
        reads[index].answered = Some(read.version);
    }
}

fn shown(replicas: &Replicas, seen: Seen) -> Answer {
    let version = replicas.history("k").unwrap().version(seen.version);
    (seen.version, !seen.expired && version.content.is_some())
}

fn drawn_settings(rng: &Rng) -> Settings {
    let profiles = [Profile::Strong, Profile::Documented, Profile::Adversarial, Profile::Delay(Duration::from_secs(7))];
    let profile = profiles[below(rng, profiles.len())];
    let settings = Settings { write_rate: WriteRate::Ignore, ..Settings::of(profile, &[FRA, SFO]) };
    let visibilities =
        [LocalVisibility::WriteThrough, LocalVisibility::Invalidate, LocalVisibility::Untouched, LocalVisibility::Open];
    let arbitration = coin(rng, Arbitration::Commit, Arbitration::Origin(BTreeMap::from([(SFO, -3000)])));
    Settings {
        vdcs: coin(rng, 1, 2),
        refresh_after: coin(rng, None, Some(Duration::from_secs(10))),
        refresh_takes: Duration::from_secs(coin(rng, 1, 5)),
        tier_ttl: Duration::from_secs(coin(rng, 0, 20)),
        purge: coin(rng, None, Some(Propagation::uniform(Duration::from_secs(rng.below(20))))),
        local_visibility: visibilities[below(rng, visibilities.len())],
        fills_monotone: coin(rng, true, false),
        arbitration,
        backend_lag: Duration::from_secs(coin(rng, 0, 3)),
        ..settings
    }
}

/// One or the other.
fn coin<T>(rng: &Rng, one: T, other: T) -> T {
    if rng.below(2) == 0 { one } else { other }
}

fn below(rng: &Rng, bound: usize) -> usize {
    usize::try_from(rng.below(bound as u64)).unwrap()
}

fn drawn_script(rng: &Rng, settings: &Settings) -> Vec<Op> {
    let places: Vec<Place> = settings.places().collect();
    let mut now = 0;
    let ops = (0..3 + rng.below(12)).map(|_| {
        now += [1, 2, 3, 8, 20, 40][below(rng, 6)];
        let place = places[below(rng, places.len())];
        if rng.below(3) == 0 {
            let ends = (rng.below(4) == 0).then(|| now + i64::try_from(rng.below(60)).unwrap());
            return Op::Put { at: now, place, ends };
        }
        Op::Get { at: now, takes: i64::try_from(rng.below(3)).unwrap(), place, ttl: [30, 60, 300][below(rng, 3)] }
    });
    ops.collect()
}

#[test]
fn whatever_the_machine_answers_is_allowed() {
    for seed in 0..300 {
        let rng = Rng::seeded(seed);
        let settings = drawn_settings(&rng);
        let script = drawn_script(&rng, &settings);
        run(&settings, &script, &mut Drawn(rng), |answer, allowed| {
            assert!(
                allowed.contains(&answer),
                "seed {seed}: {answer:?} is not in {allowed:?}\n{settings:#?}\n{script:#?}"
            );
        });
    }
}

/// All answers that the last read of a script ever gets, and all that are allowed to it.
fn last_answers(settings: &Settings, script: &[Op], runs_max: usize) -> Option<(BTreeSet<Answer>, BTreeSet<Answer>)> {
    let (mut reached, mut allowed_ever) = (BTreeSet::new(), BTreeSet::new());
    let mut choices = Some(Scripted::default());
    for _ in 0..runs_max {
        let Some(mut script_of_choices) = choices else { return Some((reached, allowed_ever)) };
        let mut last = None;
        run(settings, script, &mut script_of_choices, |answer, allowed| last = Some((answer, allowed.clone())));
        let (answer, allowed) = last?;
        reached.insert(answer);
        allowed_ever.extend(allowed);
        choices = script_of_choices.next();
    }
    None
}

#[test]
fn whatever_is_allowed_the_machine_answers_in_some_run() {
    let (mut compared, mut stale) = (0, 0);
    for seed in 0..60 {
        let rng = Rng::seeded(seed);
        let settings = Settings {
            write_rate: WriteRate::Ignore,
            refresh_after: [None, Some(Duration::from_secs(10))][below(&rng, 2)],
            refresh_takes: Duration::from_secs(3),
            backend_lag: Duration::from_secs([0, 0, 3][below(&rng, 3)]),
            tier_ttl: Duration::from_secs([0, 0, 20][below(&rng, 3)]),
            ..Settings::of(Profile::Adversarial, &[FRA, SFO])
        };
        let mut script = drawn_script(&rng, &settings);
        script.truncate(5);
        let place = Place::of(FRA);
        let ends = script.last().map_or(0, |op| match op {
            Op::Get { at, .. } | Op::Put { at, .. } => *at,
        });
        script.push(Op::Get { at: ends + 5, takes: 0, place, ttl: 300 });
        let Some((reached, allowed)) = last_answers(&settings, &script, 1000) else { continue };
        assert_eq!(reached, allowed, "seed {seed}:\n{settings:#?}\n{script:#?}");
        compared += 1;
        stale += usize::from(allowed.len() > 1);
    }
    assert!(compared > 30 && stale > 8, "{compared} scripts were compared, {stale} of them left something open");
}
