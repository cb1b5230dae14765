//! The central stores: every write to a key that was ever made, and which of them is current when.

use super::place::Place;
use crate::options::Entry;
use bytes::Bytes;
use edgeemu_world::Timestamp;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many versions of a key are remembered at least.
const REMEMBERED: usize = 64;

/// A version of one key, counted in the order in which writes began. 0 is what was there before the first of them:
/// usually nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId(pub u32);

impl fmt::Display for VersionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "v{}", self.0)
    }
}

/// What decides between two writes: the larger one wins, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arb {
    /// The order of commits, or the clock of the location that wrote.
    pub rank: i64,
    /// Between equals.
    pub tie: u32,
}

impl Arb {
    /// Below every write.
    pub const FIRST: Arb = Arb { rank: i64::MIN, tie: 0 };
}

/// One write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub id: VersionId,
    /// What was put; `None` for a deletion, and for version 0 of a key that did not exist.
    pub content: Option<Entry>,
    /// When the write began.
    pub started: Timestamp,
    /// Where it was made; `None` for what came from outside of any location, such as the command line.
    pub origin: Option<Place>,
    /// What it wins against.
    pub arb: Arb,
    /// When each of the two central stores has it. `None` while it is under way.
    pub applied: [Option<Timestamp>; 2],
    /// Whether every place was told of it.
    pub(super) told: bool,
    /// Tells the value from others, also once it is forgotten.
    digest: u64,
}

impl Version {
    /// Whether this is what is stored as `content`.
    pub(super) fn holds(&self, content: Option<&Entry>) -> bool {
        let (own, other) = match (&self.content, content) {
            (None, None) => return true,
            (Some(own), Some(other)) => (own, other),
            _ => return false,
        };
        let beside = own.expiration == other.expiration && own.metadata == other.metadata;
        beside && (own.value == other.value || self.digest == digest(Some(other)))
    }

    /// What a reader gets of it at `now`, as a number: 0 for nothing.
    pub(super) fn shown(&self, now: Timestamp) -> u64 {
        if self.is_expired(now) { 0 } else { self.digest }
    }

    /// When the first central store had it.
    #[must_use]
    pub fn committed(&self) -> Option<Timestamp> {
        self.applied.iter().flatten().min().copied()
    }

    /// Whether it has ended by itself at `now`.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        let expiration = self.content.as_ref().and_then(|entry| entry.expiration);
        expiration.is_some_and(|expiration| expiration <= now.as_secs())
    }

    /// Whether it is a deletion, or the nothing before the first write.
    #[must_use]
    pub fn is_absence(&self) -> bool {
        self.content.is_none()
    }
}

/// What somebody saw of a key at one moment: a version, which may have ended by then and counts as nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seen {
    /// What it wins against.
    pub arb: Arb,
    /// Whether it was seen as nothing because it had expired. That is later news than the version itself.
    pub expired: bool,
    /// The version.
    pub version: VersionId,
}

/// All versions of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    versions: Vec<Version>,
}

impl History {
    /// A key that is found with this content, or not there, at `now`.
    pub fn begin(content: Option<Entry>, now: Timestamp) -> History {
        let applied = [Some(Timestamp::from_millis(i64::MIN)); 2];
        let digest = digest(content.as_ref());
        let (id, arb) = (VersionId(0), Arb::FIRST);
        let first = Version { id, content, started: now, origin: None, arb, applied, told: true, digest };
        History { versions: vec![first] }
    }

    /// Notes that a write began. It is nowhere yet.
    pub fn start(&mut self, content: Option<Entry>, origin: Option<Place>, now: Timestamp) -> VersionId {
        let id = VersionId(self.versions.last().map_or(0, |last| last.id.0 + 1));
        let digest = digest(content.as_ref());
        let (arb, applied) = (Arb::FIRST, [None; 2]);
        self.versions.push(Version { id, content, started: now, origin, arb, applied, told: false, digest });
        id
    }

    /// Lets the central stores have it, each from a time on.
    pub fn commit(&mut self, id: VersionId, arb: Arb, applied: [Option<Timestamp>; 2]) {
        let index = self.index(id);
        let version = &mut self.versions[index];
        version.arb = arb;
        version.applied = applied;
    }

    /// Tells every place of what was written so far.
    pub fn tell(&mut self) {
        self.versions.iter_mut().for_each(|version| version.told = true);
    }

    /// The version that store `backend` answers at `now`.
    #[must_use]
    pub fn current(&self, backend: u8, now: Timestamp) -> &Version {
        let is_there = |version: &&Version| version.applied[usize::from(backend)].is_some_and(|at| at <= now);
        self.versions.iter().filter(is_there).max_by_key(|version| version.arb).unwrap_or(&self.versions[0])
    }

    /// The same as it is seen.
    #[must_use]
    pub fn sample(&self, backend: u8, now: Timestamp) -> Seen {
        let current = self.current(backend, now);
        Seen { arb: current.arb, expired: current.is_expired(now), version: current.id }
    }

    /// Where a version is: at its number, unless older ones were forgotten.
    fn index(&self, id: VersionId) -> usize {
        let index = id.0 as usize;
        if self.versions.get(index).is_some_and(|version| version.id == id) {
            return index;
        }
        let found = self.versions.binary_search_by_key(&id, |version| version.id);
        found.unwrap_or_else(|after| after.saturating_sub(1))
    }

    /// A version. Of one that was forgotten, the one before it.
    #[must_use]
    pub fn version(&self, id: VersionId) -> &Version {
        &self.versions[self.index(id)]
    }

    /// All that are remembered, in the order in which they began.
    #[must_use]
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// Since when something newer than `seen` is current, if it is: the time from which an answer of `seen` is stale.
    #[must_use]
    pub fn superseded(&self, seen: Seen, now: Timestamp) -> Option<(Timestamp, &Version)> {
        let newer = self.versions.iter().filter(|version| version.arb > seen.arb);
        let first = newer.filter_map(|version| version.committed().map(|at| (at, version)));
        first.filter(|(at, _)| *at <= now).min_by_key(|(at, version)| (*at, version.arb))
    }

    /// Forgets what was put by versions that nobody can answer any more. The versions themselves remain.
    pub fn forget(&mut self, is_wanted: impl Fn(VersionId) -> bool) {
        for version in &mut self.versions {
            if let Some(entry) = version.content.as_mut().filter(|_| !is_wanted(version.id)) {
                entry.value = Bytes::new();
            }
        }
    }

    /// Forgets all but the youngest of the versions that nobody can answer any more, so that a long session does not keep
    /// all of them.
    pub fn shorten(&mut self, is_wanted: impl Fn(VersionId) -> bool) {
        if self.versions.len() <= 2 * REMEMBERED {
            return;
        }
        let young = self.versions[self.versions.len() - REMEMBERED].id;
        let mut follows_wanted = false;
        self.versions.retain(|version| {
            // What comes after an answer says since when that is stale.
            let keep = version.id >= young || is_wanted(version.id) || follows_wanted;
            follows_wanted = is_wanted(version.id);
            keep
        });
    }
}

/// Nothing has the digest 0.
fn digest(content: Option<&Entry>) -> u64 {
    let Some(entry) = content else { return 0 };
    let mut hasher = DefaultHasher::new();
    entry.value.hash(&mut hasher);
    hasher.finish().max(1)
}
