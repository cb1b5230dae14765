//! What to say to a developer when production might show, or the emulator did show, something old. Every remark names the
//! documented behaviour behind it.

use super::list::ListDrift;
use super::place::Place;
use super::told::{Read, Span, Staleness};
use super::version::VersionId;
use edgeemu_world::Timestamp;
use std::collections::BTreeMap;

/// How many remarks are remembered as made, so that a reload does not repeat them.
const MADE_MAX: usize = 1000;

const CONSISTENCY: &str = "https://developers.cloudflare.com/kv/concepts/how-kv-works/";
const LIMITS: &str = "https://developers.cloudflare.com/kv/platform/limits/";

/// An answer, and what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<T> {
    /// The answer.
    pub answer: T,
    /// Sentences for the developer; each is said once.
    pub remarks: Vec<String>,
}

impl<T> Told<T> {
    /// Nothing to say.
    pub(super) fn silent(answer: T) -> Told<T> {
        Told { answer, remarks: Vec::new() }
    }
}

/// The remarks that were made.
#[derive(Clone, Debug, Default)]
pub(super) struct Made {
    reads: BTreeMap<(Place, String), (VersionId, VersionId)>,
    lists: BTreeMap<(Place, String), Timestamp>,
    writes: BTreeMap<String, Timestamp>,
}

impl Made {
    /// About a read: old for real, or only in production.
    pub(super) fn read(&mut self, key: &str, read: &Read, now: Timestamp) -> Option<String> {
        let (stale, is_real) = match (&read.stale, &read.production) {
            (Some(stale), _) => (stale, true),
            (None, Some(stale)) => (stale, false),
            (None, None) => return None,
        };
        // Without a cache behind it nothing documented explains it, and what looks the same harms nobody.
        let (stored_at, lives_until) = (stale.stored_at?, stale.lives_until?);
        if stale.is_alike {
            return None;
        }
        let pair = (stale.version, stale.current);
        if self.reads.len() >= MADE_MAX {
            self.reads.clear();
        }
        if self.reads.insert((read.place, key.to_owned()), pair) == Some(pair) {
            return None;
        }
        let colo = read.place.colo;
        let old = old(stale);
        let lead = match is_real {
            true => format!("{colo} answered {old} `{key}`, as production may"),
            false => format!("in production {colo} might have answered {old} `{key}` here"),
        };
        let (happened, wrote, by) = (stale.happened(), stale.whereabouts(), Span(stale.by));
        let (age, left) = (Span(now - stored_at), Span(lives_until - now));
        Some(format!(
            "{lead}: it was {happened} {wrote} {by} ago, and {colo} has kept what it knew for {age} and may do so for \
             another {left}.\n  Documented: a location keeps what it has read, also that a key is not there, for \
             `cacheTtl` (60 s by default), and writes elsewhere do not reach it. {CONSISTENCY}"
        ))
    }

    /// About a list. `drift`: what is wrong with it, for real or only in production.
    pub(super) fn list(
        &mut self,
        (place, prefix): (Place, &str),
        (drift, is_real): (&ListDrift, bool),
        now: Timestamp,
    ) -> Option<String> {
        if self.lists.len() >= MADE_MAX {
            self.lists.clear();
        }
        if self.lists.insert((place, prefix.to_owned()), drift.sampled_at) == Some(drift.sampled_at) {
            return None;
        }
        let colo = place.colo;
        let what = if prefix.is_empty() { "keys".to_owned() } else { format!("keys with the prefix `{prefix}`") };
        let age = Span(now - drift.sampled_at);
        let lead = match is_real {
            true => format!("{colo} answered a list of {what} that is {age} old, as production may"),
            false => format!("in production {colo} might have answered a list of {what} here that is {age} old"),
        };
        let named = [
            (&drift.ghosts, "it names", "gone"),
            (&drift.missing, "it misses", "there"),
            (&drift.outdated, "it has old metadata or an old expiration of", "newer"),
        ];
        let named = named.iter().filter_map(|(keys, lead, is)| {
            let first = keys.first()?;
            let more = match keys.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            Some(if *is == "newer" {
                format!("{lead} `{first}`{more}")
            } else {
                format!("{lead} `{first}`{more}, now {is}")
            })
        });
        let named = named.collect::<Vec<_>>().join("; ");
        Some(format!(
            "{lead}: {named}.\n  Documented: lists lag behind writes as values do, by up to a minute and more. {CONSISTENCY}"
        ))
    }

    /// About a write that came within a second of another.
    pub(super) fn fast_write(&mut self, key: &str, now: Timestamp) -> Option<String> {
        if self.writes.len() >= MADE_MAX {
            self.writes.clear();
        }
        let last = self.writes.insert(key.to_owned(), now);
        // One key that is written in a loop is said once a minute.
        if last.is_some_and(|last| (now - last).as_secs() < 60) {
            return None;
        }
        Some(format!(
            "production may refuse this write to `{key}` with `429 Too Many Requests`: it came within a second of \
             another.\n  Documented: one write to a key in a second. {LIMITS}"
        ))
    }
}

fn old(stale: &Staleness) -> String {
    match stale.is_negative {
        true => "that there is no".to_owned(),
        false => format!("an old value ({}) of", stale.version),
    }
}
