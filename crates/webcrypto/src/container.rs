//! The DER envelopes of keys: PKCS #8 for private keys, SubjectPublicKeyInfo for public ones.

use pkcs8::der::{self, AnyRef, Decode, Encode, Reader, SliceReader, asn1::ObjectIdentifier};
use pkcs8::spki::SubjectPublicKeyInfoRef;
use pkcs8::{AlgorithmIdentifierRef, PrivateKeyInfo};

use crate::error::{CryptoError, Result};

/// `rsaEncryption`.
pub(crate) const OID_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// `id-ecPublicKey`.
pub(crate) const OID_EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// `id-X25519`.
pub(crate) const OID_X25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.110");
/// `id-Ed25519`.
pub(crate) const OID_ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// A key taken out of its envelope, still encoded in the way of its algorithm.
pub(crate) struct Unpacked<'a> {
    /// Which algorithm the key is for.
    pub(crate) algorithm: ObjectIdentifier,
    /// The curve, for elliptic-curve keys.
    pub(crate) curve: Option<ObjectIdentifier>,
    /// The key itself.
    pub(crate) key: &'a [u8],
}

/// Opens a private key. Production also takes a bare PKCS #1 or SEC 1 key here, and so do we.
pub(crate) fn open_private(input: &[u8]) -> Result<Unpacked<'_>> {
    let Ok((info, rest)) = decode_prefix::<PrivateKeyInfo<'_>>(input) else {
        return open_bare_private(input).ok_or_else(|| CryptoError::data("Invalid PKCS8 input."));
    };
    check_rest(rest, "PKCS8")?;
    Ok(Unpacked { algorithm: info.algorithm.oid, curve: curve(&info.algorithm), key: info.private_key })
}

fn open_bare_private(input: &[u8]) -> Option<Unpacked<'_>> {
    if rsa::pkcs1::RsaPrivateKey::try_from(input).is_ok() {
        return Some(Unpacked { algorithm: OID_RSA, curve: None, key: input });
    }
    let key = sec1::EcPrivateKey::try_from(input).ok()?;
    let curve = key.parameters.and_then(sec1::EcParameters::named_curve);
    Some(Unpacked { algorithm: OID_EC, curve, key: input })
}

/// Opens a public key.
pub(crate) fn open_public(input: &[u8]) -> Result<Unpacked<'_>> {
    let invalid = || CryptoError::data("Invalid SPKI input.");
    let (info, rest) = decode_prefix::<SubjectPublicKeyInfoRef<'_>>(input).map_err(|_| invalid())?;
    check_rest(rest, "SPKI")?;
    let key = info.subject_public_key.as_bytes().ok_or_else(invalid)?;
    Ok(Unpacked { algorithm: info.algorithm.oid, curve: curve(&info.algorithm), key })
}

/// Seals a private key.
pub(crate) fn seal_private(algorithm: &AlgorithmIdentifierRef<'_>, key: &[u8]) -> Result<Vec<u8>> {
    let sealed = PrivateKeyInfo::new(*algorithm, key).to_der();
    sealed.map_err(|_| CryptoError::operation("Private key export failed."))
}

/// Seals a public key.
pub(crate) fn seal_public(algorithm: &AlgorithmIdentifierRef<'_>, key: &[u8]) -> Result<Vec<u8>> {
    let failed = |_| CryptoError::operation("Public key export failed.");
    let subject_public_key = der::asn1::BitStringRef::from_bytes(key).map_err(failed)?;
    SubjectPublicKeyInfoRef { algorithm: *algorithm, subject_public_key }.to_der().map_err(failed)
}

fn decode_prefix<'a, T: Decode<'a>>(input: &'a [u8]) -> der::Result<(T, usize)> {
    let mut reader = SliceReader::new(input)?;
    let value = T::decode(&mut reader)?;
    Ok((value, u32::from(reader.remaining_len()) as usize))
}

fn check_rest(rest: usize, format: &str) -> Result<()> {
    if rest > 0 {
        return Err(CryptoError::data(format!("Invalid {rest} trailing bytes after {format} input.")));
    }
    Ok(())
}

fn curve(algorithm: &AlgorithmIdentifierRef<'_>) -> Option<ObjectIdentifier> {
    algorithm.parameters.and_then(|any: AnyRef<'_>| any.decode_as().ok())
}
