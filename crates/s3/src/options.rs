//! From headers to the options of R2: conditions, ranges, metadata, storage class, SSE-C keys.

use crate::call::Call;
use crate::dates;
use crate::error::{Result, S3Error};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use edgeemu_r2::{Condition, Etag, HttpMetadata, PutOptions, RangeOption, SsecKey, UploadOptions};
use http::StatusCode;
use md5::{Digest as _, Md5};

const META: &str = "x-amz-meta-";

/// The condition in `if-match` and its like, which begin with `prefix`; none if there is no such header.
pub(crate) fn condition(call: &Call, prefix: &str) -> Result<Option<Condition>> {
    let header = |name: &str| call.header(&format!("{prefix}{name}"));
    let etags = |name: &'static str| header(name).map(|text| Etag::from_header(name, &bare(&text))).transpose();
    // A date that is none does not count.
    let date = |name: &str| header(name).and_then(|text| dates::parse_http(&text));
    let condition = Condition {
        etag_matches: etags("if-match")?,
        etag_does_not_match: etags("if-none-match")?,
        uploaded_before: date("if-unmodified-since"),
        uploaded_after: date("if-modified-since"),
        seconds_granularity: true,
    };
    let nothing = Condition { seconds_granularity: true, ..Condition::default() };
    Ok((condition != nothing).then_some(condition))
}

/// Some clients leave the quotes of a single etag away.
fn bare(text: &str) -> String {
    let is_bare = !text.contains(['"', '*', ',']) && !text.trim().is_empty();
    if is_bare { format!("\"{}\"", text.trim()) } else { text.to_owned() }
}

/// The one range of a `Range` header; production refuses what is none.
pub(crate) fn range(call: &Call) -> Result<Option<RangeOption>> {
    let Some(text) = call.header("range") else { return Ok(None) };
    let malformed =
        || S3Error::invalid_argument("range must be in format 'bytes=start-end', 'bytes=start-' or 'bytes=-suffix'.'");
    let (first, last) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(malformed)?;
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().unwrap_or(u64::MAX)).ok_or_else(malformed)
    };
    if first.is_empty() {
        return match number(last)? {
            0 => Err(S3Error::invalid_range()),
            suffix => Ok(Some(RangeOption::Suffix(suffix))),
        };
    }
    let offset = number(first)?;
    let length = match last {
        "" => None,
        last => {
            let last = number(last)?;
            let length = last.checked_sub(offset);
            Some(length.ok_or_else(|| S3Error::invalid_argument("range must be positive."))?.saturating_add(1))
        }
    };
    Ok(Some(RangeOption::Bytes { offset: Some(offset), length }))
}

/// What an object that is put has besides its bytes.
pub(crate) fn put(call: &Call) -> Result<PutOptions> {
    Ok(PutOptions {
        only_if: condition(call, "")?,
        http_metadata: http_metadata(call),
        custom_metadata: custom_metadata(call),
        checksum: None,
        storage_class: storage_class(call)?,
        ssec_key: ssec_key(call, "x-amz-")?,
    })
}

/// The same for an object that will come in parts.
pub(crate) fn upload(call: &Call) -> Result<UploadOptions> {
    Ok(UploadOptions {
        http_metadata: http_metadata(call),
        custom_metadata: custom_metadata(call),
        storage_class: storage_class(call)?,
        ssec_key: ssec_key(call, "x-amz-")?,
    })
}

pub(crate) fn http_metadata(call: &Call) -> HttpMetadata {
    HttpMetadata {
        content_type: call.header("content-type"),
        content_language: call.header("content-language"),
        content_disposition: call.header("content-disposition"),
        content_encoding: call.header("content-encoding").and_then(|text| without_pieces(&text)),
        cache_control: call.header("cache-control"),
        // As a date that cannot be read is taken by a binding.
        cache_expiry: call.header("expires").map(|text| dates::parse_http(&text).unwrap_or(0)),
    }
}

/// `aws-chunked` says how the body came in, not what the object is.
fn without_pieces(encoding: &str) -> Option<String> {
    let kept: Vec<_> =
        encoding.split(',').map(str::trim).filter(|coding| !coding.is_empty() && *coding != "aws-chunked").collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

pub(crate) fn custom_metadata(call: &Call) -> Vec<(String, String)> {
    let named = call.headers.keys().filter_map(|name| Some((name, name.as_str().strip_prefix(META)?)));
    named.map(|(name, key)| (key.to_owned(), call.header(name.as_str()).unwrap_or_default())).collect()
}

/// `STANDARD_IA` is production's `InfrequentAccess`.
pub(crate) fn storage_class(call: &Call) -> Result<Option<String>> {
    match call.header("x-amz-storage-class").as_deref() {
        None => Ok(None),
        Some("STANDARD") => Ok(Some("Standard".to_owned())),
        Some("STANDARD_IA") => Ok(Some("InfrequentAccess".to_owned())),
        Some(_) => {
            let message = "The storage class specified is not valid.";
            Err(S3Error::new(StatusCode::BAD_REQUEST, "InvalidStorageClass", message))
        }
    }
}

/// The customer's key, which comes with its algorithm and its MD5.
pub(crate) fn ssec_key(call: &Call, prefix: &str) -> Result<Option<SsecKey>> {
    let header = |name: &str| call.header(&format!("{prefix}server-side-encryption-customer-{name}"));
    let (algorithm, key, md5) = (header("algorithm"), header("key"), header("key-md5"));
    if algorithm.is_none() && key.is_none() && md5.is_none() {
        return Ok(None);
    }
    let missing = |what: &str| {
        S3Error::invalid_argument(format!(
            "Requests specifying Server Side Encryption with Customer provided keys must provide {what}."
        ))
    };
    let key = key.ok_or_else(|| missing("an appropriate secret key"))?;
    let md5 = md5.ok_or_else(|| missing("the client calculated MD5 of the secret key"))?;
    let algorithm = algorithm.ok_or_else(|| missing("a valid encryption algorithm"))?;
    if algorithm != "AES256" {
        let message = "The encryption request that you specified is not valid. The valid value is AES256.";
        return Err(S3Error::new(StatusCode::BAD_REQUEST, "InvalidEncryptionAlgorithmError", message));
    }
    let key = STANDARD.decode(key).unwrap_or_default();
    if STANDARD.encode(Md5::digest(&key)) != md5 {
        let message = "The calculated MD5 hash of the key did not match the hash that was provided.";
        return Err(S3Error::invalid_argument(message));
    }
    Ok(Some(SsecKey::from_bytes(&key)?))
}
