//! Arguments of operations.

use crate::checksum::{Checksum, from_hex, md5_hex};
use crate::condition::Condition;
use crate::error::R2Error;
use crate::object::HttpMetadata;
use crate::range::RangeOption;

/// Options of `get`.
#[derive(Clone, Debug, Default)]
pub struct GetOptions {
    /// What has to be true, or there are no bytes.
    pub only_if: Option<Condition>,
    /// Which bytes.
    pub range: Option<RangeOption>,
    /// The key that the object was stored with.
    pub ssec_key: Option<SsecKey>,
}

/// Options of `put`.
#[derive(Clone, Debug, Default)]
pub struct PutOptions {
    /// What has to be true of the object that is there, or nothing is written.
    pub only_if: Option<Condition>,
    /// What the object has for headers.
    pub http_metadata: HttpMetadata,
    /// Names and values of the uploader's own. A text counts a byte for each UTF-16 unit, or two if one of them is
    /// above 255.
    pub custom_metadata: Vec<(String, String)>,
    /// What the bytes must have.
    pub checksum: Option<Checksum>,
    /// `Standard` or `InfrequentAccess`.
    pub storage_class: Option<String>,
    /// A key without which the object shall not be read.
    pub ssec_key: Option<SsecKey>,
}

/// Options of `createMultipartUpload`.
#[derive(Clone, Debug, Default)]
pub struct UploadOptions {
    /// As of [`PutOptions`].
    pub http_metadata: HttpMetadata,
    /// As of [`PutOptions`].
    pub custom_metadata: Vec<(String, String)>,
    /// As of [`PutOptions`].
    pub storage_class: Option<String>,
    /// As of [`PutOptions`].
    pub ssec_key: Option<SsecKey>,
}

// DIFFERS: Objects stored with an SSE-C key are not encrypted on the disk: the key is only compared.
/// A key of the customer's own. What is kept of it is its MD5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsecKey {
    pub(crate) md5: String,
}

impl SsecKey {
    /// From its bytes.
    ///
    /// # Errors
    /// When they are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<SsecKey, R2Error> {
        if bytes.len() == 32 { Ok(SsecKey { md5: md5_hex(bytes) }) } else { Err(R2Error::SsecLength) }
    }

    /// From lower-case hexadecimal text.
    ///
    /// # Errors
    /// When it is not that, or not of 32 bytes.
    pub fn from_hex(text: &str) -> Result<SsecKey, R2Error> {
        let is_hex = !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_hex {
            return Err(R2Error::SsecFormat);
        }
        match from_hex(text).filter(|_| text.len() == 64) {
            Some(bytes) => SsecKey::from_bytes(&bytes),
            None => Err(R2Error::SsecLength),
        }
    }
}
