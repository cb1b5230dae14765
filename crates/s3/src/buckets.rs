//! Buckets as a whole.

use crate::body::Body;
use crate::error::{Result, S3Error};
use crate::route::Constant;
use crate::service::S3;
use crate::xml::{Document, Element};
use http::header::LOCATION;
use http::{HeaderValue, Response, StatusCode};

/// `ListBuckets`.
pub(crate) fn list(s3: &S3) -> Result<Response<Body>> {
    let names = s3.bucket_names()?;
    Ok(Document::response("ListAllMyBucketsResult", |document| {
        document.inside("Buckets", |document| {
            for name in &names {
                // DIFFERS: A list of buckets says nothing about when they were created.
                document.inside("Bucket", |document| document.text("Name", name));
            }
        });
    }))
}

/// `CreateBucket`.
pub(crate) fn create(s3: &S3, name: &str, document: &[u8]) -> Result<Response<Body>> {
    if !document.is_empty() {
        Element::parse(document, "CreateBucketConfiguration")?;
    }
    if !is_bucket_name(name) {
        let message = "The specified bucket name is not valid.";
        return Err(S3Error::new(StatusCode::BAD_REQUEST, "InvalidBucketName", message));
    }
    if s3.has_bucket(name) {
        let message = "Your previous request to create the named bucket succeeded and you already own it.";
        return Err(S3Error::new(StatusCode::CONFLICT, "BucketAlreadyOwnedByYou", message));
    }
    s3.r2().create_bucket(name)?;
    let mut response = Response::new(Body::empty());
    if let Ok(place) = HeaderValue::from_str(&format!("/{name}")) {
        response.headers_mut().insert(LOCATION, place);
    }
    Ok(response)
}

/// `DeleteBucket`. One that the configuration declares is there again, and empty.
pub(crate) fn delete(s3: &S3, name: &str) -> Result<Response<Body>> {
    if !s3.r2().delete_bucket(name)? {
        let message = "The bucket you tried to delete is not empty.";
        return Err(S3Error::new(StatusCode::CONFLICT, "BucketNotEmpty", message));
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// What is the same for every bucket.
pub(crate) fn constant(question: Constant) -> Result<Response<Body>> {
    let missing = |code, message: &str| Err(S3Error::new(StatusCode::NOT_FOUND, code, message));
    match question {
        // Production says where the bucket is; here it is on this machine.
        Constant::Location => Ok(location()),
        Constant::Encryption => Ok(Document::response("ServerSideEncryptionConfiguration", |document| {
            document.inside("Rule", |document| {
                document.inside("ApplyServerSideEncryptionByDefault", |document| {
                    document.text("SSEAlgorithm", "AES256");
                });
                document.text("BucketKeyEnabled", true);
            });
        })),
        Constant::Versioning => Ok(Document::response("VersioningConfiguration", |_| {})),
        Constant::Tagging => missing("NoSuchTagSet", "The TagSet does not exist."),
        Constant::ObjectLock => {
            missing("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket.")
        }
        Constant::Replication => {
            missing("ReplicationConfigurationNotFoundError", "The replication configuration was not found.")
        }
    }
}

fn location() -> Response<Body> {
    Document::response("LocationConstraint", |document| document.plain("auto"))
}

/// 3 to 63 small letters, digits and hyphens; no hyphen at either end.
fn is_bucket_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = name.bytes().next().is_some_and(is_letter) && name.bytes().last().is_some_and(is_letter);
    (3..=63).contains(&name.len()) && ends && name.bytes().all(|byte| is_letter(byte) || byte == b'-')
}
