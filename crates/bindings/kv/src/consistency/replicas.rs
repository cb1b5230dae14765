//! The machine: a namespace in all places, one step at a time.

use super::choice::{Choices, Point, Question, pick};
use super::key::{Found, KeyState};
use super::list::ListCache;
use super::place::Place;
use super::settings::{Reads, Settings, WriteRate};
use super::slot::Line;
use super::told::{Read, Source, Staleness};
use super::version::{History, Seen, VersionId};
use crate::error::Refusal;
use crate::options::Entry;
use edgeemu_world::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Production takes one write to a key in this time.
const WRITE_INTERVAL: Duration = Duration::from_secs(1);

/// How many keys are remembered at most, where a session may last for days.
const KEYS_MAX: usize = 20_000;

/// Where and when somebody asks, and who decides what the platform leaves open.
pub struct Visit<'a> {
    /// The time.
    pub now: Timestamp,
    /// Where the request runs.
    pub place: Place,
    /// Who decides.
    pub choices: &'a mut dyn Choices,
}

/// A read that has been begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Started {
    /// A cache had the answer.
    Answered(Read),
    /// The answer is on its way; [`Replicas::finish_get`] lets it arrive.
    Missed(Missed),
}

/// A read that has passed the cache. What it will answer is decided, when it arrives is not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Missed {
    key: String,
    place: Place,
    seen: Seen,
    ttl: Duration,
    from_tier: bool,
}

/// A write that has been begun.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Written {
    /// The key.
    pub key: String,
    /// The version it makes.
    pub version: VersionId,
    /// Whether production would have refused it for coming within a second of another.
    pub too_fast: bool,
}

/// One namespace in the central stores and in every cache.
#[derive(Clone, Debug)]
pub struct Replicas {
    settings: Arc<Settings>,
    keys: BTreeMap<String, KeyState>,
    pub(super) lists: ListCache,
    commits: i64,
}

impl Replicas {
    /// An empty namespace that nobody has asked for anything.
    #[must_use]
    pub fn new(settings: Settings) -> Replicas {
        Replicas { settings: Arc::new(settings), keys: BTreeMap::new(), lists: ListCache::default(), commits: 0 }
    }

    /// How the platform is taken to behave.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Says what the central stores hold under `key` at `now`, if that came about without this machine: before it
    /// began, or from outside. What it knows already is not written again.
    /// Gives the version that is new, and whether it is a deletion; nothing for a key nobody asked for before.
    pub fn import(&mut self, key: &str, content: Option<&Entry>, now: Timestamp) -> Option<(VersionId, bool)> {
        let Some(state) = self.keys.get_mut(key) else {
            self.keys.insert(key.to_owned(), KeyState::new(content.cloned(), now));
            return None;
        };
        let committed = state.history.versions().iter().filter(|version| version.committed().is_some());
        let newest = committed.max_by_key(|version| version.arb);
        let is_known = newest.is_some_and(|newest| match newest.is_expired(now) {
            true => content.is_none(),
            false => newest.holds(content),
        });
        if is_known {
            return None;
        }
        let id = state.history.start(content.cloned(), None, now);
        self.commits += 1;
        let rank = state.history.versions().iter().map(|version| version.arb.rank).max().unwrap_or(0);
        let arb = super::version::Arb { rank: rank.max(self.commits), tie: id.0 };
        state.history.commit(id, arb, [Some(now); 2]);
        Some((id, content.is_none()))
    }

    /// Whether the store holds what is thought to be there, as far as that can be told without the value.
    pub(super) fn is_as_known(&self, key: &str, stored: Option<&Entry>, now: Timestamp) -> bool {
        let Some(state) = self.keys.get(key) else { return false };
        let current = state.history.current(0, now);
        let known = current.content.as_ref().filter(|_| !current.is_expired(now));
        known.map(|entry| entry.expiration) == stored.map(|entry| entry.expiration)
    }

    /// Forgets the values of `key`, where nobody is answered from here.
    pub(super) fn forget_values(&mut self, key: &str) {
        if let Some(state) = self.keys.get_mut(key) {
            state.history.forget(|_| false);
        }
    }

    /// A read that the central store answers, where the caches are only watched: the version it has, and what production
    /// might have answered instead.
    pub(super) fn watch(
        &mut self,
        visit: &mut Visit<'_>,
        key: &str,
        cache_ttl: Option<Duration>,
    ) -> (VersionId, Option<Staleness>) {
        let (ttl, now) = (self.ttl(cache_ttl), visit.now);
        let settings = Arc::clone(&self.settings);
        let state = self.state(key, now);
        let current = state.history.sample(0, now);
        let found = match state.look(&settings, visit, ttl) {
            Found::Hit { line, .. } if line.seen == current => return (current.version, None),
            Found::Hit { vdc, line, refreshing } => Found::Hit { vdc, line, refreshing },
            Found::Upstream { vdc, seen, .. } => {
                let place = Place { vdc, ..visit.place };
                state.fill(place, Line { seen, stored_at: now, ttl }, settings.fills_monotone);
                return (current.version, None);
            }
        };
        let Started::Answered(read) = settle(state, (visit, key, ttl), found) else { return (current.version, None) };
        (current.version, read.stale)
    }

    /// Makes room for another key: what no cache holds any more goes, and if that is not enough, everything. A cache may
    /// lose what it has at any time.
    pub(super) fn make_room(&mut self, now: Timestamp) {
        if self.keys.len() < KEYS_MAX {
            return;
        }
        self.keys.retain(|_, state| state.is_cached(now));
        if self.keys.len() > KEYS_MAX / 2 {
            self.keys.clear();
        }
    }

    /// Whether `key` was ever asked for, written or imported.
    #[must_use]
    pub fn knows(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// All versions of a key; `None` if nobody has asked for it.
    #[must_use]
    pub fn history(&self, key: &str) -> Option<&History> {
        self.keys.get(key).map(|state| &state.history)
    }

    /// The keys anybody has asked for, in order.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &History)> {
        self.keys.iter().map(|(key, state)| (key.as_str(), &state.history))
    }

    fn state(&mut self, key: &str, now: Timestamp) -> &mut KeyState {
        if !self.keys.contains_key(key) {
            self.keys.insert(key.to_owned(), KeyState::new(None, now));
        }
        self.keys.get_mut(key).expect("it was inserted if it was not there")
    }

    fn ttl(&self, cache_ttl: Option<Duration>) -> Duration {
        cache_ttl.unwrap_or(self.settings.cache_ttl)
    }

    /// Begins a read by somebody who takes nothing from a cache that is older than `cache_ttl`.
    pub fn start_get(&mut self, visit: &mut Visit<'_>, key: &str, cache_ttl: Option<Duration>) -> Started {
        let ttl = self.ttl(cache_ttl);
        let settings = Arc::clone(&self.settings);
        let state = self.state(key, visit.now);
        let direct = |state: &KeyState, seen: Seen| {
            let at = Answer { place: visit.place, now: visit.now, source: Source::Central };
            Started::Answered(at.read(&state.history, seen))
        };
        match settings.reads {
            Reads::Strong => direct(state, state.history.sample(0, visit.now)),
            Reads::Delayed => direct(state, state.arrived(&settings, visit.place, visit.now)),
            Reads::Shadowed => {
                let found = state.look(&settings, visit, ttl);
                let watched = settle(state, (visit, key, ttl), found);
                let watched = match watched {
                    Started::Answered(read) => read,
                    Started::Missed(missed) => arrive(state, &settings, visit.now, &missed),
                };
                let at = Answer { place: visit.place, now: visit.now, source: Source::Central };
                let read = at.read(&state.history, state.history.sample(0, visit.now));
                Started::Answered(Read { production: watched.stale, ..read })
            }
            Reads::Cached => {
                let found = state.look(&settings, visit, ttl);
                settle(state, (visit, key, ttl), found)
            }
            Reads::AnyLegal => {
                let found = state.look_anywhere(&settings, visit, ttl);
                settle(state, (visit, key, ttl), found)
            }
        }
    }

    /// Lets the answer of a read arrive and be kept by the cache it came through.
    pub fn finish_get(&mut self, now: Timestamp, missed: &Missed) -> Read {
        let settings = Arc::clone(&self.settings);
        arrive(self.state(&missed.key, now), &settings, now, missed)
    }

    /// A whole read at one moment.
    pub fn get(&mut self, visit: &mut Visit<'_>, key: &str, cache_ttl: Option<Duration>) -> Read {
        match self.start_get(visit, key, cache_ttl) {
            Started::Answered(read) => read,
            Started::Missed(missed) => self.finish_get(visit.now, &missed),
        }
    }

    /// What a read would answer, without asking: nothing is cached, refreshed or chosen because of it.
    #[must_use]
    pub fn peek(&self, (place, now): (Place, Timestamp), key: &str, cache_ttl: Option<Duration>) -> Option<Read> {
        let ttl = self.ttl(cache_ttl);
        let mut state = self.keys.get(key)?.clone();
        let mut visit = Visit { now, place, choices: &mut super::choice::Boring };
        let found = match self.settings.reads {
            Reads::Cached | Reads::Shadowed | Reads::AnyLegal => state.look(&self.settings, &mut visit, ttl),
            Reads::Strong => Found::Upstream { vdc: place.vdc, seen: state.history.sample(0, now), from_tier: false },
            Reads::Delayed => {
                let seen = state.arrived(&self.settings, place, now);
                Found::Upstream { vdc: place.vdc, seen, from_tier: false }
            }
        };
        Some(match settle(&state, (&visit, key, ttl), found) {
            Started::Answered(read) => read,
            Started::Missed(missed) => {
                Answer { place: missed.place, now, source: Source::Central }.read(&state.history, missed.seen)
            }
        })
    }

    /// Begins a write. Nobody sees it yet.
    ///
    /// # Errors
    /// [`Refusal::TooManyRequests`] for a second write to a key within a second, if that is enforced.
    pub fn start_put(&mut self, visit: &mut Visit<'_>, key: &str, content: Option<Entry>) -> Result<Written, Refusal> {
        let rate = self.settings.write_rate;
        let state = self.state(key, visit.now);
        let is_soon = |last: &Timestamp| visit.now < *last + WRITE_INTERVAL;
        let too_fast = rate != WriteRate::Ignore && state.last_write.as_ref().is_some_and(is_soon);
        let is_refused = match rate {
            WriteRate::Reject => too_fast,
            WriteRate::Open if too_fast => {
                let points = [Point::Taken, Point::Refused];
                pick(visit.choices, Question::Rate, visit.place, &points) == Point::Refused
            }
            _ => false,
        };
        if is_refused {
            return Err(Refusal::TooManyRequests);
        }
        state.last_write = Some(visit.now);
        let version = state.history.start(content, Some(visit.place), visit.now);
        Ok(Written { key: key.to_owned(), version, too_fast })
    }

    /// Lets the central stores have a write.
    pub fn commit(&mut self, visit: &mut Visit<'_>, written: &Written) {
        self.commits += 1;
        let order = (written.version, self.commits);
        let settings = Arc::clone(&self.settings);
        self.state(&written.key, visit.now).commit(&settings, visit, order);
    }

    /// Tells the place that wrote that it is done.
    pub fn acknowledge(&mut self, visit: &mut Visit<'_>, written: &Written) {
        let settings = Arc::clone(&self.settings);
        self.state(&written.key, visit.now).acknowledge(&settings, visit, written.version);
    }

    /// A whole write at one moment; `None` deletes.
    ///
    /// # Errors
    /// As [`Replicas::start_put`].
    pub fn put(&mut self, visit: &mut Visit<'_>, key: &str, content: Option<Entry>) -> Result<Written, Refusal> {
        let written = self.start_put(visit, key, content)?;
        self.commit(visit, &written);
        self.acknowledge(visit, &written);
        Ok(written)
    }

    /// Tells every place of every write so far, where writes are seen elsewhere after a time.
    pub fn tell(&mut self) {
        self.keys.values_mut().for_each(|state| state.history.tell());
    }

    /// Drops the entry of `key` at `place`, as a cache may at any time.
    pub fn evict(&mut self, place: Place, key: &str) {
        if let Some(state) = self.keys.get_mut(key) {
            state.evict(place);
        }
    }

    /// See [`KeyState::fingerprint`].
    #[cfg(test)]
    pub(super) fn fingerprint(&self, now: Timestamp, hasher: &mut impl std::hash::Hasher) {
        self.keys.values().for_each(|state| state.fingerprint(now, hasher));
    }

    /// Drops every value of `key` that no place can answer any more.
    pub fn forget(&mut self, key: &str, now: Timestamp) {
        if let Some(state) = self.keys.get_mut(key) {
            state.forget(&self.settings, now);
        }
    }
}

/// What a look into the caches leads to.
fn settle(state: &KeyState, (visit, key, ttl): (&Visit<'_>, &str, Duration), found: Found) -> Started {
    match found {
        Found::Hit { vdc, line, refreshing } => {
            let lives_until = line.lives_until(ttl);
            let source = Source::Cache { stored_at: line.stored_at, lives_until, refreshing };
            let at = Answer { place: Place { vdc, ..visit.place }, now: visit.now, source };
            Started::Answered(at.read(&state.history, line.seen))
        }
        Found::Upstream { vdc, seen, from_tier } => {
            let place = Place { vdc, ..visit.place };
            Started::Missed(Missed { key: key.to_owned(), place, seen, ttl, from_tier })
        }
    }
}

fn arrive(state: &mut KeyState, settings: &Settings, now: Timestamp, missed: &Missed) -> Read {
    let line = Line { seen: missed.seen, stored_at: now, ttl: missed.ttl };
    let kept = state.fill(missed.place, line, settings.fills_monotone);
    let source = if missed.from_tier { Source::Tier } else { Source::Central };
    Answer { place: missed.place, now, source }.read(&state.history, kept.seen)
}

/// Where, when and from where something is answered.
struct Answer {
    place: Place,
    now: Timestamp,
    source: Source,
}

impl Answer {
    fn read(self, history: &History, seen: Seen) -> Read {
        let version = history.version(seen.version);
        // A value may end while the answer that carries it is under way.
        let is_nothing = seen.expired || version.is_expired(self.now);
        let mut stale = Staleness::of(history, seen, self.now);
        if let (Some(stale), Source::Cache { stored_at, lives_until, .. }) = (&mut stale, self.source) {
            stale.stored_at = Some(stored_at);
            stale.lives_until = Some(lives_until);
        }
        Read {
            place: self.place,
            version: seen.version,
            entry: version.content.clone().filter(|_| !is_nothing),
            source: self.source,
            stale,
            production: None,
        }
    }
}
