//! RSA keys: RSASSA-PKCS1-v1_5, RSA-PSS, RSA-OAEP and the raw signatures of RSA-RAW.

use pkcs8::AlgorithmIdentifierRef;
use pkcs8::der::asn1::AnyRef;
use rsa::pkcs1::{self, EncodeRsaPrivateKey, EncodeRsaPublicKey, UintRef};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BigUint, Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey, hazmat};

use crate::container::{self, OID_RSA};
use crate::digest::with_hash;
use crate::error::{CryptoError, Result};
use crate::{Hash, Random, oaep};

/// The largest modulus production takes, in bits.
const MAX_BITS: usize = 16384;
/// The smallest modulus production takes, in bits.
const MIN_BITS: usize = 256;

/// What an RSA key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RsaScheme {
    /// Signatures with PKCS #1 version 1.5 padding.
    Pkcs1,
    /// Signatures with probabilistic padding.
    Pss,
    /// Encryption with optimal asymmetric padding.
    Oaep,
    /// Private-key operations on data that is already padded (blind signatures).
    Raw,
}

impl RsaScheme {
    /// The algorithm name scripts use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pkcs1 => "RSASSA-PKCS1-v1_5",
            Self::Pss => "RSA-PSS",
            Self::Oaep => "RSA-OAEP",
            Self::Raw => "RSA-RAW",
        }
    }
}

/// An RSA key of either half. The hash is fixed at import; RSA-RAW keys have none that matters.
#[derive(Clone, Debug)]
pub struct RsaKey {
    pub(crate) scheme: RsaScheme,
    pub(crate) hash: Hash,
    pub(crate) half: RsaHalf,
}

#[derive(Clone, Debug)]
pub(crate) enum RsaHalf {
    Private(Box<RsaPrivateKey>),
    Public(RsaPublicKey),
}

/// How to make an RSA key.
#[derive(Clone, Copy, Debug)]
pub struct RsaGenerate<'a> {
    /// What it is for.
    pub scheme: RsaScheme,
    /// The hash that goes with it.
    pub hash: Hash,
    /// Bits of the modulus.
    pub modulus_length: u32,
    /// The public exponent, big-endian.
    pub public_exponent: &'a [u8],
}

impl RsaKey {
    /// Makes a private key.
    ///
    /// # Errors
    /// `OperationError` for a modulus that is not a multiple of 128 between 256 and 16384 bits, or an exponent other
    /// than 3 and 65537.
    pub fn generate(params: &RsaGenerate<'_>, random: &mut Random<'_>) -> Result<Self> {
        let bits = params.modulus_length as usize;
        if bits == 0 {
            return Err(CryptoError::operation("modulusLength must be greater than zero (requested 0)."));
        }
        if !bits.is_multiple_of(8) || !(MIN_BITS..=MAX_BITS).contains(&bits) {
            return Err(modulus_out_of_range(bits));
        }
        let exponent = generation_exponent(params.public_exponent)?;
        if !bits.is_multiple_of(128) {
            return Err(CryptoError::operation("Can't generate key: RSA key size is required to be a multiple of 128"));
        }
        let key = RsaPrivateKey::new_with_exp(random, bits, &exponent)
            .map_err(|error| CryptoError::operation(format!("RSA key generation failed: {error}")))?;
        Ok(Self { scheme: params.scheme, hash: params.hash, half: RsaHalf::Private(Box::new(key)) })
    }

    /// Reads a PKCS #8 private key.
    ///
    /// # Errors
    /// `DataError` when the input is no such key.
    pub fn import_pkcs8(scheme: RsaScheme, hash: Hash, input: &[u8]) -> Result<Self> {
        let unpacked = container::open_private(input)?;
        if unpacked.algorithm != OID_RSA {
            return Err(not_rsa());
        }
        let key =
            pkcs1::RsaPrivateKey::try_from(unpacked.key).map_err(|_| CryptoError::data("Invalid PKCS8 input."))?;
        let primes = vec![uint(&key.prime1), uint(&key.prime2)];
        let numbers = (uint(&key.modulus), uint(&key.public_exponent), uint(&key.private_exponent), primes);
        Self::from_private_numbers(scheme, hash, numbers).map_err(|error| match error {
            NumbersError::Refused(error) => error,
            NumbersError::Broken => CryptoError::data("Invalid PKCS8 input."),
        })
    }

    /// Reads a SubjectPublicKeyInfo public key.
    ///
    /// # Errors
    /// `DataError` when the input is no such key.
    pub fn import_spki(scheme: RsaScheme, hash: Hash, input: &[u8]) -> Result<Self> {
        let unpacked = container::open_public(input)?;
        if unpacked.algorithm != OID_RSA {
            return Err(not_rsa());
        }
        let invalid = || CryptoError::data("Invalid SPKI input.");
        let key = pkcs1::RsaPublicKey::try_from(unpacked.key).map_err(|_| invalid())?;
        let numbers = (uint(&key.modulus), uint(&key.public_exponent));
        Self::from_public_numbers(scheme, hash, numbers).map_err(|error| match error {
            NumbersError::Refused(error) => error,
            NumbersError::Broken => invalid(),
        })
    }

    pub(crate) fn from_public_numbers(
        scheme: RsaScheme,
        hash: Hash,
        (n, e): (BigUint, BigUint),
    ) -> std::result::Result<Self, NumbersError> {
        check_import(&n, &e)?;
        let key = RsaPublicKey::new_with_max_size(n, e, MAX_BITS).map_err(|_| NumbersError::Broken)?;
        Ok(Self { scheme, hash, half: RsaHalf::Public(key) })
    }

    pub(crate) fn from_private_numbers(
        scheme: RsaScheme,
        hash: Hash,
        (n, e, d, primes): (BigUint, BigUint, BigUint, Vec<BigUint>),
    ) -> std::result::Result<Self, NumbersError> {
        check_import(&n, &e)?;
        // The recovery of missing primes divides by these numbers and trusts them.
        if d >= n || d.bits() < 2 || n.to_bytes_le()[0] & 1 == 0 {
            return Err(NumbersError::Broken);
        }
        let key = RsaPrivateKey::from_components(n, e, d, primes).map_err(|_| NumbersError::Broken)?;
        Ok(Self { scheme, hash, half: RsaHalf::Private(Box::new(key)) })
    }

    /// The public half of this key.
    pub fn public(&self) -> Self {
        let half = RsaHalf::Public(self.public_half());
        Self { scheme: self.scheme, hash: self.hash, half }
    }

    /// Bits of the modulus, rounded up to whole bytes as production does.
    pub fn modulus_length(&self) -> u32 {
        self.public_half().size() as u32 * 8
    }

    /// The public exponent, big-endian, without leading zeros.
    pub fn public_exponent(&self) -> Vec<u8> {
        self.public_half().e().to_bytes_be()
    }

    /// The key as PKCS #8 (private) or SubjectPublicKeyInfo (public).
    pub(crate) fn export_der(&self) -> Result<Vec<u8>> {
        let algorithm = AlgorithmIdentifierRef { oid: OID_RSA, parameters: Some(AnyRef::NULL) };
        match &self.half {
            RsaHalf::Private(key) => {
                let inner = key.to_pkcs1_der().map_err(|_| CryptoError::operation("Private key export failed."))?;
                container::seal_private(&algorithm, inner.as_bytes())
            }
            RsaHalf::Public(key) => {
                let inner = key.to_pkcs1_der().map_err(|_| CryptoError::operation("Public key export failed."))?;
                container::seal_public(&algorithm, inner.as_bytes())
            }
        }
    }

    /// Signs; `salt_length` is for RSA-PSS, in bytes.
    ///
    /// # Errors
    /// `InvalidAccessError` for a public key; `OperationError` when the key is too small for hash and salt.
    pub fn sign(&self, salt_length: Option<i32>, data: &[u8], random: &mut Random<'_>) -> Result<Vec<u8>> {
        let RsaHalf::Private(key) = &self.half else {
            return Err(CryptoError::invalid_access("Asymmetric signing requires a private key."));
        };
        match self.scheme {
            RsaScheme::Pkcs1 => self.sign_pkcs1(key, data),
            RsaScheme::Pss => self.sign_pss(key, check_salt(salt_length)?, (data, random)),
            RsaScheme::Raw => sign_raw(key, data),
            RsaScheme::Oaep => Err(no_signatures()),
        }
    }

    fn sign_pkcs1(&self, key: &RsaPrivateKey, data: &[u8]) -> Result<Vec<u8>> {
        let needed = self.hash.output_len() + 32;
        if needed > key.size() {
            return Err(CryptoError::operation(format!(
                "key too small for signing with given digest, need at least {}bits.",
                8 * needed
            )));
        }
        let signed = key.sign(pkcs1_padding(self.hash), &self.hash.digest(data));
        signed.map_err(|error| CryptoError::operation(format!("RSA signing failed: {error}")))
    }

    fn sign_pss(&self, key: &RsaPrivateKey, salt: usize, (data, random): (&[u8], &mut Random<'_>)) -> Result<Vec<u8>> {
        let Some(room) = key.size().checked_sub(self.hash.output_len() + 2) else {
            return Err(CryptoError::operation("key too small for signing with given digest"));
        };
        if salt > room {
            return Err(CryptoError::operation("key too small for signing with given digest and salt length"));
        }
        let signed = key.sign_with_rng(random, pss_padding(self.hash, salt), &self.hash.digest(data));
        signed.map_err(|error| CryptoError::operation(format!("RSA signing failed: {error}")))
    }

    /// Checks a signature; `salt_length` is for RSA-PSS, in bytes.
    ///
    /// # Errors
    /// `InvalidAccessError` for a private key.
    pub fn verify(&self, salt_length: Option<i32>, signature: &[u8], data: &[u8]) -> Result<bool> {
        let RsaHalf::Public(key) = &self.half else {
            return Err(CryptoError::invalid_access("Asymmetric verification requires a public key."));
        };
        let digest = self.hash.digest(data);
        match self.scheme {
            RsaScheme::Pkcs1 => Ok(key.verify(pkcs1_padding(self.hash), &digest, signature).is_ok()),
            RsaScheme::Pss => {
                let salt = check_salt(salt_length)?;
                // The padding check of the crate takes its lengths on trust.
                let fits = self.hash.output_len().saturating_add(salt).saturating_add(2) <= key.n().bits().div_ceil(8);
                let below_modulus = BigUint::from_bytes_be(signature) < *key.n();
                Ok(fits && below_modulus && key.verify(pss_padding(self.hash, salt), &digest, signature).is_ok())
            }
            RsaScheme::Raw => {
                Err(CryptoError::not_supported("The verify operation is not implemented for \"RSA-RAW\"."))
            }
            RsaScheme::Oaep => Err(no_signatures()),
        }
    }

    /// Encrypts with RSA-OAEP.
    ///
    /// # Errors
    /// `InvalidAccessError` for a private key; `OperationError` when the message is too long.
    pub fn encrypt(&self, label: &[u8], data: &[u8], random: &mut Random<'_>) -> Result<Vec<u8>> {
        self.require_oaep("encrypt")?;
        let RsaHalf::Public(key) = &self.half else {
            return Err(CryptoError::invalid_access(
                "Encryption/key wrapping only works with public keys, not \"private\".",
            ));
        };
        oaep::encrypt(key, (self.hash, label), data, random).ok_or_else(oaep_failed)
    }

    /// Decrypts with RSA-OAEP.
    ///
    /// # Errors
    /// `InvalidAccessError` for a public key; `OperationError` when the text does not decrypt.
    pub fn decrypt(&self, label: &[u8], data: &[u8]) -> Result<Vec<u8>> {
        self.require_oaep("decrypt")?;
        let RsaHalf::Private(key) = &self.half else {
            return Err(CryptoError::invalid_access(
                "Decryption/key unwrapping only works with private keys, not \"public\".",
            ));
        };
        oaep::decrypt(key, (self.hash, label), data).ok_or_else(oaep_failed)
    }

    fn require_oaep(&self, operation: &str) -> Result<()> {
        if self.scheme == RsaScheme::Oaep {
            return Ok(());
        }
        let name = self.scheme.name();
        Err(CryptoError::not_supported(format!("The {operation} operation is not implemented for \"{name}\".")))
    }

    fn public_half(&self) -> RsaPublicKey {
        match &self.half {
            RsaHalf::Private(key) => key.to_public_key(),
            RsaHalf::Public(key) => key.clone(),
        }
    }
}

/// Why numbers do not make a key.
pub(crate) enum NumbersError {
    /// They may be a key, but not one production takes; the text is production's.
    Refused(CryptoError),
    /// They are no key.
    Broken,
}

/// The limits on keys from outside (`strict_crypto_checks`).
fn check_import(n: &BigUint, e: &BigUint) -> std::result::Result<(), NumbersError> {
    let bits = n.bits().div_ceil(8) * 8;
    if !(MIN_BITS..=MAX_BITS).contains(&bits) {
        return Err(NumbersError::Refused(modulus_out_of_range(bits)));
    }
    let exponent = small(&e.to_bytes_be()).ok_or_else(|| NumbersError::Refused(exponent_too_large()))?;
    if !matches!(exponent, 3 | 17 | 37 | 65537) {
        let text = format!("Imported RSA key has invalid publicExponent {exponent}.");
        return Err(NumbersError::Refused(CryptoError::operation(text)));
    }
    Ok(())
}

fn generation_exponent(bytes: &[u8]) -> Result<BigUint> {
    let exponent = small(bytes).ok_or_else(exponent_too_large)?;
    if !matches!(exponent, 3 | 65537) {
        return Err(CryptoError::operation(format!(
            "The \"publicExponent\" must be either 3 or 65537, but got {exponent}."
        )));
    }
    Ok(BigUint::from(exponent))
}

/// The value of big-endian bytes when it has at most 32 bits.
fn small(bytes: &[u8]) -> Option<u32> {
    let split = bytes.len().saturating_sub(4);
    let (high, low) = bytes.split_at(split);
    high.iter().all(|byte| *byte == 0).then(|| low.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)))
}

fn sign_raw(key: &RsaPrivateKey, data: &[u8]) -> Result<Vec<u8>> {
    let size = key.size();
    if data.len() > size {
        return Err(CryptoError::data(format!(
            "Blind Signing requires presigned data ({} bytes) to be smaller than the key ({size} bytes).",
            data.len()
        )));
    }
    let value = BigUint::from_bytes_be(data);
    if value >= *key.n() {
        return Err(CryptoError::data(
            "Blind Signing requires presigned data value to be strictly smaller than RSA keymodulus, consider using \
             a larger key size.",
        ));
    }
    // Without padding the data must fill the block exactly.
    if data.len() != size {
        return Err(CryptoError::operation("Invalid RSA signature."));
    }
    let signed = hazmat::rsa_decrypt_and_check(key, None::<&mut Random<'_>>, &value).ok();
    signed.and_then(|value| oaep::padded(&value, size)).ok_or_else(|| CryptoError::operation("RSA signing failed."))
}

fn pkcs1_padding(hash: Hash) -> Pkcs1v15Sign {
    with_hash!(hash, D => Pkcs1v15Sign::new::<D>())
}

fn pss_padding(hash: Hash, salt: usize) -> Pss {
    with_hash!(hash, D => Pss::new_with_salt::<D>(salt))
}

fn check_salt(salt_length: Option<i32>) -> Result<usize> {
    let Some(salt) = salt_length else {
        return Err(CryptoError::Type("Failed to provide salt for RSA-PSS key operation which requires a salt".into()));
    };
    usize::try_from(salt)
        .map_err(|_| CryptoError::data(format!("SaltLength for RSA-PSS must be non-negative (provided {salt}).")))
}

fn uint(value: &UintRef<'_>) -> BigUint {
    BigUint::from_bytes_be(value.as_bytes())
}

fn modulus_out_of_range(bits: usize) -> CryptoError {
    CryptoError::operation(format!(
        "The modulus length must be a multiple of 8 and between 256 and 16k, but {bits} was requested."
    ))
}

fn exponent_too_large() -> CryptoError {
    CryptoError::operation("The \"publicExponent\" must be either 3 or 65537, but got a number larger than 2^32.")
}

fn not_rsa() -> CryptoError {
    CryptoError::data("Input was not an RSA key.")
}

fn no_signatures() -> CryptoError {
    CryptoError::not_supported("The sign and verify operations are not implemented for \"RSA-OAEP\".")
}

fn oaep_failed() -> CryptoError {
    CryptoError::operation("RSA-OAEP failed encrypt/decrypt.")
}

/// The numbers of a private key in the order of a JSON Web Key: `d`, `p`, `q`, `dp`, `dq`, `qi`.
pub(crate) fn private_numbers(key: &RsaPrivateKey) -> Option<[BigUint; 6]> {
    let [p, q] = key.primes() else { return None };
    let qi = key.crt_coefficient()?;
    Some([key.d().clone(), p.clone(), q.clone(), key.dp()?.clone(), key.dq()?.clone(), qi])
}
