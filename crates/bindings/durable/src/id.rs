//! Ids of objects: which namespace and jurisdiction they belong to can be checked without asking anybody.

use crate::error::DurableError;
use edgeemu_world::Rng;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt;

const HALF: usize = 16;

/// The id of one object: 16 bytes that a name or chance decides, and 16 that prove the namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 2 * HALF]);

/// Where an object may live and run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Jurisdiction {
    /// The European Union.
    Eu,
    /// Data centres that meet FedRAMP.
    Fedramp,
    /// The United States.
    Us,
}

impl Jurisdiction {
    const ALL: [Jurisdiction; 3] = [Jurisdiction::Eu, Jurisdiction::Fedramp, Jurisdiction::Us];

    /// As a Worker writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Jurisdiction::Eu => "eu",
            Jurisdiction::Fedramp => "fedramp",
            Jurisdiction::Us => "us",
        }
    }

    /// The jurisdiction of this name.
    ///
    /// # Errors
    /// [`DurableError::UnknownJurisdiction`].
    pub fn parse(name: &str) -> Result<Jurisdiction, DurableError> {
        let found = Jurisdiction::ALL.into_iter().find(|known| known.as_str() == name);
        found.ok_or_else(|| DurableError::UnknownJurisdiction(name.to_owned()))
    }
}

/// What makes and checks the ids of one namespace. Ids without a jurisdiction are those that Miniflare makes for the
/// same key, so that its data can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdKey([u8; 32]);

impl IdKey {
    pub(crate) fn new(unique_key: &str) -> IdKey {
        IdKey(Sha256::digest(unique_key).into())
    }

    pub(crate) fn named(&self, name: &str, jurisdiction: Option<Jurisdiction>) -> ObjectId {
        let place = jurisdiction.map_or("", Jurisdiction::as_str);
        let separator: &[u8] = if place.is_empty() { b"" } else { b"\0" };
        self.sealed(self.mac(&[place.as_bytes(), separator, name.as_bytes()]), jurisdiction)
    }

    pub(crate) fn unique(&self, rng: &Rng, jurisdiction: Option<Jurisdiction>) -> ObjectId {
        let mut half = [0; HALF];
        rng.fill(&mut half);
        self.sealed(half, jurisdiction)
    }

    pub(crate) fn parse(&self, text: &str) -> Result<(ObjectId, Option<Jurisdiction>), DurableError> {
        let id = ObjectId::from_hex(text).ok_or(DurableError::InvalidId)?;
        let half: [u8; HALF] = id.0[..HALF].try_into().expect("half of an id has that many bytes");
        let jurisdictions = [None].into_iter().chain(Jurisdiction::ALL.map(Some));
        let found = jurisdictions.into_iter().find(|jurisdiction| self.sealed(half, *jurisdiction) == id);
        found.map(|jurisdiction| (id, jurisdiction)).ok_or(DurableError::ForeignId)
    }

    fn sealed(&self, half: [u8; HALF], jurisdiction: Option<Jurisdiction>) -> ObjectId {
        let place = jurisdiction.map_or("", Jurisdiction::as_str);
        let mut bytes = [0; 2 * HALF];
        bytes[..HALF].copy_from_slice(&half);
        bytes[HALF..].copy_from_slice(&self.mac(&[&half, place.as_bytes()]));
        ObjectId(bytes)
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; HALF] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of every length");
        for part in parts {
            mac.update(part);
        }
        let digest = mac.finalize().into_bytes();
        digest[..HALF].try_into().expect("a digest of SHA-256 has 32 bytes")
    }
}

impl ObjectId {
    /// The id that `hex` writes out, whatever namespace it belongs to.
    #[must_use]
    pub fn from_hex(hex: &str) -> Option<ObjectId> {
        let digits = hex.as_bytes();
        let mut bytes = [0; 2 * HALF];
        if digits.len() != 2 * bytes.len() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            *byte = digit(pair[0])? * 16 + digit(pair[1])?;
        }
        Some(ObjectId(bytes))
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}
