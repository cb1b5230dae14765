//! What becomes of an alarm: it stays until its handler succeeds, and is tried again when it does not.

use crate::limits;
use edgeemu_world::{Rng, Timestamp};
use std::time::Duration;

/// What the handler is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlarmInfo {
    /// When the alarm was set for.
    pub scheduled: Timestamp,
    /// How often the handler failed before.
    pub retry_count: u32,
}

/// How a run of an alarm's handler ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned, or there was no alarm any more.
    Done,
    /// It threw.
    Failed,
    /// Something else than the Worker's code stopped it; this does not count as a try.
    Interrupted,
    /// There is no handler, or no alarm, or the object asked for no other try.
    Dropped,
}

/// How often an alarm was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retries {
    /// How often the handler failed.
    pub counted: u32,
    backoff: u32,
    was_interrupted: bool,
}

impl Retries {
    /// How long to wait for the next try after one that did not succeed; `None` if there is none.
    pub fn after(&mut self, outcome: Outcome, rng: &Rng) -> Option<Duration> {
        const BACKOFF_MAX: u32 = 9;
        let interrupted = match outcome {
            Outcome::Done | Outcome::Dropped => return None,
            Outcome::Interrupted => true,
            Outcome::Failed => {
                self.counted += 1;
                if self.counted > limits::ALARM_RETRIES {
                    return None;
                }
                if self.was_interrupted {
                    self.backoff = 0;
                }
                false
            }
        };
        self.was_interrupted = interrupted;
        let wait = Duration::from_secs(limits::ALARM_BACKOFF_SECS << self.backoff);
        self.backoff = (self.backoff + 1).min(BACKOFF_MAX);
        // Up to a quarter more, so that many that failed together do not come back together.
        let quarter = u64::try_from(wait.as_millis() / 4).unwrap_or_default();
        Some(wait + Duration::from_millis(rng.below(quarter + 1)))
    }
}
