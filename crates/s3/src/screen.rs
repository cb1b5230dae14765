//! Headers that production knows and refuses, for each operation.

use crate::call::Call;
use crate::error::{Result, S3Error};
use crate::route::Operation;

const OWNER: &str = "x-amz-expected-bucket-owner";
const SOURCE_OWNER: &str = "x-amz-source-expected-bucket-owner";

/// Refused when something is written.
const WRITING: [&str; 13] = [
    OWNER,
    "x-amz-tagging",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-website-redirect-location",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-object-lock-legal-hold",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-context",
];
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";

/// Access control lists that mean nothing, and are taken.
const ACLS: [&str; 7] = [
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
];

/// Refuses headers that ask for what there is not.
pub(crate) fn check(call: &Call, operation: Operation) -> Result<()> {
    if call.headers.contains_key("x-amz-security-token") {
        return Err(S3Error::invalid_argument("X-Amz-Security-Token"));
    }
    for name in refused(operation) {
        if let Some(value) = call.header(name) {
            return Err(S3Error::header_not_implemented(name, &value));
        }
    }
    let writes = matches!(operation, Operation::PutObject | Operation::CopyObject | Operation::CreateMultipartUpload);
    if !writes {
        return Ok(());
    }
    // Everything is encrypted with AES256 there; nothing else can be asked for.
    let name = "x-amz-server-side-encryption";
    if let Some(value) = call.header(name).filter(|value| value != "AES256") {
        return Err(S3Error::header_not_implemented(name, &value));
    }
    match call.header("x-amz-acl").filter(|acl| !ACLS.contains(&acl.as_str())) {
        Some(value) => Err(S3Error::header_not_implemented("x-amz-acl", &value)),
        None => Ok(()),
    }
}

fn refused(operation: Operation) -> Vec<&'static str> {
    let writing = || WRITING.into_iter().chain([BUCKET_KEY]);
    match operation {
        Operation::AbortMultipartUpload | Operation::ListBuckets => Vec::new(),
        Operation::PutObject | Operation::CreateMultipartUpload => writing().collect(),
        Operation::CopyObject => {
            writing().chain([SOURCE_OWNER, "x-amz-tagging-directive", "x-amz-checksum-algorithm"]).collect()
        }
        Operation::DeleteObject | Operation::DeleteObjects => {
            vec![OWNER, "x-amz-mfa", "x-amz-bypass-governance-retention"]
        }
        Operation::UploadPart => vec![OWNER, "x-amz-server-side-encryption"],
        Operation::UploadPartCopy => vec![
            OWNER,
            SOURCE_OWNER,
            "x-amz-copy-source-if-match",
            "x-amz-copy-source-if-none-match",
            "x-amz-copy-source-if-modified-since",
            "x-amz-copy-source-if-unmodified-since",
        ],
        _ => vec![OWNER],
    }
}
