//! Objects that come in parts.

use crate::body::Body;
use crate::call::Call;
use crate::dates;
use crate::error::{Result, S3Error};
use crate::incoming::{Incoming, Sink, Stored};
use crate::objects::{echo_checksums, echo_ssec, fill, insert, quoted, source};
use crate::options;
use crate::service::S3;
use crate::signature::uri_encode;
use crate::xml::{Document, Element};
use bytes::Bytes;
use edgeemu_r2::{Bucket, PartRef, RangeOption, Refusal, UploadPageOptions, limits};
use http::header::ETAG;
use http::{Response, StatusCode};
use std::collections::BTreeSet;
use std::fmt::Display;

/// How many uploads or parts a page has at most.
const PAGE: u64 = 1000;

/// `CreateMultipartUpload`.
pub(crate) fn create(bucket: &Bucket, call: &Call) -> Result<Response<Body>> {
    let id = bucket.create_upload(call.key()?, options::upload(call)?)?;
    let mut response = Document::response("InitiateMultipartUploadResult", |document| {
        document.text("Bucket", bucket.name());
        document.text("Key", call.key.as_deref().unwrap_or_default());
        document.text("UploadId", &id);
    });
    echo_ssec(response.headers_mut(), call);
    Ok(response)
}

/// `UploadPart`.
pub(crate) async fn upload<B>(bucket: &Bucket, call: &Call, (incoming, body): (Incoming, B)) -> Result<Response<Body>>
where
    B: http_body::Body<Data = Bytes> + Unpin,
    B::Error: Display,
{
    let key = options::ssec_key(call, "x-amz-")?;
    let part = bucket.begin_part((call.key()?, id(call)), part_number(call)?, incoming.size()?, key.as_ref())?;
    let Stored::Part(part, checksums) = incoming.store(body, Sink::Part(Box::new(part))).await? else {
        return Err(S3Error::internal(&"a part became an object"));
    };
    let mut response = Response::new(Body::empty());
    insert(response.headers_mut(), ETAG, &quoted(&part.etag));
    echo_checksums(response.headers_mut(), &checksums);
    echo_ssec(response.headers_mut(), call);
    Ok(response)
}

/// `UploadPartCopy`.
pub(crate) async fn copy(s3: &S3, bucket: &Bucket, call: &Call) -> Result<Response<Body>> {
    let number = part_number(call)?;
    let found = source(s3, call, copy_range(call)?)?;
    let reader = found.body.ok_or_else(S3Error::precondition_failed)?;
    let key = options::ssec_key(call, "x-amz-")?;
    let part = bucket.begin_part((call.key()?, id(call)), number, reader.left(), key.as_ref())?;
    let Stored::Part(part, _) = fill(Sink::Part(Box::new(part)), reader).await? else {
        return Err(S3Error::internal(&"a part became an object"));
    };
    Ok(Document::response("CopyPartResult", |document| {
        document.text("ETag", quoted(&part.etag));
        document.text("LastModified", dates::iso(s3.now().as_millis()));
    }))
}

/// `bytes=0-9`, of which the end may be beyond the object.
fn copy_range(call: &Call) -> Result<Option<RangeOption>> {
    let Some(text) = call.header("x-amz-copy-source-range") else { return Ok(None) };
    let number = |digits: &str| digits.parse::<u64>().ok().filter(|_| !digits.starts_with('+'));
    let bounds = text.strip_prefix("bytes=").and_then(|range| range.split_once('-'));
    let bounds = bounds.and_then(|(first, last)| Some((number(first)?, number(last)?)));
    let invalid = || S3Error::invalid_argument(format!("Invalid x-amz-copy-source-range: {text}"));
    let (offset, last) = bounds.ok_or_else(invalid)?;
    let negative = || S3Error::invalid_argument("x-amz-copy-source-range must be positive.");
    let length = last.checked_sub(offset).ok_or_else(negative)?.saturating_add(1);
    Ok(Some(RangeOption::Bytes { offset: Some(offset), length: Some(length) }))
}

/// `CompleteMultipartUpload`.
pub(crate) fn complete(bucket: &Bucket, call: &Call, document: &[u8]) -> Result<Response<Body>> {
    let parts = named_parts(document)?;
    let object = bucket.complete_upload(call.key()?, id(call), &parts).map_err(S3Error::of_upload)?;
    let place = |part: &str| uri_encode(part).replace("%2F", "/");
    Ok(Document::response("CompleteMultipartUploadResult", |document| {
        document.text("Location", format!("http://{}/{}/{}", call.host, place(bucket.name()), place(&object.key)));
        document.text("Bucket", bucket.name());
        document.text("Key", &object.key);
        document.text("ETag", quoted(&object.etag));
    }))
}

fn named_parts(document: &[u8]) -> Result<Vec<PartRef>> {
    let request = Element::parse(document, "CompleteMultipartUpload")?;
    let mut numbers = BTreeSet::new();
    let mut parts = Vec::new();
    for part in request.all("Part") {
        let number = part.child("PartNumber").and_then(|text| text.trim().parse::<i32>().ok());
        let (Some(number), Some(etag)) = (number, part.child("ETag")) else { return Err(S3Error::malformed_xml()) };
        if PartRef::check_number(number).is_err() {
            return Err(Refusal::InvalidPart.into());
        }
        if !numbers.insert(number) {
            return Err(Refusal::BadUpload.into());
        }
        let etag = etag.trim();
        let etag = etag.strip_prefix('"').and_then(|etag| etag.strip_suffix('"')).unwrap_or(etag);
        parts.push(PartRef { number, etag: etag.to_owned() });
    }
    if parts.is_empty() { Err(S3Error::malformed_xml()) } else { Ok(parts) }
}

/// `AbortMultipartUpload`.
pub(crate) fn abort(bucket: &Bucket, call: &Call) -> Result<Response<Body>> {
    bucket.abort_upload(call.key()?, id(call)).map_err(S3Error::of_upload)?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// `ListParts`.
pub(crate) fn list_parts(bucket: &Bucket, call: &Call) -> Result<Response<Body>> {
    let limit = page_size(call, "max-parts")?;
    let after = call.param("part-number-marker").and_then(|text| text.parse().ok()).unwrap_or(0);
    let page = bucket.parts((call.key()?, id(call)), after, limit)?;
    Ok(Document::response("ListPartsResult", |document| {
        document.text("Bucket", bucket.name());
        document.text("Key", call.key.as_deref().unwrap_or_default());
        document.text("UploadId", id(call));
        document.text("PartNumberMarker", after);
        let last = page.parts.last().map(|part| part.number).filter(|_| page.is_truncated);
        document.maybe("NextPartNumberMarker", last);
        document.text("MaxParts", limit);
        document.text("IsTruncated", page.is_truncated);
        document.text("StorageClass", "STANDARD");
        for part in &page.parts {
            document.inside("Part", |document| {
                document.text("PartNumber", part.number);
                // DIFFERS: The list of an upload's parts gives the time at which the upload was begun for each of them.
                document.text("LastModified", dates::iso(page.created));
                document.text("ETag", quoted(&part.etag));
                document.text("Size", part.size);
            });
        }
    }))
}

/// `ListMultipartUploads`.
pub(crate) fn list_uploads(bucket: &Bucket, call: &Call) -> Result<Response<Body>> {
    let limit = page_size(call, "max-uploads")?;
    let marker = call.param("key-marker").filter(|marker| !marker.is_empty()).map(str::to_owned);
    let id = call.param("upload-id-marker").filter(|id| !id.is_empty()).map(str::to_owned);
    let prefix = call.param("prefix").unwrap_or_default();
    let after = marker.clone().map(|key| (key, id));
    let page = bucket.uploads(&UploadPageOptions { prefix: prefix.to_owned(), after, limit })?;
    Ok(Document::response("ListMultipartUploadsResult", |document| {
        document.text("Bucket", bucket.name());
        document.text("KeyMarker", marker.as_deref().unwrap_or_default());
        document.text("Prefix", prefix);
        if let Some(last) = page.uploads.last().filter(|_| page.is_truncated) {
            document.text("NextKeyMarker", &last.key);
            document.text("NextUploadIdMarker", &last.id);
        }
        document.text("MaxUploads", limit);
        document.text("IsTruncated", page.is_truncated);
        for upload in &page.uploads {
            document.inside("Upload", |document| {
                document.text("Key", &upload.key);
                document.text("UploadId", &upload.id);
                document.text("Initiated", dates::iso(upload.created));
                document.text("StorageClass", "STANDARD");
            });
        }
    }))
}

fn page_size(call: &Call, name: &str) -> Result<u64> {
    let Some(text) = call.param(name) else { return Ok(PAGE) };
    let number = text.parse::<u64>().ok().filter(|number| *number > 0);
    let number = number.ok_or_else(|| S3Error::invalid_argument(format!("{name} must be a positive integer.")))?;
    Ok(number.min(PAGE))
}

fn id(call: &Call) -> &str {
    call.param("uploadId").unwrap_or_default()
}

fn part_number(call: &Call) -> Result<i32> {
    let number = call.param("partNumber").and_then(|text| text.trim().parse().ok());
    number.filter(|number| (1..=limits::PARTS).contains(number)).ok_or_else(|| {
        let parts = limits::PARTS;
        S3Error::invalid_argument(format!("Part number must be an integer between 1 and {parts}, inclusive."))
    })
}
