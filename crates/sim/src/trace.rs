//! A number for everything that happened in a run: two runs with the same number are the same run.

use std::fmt;

/// FNV-1a over every event and every byte a Worker saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TraceHash(u64);

impl Default for TraceHash {
    fn default() -> TraceHash {
        TraceHash(0xcbf2_9ce4_8422_2325)
    }
}

impl TraceHash {
    /// Takes in `bytes` and where they end.
    pub fn add(&mut self, bytes: &[u8]) {
        let all = bytes.iter().chain(&[0xff]);
        self.0 = all.fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    }
}

impl fmt::Display for TraceHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}
