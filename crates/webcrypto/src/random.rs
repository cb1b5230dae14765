//! Randomness as the cryptographic crates want it, drawn from whatever the caller supplies.

use rand_core::{CryptoRng, RngCore};

/// A source of random bytes on loan from the caller.
///
/// This crate never asks the operating system: real runs hand in operating-system randomness, simulated runs a seeded
/// generator, and both give the same code path.
pub struct Random<'a> {
    fill: &'a mut dyn FnMut(&mut [u8]),
}

impl<'a> Random<'a> {
    /// Draws from `fill`, which must overwrite the whole slice with unpredictable bytes.
    pub fn new(fill: &'a mut dyn FnMut(&mut [u8])) -> Self {
        Self { fill }
    }

    /// `length` fresh random bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        (self.fill)(&mut bytes);
        bytes
    }
}

impl RngCore for Random<'_> {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        (self.fill)(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        (self.fill)(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        (self.fill)(dest);
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rand_core::Error> {
        (self.fill)(dest);
        Ok(())
    }
}

impl CryptoRng for Random<'_> {}
