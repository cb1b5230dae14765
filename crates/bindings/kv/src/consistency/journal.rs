//! What happened to a namespace lately, for whoever asks why.

use super::place::Place;
use super::told::{Source, Staleness};
use super::version::VersionId;
use edgeemu_world::Timestamp;
use std::collections::VecDeque;

/// How much is remembered.
const EVENTS_MAX: usize = 1000;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: Timestamp,
    /// Where; `None` for what came from outside of any location, such as the command line.
    pub place: Option<Place>,
    /// The key; the prefix of a list.
    pub key: String,
    /// What it was.
    pub event: Event,
}

impl Happened {
    /// Whether it has to do with this key.
    #[must_use]
    pub fn concerns(&self, key: &str) -> bool {
        match self.event {
            Event::Listed { .. } => key.starts_with(&self.key),
            _ => self.key == key,
        }
    }
}

/// What can happen to a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Something was put or deleted.
    Wrote {
        /// The version it made.
        version: VersionId,
        /// Whether that is a deletion.
        is_deletion: bool,
        /// Whether production would have refused it for coming within a second of another.
        too_fast: bool,
    },
    /// A key was read.
    Read {
        /// What was answered.
        version: VersionId,
        /// Whether there was something.
        is_present: bool,
        /// Where it came from.
        source: Source,
        /// What newer writes had overtaken of it.
        stale: Option<Staleness>,
        /// The same for what production might have answered.
        production: Option<Staleness>,
    },
    /// Keys were listed.
    Listed {
        /// How many there were.
        count: usize,
        /// When that was true, if a cache had it.
        sampled_at: Option<Timestamp>,
        /// Whether it differed from what was true by then.
        is_stale: bool,
    },
}

/// The last things that happened, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Journal {
    events: VecDeque<Happened>,
}

impl Journal {
    pub(super) fn note(&mut self, happened: Happened) {
        if self.events.len() == EVENTS_MAX {
            self.events.pop_front();
        }
        self.events.push_back(happened);
    }

    pub(super) fn events(&self) -> impl Iterator<Item = &Happened> {
        self.events.iter()
    }
}
