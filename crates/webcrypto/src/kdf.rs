//! Key derivation from a secret: HKDF and PBKDF2.

use hkdf::SimpleHkdf;

use crate::Hash;
use crate::digest::with_hash;
use crate::error::{CryptoError, Result};

/// The most PBKDF2 rounds production accepts.
pub const PBKDF2_MAX_ITERATIONS: u32 = 100_000;

/// Which derivation function a secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KdfKind {
    /// HKDF (RFC 5869).
    Hkdf,
    /// PBKDF2 (RFC 8018).
    Pbkdf2,
}

impl KdfKind {
    /// The standard name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hkdf => "HKDF",
            Self::Pbkdf2 => "PBKDF2",
        }
    }
}

/// A secret to derive from.
#[derive(Clone, Debug)]
pub struct KdfKey {
    pub(crate) kind: KdfKind,
    pub(crate) bytes: Vec<u8>,
}

/// HKDF parameters; the length is in bits.
#[derive(Clone, Copy, Debug)]
pub struct HkdfParams<'a> {
    /// The hash inside the function.
    pub hash: Hash,
    /// Extraction salt.
    pub salt: &'a [u8],
    /// Context of the derived key.
    pub info: &'a [u8],
    /// Bits wanted.
    pub length: u32,
}

/// PBKDF2 parameters; the length is in bits.
#[derive(Clone, Copy, Debug)]
pub struct Pbkdf2Params<'a> {
    /// The hash inside the function.
    pub hash: Hash,
    /// The salt.
    pub salt: &'a [u8],
    /// How many rounds.
    pub iterations: u32,
    /// Bits wanted.
    pub length: u32,
}

impl KdfKey {
    /// A secret of any length.
    pub fn new(kind: KdfKind, bytes: Vec<u8>) -> Self {
        Self { kind, bytes }
    }

    /// Derives with HKDF.
    ///
    /// # Errors
    /// `OperationError` for a length that is zero, no multiple of eight, or more than 255 digests.
    pub fn hkdf(&self, params: &HkdfParams<'_>) -> Result<Vec<u8>> {
        let mut output = vec![0; self.output_len(params.length)?];
        let done = with_hash!(params.hash, D => {
            SimpleHkdf::<D>::new(Some(params.salt), &self.bytes).expand(params.info, &mut output).is_ok()
        });
        if !done {
            return Err(CryptoError::operation("HKDF deriveBits failed."));
        }
        Ok(output)
    }

    /// Derives with PBKDF2.
    ///
    /// # Errors
    /// `OperationError` for a bad length or no rounds; `NotSupportedError` above [`PBKDF2_MAX_ITERATIONS`].
    pub fn pbkdf2(&self, params: &Pbkdf2Params<'_>) -> Result<Vec<u8>> {
        let Pbkdf2Params { hash, salt, iterations, length } = *params;
        let mut output = vec![0; self.output_len(length)?];
        if iterations == 0 {
            return Err(CryptoError::operation("PBKDF2 requires a positive iteration count (requested 0)."));
        }
        if iterations > PBKDF2_MAX_ITERATIONS {
            return Err(CryptoError::not_supported(format!(
                "Pbkdf2 failed: iteration counts above {PBKDF2_MAX_ITERATIONS} are not supported (requested \
                 {iterations})."
            )));
        }
        with_hash!(hash, D => pbkdf2::pbkdf2_hmac::<D>(&self.bytes, salt, iterations, &mut output));
        Ok(output)
    }

    fn output_len(&self, bits: u32) -> Result<usize> {
        if bits == 0 || !bits.is_multiple_of(8) {
            return Err(CryptoError::operation(format!(
                "{} requires a derived key length that is a non-zero multiple of eight (requested {bits}).",
                self.kind.name()
            )));
        }
        Ok(bits as usize / 8)
    }
}
