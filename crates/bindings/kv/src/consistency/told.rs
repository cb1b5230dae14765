//! What a read answered and why, in terms a user can follow.

use super::place::{Colo, Place};
use super::version::{History, Seen, VersionId};
use crate::options::Entry;
use edgeemu_world::Timestamp;
use std::fmt;
use std::time::Duration;

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From a central store.
    Central,
    /// From the tier between the caches of a region and the central stores.
    Tier,
    /// From a cache of the location.
    Cache {
        /// When it came there.
        stored_at: Timestamp,
        /// Until when a reader with this `cacheTtl` is answered from it.
        lives_until: Timestamp,
        /// Whether this read also asked for the current value, for those after it.
        refreshing: bool,
    },
}

/// What `getWithMetadata` says about the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheStatus {
    /// It was not in the cache of this location.
    Miss,
    /// It was.
    Hit,
    /// It was, and is being refreshed.
    Revalidate,
}

impl CacheStatus {
    /// As production writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CacheStatus::Miss => "MISS",
            CacheStatus::Hit => "HIT",
            CacheStatus::Revalidate => "REVALIDATE",
        }
    }
}

/// An answer that newer writes have overtaken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staleness {
    /// What was answered.
    pub version: VersionId,
    /// What a central store would have answered.
    pub current: VersionId,
    /// How long ago the first write that it misses was made.
    pub by: Duration,
    /// Where that write was made.
    pub written_in: Option<Colo>,
    /// Whether nothing was answered, because the key had been asked for before it was there.
    pub is_negative: bool,
    /// Whether the key does not exist any more.
    pub is_deleted: bool,
    /// Whether a reader sees no difference: the same was written again.
    pub is_alike: bool,
    /// When the answer came to the cache, if it is from one.
    pub stored_at: Option<Timestamp>,
    /// Until when the cache may go on answering it.
    pub lives_until: Option<Timestamp>,
}

impl Staleness {
    /// What of `seen` is stale at `now`, if anything.
    pub(super) fn of(history: &History, seen: Seen, now: Timestamp) -> Option<Staleness> {
        let (since, first) = history.superseded(seen, now)?;
        let newest = history.versions().iter().filter(|version| version.committed().is_some_and(|at| at <= now));
        let current = newest.max_by_key(|version| version.arb)?;
        Some(Staleness {
            version: seen.version,
            current: current.id,
            by: now - since,
            written_in: first.origin.map(|place| place.colo),
            is_negative: seen.expired || history.version(seen.version).is_absence(),
            is_deleted: current.is_absence(),
            is_alike: current.shown(now) == if seen.expired { 0 } else { history.version(seen.version).shown(now) },
            stored_at: None,
            lives_until: None,
        })
    }

    /// What happened since, as a word.
    pub(super) fn happened(&self) -> &'static str {
        match (self.is_negative, self.is_deleted) {
            (true, _) => "created",
            (false, true) => "deleted",
            (false, false) => "changed",
        }
    }

    /// Where it happened, as words.
    pub(super) fn whereabouts(&self) -> String {
        self.written_in.map_or_else(|| "from outside".to_owned(), |colo| format!("in {colo}"))
    }

    /// One sentence: what `place` answered for `key` at `now`, and why it may.
    #[must_use]
    pub fn explain(&self, key: &str, place: Place, now: Timestamp) -> String {
        let (happened, wrote) = (self.happened(), self.whereabouts());
        let answered = if self.is_negative { "\"does not exist\"".to_owned() } else { self.version.to_string() };
        let mut text =
            format!("{place} answered {answered} for `{key}`, which was {happened} {wrote} {} ago", Span(self.by));
        if let (Some(stored), Some(until)) = (self.stored_at, self.lives_until) {
            let (age, left) = (Span(now - stored), Span(until - now));
            text.push_str(&format!("; its cache has had that for {age} and may answer it for another {left}"));
        }
        text
    }
}

/// A time span as people write it.
pub(super) struct Span(pub(super) Duration);

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        match (millis / 1000, millis % 1000) {
            (0, millis) => write!(formatter, "{millis} ms"),
            (secs, 0) if secs < 3600 => write!(formatter, "{secs} s"),
            (secs, millis) if secs < 60 => write!(formatter, "{secs}.{:01} s", millis / 100),
            (secs, _) if secs < 3600 => write!(formatter, "{secs} s"),
            (secs, _) => write!(formatter, "{} h {:02} m", secs / 3600, secs % 3600 / 60),
        }
    }
}

/// The answer of a read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Where it was asked, and which cache answered.
    pub place: Place,
    /// Which version of the key this is.
    pub version: VersionId,
    /// What the Worker gets; `None` if there is nothing.
    pub entry: Option<Entry>,
    /// Where it came from.
    pub source: Source,
    /// What newer writes have overtaken of it.
    pub stale: Option<Staleness>,
    /// The same for what production might have answered, where reads are strong and caches are only watched.
    pub production: Option<Staleness>,
}

impl Read {
    /// What the central store has, where nobody counts versions.
    pub(super) fn direct(place: Place, entry: Option<Entry>) -> Read {
        Read { place, version: VersionId(0), entry, source: Source::Central, stale: None, production: None }
    }

    /// What `getWithMetadata` says about the cache.
    #[must_use]
    pub fn cache_status(&self) -> CacheStatus {
        match self.source {
            Source::Cache { refreshing: true, .. } => CacheStatus::Revalidate,
            Source::Cache { .. } => CacheStatus::Hit,
            _ => CacheStatus::Miss,
        }
    }
}
