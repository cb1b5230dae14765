//! Randomness: the operating system's, or a stream that a seed decides.

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

/// A source of random bytes. Cloning shares the stream.
#[derive(Clone, Debug)]
pub struct Rng {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    OperatingSystem,
    Seeded { seed: u64, state: Arc<Mutex<Xoshiro>> },
}

impl Rng {
    /// Randomness of the operating system, fit for keys.
    #[must_use]
    pub fn real() -> Rng {
        Rng { source: Source::OperatingSystem }
    }

    /// The stream that `seed` decides; the same in every run and on every machine. Not fit for keys.
    #[must_use]
    pub fn seeded(seed: u64) -> Rng {
        Rng { source: Source::Seeded { seed, state: Arc::new(Mutex::new(Xoshiro::from_seed(seed))) } }
    }

    /// The seed of a simulated source.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        match self.source {
            Source::OperatingSystem => None,
            Source::Seeded { seed, .. } => Some(seed),
        }
    }

    /// Fills `bytes` with random bytes.
    pub fn fill(&self, bytes: &mut [u8]) {
        match &self.source {
            Source::OperatingSystem => {
                getrandom::fill(bytes).expect("the operating system has a source of randomness");
            }
            Source::Seeded { state, .. } => state.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes),
        }
    }

    /// A random 64-bit number.
    #[must_use]
    pub fn u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A random number below `bound`, each equally likely; 0 for a bound of 0.
    #[must_use]
    pub fn below(&self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        // The numbers above the last multiple of `bound` would favour the small results: draw again.
        let last = u64::MAX - (u64::MAX % bound + 1) % bound;
        loop {
            let drawn = self.u64();
            if drawn <= last {
                return drawn % bound;
            }
        }
    }

    /// A source of its own for `label`. From a seed it depends on that seed and the label alone, not on what was drawn
    /// before, so that one part of a simulation does not disturb the numbers of another.
    #[must_use]
    pub fn fork(&self, label: &str) -> Rng {
        match self.source {
            Source::OperatingSystem => Rng::real(),
            Source::Seeded { seed, .. } => Rng::seeded(mixed(seed, label)),
        }
    }
}

/// FNV-1a over the label, started from the seed and finished by the mixer of splitmix64.
fn mixed(seed: u64, label: &str) -> u64 {
    let start = seed ^ 0xcbf2_9ce4_8422_2325;
    let hash = label.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    SplitMix(hash).next()
}

struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// xoshiro256++ by Blackman and Vigna.
#[derive(Debug)]
struct Xoshiro([u64; 4]);

impl Xoshiro {
    fn from_seed(seed: u64) -> Xoshiro {
        let mut seeds = SplitMix(seed);
        Xoshiro(std::array::from_fn(|_| seeds.next()))
    }

    fn next(&mut self) -> u64 {
        let Xoshiro([a, b, c, d]) = self;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = self.next().to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }
}
