//! One key in one cache.

use super::version::{Arb, Seen};
use edgeemu_world::Timestamp;
use std::time::Duration;

/// What a cache holds for a key. Nothing is held like something: a key that was not there is remembered as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Line {
    /// What was seen upstream.
    pub(super) seen: Seen,
    /// When it came here. The age counts from here.
    pub(super) stored_at: Timestamp,
    /// How long it lives.
    pub(super) ttl: Duration,
}

impl Line {
    pub(super) fn age(&self, now: Timestamp) -> Duration {
        now - self.stored_at
    }

    /// When it ends for a reader who takes nothing older than `ttl`.
    pub(super) fn lives_until(&self, ttl: Duration) -> Timestamp {
        self.stored_at + self.ttl.min(ttl)
    }
}

/// What is on its way to a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Arrival {
    /// News of a write: what is older goes.
    Purge(Arb),
    /// What a refresh brought.
    Fill(Line),
}

/// A key in a cache: what is there and what is on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    line: Option<Line>,
    arriving: Vec<(Timestamp, Arrival)>,
}

impl Slot {
    pub(super) fn expect(&mut self, at: Timestamp, arrival: Arrival) {
        self.arriving.push((at, arrival));
    }

    /// Lets in what has arrived by `now`, in the order of arrival.
    pub(super) fn settle(&mut self, now: Timestamp, monotone: bool) {
        if self.arriving.is_empty() {
            return;
        }
        // Stable: what was sent first wins between equals.
        self.arriving.sort_by_key(|(at, _)| *at);
        let due = self.arriving.partition_point(|(at, _)| *at <= now);
        for (_, arrival) in self.arriving.drain(..due).collect::<Vec<_>>() {
            match arrival {
                Arrival::Purge(arb) => self.line = self.line.filter(|line| line.seen.arb >= arb),
                Arrival::Fill(line) => {
                    self.fill(line, monotone);
                }
            }
        }
    }

    /// Stores `line`; gives back what is there then.
    pub(super) fn fill(&mut self, line: Line, monotone: bool) -> Line {
        match self.line {
            Some(newer) if monotone && newer.seen > line.seen => newer,
            _ => *self.line.insert(line),
        }
    }

    pub(super) fn evict(&mut self) {
        self.line = None;
    }

    pub(super) fn line(&self) -> Option<Line> {
        self.line
    }

    pub(super) fn is_refreshing(&self) -> bool {
        self.arriving.iter().any(|(_, arrival)| matches!(arrival, Arrival::Fill(_)))
    }

    /// Everything that is or will be in it.
    pub(super) fn seen(&self) -> impl Iterator<Item = Seen> + '_ {
        let arriving = self.arriving.iter().filter_map(|(_, arrival)| match arrival {
            Arrival::Fill(line) => Some(line.seen),
            Arrival::Purge(_) => None,
        });
        self.line.iter().map(|line| line.seen).chain(arriving)
    }
}
