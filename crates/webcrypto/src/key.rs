//! A key of any algorithm, and the operations that work on any key.

use crate::error::{CryptoError, Result};
use crate::rsa::{RsaGenerate, RsaHalf};
use crate::{
    AesKey, AesMode, CipherParams, Curve, EcKey, EcKind, Hash, HkdfParams, HmacKey, KdfKey, KdfKind, OkpKey, OkpKind,
    Pbkdf2Params, Random, RsaKey, RsaScheme, jwk,
};

/// Which of the three kinds a key is: `CryptoKey.type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// A symmetric key or a password.
    Secret,
    /// The half that is given away.
    Public,
    /// The half that is kept.
    Private,
}

impl KeyType {
    /// The word scripts see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// Key material together with what is fixed when the key is made.
#[derive(Clone, Debug)]
pub enum Key {
    /// HMAC.
    Hmac(HmacKey),
    /// AES in one of its modes.
    Aes(AesKey),
    /// HKDF or PBKDF2 input.
    Kdf(KdfKey),
    /// RSA in one of its schemes.
    Rsa(RsaKey),
    /// ECDSA or ECDH.
    Ec(EcKey),
    /// Ed25519 or X25519.
    Okp(OkpKey),
}

/// What kind of key to make or import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySpec {
    /// HMAC with its hash and, if given, its length in bits.
    Hmac(Hash, Option<u32>),
    /// AES in a mode.
    Aes(AesMode),
    /// HKDF or PBKDF2 input.
    Kdf(KdfKind),
    /// RSA in a scheme with a hash.
    Rsa(RsaScheme, Hash),
    /// ECDSA or ECDH on a curve.
    Ec(EcKind, Curve),
    /// Ed25519 or X25519.
    Okp(OkpKind),
}

impl KeySpec {
    /// Reads the normalized algorithm name (`"HMAC"`, `"AES-GCM"`, ...) with its one parameter: the hash or the curve
    /// by name, or nothing. `length` is the key length in bits where the script gave one.
    ///
    /// # Errors
    /// `NotSupportedError` for names that are not known.
    pub fn parse(name: &str, parameter: &str, length: Option<u32>) -> Result<Self> {
        Ok(match name {
            "HMAC" => Self::Hmac(Hash::parse(parameter)?, length),
            "AES-CTR" => Self::Aes(AesMode::Ctr),
            "AES-CBC" => Self::Aes(AesMode::Cbc),
            "AES-GCM" => Self::Aes(AesMode::Gcm),
            "AES-KW" => Self::Aes(AesMode::Kw),
            "HKDF" => Self::Kdf(KdfKind::Hkdf),
            "PBKDF2" => Self::Kdf(KdfKind::Pbkdf2),
            "RSASSA-PKCS1-v1_5" => Self::Rsa(RsaScheme::Pkcs1, Hash::parse(parameter)?),
            "RSA-PSS" => Self::Rsa(RsaScheme::Pss, Hash::parse(parameter)?),
            "RSA-OAEP" => Self::Rsa(RsaScheme::Oaep, Hash::parse(parameter)?),
            // The hash shows only in the `alg` of an exported JSON Web Key, where RSA-RAW has no name of its own.
            "RSA-RAW" => Self::Rsa(RsaScheme::Raw, Hash::Sha256),
            "ECDSA" => Self::Ec(EcKind::Ecdsa, Curve::parse(parameter)?),
            "ECDH" => Self::Ec(EcKind::Ecdh, Curve::parse(parameter)?),
            "Ed25519" => Self::Okp(OkpKind::Ed25519),
            "NODE-ED25519" => Self::Okp(OkpKind::NodeEd25519),
            "X25519" => Self::Okp(OkpKind::X25519),
            _ => {
                return Err(CryptoError::not_supported(format!(
                    "Unrecognized key import algorithm \"{name}\" requested."
                )));
            }
        })
    }

    /// The normalized algorithm name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hmac(..) => "HMAC",
            Self::Aes(mode) => mode.name(),
            Self::Kdf(kind) => kind.name(),
            Self::Rsa(scheme, _) => scheme.name(),
            Self::Ec(kind, _) => kind.name(),
            Self::Okp(kind) => kind.name(),
        }
    }
}

/// How to sign or verify; each algorithm reads what it needs.
#[derive(Clone, Copy, Debug, Default)]
pub struct SignParams {
    /// The hash, for ECDSA alone: other keys carry theirs.
    pub hash: Option<Hash>,
    /// Bytes of salt, for RSA-PSS alone.
    pub salt_length: Option<i32>,
}

impl SignParams {
    fn ecdsa_hash(&self) -> Result<Hash> {
        self.hash.ok_or_else(|| {
            CryptoError::Type(
                "Missing \"hash\" in AlgorithmIdentifier. (ECDSA requires that the hash algorithm be specified at call \
                 time rather than on the key. This differs from other WebCrypto algorithms for historical reasons.)"
                    .into(),
            )
        })
    }
}

/// Makes a key: the private half where there are two.
///
/// # Errors
/// `OperationError` for a length that does not suit; `NotSupportedError` for algorithms whose keys are only imported.
/// RSA keys need more parameters: see [`RsaKey::generate`].
pub fn generate(spec: &KeySpec, length: Option<u32>, random: &mut Random<'_>) -> Result<Key> {
    match *spec {
        KeySpec::Hmac(hash, _) => HmacKey::generate(hash, length, random).map(Key::Hmac),
        KeySpec::Aes(mode) => AesKey::generate(mode, length.unwrap_or(0), random).map(Key::Aes),
        KeySpec::Ec(kind, curve) => Ok(Key::Ec(EcKey::generate(kind, curve, random))),
        KeySpec::Okp(kind) => Ok(Key::Okp(OkpKey::generate(kind, random))),
        KeySpec::Kdf(_) | KeySpec::Rsa(..) => Err(no_generation(spec.name())),
    }
}

/// Makes an RSA private key.
///
/// # Errors
/// As [`RsaKey::generate`]; `NotSupportedError` for RSA-RAW.
pub fn generate_rsa(params: &RsaGenerate<'_>, random: &mut Random<'_>) -> Result<Key> {
    if params.scheme == RsaScheme::Raw {
        return Err(no_generation(params.scheme.name()));
    }
    RsaKey::generate(params, random).map(Key::Rsa)
}

/// Imports key data in one of the formats `raw`, `pkcs8` and `spki`.
///
/// # Errors
/// `DataError` for data that is no such key, `NotSupportedError` for formats the algorithm does not have.
pub fn import(spec: &KeySpec, format: &str, data: &[u8]) -> Result<Key> {
    match (*spec, format) {
        (KeySpec::Hmac(hash, length), "raw") => HmacKey::import(hash, data.to_vec(), length).map(Key::Hmac),
        (KeySpec::Aes(mode), "raw") => AesKey::import(mode, data.to_vec()).map(Key::Aes),
        (KeySpec::Kdf(kind), "raw") => Ok(Key::Kdf(KdfKey::new(kind, data.to_vec()))),
        (KeySpec::Kdf(kind), _) => Err(kdf_needs_raw(kind, format)),
        (KeySpec::Rsa(scheme, hash), "pkcs8") => RsaKey::import_pkcs8(scheme, hash, data).map(Key::Rsa),
        (KeySpec::Rsa(scheme, hash), "spki") => {
            let key = RsaKey::import_spki(scheme, hash, data)?;
            if scheme == RsaScheme::Raw { Err(jwk::raw_needs_private()) } else { Ok(Key::Rsa(key)) }
        }
        (KeySpec::Ec(kind, curve), "raw") => EcKey::import_raw(kind, curve, data).map(Key::Ec),
        (KeySpec::Ec(kind, curve), "pkcs8") => EcKey::import_pkcs8(kind, curve, data).map(Key::Ec),
        (KeySpec::Ec(kind, curve), "spki") => EcKey::import_spki(kind, curve, data).map(Key::Ec),
        (KeySpec::Okp(kind), "raw") => OkpKey::import_raw(kind, data).map(Key::Okp),
        (KeySpec::Okp(kind), "pkcs8") => OkpKey::import_pkcs8(kind, data).map(Key::Okp),
        (KeySpec::Okp(kind), "spki") => OkpKey::import_spki(kind, data).map(Key::Okp),
        _ => Err(CryptoError::not_supported(format!("Unrecognized key import format \"{format}\"."))),
    }
}

impl Key {
    /// The normalized algorithm name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hmac(_) => "HMAC",
            Self::Aes(key) => key.mode.name(),
            Self::Kdf(key) => key.kind.name(),
            Self::Rsa(key) => key.scheme.name(),
            Self::Ec(key) => key.kind.name(),
            Self::Okp(key) => key.kind.name(),
        }
    }

    /// Which kind of key this is.
    pub fn key_type(&self) -> KeyType {
        let private = match self {
            Self::Hmac(_) | Self::Aes(_) | Self::Kdf(_) => return KeyType::Secret,
            Self::Rsa(key) => matches!(key.half, RsaHalf::Private(_)),
            Self::Ec(key) => key.is_private(),
            Self::Okp(key) => key.private.is_some(),
        };
        if private { KeyType::Private } else { KeyType::Public }
    }

    /// The length in bits where `CryptoKey.algorithm` shows one: of HMAC and AES keys, and of an RSA modulus; else 0.
    pub fn bits(&self) -> u32 {
        match self {
            Self::Hmac(key) => key.bits,
            Self::Aes(key) => key.bytes.len() as u32 * 8,
            Self::Rsa(key) => key.modulus_length(),
            Self::Kdf(_) | Self::Ec(_) | Self::Okp(_) => 0,
        }
    }

    /// The public exponent of an RSA key, big-endian; nothing for other keys.
    pub fn public_exponent(&self) -> Vec<u8> {
        if let Self::Rsa(key) = self { key.public_exponent() } else { Vec::new() }
    }

    /// The public half of a pair; a secret key is its own.
    pub fn public(&self) -> Self {
        match self {
            Self::Hmac(_) | Self::Aes(_) | Self::Kdf(_) => self.clone(),
            Self::Rsa(key) => Self::Rsa(key.public()),
            Self::Ec(key) => Self::Ec(key.public()),
            Self::Okp(key) => Self::Okp(key.public()),
        }
    }

    /// Signs.
    ///
    /// # Errors
    /// `InvalidAccessError` for the wrong half, `NotSupportedError` for keys that do not sign, and what the algorithm
    /// adds.
    pub fn sign(&self, params: &SignParams, data: &[u8], random: &mut Random<'_>) -> Result<Vec<u8>> {
        match self {
            Self::Hmac(key) => Ok(key.sign(data)),
            Self::Rsa(key) => key.sign(params.salt_length, data, random),
            Self::Ec(key) => key.sign(params.ecdsa_hash()?, data, random),
            Self::Okp(key) => key.sign(data),
            Self::Aes(_) | Self::Kdf(_) => Err(self.not_implemented("sign")),
        }
    }

    /// Checks a signature.
    ///
    /// # Errors
    /// `InvalidAccessError` for the wrong half, `NotSupportedError` for keys that do not sign, and what the algorithm
    /// adds. A signature that does not match is no error.
    pub fn verify(&self, params: &SignParams, signature: &[u8], data: &[u8]) -> Result<bool> {
        match self {
            Self::Hmac(key) => Ok(key.verify(signature, data)),
            Self::Rsa(key) => key.verify(params.salt_length, signature, data),
            Self::Ec(key) => key.verify(params.ecdsa_hash()?, signature, data),
            Self::Okp(key) => key.verify(signature, data),
            Self::Aes(_) | Self::Kdf(_) => Err(self.not_implemented("verify")),
        }
    }

    /// Encrypts, or wraps with AES-KW.
    ///
    /// # Errors
    /// `NotSupportedError` for keys that do not encrypt, and what the algorithm adds.
    pub fn encrypt(&self, params: &CipherParams<'_>, data: &[u8], random: &mut Random<'_>) -> Result<Vec<u8>> {
        match self {
            Self::Aes(key) => key.encrypt(params, data),
            Self::Rsa(key) => key.encrypt(params.iv, data, random),
            _ => Err(self.not_implemented("encrypt")),
        }
    }

    /// Decrypts, or unwraps with AES-KW.
    ///
    /// # Errors
    /// `NotSupportedError` for keys that do not decrypt, and what the algorithm adds.
    pub fn decrypt(&self, params: &CipherParams<'_>, data: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Aes(key) => key.decrypt(params, data),
            Self::Rsa(key) => key.decrypt(params.iv, data),
            _ => Err(self.not_implemented("decrypt")),
        }
    }

    /// Derives bits with HKDF.
    ///
    /// # Errors
    /// As [`KdfKey::hkdf`].
    pub fn hkdf(&self, params: &HkdfParams<'_>) -> Result<Vec<u8>> {
        if let Self::Kdf(key) = self { key.hkdf(params) } else { Err(self.no_derivation()) }
    }

    /// Derives bits with PBKDF2.
    ///
    /// # Errors
    /// As [`KdfKey::pbkdf2`].
    pub fn pbkdf2(&self, params: &Pbkdf2Params<'_>) -> Result<Vec<u8>> {
        if let Self::Kdf(key) = self { key.pbkdf2(params) } else { Err(self.no_derivation()) }
    }

    /// Derives the secret shared with another key, cut to `length` bits.
    ///
    /// # Errors
    /// `InvalidAccessError` for keys that do not belong together, `OperationError` for a length that is too large.
    pub fn agree(&self, public: &Self, length: Option<u32>) -> Result<Vec<u8>> {
        match (self, public) {
            (Self::Ec(own), Self::Ec(peer)) => own.derive_bits(peer, length),
            (Self::Okp(own), Self::Okp(peer)) => own.derive_bits(peer, length),
            (Self::Ec(_) | Self::Okp(_), _) => Err(CryptoError::invalid_access(format!(
                "Base {} private key cannot be used to derive a key from a peer {} public key",
                self.name(),
                public.name()
            ))),
            _ => Err(self.no_derivation()),
        }
    }

    /// The key in one of the formats `raw`, `pkcs8` and `spki`.
    ///
    /// # Errors
    /// `NotSupportedError` or `InvalidAccessError` for formats the key does not have.
    pub fn export(&self, format: &str) -> Result<Vec<u8>> {
        match self {
            Self::Hmac(key) if format == "raw" => Ok(key.bytes.clone()),
            Self::Hmac(_) => Err(CryptoError::not_supported(format!("Unimplemented key export format \"{format}\"."))),
            Self::Aes(key) if format == "raw" => Ok(key.bytes.clone()),
            Self::Aes(key) => Err(CryptoError::not_supported(format!(
                "{} key only supports exporting \"raw\" & \"jwk\", not \"{format}\".",
                key.mode.name()
            ))),
            Self::Kdf(key) => Err(no_export(key.kind.name())),
            Self::Rsa(_) | Self::Ec(_) | Self::Okp(_) => self.export_half(format),
        }
    }

    fn export_half(&self, format: &str) -> Result<Vec<u8>> {
        let (needed, given) = match format {
            "pkcs8" => (KeyType::Private, self.key_type()),
            "spki" => (KeyType::Public, self.key_type()),
            _ => return self.export_point(format),
        };
        if needed != given {
            return Err(CryptoError::invalid_access(format!(
                "Asymmetric {format} export requires {} key (not \"{}\").",
                needed.name(),
                given.name()
            )));
        }
        match self {
            Self::Rsa(key) => key.export_der(),
            Self::Ec(key) => key.export_der(),
            Self::Okp(key) => key.export_der(),
            Self::Hmac(_) | Self::Aes(_) | Self::Kdf(_) => Err(no_export(self.name())),
        }
    }

    fn export_point(&self, format: &str) -> Result<Vec<u8>> {
        match (self, format) {
            (Self::Ec(key), "raw") => key.export_raw(),
            (Self::Okp(key), "raw") => key.export_raw(),
            _ => Err(CryptoError::invalid_access(format!("Cannot export \"{}\" in \"{format}\" format.", self.name()))),
        }
    }

    fn not_implemented(&self, operation: &str) -> CryptoError {
        let name = self.name();
        CryptoError::not_supported(format!("The {operation} operation is not implemented for \"{name}\"."))
    }

    fn no_derivation(&self) -> CryptoError {
        CryptoError::not_supported(format!(
            "The deriveKey and deriveBits operations are not implemented for \"{}\".",
            self.name()
        ))
    }
}

/// Production's answer to exporting what cannot be exported at all.
pub(crate) fn no_export(name: &str) -> CryptoError {
    CryptoError::not_supported(format!("Unrecognized or unsupported export of \"{name}\" requested."))
}

/// Production's answer to importing derivation input in a format other than raw bytes.
pub(crate) fn kdf_needs_raw(kind: KdfKind, format: &str) -> CryptoError {
    let stop = if kind == KdfKind::Pbkdf2 { "." } else { "" };
    CryptoError::not_supported(format!(
        "{} key must be imported in \"raw\" format (requested \"{format}\"){stop}",
        kind.name()
    ))
}

fn no_generation(name: &str) -> CryptoError {
    CryptoError::not_supported(format!("Unrecognized key generation algorithm \"{name}\" requested."))
}
