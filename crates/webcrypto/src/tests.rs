//! Known answers from the standards and from OpenSSL, round trips, and input that is not a key.

mod aes;
mod digest;
mod ec;
mod hmac;
mod jwk;
mod kdf;
mod malformed;
mod okp;
mod rsa;

use base64::Engine;

use crate::{CryptoError, KeySpec, Random, Result, key};

/// What the recorded signatures sign.
const MESSAGE: &[u8] = b"the quick brown fox";

/// A value of `vectors.txt`.
fn vector(name: &str) -> Vec<u8> {
    let line = include_str!("tests/vectors.txt").lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    base64::engine::general_purpose::STANDARD.decode(line.unwrap_or_else(|| panic!("no vector {name}"))).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|char| char.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

fn import(algorithm: &str, parameter: &str, (format, data): (&str, &[u8])) -> Result<key::Key> {
    key::import(&KeySpec::parse(algorithm, parameter, None)?, format, data)
}

/// A small generator (splitmix64): good enough to test with, and a failure can be replayed from its seed.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next() as u8;
        }
    }
}

/// Runs `body` with repeatable randomness.
fn with_random<T>(seed: u64, body: impl FnOnce(&mut Random<'_>) -> T) -> T {
    let mut dice = Dice(seed);
    let mut fill = |bytes: &mut [u8]| dice.fill(bytes);
    body(&mut Random::new(&mut fill))
}

#[track_caller]
fn assert_error<T: std::fmt::Debug>(result: Result<T>, expected: CryptoError) {
    assert_eq!(result.err(), Some(expected));
}
