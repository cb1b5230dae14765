//! Single objects: reading, writing, copying, deleting.

use crate::body::Body;
use crate::call::Call;
use crate::dates;
use crate::error::{Result, S3Error};
use crate::incoming::{Incoming, Sink, Stored};
use crate::options;
use crate::service::S3;
use crate::xml::Document;
use bytes::Bytes;
use edgeemu_r2::{
    Bucket, Condition, GetOptions, Got, Object, PutOptions, R2Error, RangeOption, Reader, StorageClass, StoreError,
};
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH,
    CONTENT_RANGE, CONTENT_TYPE, ETAG, EXPIRES, LAST_MODIFIED,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use std::fmt::Display;
use tokio::task::spawn_blocking;

/// Parameters that replace a header of an answer.
const REPLACED: [(&str, HeaderName); 6] = [
    ("response-content-type", CONTENT_TYPE),
    ("response-content-language", CONTENT_LANGUAGE),
    ("response-content-disposition", CONTENT_DISPOSITION),
    ("response-content-encoding", CONTENT_ENCODING),
    ("response-cache-control", CACHE_CONTROL),
    ("response-expires", EXPIRES),
];
const SSEC: &str = "x-amz-server-side-encryption-customer-";

/// `GetObject` and `HeadObject`.
pub(crate) fn get(bucket: &Bucket, call: &Call) -> Result<Response<Body>> {
    let ssec_key = options::ssec_key(call, "x-amz-")?;
    let is_keyed = ssec_key.is_some();
    let only_if = options::condition(call, "")?;
    let range = options::range(call)?;
    let is_partial = range.is_some();
    let options = GetOptions { only_if: only_if.clone(), range, ssec_key };
    let found = bucket.get(call.key()?, &options)?.ok_or_else(S3Error::no_such_key)?;
    if is_keyed && found.object.ssec_key_md5.is_none() {
        return Err(S3Error::invalid_request("The encryption parameters are not applicable to this object."));
    }
    let mut headers = headers_of(&found.object, call);
    let Got { object, range, body } = found;
    let Some(reader) = body else {
        let wanted = only_if.unwrap_or_default();
        return not_modified(bucket, (call, &options), wanted, headers);
    };
    headers.insert(CONTENT_LENGTH, range.length.into());
    let mut response = Response::new(if call.is_head() { Body::empty() } else { Body::from(reader) });
    if is_partial {
        let text = format!("bytes {}-{}/{}", range.offset, range.offset + range.length - 1, object.size);
        insert(&mut headers, CONTENT_RANGE, &text);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    *response.headers_mut() = headers;
    Ok(response)
}

/// A condition does not hold: it depends on which one whether that is an error.
fn not_modified(
    bucket: &Bucket,
    (call, options): (&Call, &GetOptions),
    condition: Condition,
    headers: HeaderMap,
) -> Result<Response<Body>> {
    let only_if = Condition { etag_does_not_match: None, uploaded_after: None, ..condition };
    let options = GetOptions { only_if: Some(only_if), range: None, ..options.clone() };
    let holds = bucket.get(call.key()?, &options)?.is_some_and(|found| found.body.is_some());
    if !holds {
        return Err(S3Error::precondition_failed());
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    *response.headers_mut() = headers;
    Ok(response)
}

fn headers_of(object: &Object, call: &Call) -> HeaderMap {
    let mut headers = metadata_headers(object);
    for (name, value) in &object.custom_metadata {
        if let Ok(name) = HeaderName::from_bytes(format!("x-amz-meta-{name}").as_bytes()) {
            insert(&mut headers, name, value);
        }
    }
    if object.storage_class == StorageClass::InfrequentAccess {
        insert(&mut headers, HeaderName::from_static("x-amz-storage-class"), "STANDARD_IA");
    }
    if object.ssec_key_md5.is_some() {
        echo_ssec(&mut headers, call);
    }
    let is_whole = !call.headers.contains_key("range");
    if is_whole && call.header("x-amz-checksum-mode").is_some_and(|mode| mode.eq_ignore_ascii_case("enabled")) {
        for (name, value) in &object.sent_checksums {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                insert(&mut headers, name, value);
                insert(&mut headers, HeaderName::from_static("x-amz-checksum-type"), "FULL_OBJECT");
            }
        }
    }
    for (param, name) in REPLACED {
        if let Some(value) = call.param(param) {
            insert(&mut headers, name, value);
        }
    }
    headers
}

/// What an object has for headers wherever it is served from.
pub(crate) fn metadata_headers(object: &Object) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let http = &object.http_metadata;
    let texts = [
        (CONTENT_TYPE, Some(http.content_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned()))),
        (CONTENT_LANGUAGE, http.content_language.clone()),
        (CONTENT_DISPOSITION, http.content_disposition.clone()),
        (CONTENT_ENCODING, http.content_encoding.clone()),
        (CACHE_CONTROL, http.cache_control.clone()),
        (EXPIRES, http.cache_expiry.map(dates::http)),
        (ETAG, Some(quoted(&object.etag))),
        (LAST_MODIFIED, Some(dates::http(object.uploaded))),
        (ACCEPT_RANGES, Some("bytes".to_owned())),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            insert(&mut headers, name, &text);
        }
    }
    headers
}

/// What no header can carry is left away.
pub(crate) fn insert(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
        headers.insert(name, value);
    }
}

/// Says which key was used, without saying the key.
pub(crate) fn echo_ssec(headers: &mut HeaderMap, call: &Call) {
    for field in ["algorithm", "key-md5"] {
        let name = format!("{SSEC}{field}");
        if let (Some(value), Ok(name)) = (call.header(&name), HeaderName::from_bytes(name.as_bytes())) {
            insert(headers, name, &value);
        }
    }
}

pub(crate) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// `PutObject`.
pub(crate) async fn put<B>(bucket: &Bucket, call: &Call, (incoming, body): (Incoming, B)) -> Result<Response<Body>>
where
    B: http_body::Body<Data = Bytes> + Unpin,
    B::Error: Display,
{
    let put = bucket.begin_put(call.key()?, incoming.size()?, options::put(call)?)?;
    let Stored::Object(object) = incoming.store(body, Sink::Object(Box::new(put))).await? else {
        return Err(S3Error::internal(&"an object became a part"));
    };
    let object = object.ok_or_else(S3Error::precondition_failed)?;
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    insert(headers, ETAG, &quoted(&object.etag));
    echo_checksums(headers, &object.sent_checksums);
    echo_ssec(headers, call);
    Ok(response)
}

pub(crate) fn echo_checksums(headers: &mut HeaderMap, checksums: &std::collections::BTreeMap<String, String>) {
    for (name, value) in checksums {
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            insert(headers, name, value);
        }
    }
}

/// `DeleteObject`; fine if there is none.
pub(crate) fn delete(bucket: &Bucket, call: &Call) -> Result<Response<Body>> {
    bucket.delete(&[call.key()?.to_owned()])?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// `CopyObject`.
pub(crate) async fn copy(s3: &S3, bucket: &Bucket, call: &Call) -> Result<Response<Body>> {
    let directive = call.header("x-amz-metadata-directive").unwrap_or_else(|| "COPY".to_owned());
    if directive != "COPY" && directive != "REPLACE" {
        return Err(S3Error::invalid_argument(format!("metadata directive {directive}.")));
    }
    let mut options = PutOptions { only_if: options::condition(call, "cf-copy-destination-")?, ..options::put(call)? };
    let Got { object, body, .. } = source(s3, call, None)?;
    let reader = body.ok_or_else(S3Error::precondition_failed)?;
    if directive == "COPY" {
        options.http_metadata = object.http_metadata;
        options.custom_metadata = object.custom_metadata;
    }
    let put = bucket.begin_put(call.key()?, object.size, options)?;
    let Stored::Object(copied) = fill(Sink::Object(Box::new(put)), reader).await? else {
        return Err(S3Error::internal(&"an object became a part"));
    };
    let copied = copied.ok_or_else(S3Error::precondition_failed)?;
    Ok(Document::response("CopyObjectResult", |document| {
        document.text("ETag", quoted(&copied.etag));
        document.text("LastModified", dates::iso(copied.uploaded));
    }))
}

/// The object that `x-amz-copy-source` names.
pub(crate) fn source(s3: &S3, call: &Call, range: Option<RangeOption>) -> Result<Got> {
    let header = call.header("x-amz-copy-source").unwrap_or_default();
    let decoded = percent_encoding::percent_decode_str(&header).decode_utf8_lossy().into_owned();
    let (bucket, key) = decoded.strip_prefix('/').unwrap_or(&decoded).split_once('/').unwrap_or_default();
    if key.is_empty() {
        return Err(S3Error::invalid_argument("copy source bucket name"));
    }
    let options = GetOptions {
        only_if: options::condition(call, "x-amz-copy-source-")?,
        range,
        ssec_key: options::ssec_key(call, "x-amz-copy-source-")?,
    };
    s3.bucket(bucket)?.get(key, &options)?.ok_or_else(S3Error::no_such_key)
}

/// Copies bytes on another thread.
pub(crate) async fn fill(mut sink: Sink, mut reader: Reader) -> Result<Stored> {
    let copied = spawn_blocking(move || {
        let broken = |error| R2Error::store(edgeemu_r2::Operation::Get, StoreError::from(error));
        while let Some(bytes) = reader.read_chunk().map_err(broken)? {
            sink.write(&bytes)?;
        }
        Ok(match sink {
            Sink::Object(put) => Stored::Object(put.finish()?.map(Box::new)),
            Sink::Part(part) => Stored::Part(part.finish()?, std::collections::BTreeMap::new()),
        })
    });
    copied.await.map_err(|error| S3Error::internal(&error))?
}
