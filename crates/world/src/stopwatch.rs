//! Elapsed time by a world's clock.

use crate::clock::Clock;
use crate::timestamp::Timestamp;
use std::time::{Duration, Instant};

/// How long something took. On a clock that runs it is precise and unaffected by jumps of the wall clock; on a frozen
/// clock it counts virtual time, so that what it prints is the same in every run.
#[derive(Clone, Debug)]
pub struct Stopwatch {
    clock: Clock,
    virtual_start: Timestamp,
    real_start: Instant,
}

impl Stopwatch {
    /// Starts counting now.
    #[must_use]
    pub fn start(clock: &Clock) -> Stopwatch {
        Stopwatch { clock: clock.clone(), virtual_start: clock.now(), real_start: Instant::now() }
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        if self.clock.is_frozen() { self.clock.now() - self.virtual_start } else { self.real_start.elapsed() }
    }
}
