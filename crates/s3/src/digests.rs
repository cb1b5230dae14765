//! What is computed of the bytes of a body while they come in, to be compared with what the client says.

use crate::call::Call;
use crate::error::{Result, S3Error};
use crate::signature::hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use http::StatusCode;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// A checksum that clients may send along, in a header or after the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Kind {
    pub(crate) const ALL: [Kind; 5] = [Kind::Crc32, Kind::Crc32c, Kind::Crc64Nvme, Kind::Sha1, Kind::Sha256];

    /// The header, which is the name under which the index keeps it too.
    pub(crate) fn header(self) -> &'static str {
        match self {
            Kind::Crc32 => "x-amz-checksum-crc32",
            Kind::Crc32c => "x-amz-checksum-crc32c",
            Kind::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Kind::Sha1 => "x-amz-checksum-sha1",
            Kind::Sha256 => "x-amz-checksum-sha256",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Kind::Crc32 => "CRC32",
            Kind::Crc32c => "CRC32C",
            Kind::Crc64Nvme => "CRC64NVME",
            Kind::Sha1 => "SHA-1",
            Kind::Sha256 => "SHA-256",
        }
    }

    fn bytes(self) -> usize {
        match self {
            Kind::Crc32 | Kind::Crc32c => 4,
            Kind::Crc64Nvme => 8,
            Kind::Sha1 => 20,
            Kind::Sha256 => 32,
        }
    }

    fn hasher(self) -> Hasher {
        match self {
            Kind::Crc32 => Hasher::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc32IsoHdlc), 4),
            Kind::Crc32c => Hasher::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc32Iscsi), 4),
            Kind::Crc64Nvme => Hasher::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc64Nvme), 8),
            Kind::Sha1 => Hasher::Sha1(Sha1::new()),
            Kind::Sha256 => Hasher::Sha256(Sha256::new()),
        }
    }
}

enum Hasher {
    Crc(crc_fast::Digest, usize),
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Hasher {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Crc(digest, _) => digest.update(bytes),
            Hasher::Sha1(digest) => digest.update(bytes),
            Hasher::Sha256(digest) => digest.update(bytes),
        }
    }

    fn finish(self) -> String {
        match self {
            Hasher::Crc(digest, bytes) => STANDARD.encode(&digest.finalize().to_be_bytes()[8 - bytes..]),
            Hasher::Sha1(digest) => STANDARD.encode(digest.finalize()),
            Hasher::Sha256(digest) => STANDARD.encode(digest.finalize()),
        }
    }
}

/// A checksum that is being computed.
struct Flexible {
    kind: Kind,
    hasher: Hasher,
    /// None: it comes after the body.
    expected: Option<String>,
}

/// Everything that is computed of one body.
#[derive(Default)]
pub(crate) struct Digests {
    /// The hash that was signed.
    payload: Option<(String, Sha256)>,
    md5: Option<(Vec<u8>, Md5)>,
    flexible: Option<Flexible>,
}

impl Digests {
    /// What the headers of a request say. `payload`: the hash of the body that was signed, if it was.
    pub(crate) fn of(call: &Call, payload: Option<&str>) -> Result<Digests> {
        let md5 = match call.header("content-md5") {
            None => None,
            Some(text) => {
                let digest = STANDARD.decode(text).ok().filter(|digest| digest.len() == 16);
                Some((digest.ok_or_else(S3Error::invalid_digest)?, Md5::new()))
            }
        };
        let payload = payload.map(|hash| (hash.to_owned(), Sha256::new()));
        Ok(Digests { payload, md5, flexible: flexible(call)? })
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        if let Some((_, hasher)) = &mut self.payload {
            hasher.update(bytes);
        }
        if let Some((_, hasher)) = &mut self.md5 {
            hasher.update(bytes);
        }
        if let Some(flexible) = &mut self.flexible {
            flexible.hasher.update(bytes);
        }
    }

    /// Compares; gives the checksum that the object may show, by its header. `trailers`: what came after the body.
    pub(crate) fn finish(self, trailers: &[(String, String)]) -> Result<BTreeMap<String, String>> {
        if let Some((expected, hasher)) = self.payload
            && hex(&hasher.finalize()) != expected
        {
            let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
            return Err(S3Error::new(StatusCode::BAD_REQUEST, "XAmzContentSHA256Mismatch", message));
        }
        if let Some((expected, hasher)) = self.md5 {
            let actual = hasher.finalize();
            if actual.as_slice() != expected {
                return Err(S3Error::bad_digest("MD5", &hex(&expected), &hex(&actual)));
            }
        }
        let Some(Flexible { kind, hasher, expected }) = self.flexible else { return Ok(BTreeMap::new()) };
        let sent = trailers.iter().find(|(name, _)| name == kind.header()).map(|(_, value)| value.clone());
        let Some(expected) = expected.or(sent) else { return Err(missing_trailer(kind)) };
        check_shape(kind, &expected)?;
        let actual = hasher.finish();
        if actual != expected {
            return Err(S3Error::bad_digest(kind.label(), &expected, &actual));
        }
        Ok(BTreeMap::from([(kind.header().to_owned(), actual)]))
    }
}

fn flexible(call: &Call) -> Result<Option<Flexible>> {
    let mut found = None;
    let trailer = call.header("x-amz-trailer").unwrap_or_default().to_ascii_lowercase();
    for kind in Kind::ALL {
        let expected = call.header(kind.header());
        let is_trailer = trailer.split(',').any(|name| name.trim() == kind.header());
        if expected.is_none() && !is_trailer {
            continue;
        }
        if let Some(expected) = &expected {
            check_shape(kind, expected)?;
        }
        if found.replace(Flexible { kind, hasher: kind.hasher(), expected }).is_some() {
            let message = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
            return Err(S3Error::invalid_request(message));
        }
    }
    Ok(found)
}

fn check_shape(kind: Kind, text: &str) -> Result<()> {
    let is_one = STANDARD.decode(text).is_ok_and(|digest| digest.len() == kind.bytes());
    let invalid = || S3Error::invalid_request(format!("Value for {} header is invalid.", kind.header()));
    if is_one { Ok(()) } else { Err(invalid()) }
}

fn missing_trailer(kind: Kind) -> S3Error {
    let message = format!("The trailer {} was announced and did not come.", kind.header());
    S3Error::new(StatusCode::BAD_REQUEST, "MalformedTrailerError", message)
}
