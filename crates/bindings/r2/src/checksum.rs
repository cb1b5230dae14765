//! Checksums: what a `put` may bring along, and what its bytes have.

use crate::error::{R2Error, Refusal};
use sha2::Digest;
use sha2::digest::DynDigest;
use std::fmt;

/// A checksum algorithm that R2 knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// MD5, which every object that was put in one piece has.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// All of them, in production's order.
    pub const ALL: [Algorithm; 5] =
        [Algorithm::Md5, Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512];

    /// The name of the option: `md5`, `sha1`…
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Algorithm::Md5 => "md5",
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha384 => "sha384",
            Algorithm::Sha512 => "sha512",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha1 => "SHA-1",
            Algorithm::Sha256 => "SHA-256",
            Algorithm::Sha384 => "SHA-384",
            Algorithm::Sha512 => "SHA-512",
        }
    }

    fn bytes(self) -> usize {
        match self {
            Algorithm::Md5 => 16,
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 => 32,
            Algorithm::Sha384 => 48,
            Algorithm::Sha512 => 64,
        }
    }

    fn digest(self) -> Box<dyn DynDigest + Send> {
        match self {
            Algorithm::Md5 => Box::new(md5::Md5::new()),
            Algorithm::Sha1 => Box::new(sha1::Sha1::new()),
            Algorithm::Sha256 => Box::new(sha2::Sha256::new()),
            Algorithm::Sha384 => Box::new(sha2::Sha384::new()),
            Algorithm::Sha512 => Box::new(sha2::Sha512::new()),
        }
    }
}

/// A checksum that came with the bytes it is to be compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checksum {
    algorithm: Algorithm,
    digest: Vec<u8>,
}

impl Checksum {
    /// From its bytes.
    ///
    /// # Errors
    /// When there are too many or too few.
    pub fn from_bytes(algorithm: Algorithm, digest: &[u8]) -> Result<Checksum, R2Error> {
        if digest.len() != algorithm.bytes() {
            return Err(wrong_length(algorithm, algorithm.bytes(), "bytes", digest.len()));
        }
        Ok(Checksum { algorithm, digest: digest.to_vec() })
    }

    /// From hexadecimal text of either case.
    ///
    /// # Errors
    /// When it is of another length, or not hexadecimal.
    pub fn from_hex(algorithm: Algorithm, text: &str) -> Result<Checksum, R2Error> {
        let expected = 2 * algorithm.bytes();
        if text.len() != expected {
            return Err(wrong_length(algorithm, expected, "hex characters", text.len()));
        }
        let digest = from_hex(text).ok_or(R2Error::ChecksumNotHex(algorithm.label()))?;
        Ok(Checksum { algorithm, digest })
    }
}

fn wrong_length(algorithm: Algorithm, expected: usize, unit: &'static str, found: usize) -> R2Error {
    R2Error::ChecksumLength { algorithm: algorithm.label(), expected, unit, found }
}

/// An algorithm and what it made of the bytes.
pub(crate) type Digested = (Algorithm, Vec<u8>);

/// Computes what the index keeps of the bytes that pass through.
pub(crate) struct Hasher {
    md5: Box<dyn DynDigest + Send>,
    other: Option<(Checksum, Option<Box<dyn DynDigest + Send>>)>,
}

impl Hasher {
    /// `expected`: the checksum that came with the bytes.
    pub(crate) fn new(expected: Option<Checksum>) -> Hasher {
        let other = expected.map(|checksum| {
            let hasher = (checksum.algorithm != Algorithm::Md5).then(|| checksum.algorithm.digest());
            (checksum, hasher)
        });
        Hasher { md5: Algorithm::Md5.digest(), other }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        if let Some((_, Some(hasher))) = &mut self.other {
            hasher.update(bytes);
        }
    }

    /// The MD5, and the other checksum that was asked for.
    pub(crate) fn finish(self) -> Result<(Vec<u8>, Option<Digested>), Refusal> {
        let md5 = self.md5.finalize().into_vec();
        let Some((expected, hasher)) = self.other else { return Ok((md5, None)) };
        let actual = hasher.map_or_else(|| md5.clone(), |hasher| hasher.finalize().into_vec());
        if actual != expected.digest {
            return Err(Refusal::BadDigest {
                algorithm: expected.algorithm.label(),
                provided: to_hex(&expected.digest),
                actual: to_hex(&actual),
            });
        }
        Ok((md5, (expected.algorithm != Algorithm::Md5).then_some((expected.algorithm, actual))))
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Hasher")
    }
}

/// What an object of several parts has instead of the MD5 of its bytes.
pub(crate) fn multipart_etag<'a>(parts: impl ExactSizeIterator<Item = &'a [u8]>) -> String {
    let count = parts.len();
    let mut md5 = md5::Md5::new();
    parts.for_each(|part| Digest::update(&mut md5, part));
    format!("{}-{count}", to_hex(&md5.finalize()))
}

pub(crate) fn md5_hex(bytes: &[u8]) -> String {
    to_hex(&md5::Md5::digest(bytes))
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let pair = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
        _ => None,
    };
    text.as_bytes().chunks(2).map(pair).collect()
}
