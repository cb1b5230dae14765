//! Hash functions: one-shot and incremental.

use sha2::Digest as _;

use crate::crc::{Crc, Polynomial};
use crate::error::{CryptoError, Result};

/// Runs an expression with a type alias bound to the hash function that a [`Hash`] names.
macro_rules! with_hash {
    ($hash:expr, $digest:ident => $body:expr) => {
        match $hash {
            $crate::Hash::Md5 => {
                type $digest = md5::Md5;
                $body
            }
            $crate::Hash::Sha1 => {
                type $digest = sha1::Sha1;
                $body
            }
            $crate::Hash::Sha256 => {
                type $digest = sha2::Sha256;
                $body
            }
            $crate::Hash::Sha384 => {
                type $digest = sha2::Sha384;
                $body
            }
            $crate::Hash::Sha512 => {
                type $digest = sha2::Sha512;
                $body
            }
        }
    };
}
pub(crate) use with_hash;

/// A hash function. MD5 is not part of the WebCrypto standard; Workers have it because people need it anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// MD5, 16 bytes.
    Md5,
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

impl Hash {
    /// Every hash function, in the order of [`Hash::from_index`].
    pub const ALL: [Self; 5] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// Looks a name up, letter case aside.
    ///
    /// # Errors
    /// `NotSupportedError` in production's words when no such hash exists.
    pub fn parse(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|hash| hash.name().eq_ignore_ascii_case(name));
        found.ok_or_else(unknown)
    }

    /// The hash at a position of [`Hash::ALL`]: the form in which the hot operations name a hash.
    ///
    /// # Errors
    /// `NotSupportedError` when the index is out of range.
    pub fn from_index(index: u32) -> Result<Self> {
        Self::ALL.get(index as usize).copied().ok_or_else(unknown)
    }

    /// The standard name, as `CryptoKey.algorithm.hash.name` shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The part after `SHA-`, which JSON Web Keys use in `alg`; `None` for MD5, which has no registered name.
    pub fn sha_number(self) -> Option<&'static str> {
        self.name().strip_prefix("SHA-")
    }

    /// The length of a digest in bytes.
    pub fn output_len(self) -> usize {
        with_hash!(self, D => D::output_size())
    }

    /// The input block size in bytes: the default length of an HMAC key.
    pub fn block_len(self) -> usize {
        match self {
            Self::Md5 | Self::Sha1 | Self::Sha256 => 64,
            Self::Sha384 | Self::Sha512 => 128,
        }
    }

    /// The digest of `data`.
    pub fn digest(self, data: &[u8]) -> Vec<u8> {
        with_hash!(self, D => D::digest(data).to_vec())
    }
}

fn unknown() -> CryptoError {
    CryptoError::not_supported("Unrecognized or unimplemented digest algorithm requested.")
}

/// A digest that is fed piece by piece, for `crypto.DigestStream`.
#[derive(Clone)]
pub struct Digester(State);

#[derive(Clone)]
enum State {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
    Crc(Crc),
}

impl Digester {
    /// Starts a digest. Besides the hash names this knows the three checksums `crypto.DigestStream` knows:
    /// `crc32`, `crc32c` and `crc64nvme` (lower case only, as in production).
    ///
    /// # Errors
    /// `NotSupportedError` when no such algorithm exists.
    pub fn new(name: &str) -> Result<Self> {
        if let Some(polynomial) = Polynomial::parse(name) {
            return Ok(Self(State::Crc(Crc::new(polynomial))));
        }
        Ok(Self(match Hash::parse(name)? {
            Hash::Md5 => State::Md5(md5::Md5::new()),
            Hash::Sha1 => State::Sha1(sha1::Sha1::new()),
            Hash::Sha256 => State::Sha256(sha2::Sha256::new()),
            Hash::Sha384 => State::Sha384(sha2::Sha384::new()),
            Hash::Sha512 => State::Sha512(sha2::Sha512::new()),
        }))
    }

    /// Adds bytes.
    pub fn update(&mut self, data: &[u8]) {
        match &mut self.0 {
            State::Md5(state) => state.update(data),
            State::Sha1(state) => state.update(data),
            State::Sha256(state) => state.update(data),
            State::Sha384(state) => state.update(data),
            State::Sha512(state) => state.update(data),
            State::Crc(state) => state.update(data),
        }
    }

    /// The digest of everything added so far; checksums are big-endian.
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Md5(state) => state.finalize().to_vec(),
            State::Sha1(state) => state.finalize().to_vec(),
            State::Sha256(state) => state.finalize().to_vec(),
            State::Sha384(state) => state.finalize().to_vec(),
            State::Sha512(state) => state.finalize().to_vec(),
            State::Crc(state) => state.finish(),
        }
    }
}

/// Whether two byte strings of the same length are equal, in a time that depends on the length alone
/// (`crypto.subtle.timingSafeEqual`).
///
/// # Errors
/// `TypeError` when the lengths differ.
pub fn timing_safe_equal(left: &[u8], right: &[u8]) -> Result<bool> {
    if left.len() != right.len() {
        return Err(CryptoError::Type("Input buffers must have the same byte length.".into()));
    }
    Ok(subtle::ConstantTimeEq::ct_eq(left, right).into())
}
