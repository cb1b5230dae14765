//! Which answers of a read are right, said without caches: from what was written, what was asked before, and where.
//!
//! The rules, for a read of a key at a place at time `t`:
//!
//! 1. What a central store has at `t` is always right.
//! 2. An older version is right if somebody *brought* it to this location, and not longer ago than the entry lives: a
//!    read there while that version was current (or while the tier of the region still had it), a refresh that such a read
//!    set off, or the write of it there. So the first read of a key in a location is never stale, however hostile the
//!    platform is taken to be.
//! 3. A version past its expiration is never right, whoever brought it.
//! 4. Where nothing can break the order inside one cache, no answer is older than one given, or a write acknowledged, there
//!    before.
//!
//! No two operations begin at the same moment: which of them was first is not said otherwise.
//!
//! [`super::Replicas`] never answers anything else, and under the profile `adversarial` there is a run of it for everything
//! said here; `consistency/tests/legality.rs` checks both.

use super::place::Place;
use super::settings::{LocalVisibility, Reads, Settings};
use super::version::{History, Seen, VersionId};
use edgeemu_world::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// A read of the key, somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Where.
    pub place: Place,
    /// When it came to the cache.
    pub started: Timestamp,
    /// When it was answered.
    pub finished: Timestamp,
    /// How old an entry it took.
    pub ttl: Duration,
    /// What it answered, if that is known; rule 4 goes by it.
    pub answered: Option<VersionId>,
}

/// A write of the key, somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrote {
    /// Where.
    pub place: Place,
    /// What it made.
    pub version: VersionId,
    /// When whoever wrote was told that it is done.
    pub acknowledged: Timestamp,
}

/// What happened to a key so far.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    /// How the platform is taken to behave.
    pub settings: &'a Settings,
    /// The versions, with the times at which central stores took them.
    pub history: &'a History,
    /// The reads before, in the order in which they started.
    pub reads: &'a [Asked],
    /// The writes before, in the order in which they were acknowledged.
    pub writes: &'a [Wrote],
}

/// A version that was brought to a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Brought {
    seen: Seen,
    place: Place,
    at: Timestamp,
    ttl: Duration,
}

/// The versions that a read may answer which comes to `place` at `now` and takes nothing older than `ttl`.
#[must_use]
pub fn legal(past: &Past<'_>, (place, now, ttl): (Place, Timestamp, Duration)) -> BTreeSet<Seen> {
    let query = Asked { place, started: now, finished: now, ttl, answered: None };
    match past.settings.reads {
        Reads::Strong | Reads::Shadowed => BTreeSet::from([past.history.sample(0, now)]),
        Reads::Delayed => BTreeSet::from([delayed(past, place, now)]),
        Reads::Cached | Reads::AnyLegal => cached(past, &query),
    }
}

fn cached(past: &Past<'_>, query: &Asked) -> BTreeSet<Seen> {
    let mut answers: BTreeSet<Seen> = upstream(past, query).into_iter().collect();
    let floor = floor(past, query);
    let is_alive = |brought: &Brought| is_alive(past, brought, query);
    let brought = brought(past, query.started);
    answers.extend(brought.iter().filter(|brought| is_alive(brought)).map(|brought| brought.seen));
    answers.retain(|seen| floor.is_none_or(|floor| *seen >= floor));
    answers
}

/// Everything that was brought anywhere by `until`, in the order of the reads that brought it.
fn brought(past: &Past<'_>, until: Timestamp) -> Vec<Brought> {
    let settings = past.settings;
    let mut all: Vec<Brought> = Vec::new();
    if matches!(settings.local_visibility, LocalVisibility::WriteThrough | LocalVisibility::Open) {
        all.extend(past.writes.iter().map(|wrote| {
            let arb = past.history.version(wrote.version).arb;
            let seen = Seen { arb, expired: false, version: wrote.version };
            Brought { seen, place: wrote.place, at: wrote.acknowledged, ttl: settings.cache_ttl }
        }));
    }
    for read in past.reads {
        let refreshed = refreshable(past, &all, read);
        let seen = upstream(past, read);
        let places = settings.places().filter(|place| shares(settings, *place, read.place));
        for place in places {
            let line = |seen: &Seen, at| Brought { seen: *seen, place, at, ttl: read.ttl };
            all.extend(seen.iter().map(|seen| line(seen, read.finished)));
            if refreshed {
                let at_start = Asked { finished: read.started, ..*read };
                let lands = [read.started, read.started + settings.refresh_takes];
                let seen = upstream(past, &at_start);
                all.extend(lands.iter().flat_map(|at| seen.iter().map(|seen| line(seen, *at))));
            }
        }
    }
    all.retain(|brought| brought.at <= until);
    all
}

/// Whether a read may have met an entry old enough to be refreshed.
fn refreshable(past: &Past<'_>, brought: &[Brought], read: &Asked) -> bool {
    let Some(after) = past.settings.refresh_after else { return false };
    let is_old = |brought: &&Brought| read.started - brought.at >= after && brought.at <= read.started;
    brought.iter().filter(is_old).any(|brought| is_alive(past, brought, read))
}

fn is_alive(past: &Past<'_>, brought: &Brought, query: &Asked) -> bool {
    let until = brought.at + brought.ttl.min(query.ttl);
    let has_ended = !brought.seen.expired && past.history.version(brought.seen.version).is_expired(query.started);
    shares(past.settings, brought.place, query.place) && query.started < until && !has_ended
}

/// Whether what is brought to one place can be met at the other.
fn shares(settings: &Settings, one: Place, other: Place) -> bool {
    match settings.reads {
        // A request may come to any cache of its location.
        Reads::AnyLegal => one.colo == other.colo,
        _ => one == other,
    }
}

/// What a read may find behind the caches from the time it came to the time it was answered.
fn upstream(past: &Past<'_>, read: &Asked) -> Vec<Seen> {
    let mut seen = central(past, read.started, read.started);
    let Some(tier) = past.settings.tier_of(read.place.colo) else { return seen };
    let asked_tier = |before: &&Asked| {
        past.settings.tier_of(before.place.colo) == Some(tier)
            && before.started <= read.started
            && read.started < before.started + past.settings.tier_ttl
    };
    for before in past.reads.iter().filter(asked_tier) {
        let there = central(past, before.started, before.started).into_iter();
        let ended = |seen: &Seen| !seen.expired && past.history.version(seen.version).is_expired(read.started);
        seen.extend(there.filter(|seen| !ended(seen)));
    }
    seen
}

/// What any central store had at any moment from `from` to `to`.
fn central(past: &Past<'_>, from: Timestamp, to: Timestamp) -> Vec<Seen> {
    let changes = past.history.versions().iter().flat_map(|version| version.applied.into_iter().flatten());
    let moments = changes.filter(|at| *at > from && *at <= to).chain([from]);
    let stores = 0..past.settings.backends();
    moments.flat_map(|at| stores.clone().map(move |backend| past.history.sample(backend, at))).collect()
}

/// Rule 4: below what no answer can be, if anything.
fn floor(past: &Past<'_>, query: &Asked) -> Option<Seen> {
    let settings = past.settings;
    let is_orderly = settings.reads == Reads::Cached
        && settings.vdcs <= 1
        && settings.fills_monotone
        && settings.tier_ttl.is_zero()
        && settings.backends() == 1
        && settings.arbitration == super::settings::Arbitration::Commit;
    if !is_orderly {
        return None;
    }
    let seen = |version| Seen { arb: past.history.version(version).arb, expired: false, version };
    let here = |place: Place| place == query.place;
    let answered = past.reads.iter().filter(|read| here(read.place) && read.finished <= query.started);
    let answered = answered.filter_map(|read| read.answered);
    let wrote = past.writes.iter().filter(|wrote| here(wrote.place) && wrote.acknowledged <= query.started);
    let wrote = wrote.filter(|_| settings.local_visibility == LocalVisibility::WriteThrough);
    answered.chain(wrote.map(|wrote| wrote.version)).map(seen).max()
}

/// The newest version that has had the time to come to `place`.
fn delayed(past: &Past<'_>, place: Place, now: Timestamp) -> Seen {
    let arrived = past.history.versions().iter().filter(|version| {
        let delay = version
            .origin
            .filter(|_| !version.told)
            .map(|origin| past.settings.propagation.delay(origin.colo, place.colo));
        version.committed().is_some_and(|at| now >= at + delay.unwrap_or_default())
    });
    let newest = arrived.max_by_key(|version| version.arb).unwrap_or(&past.history.versions()[0]);
    Seen { arb: newest.arb, expired: newest.is_expired(now), version: newest.id }
}
