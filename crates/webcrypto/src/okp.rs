//! Keys on curve 25519: Ed25519 signatures and X25519 key agreement.

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use pkcs8::AlgorithmIdentifierRef;
use pkcs8::der::{Decode, Encode, asn1::OctetStringRef};

use crate::container::{self, OID_ED25519, OID_X25519};
use crate::error::{CryptoError, Result};
use crate::{Random, agreement};

/// What a key on curve 25519 is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OkpKind {
    /// Signatures.
    Ed25519,
    /// Signatures under the name Workers had for them before the standard did.
    NodeEd25519,
    /// Key agreement.
    X25519,
}

impl OkpKind {
    /// The algorithm name scripts use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::NodeEd25519 => "NODE-ED25519",
            Self::X25519 => "X25519",
        }
    }

    /// The curve name in JSON Web Keys and messages.
    pub(crate) fn curve(self) -> &'static str {
        match self {
            Self::Ed25519 | Self::NodeEd25519 => "Ed25519",
            Self::X25519 => "X25519",
        }
    }

    fn identifier(self) -> AlgorithmIdentifierRef<'static> {
        let oid = if self == Self::X25519 { OID_X25519 } else { OID_ED25519 };
        AlgorithmIdentifierRef { oid, parameters: None }
    }
}

/// A key of either half. `private` is the seed (Ed25519) or the scalar (X25519).
#[derive(Clone, Debug)]
pub struct OkpKey {
    pub(crate) kind: OkpKind,
    pub(crate) private: Option<[u8; 32]>,
    pub(crate) public: [u8; 32],
}

impl OkpKey {
    /// Makes a private key.
    pub fn generate(kind: OkpKind, random: &mut Random<'_>) -> Self {
        let mut seed = [0; 32];
        rand_core::RngCore::fill_bytes(random, &mut seed);
        Self::from_private(kind, seed)
    }

    pub(crate) fn from_private(kind: OkpKind, private: [u8; 32]) -> Self {
        let public = match kind {
            OkpKind::X25519 => x25519_dalek::PublicKey::from(&x25519_dalek::StaticSecret::from(private)).to_bytes(),
            OkpKind::Ed25519 | OkpKind::NodeEd25519 => SigningKey::from_bytes(&private).verifying_key().to_bytes(),
        };
        Self { kind, private: Some(private), public }
    }

    pub(crate) fn from_public(kind: OkpKind, public: [u8; 32]) -> Self {
        Self { kind, private: None, public }
    }

    /// Takes a raw public key.
    ///
    /// # Errors
    /// `DataError` unless it has 32 bytes.
    pub fn import_raw(kind: OkpKind, bytes: &[u8]) -> Result<Self> {
        let public = <[u8; 32]>::try_from(bytes).map_err(|_| {
            CryptoError::data(format!("{} raw keys must be exactly 32-bytes (provided {}).", kind.curve(), bytes.len()))
        })?;
        Ok(Self::from_public(kind, public))
    }

    /// Reads a PKCS #8 private key.
    ///
    /// # Errors
    /// `DataError` when the input is no such key.
    pub fn import_pkcs8(kind: OkpKind, input: &[u8]) -> Result<Self> {
        let unpacked = container::open_private(input)?;
        if unpacked.algorithm != kind.identifier().oid {
            return Err(wrong_algorithm(kind));
        }
        let inner = OctetStringRef::from_der(unpacked.key).ok();
        let private = inner.and_then(|octets| <[u8; 32]>::try_from(octets.as_bytes()).ok());
        private
            .map(|private| Self::from_private(kind, private))
            .ok_or_else(|| CryptoError::data("Invalid PKCS8 input."))
    }

    /// Reads a SubjectPublicKeyInfo public key.
    ///
    /// # Errors
    /// `DataError` when the input is no such key.
    pub fn import_spki(kind: OkpKind, input: &[u8]) -> Result<Self> {
        let unpacked = container::open_public(input)?;
        if unpacked.algorithm != kind.identifier().oid {
            return Err(wrong_algorithm(kind));
        }
        let public = <[u8; 32]>::try_from(unpacked.key).map_err(|_| CryptoError::data("Invalid SPKI input."))?;
        Ok(Self::from_public(kind, public))
    }

    /// The public half of this key.
    pub fn public(&self) -> Self {
        Self::from_public(self.kind, self.public)
    }

    pub(crate) fn export_der(&self) -> Result<Vec<u8>> {
        let Some(private) = &self.private else {
            return container::seal_public(&self.kind.identifier(), &self.public);
        };
        let failed = |_| CryptoError::operation("Private key export failed.");
        let inner = OctetStringRef::new(private).and_then(|octets| octets.to_der()).map_err(failed)?;
        container::seal_private(&self.kind.identifier(), &inner)
    }

    pub(crate) fn export_raw(&self) -> Result<Vec<u8>> {
        if self.private.is_some() {
            return Err(CryptoError::invalid_access(format!(
                "Raw export of {} keys is only allowed for public keys.",
                self.kind.name()
            )));
        }
        Ok(self.public.to_vec())
    }

    /// Signs with Ed25519, which is deterministic.
    ///
    /// # Errors
    /// `InvalidAccessError` for a public key; `OperationError` for an X25519 key.
    pub fn sign(&self, data: &[u8]) -> Result<Vec<u8>> {
        let Some(private) = &self.private else {
            return Err(CryptoError::invalid_access("Asymmetric signing requires a private key."));
        };
        self.require_signatures()?;
        Ok(SigningKey::from_bytes(private).sign(data).to_bytes().to_vec())
    }

    /// Checks an Ed25519 signature.
    ///
    /// # Errors
    /// `InvalidAccessError` for a private key; `OperationError` for a signature that has not 64 bytes.
    pub fn verify(&self, signature: &[u8], data: &[u8]) -> Result<bool> {
        if self.private.is_some() {
            return Err(CryptoError::invalid_access("Asymmetric verification requires a public key."));
        }
        self.require_signatures()?;
        let Ok(signature) = Signature::from_slice(signature) else {
            return Err(CryptoError::operation(format!(
                "Invalid {} signature length {}",
                self.kind.name(),
                signature.len()
            )));
        };
        // Bytes that are no point of the curve are imported like any others and verify nothing.
        Ok(VerifyingKey::from_bytes(&self.public).is_ok_and(|key| key.verify(data, &signature).is_ok()))
    }

    /// The secret shared with another X25519 key, cut to `length` bits.
    ///
    /// # Errors
    /// `InvalidAccessError` for keys of the wrong kind or half; `OperationError` for a length above 256 bits or a
    /// public key of small order.
    pub fn derive_bits(&self, public: &Self, length: Option<u32>) -> Result<Vec<u8>> {
        if self.kind != OkpKind::X25519 {
            return Err(agreement::not_implemented(self.kind.name()));
        }
        let private = self.private.ok_or_else(agreement::needs_private)?;
        agreement::check_peer((self.kind.name(), public.kind.name()), public.private.is_some())?;
        agreement::check_length(length, 32)?;
        let peer = x25519_dalek::PublicKey::from(public.public);
        let secret = x25519_dalek::StaticSecret::from(private).diffie_hellman(&peer);
        if !secret.was_contributory() {
            return Err(CryptoError::operation("Detected small order secure curve points, aborting EDDH derivation"));
        }
        agreement::truncate(secret.as_bytes().to_vec(), length)
    }

    fn require_signatures(&self) -> Result<()> {
        if self.kind == OkpKind::X25519 {
            return Err(CryptoError::operation("Not implemented for algorithm \"X25519\"."));
        }
        Ok(())
    }
}

fn wrong_algorithm(kind: OkpKind) -> CryptoError {
    CryptoError::data(format!("Input was not an {} key.", kind.curve()))
}
