//! The only code of edgeemu that can see time, chance, disk, network and environment.
//!
//! Everything else receives a [`World`] and asks it. A real world is the machine the program runs on; a simulated one
//! is decided by a seed: its clock moves only when told, its randomness is a stream of that seed, its disk is memory.

// This crate is the door that the ban list of the workspace leads to.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod clock;
mod disk;
mod env;
mod net;
mod rng;
mod stopwatch;
mod timestamp;

pub use clock::{Clock, ClockError, Sleep};
pub use disk::{AppendFile, DirEntry, Disk, DiskReader, FileLock, LockAttempt, Metadata};
pub use env::Env;
pub use net::{addresses, connect, listen};
pub use rng::Rng;
pub use stopwatch::Stopwatch;
pub use timestamp::Timestamp;

use std::sync::Arc;

/// Where the clock of a simulated world starts: 2024-01-01T00:00:00Z.
pub const SIMULATED_START: Timestamp = Timestamp::from_millis(1_704_067_200_000);

/// Clock, randomness, disk and environment of one emulator. Cloning is cheap and shares all four.
#[derive(Clone, Debug)]
pub struct World {
    parts: Arc<Parts>,
}

#[derive(Clone, Debug)]
struct Parts {
    clock: Clock,
    rng: Rng,
    disk: Disk,
    env: Env,
}

impl World {
    /// The machine this program runs on. The environment is a snapshot taken now.
    #[must_use]
    pub fn real() -> World {
        Parts { clock: Clock::real(), rng: Rng::real(), disk: Disk::real(), env: Env::real() }.into()
    }

    /// A world decided by `seed`: a frozen clock at [`SIMULATED_START`], an empty disk in memory, an empty environment.
    #[must_use]
    pub fn simulated(seed: u64) -> World {
        let clock = Clock::frozen_at(SIMULATED_START);
        let disk = Disk::memory(&clock);
        Parts { clock, rng: Rng::seeded(seed), disk, env: Env::default() }.into()
    }

    /// The same world with another clock.
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> World {
        Parts { clock, ..Parts::clone(&self.parts) }.into()
    }

    /// The same world with another source of randomness.
    #[must_use]
    pub fn with_rng(&self, rng: Rng) -> World {
        Parts { rng, ..Parts::clone(&self.parts) }.into()
    }

    /// The same world with another disk, for example a real one under a simulated clock.
    #[must_use]
    pub fn with_disk(&self, disk: Disk) -> World {
        Parts { disk, ..Parts::clone(&self.parts) }.into()
    }

    /// The same world with another environment.
    #[must_use]
    pub fn with_env(&self, env: Env) -> World {
        Parts { env, ..Parts::clone(&self.parts) }.into()
    }

    /// The clock that everything in this world goes by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.parts.clock
    }

    /// The source of randomness.
    #[must_use]
    pub fn rng(&self) -> &Rng {
        &self.parts.rng
    }

    /// The only door to files.
    #[must_use]
    pub fn disk(&self) -> &Disk {
        &self.parts.disk
    }

    /// The environment variables.
    #[must_use]
    pub fn env(&self) -> &Env {
        &self.parts.env
    }

    /// Measures elapsed time by this world's clock: wall time in a real world, virtual time in a simulated one.
    #[must_use]
    pub fn stopwatch(&self) -> Stopwatch {
        Stopwatch::start(self.clock())
    }
}

impl From<Parts> for World {
    fn from(parts: Parts) -> World {
        World { parts: Arc::new(parts) }
    }
}
