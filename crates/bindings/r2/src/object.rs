//! Objects as they are seen: everything but their bytes.

use crate::checksum::{Algorithm, from_hex, to_hex};
use crate::error::Refusal;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// What is known about an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// Its key.
    pub key: String,
    /// 32 hexadecimal digits, other ones for each upload.
    pub version: String,
    /// Its size in bytes, whatever range was asked for.
    pub size: u64,
    /// The MD5 of its bytes, or what multipart uploads have; without quotes.
    pub etag: String,
    /// When it was uploaded, in milliseconds since the epoch.
    pub uploaded: i64,
    /// Checksums by algorithm.
    #[serde(serialize_with = "by_field", deserialize_with = "of_fields", default)]
    pub checksums: Vec<(Algorithm, Vec<u8>)>,
    /// What it has for headers.
    #[serde(default)]
    pub http_metadata: HttpMetadata,
    /// Names and values of the uploader's own.
    #[serde(serialize_with = "as_map", deserialize_with = "of_map", default)]
    pub custom_metadata: Vec<(String, String)>,
    /// Its storage class.
    #[serde(default)]
    pub storage_class: StorageClass,
    /// MD5 of the SSE-C key it was stored with, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssec_key_md5: Option<String>,
    /// Checksums that came with an upload through another door than a binding, which does not show them: as they were
    /// sent, by the name they were sent under.
    #[serde(skip)]
    pub sent_checksums: BTreeMap<String, String>,
}

impl Object {
    /// The whole object as a range.
    #[must_use]
    pub fn whole(&self) -> ByteRange {
        ByteRange { offset: 0, length: self.size }
    }
}

fn by_field<S: Serializer>(checksums: &[(Algorithm, Vec<u8>)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(checksums.iter().map(|(algorithm, digest)| (algorithm.field(), to_hex(digest))))
}

/// What no algorithm is known for is left out.
fn of_fields<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(Algorithm, Vec<u8>)>, D::Error> {
    let texts = BTreeMap::<String, String>::deserialize(deserializer)?;
    let known = |algorithm: Algorithm| Some((algorithm, from_hex(texts.get(algorithm.field())?)?));
    Ok(Algorithm::ALL.into_iter().filter_map(known).collect())
}

/// In the order in which they stand.
fn of_map<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, String)>, D::Error> {
    struct Pairs;
    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, String)>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object of strings")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
    deserializer.deserialize_map(Pairs)
}

fn as_map<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

/// Bytes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ByteRange {
    /// The first.
    pub offset: u64,
    /// How many.
    pub length: u64,
}

/// What an object has for the headers of responses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HttpMetadata {
    /// `Content-Type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// `Content-Language`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    /// `Content-Disposition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    /// `Content-Encoding`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    /// `Cache-Control`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    /// `Expires`, in milliseconds since the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_expiry: Option<i64>,
}

/// How an object is stored and paid for; the same here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StorageClass {
    /// For objects that are read often.
    #[default]
    Standard,
    /// For objects that are not.
    InfrequentAccess,
}

impl StorageClass {
    /// The name that production shows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            StorageClass::Standard => "Standard",
            StorageClass::InfrequentAccess => "InfrequentAccess",
        }
    }

    pub(crate) fn parse(name: Option<&str>) -> Result<StorageClass, Refusal> {
        match name {
            None | Some("Standard") => Ok(StorageClass::Standard),
            Some("InfrequentAccess") => Ok(StorageClass::InfrequentAccess),
            Some(other) => Err(Refusal::InvalidStorageClass(other.to_owned())),
        }
    }
}
