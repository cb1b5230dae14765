//! Keys on the NIST curves: ECDSA signatures and ECDH key agreement.

use ecdsa::hazmat::{SignPrimitive, VerifyPrimitive};
use ecdsa::{PrimeCurve, Signature, SignatureSize};
use elliptic_curve::generic_array::ArrayLength;
use elliptic_curve::ops::Invert;
use elliptic_curve::sec1::{FromEncodedPoint, ModulusSize, ToEncodedPoint};
use elliptic_curve::subtle::CtOption;
use elliptic_curve::{
    AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, NonZeroScalar, PublicKey, Scalar, SecretKey,
};
use pkcs8::AlgorithmIdentifierRef;
use pkcs8::der::{Encode, asn1::ObjectIdentifier};

use crate::container::{self, OID_EC};
use crate::error::{CryptoError, Result};
use crate::{Hash, Random, agreement};

/// One of the three curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// P-256 (secp256r1).
    P256,
    /// P-384 (secp384r1).
    P384,
    /// P-521 (secp521r1).
    P521,
}

impl Curve {
    const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// Looks a name up, letter case aside as in production.
    ///
    /// # Errors
    /// `NotSupportedError` when no such curve exists.
    pub fn parse(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|curve| curve.name().eq_ignore_ascii_case(name));
        found.ok_or_else(|| {
            CryptoError::not_supported(format!("Unrecognized or unimplemented EC curve \"{name}\" requested."))
        })
    }

    /// The standard name.
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The length of a coordinate in bytes.
    pub(crate) fn field_len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    fn oid(self) -> ObjectIdentifier {
        match self {
            Self::P256 => ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
            Self::P384 => ObjectIdentifier::new_unwrap("1.3.132.0.34"),
            Self::P521 => ObjectIdentifier::new_unwrap("1.3.132.0.35"),
        }
    }
}

/// What an elliptic-curve key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EcKind {
    /// Signatures.
    Ecdsa,
    /// Key agreement.
    Ecdh,
}

impl EcKind {
    /// The standard algorithm name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ecdsa => "ECDSA",
            Self::Ecdh => "ECDH",
        }
    }
}

/// An elliptic-curve key of either half.
#[derive(Clone, Debug)]
pub struct EcKey {
    pub(crate) kind: EcKind,
    material: Material,
}

#[derive(Clone, Debug)]
enum Material {
    P256(Pair<p256::NistP256>),
    P384(Pair<p384::NistP384>),
    P521(Pair<p521::NistP521>),
}

#[derive(Clone, Debug)]
struct Pair<C: CurveArithmetic> {
    private: Option<SecretKey<C>>,
    public: PublicKey<C>,
}

/// Evaluates an expression for the pair inside a [`Material`], whatever its curve.
macro_rules! with_pair {
    ($material:expr, $pair:ident => $body:expr) => {
        match $material {
            Material::P256($pair) => $body,
            Material::P384($pair) => $body,
            Material::P521($pair) => $body,
        }
    };
}

/// Builds a [`Material`] by an expression that yields an optional pair of the curve's type.
macro_rules! material {
    ($curve:expr, $pair:expr) => {
        match $curve {
            Curve::P256 => $pair.map(Material::P256),
            Curve::P384 => $pair.map(Material::P384),
            Curve::P521 => $pair.map(Material::P521),
        }
    };
}

impl EcKey {
    /// Makes a private key.
    pub fn generate(kind: EcKind, curve: Curve, random: &mut Random<'_>) -> Self {
        let material = material!(curve, Some(Pair::generate(random)));
        Self { kind, material: material.expect("generation always yields a pair") }
    }

    /// Takes a raw public key: an encoded point, compressed or not.
    ///
    /// # Errors
    /// `DataError` when the bytes are no point of the curve.
    pub fn import_raw(kind: EcKind, curve: Curve, bytes: &[u8]) -> Result<Self> {
        let material = Self::material_from_point(curve, bytes);
        let material = material.ok_or_else(|| CryptoError::data("Failed to import raw EC key data."))?;
        Ok(Self { kind, material })
    }

    /// Reads a PKCS #8 private key.
    ///
    /// # Errors
    /// `DataError` when the input is no such key or lies on another curve.
    pub fn import_pkcs8(kind: EcKind, curve: Curve, input: &[u8]) -> Result<Self> {
        let invalid = || CryptoError::data("Invalid PKCS8 input.");
        let unpacked = container::open_private(input)?;
        check_algorithm(kind, curve, &unpacked)?;
        let key = sec1::EcPrivateKey::try_from(unpacked.key).map_err(|_| invalid())?;
        if key.parameters.is_some_and(|parameters| parameters.named_curve() != Some(curve.oid())) {
            return Err(invalid());
        }
        let key = Self::from_private(kind, curve, (key.private_key, key.public_key));
        key.ok_or_else(invalid)
    }

    /// Reads a SubjectPublicKeyInfo public key.
    ///
    /// # Errors
    /// `DataError` when the input is no such key or lies on another curve.
    pub fn import_spki(kind: EcKind, curve: Curve, input: &[u8]) -> Result<Self> {
        let unpacked = container::open_public(input)?;
        check_algorithm(kind, curve, &unpacked)?;
        let material = Self::material_from_point(curve, unpacked.key);
        let material = material.ok_or_else(|| CryptoError::data("Invalid SPKI input."))?;
        Ok(Self { kind, material })
    }

    /// A key from its private number and, if known, the point that must belong to it. `None` when they are no key.
    pub(crate) fn from_private(kind: EcKind, curve: Curve, (private, point): (&[u8], Option<&[u8]>)) -> Option<Self> {
        let material = material!(curve, Pair::from_private(private))?;
        let key = Self { kind, material };
        let Some(point) = point else { return Some(key) };
        let expected = Self { kind, material: Self::material_from_point(curve, point)? };
        (expected.point(false) == key.point(false)).then_some(key)
    }

    fn material_from_point(curve: Curve, point: &[u8]) -> Option<Material> {
        material!(curve, Pair::from_point(point))
    }

    /// The curve of this key.
    pub fn curve(&self) -> Curve {
        match &self.material {
            Material::P256(_) => Curve::P256,
            Material::P384(_) => Curve::P384,
            Material::P521(_) => Curve::P521,
        }
    }

    /// The public half of this key.
    pub fn public(&self) -> Self {
        let material = match &self.material {
            Material::P256(pair) => Material::P256(pair.public_half()),
            Material::P384(pair) => Material::P384(pair.public_half()),
            Material::P521(pair) => Material::P521(pair.public_half()),
        };
        Self { kind: self.kind, material }
    }

    /// Whether this is a private key.
    pub fn is_private(&self) -> bool {
        with_pair!(&self.material, pair => pair.private.is_some())
    }

    /// The point, encoded.
    pub(crate) fn point(&self, compressed: bool) -> Vec<u8> {
        with_pair!(&self.material, pair => pair.public.to_encoded_point(compressed).as_bytes().to_vec())
    }

    /// The private number, padded to the size of the field.
    pub(crate) fn private_bytes(&self) -> Option<Vec<u8>> {
        with_pair!(&self.material, pair => pair.private.as_ref().map(|key| key.to_bytes().to_vec()))
    }

    pub(crate) fn export_raw(&self) -> Result<Vec<u8>> {
        if self.is_private() {
            return Err(CryptoError::invalid_access(
                "Raw export of elliptic curve keys is only allowed for public keys.",
            ));
        }
        Ok(self.point(false))
    }

    pub(crate) fn export_der(&self) -> Result<Vec<u8>> {
        let curve = self.curve().oid();
        let algorithm = AlgorithmIdentifierRef { oid: OID_EC, parameters: Some((&curve).into()) };
        let point = self.point(false);
        let Some(private) = self.private_bytes() else {
            return container::seal_public(&algorithm, &point);
        };
        let inner = sec1::EcPrivateKey { private_key: &private, parameters: None, public_key: Some(&point) };
        let inner = inner.to_der().map_err(|_| CryptoError::operation("Private key export failed."))?;
        container::seal_private(&algorithm, &inner)
    }

    /// Signs with ECDSA; the signature is the two numbers side by side.
    ///
    /// # Errors
    /// `InvalidAccessError` for a public key; `NotSupportedError` for an ECDH key.
    pub fn sign(&self, hash: Hash, data: &[u8], random: &mut Random<'_>) -> Result<Vec<u8>> {
        if !self.is_private() {
            return Err(CryptoError::invalid_access("Asymmetric signing requires a private key."));
        }
        self.require_signatures()?;
        let digest = hash.digest(data);
        let signature = with_pair!(&self.material, pair => pair.sign(&digest, random));
        signature.ok_or_else(|| CryptoError::operation("ECDSA signing failed."))
    }

    /// Checks an ECDSA signature; one of the wrong length does not match.
    ///
    /// # Errors
    /// `InvalidAccessError` for a private key; `NotSupportedError` for an ECDH key.
    pub fn verify(&self, hash: Hash, signature: &[u8], data: &[u8]) -> Result<bool> {
        if self.is_private() {
            return Err(CryptoError::invalid_access("Asymmetric verification requires a public key."));
        }
        self.require_signatures()?;
        let digest = hash.digest(data);
        Ok(with_pair!(&self.material, pair => pair.verify(&digest, signature)))
    }

    /// The secret shared with another ECDH key, cut to `length` bits.
    ///
    /// # Errors
    /// `InvalidAccessError` for keys of the wrong kind, curve or half; `OperationError` for a length above the size
    /// of the field.
    pub fn derive_bits(&self, public: &Self, length: Option<u32>) -> Result<Vec<u8>> {
        if self.kind != EcKind::Ecdh {
            return Err(agreement::not_implemented(self.kind.name()));
        }
        if !self.is_private() {
            return Err(agreement::needs_private());
        }
        agreement::check_peer((self.kind.name(), public.kind.name()), public.is_private())?;
        let secret = match (&self.material, &public.material) {
            (Material::P256(own), Material::P256(peer)) => own.agree(peer),
            (Material::P384(own), Material::P384(peer)) => own.agree(peer),
            (Material::P521(own), Material::P521(peer)) => own.agree(peer),
            _ => {
                return Err(CryptoError::invalid_access(format!(
                    "Private key for derivation is using curve \"{}\" while public key is using \"{}\".",
                    self.curve().name(),
                    public.curve().name()
                )));
            }
        };
        let secret = secret.ok_or_else(|| CryptoError::operation("Failed to generate shared ECDH secret."))?;
        agreement::truncate(secret, length)
    }

    fn require_signatures(&self) -> Result<()> {
        if self.kind == EcKind::Ecdh {
            return Err(CryptoError::not_supported("The sign and verify operations are not implemented for \"ECDH\"."));
        }
        Ok(())
    }
}

/// The arithmetic, once for all curves.
impl<C> Pair<C>
where
    C: PrimeCurve + CurveArithmetic,
    AffinePoint<C>: FromEncodedPoint<C> + ToEncodedPoint<C> + VerifyPrimitive<C>,
    FieldBytesSize<C>: ModulusSize,
    Scalar<C>: SignPrimitive<C> + Invert<Output = CtOption<Scalar<C>>> + AsRef<Scalar<C>>,
    SignatureSize<C>: ArrayLength<u8>,
{
    fn generate(random: &mut Random<'_>) -> Self {
        let private = SecretKey::random(random);
        Self { public: private.public_key(), private: Some(private) }
    }

    fn from_point(bytes: &[u8]) -> Option<Self> {
        Some(Self { private: None, public: PublicKey::from_sec1_bytes(bytes).ok()? })
    }

    fn from_private(bytes: &[u8]) -> Option<Self> {
        let private = SecretKey::from_bytes(&field_bytes::<C>(bytes)?).ok()?;
        Some(Self { public: private.public_key(), private: Some(private) })
    }

    fn public_half(&self) -> Self {
        Self { private: None, public: self.public }
    }

    fn sign(&self, digest: &[u8], random: &mut Random<'_>) -> Option<Vec<u8>> {
        let secret = self.private.as_ref()?.to_nonzero_scalar();
        let digest = digest_bytes::<C>(digest);
        let nonce: Scalar<C> = *NonZeroScalar::<C>::random(random);
        let (signature, _) = secret.try_sign_prehashed(nonce, &digest).ok()?;
        Some(signature.to_bytes().to_vec())
    }

    fn verify(&self, digest: &[u8], signature: &[u8]) -> bool {
        let digest = digest_bytes::<C>(digest);
        Signature::<C>::from_slice(signature)
            .is_ok_and(|signature| self.public.as_affine().verify_prehashed(&digest, &signature).is_ok())
    }

    fn agree(&self, peer: &Self) -> Option<Vec<u8>> {
        let secret = self.private.as_ref()?.to_nonzero_scalar();
        let shared = elliptic_curve::ecdh::diffie_hellman(secret, peer.public.as_affine());
        Some(shared.raw_secret_bytes().to_vec())
    }
}

/// A big-endian number as bytes of exactly the field's size; `None` when it is larger.
fn field_bytes<C: PrimeCurve>(bytes: &[u8]) -> Option<FieldBytes<C>> {
    let mut field = FieldBytes::<C>::default();
    let significant = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    let start = field.len().checked_sub(significant.len())?;
    field[start..].copy_from_slice(significant);
    Some(field)
}

/// A digest as ECDSA uses it: its leftmost bits up to the size of the field, as a number.
fn digest_bytes<C: PrimeCurve>(digest: &[u8]) -> FieldBytes<C> {
    let mut field = FieldBytes::<C>::default();
    let used = &digest[..digest.len().min(field.len())];
    let start = field.len() - used.len();
    field[start..].copy_from_slice(used);
    field
}

fn check_algorithm(kind: EcKind, curve: Curve, unpacked: &container::Unpacked<'_>) -> Result<()> {
    if unpacked.algorithm != OID_EC {
        return Err(CryptoError::data(match kind {
            EcKind::Ecdsa => "Input was not an EC key.",
            EcKind::Ecdh => "Input was not an EC public key nor a DH key.",
        }));
    }
    if unpacked.curve != Some(curve.oid()) {
        // Production's two texts differ by a comma.
        let comma = if kind == EcKind::Ecdh { "," } else { "" };
        return Err(CryptoError::data(format!(
            "\"algorithm.namedCurve\" \"{}\"{comma} does not match the curve specified by the input key data.",
            curve.name()
        )));
    }
    Ok(())
}
