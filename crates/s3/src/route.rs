//! Which operation a request is, by its method, its parameters and a few headers; and what production says to those it
//! has no operation for.

use crate::call::Call;
use crate::error::{Result, S3Error};
use std::collections::BTreeSet;

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    ListBuckets,
    HeadBucket,
    CreateBucket,
    DeleteBucket,
    /// Questions about buckets that have one answer for all of them.
    Constant(Constant),
    GetBucketCors,
    PutBucketCors,
    DeleteBucketCors,
    ListObjects,
    ListObjectsV2,
    DeleteObjects,
    ListMultipartUploads,
    /// Other requests by POST to a bucket, which have an empty answer.
    Nothing,
    GetObject,
    HeadObject,
    PutObject,
    CopyObject,
    DeleteObject,
    CreateMultipartUpload,
    UploadPart,
    UploadPartCopy,
    CompleteMultipartUpload,
    AbortMultipartUpload,
    ListParts,
}

/// A question with one answer for every bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Constant {
    Location,
    Encryption,
    Versioning,
    Tagging,
    ObjectLock,
    Replication,
}

/// Parameters of a bucket that GET has no operation for, and what production calls it.
const BUCKET_GET: [(&str, &str); 16] = [
    ("versions", "ListObjectVersions"),
    ("policy", "GetBucketPolicy"),
    ("website", "GetBucketWebsite"),
    ("notification", "GetBucketNotificationConfiguration"),
    ("requestPayment", "GetBucketRequestPayment"),
    ("logging", "GetBucketLogging"),
    ("accelerate", "GetBucketAccelerateConfiguration"),
    ("publicAccessBlock", "GetPublicAccessBlock"),
    ("ownershipControls", "GetBucketOwnershipControls"),
    ("intelligent-tiering", "GetBucketIntelligentTieringConfiguration"),
    ("inventory", "GetBucketInventoryConfiguration"),
    ("metrics", "GetBucketMetricsConfiguration"),
    ("analytics", "GetBucketAnalyticsConfiguration"),
    // As production writes it.
    ("policyStatus", "GetGetBucketPolicyStatus"),
    ("acl", "GetBucketAcl"),
    ("lifecycle", "GetBucketLifecycleConfiguration"),
];

const BUCKET_PUT: [(&str, &str); 19] = [
    ("accelerate", "PutBucketAccelerateConfiguration"),
    ("acl", "PutBucketAcl"),
    ("analytics", "PutBucketAnalyticsConfiguration"),
    ("intelligent-tiering", "PutBucketIntelligentTieringConfiguration"),
    ("inventory", "PutBucketInventoryConfiguration"),
    ("logging", "PutBucketLogging"),
    ("metrics", "PutBucketMetricsConfiguration"),
    ("notification", "PutBucketNotificationConfiguration"),
    ("object-lock", "PutObjectLockConfiguration"),
    ("ownershipControls", "PutBucketOwnershipControls"),
    ("policy", "PutBucketPolicy"),
    ("publicAccessBlock", "PutPublicAccessBlock"),
    ("replication", "PutBucketReplication"),
    ("requestPayment", "PutBucketRequestPayment"),
    ("tagging", "PutBucketTagging"),
    ("website", "PutBucketWebsite"),
    ("encryption", "PutBucketEncryption"),
    ("lifecycle", "PutBucketLifecycleConfiguration"),
    ("versioning", "PutBucketVersioning"),
];

const BUCKET_DELETE: [(&str, &str); 11] = [
    ("analytics", "DeleteBucketAnalyticsConfiguration"),
    ("intelligent-tiering", "DeleteBucketIntelligentTieringConfiguration"),
    ("inventory", "DeleteBucketInventoryConfiguration"),
    ("metrics", "DeleteBucketMetricsConfiguration"),
    ("ownershipControls", "DeleteBucketOwnershipControls"),
    ("policy", "DeleteBucketPolicy"),
    ("replication", "DeleteBucketReplication"),
    ("tagging", "DeleteBucketTagging"),
    ("website", "DeleteBucketWebsite"),
    ("encryption", "DeleteBucketEncryption"),
    ("lifecycle", "DeleteBucketLifecycle"),
];

const CONSTANTS: [(&str, Constant); 5] = [
    ("encryption", Constant::Encryption),
    ("versioning", Constant::Versioning),
    ("tagging", Constant::Tagging),
    ("object-lock", Constant::ObjectLock),
    ("replication", Constant::Replication),
];

const LIST_PARAMS: [&str; 5] = ["prefix", "delimiter", "marker", "max-keys", "encoding-type"];
const LIST_V2_PARAMS: [&str; 8] = [
    "list-type",
    "prefix",
    "delimiter",
    "continuation-token",
    "start-after",
    "max-keys",
    "encoding-type",
    "fetch-owner",
];

const OBJECT_GET: [(&str, &str); 6] = [
    ("tagging", "GetObjectTagging"),
    ("acl", "GetObjectAcl"),
    ("attributes", "GetObjectAttributes"),
    ("torrent", "GetObjectTorrent"),
    ("retention", "GetObjectRetention"),
    ("legal-hold", "GetObjectLegalHold"),
];

const OBJECT_PUT: [(&str, &str); 4] = [
    ("tagging", "PutObjectTagging"),
    ("acl", "PutObjectAcl"),
    ("retention", "PutObjectRetention"),
    ("legal-hold", "PutObjectLegalHold"),
];

/// The operation of a request.
pub(crate) fn detect(call: &Call) -> Result<Operation> {
    match (&call.bucket, &call.key) {
        (None, _) if call.method == "GET" => match call.param_names().next() {
            Some(name) => Err(S3Error::not_implemented(&format!("ListBuckets search parameter {name}"))),
            None => Ok(Operation::ListBuckets),
        },
        (None, _) => Err(S3Error::no_route()),
        (Some(_), None) => of_bucket(call),
        (Some(_), Some(_)) => of_object(call),
    }
}

fn of_bucket(call: &Call) -> Result<Operation> {
    match call.method.as_str() {
        "HEAD" => Ok(Operation::HeadBucket),
        "POST" if call.has_param("delete") => Ok(Operation::DeleteObjects),
        "POST" => Ok(Operation::Nothing),
        "GET" => of_bucket_get(call),
        "PUT" if call.has_param("cors") => Ok(Operation::PutBucketCors),
        "PUT" => bare(call, &BUCKET_PUT, Operation::CreateBucket),
        "DELETE" if call.has_param("cors") => Ok(Operation::DeleteBucketCors),
        "DELETE" => bare(call, &BUCKET_DELETE, Operation::DeleteBucket),
        _ => Err(S3Error::no_route()),
    }
}

fn of_bucket_get(call: &Call) -> Result<Operation> {
    if call.has_param("uploads") {
        return Ok(Operation::ListMultipartUploads);
    }
    if call.has_param("location") {
        return match call.param_names().find(|name| *name != "location") {
            Some(name) => {
                Err(S3Error::invalid_argument(format!("Search param {name} is unsupported for bucket location")))
            }
            None => Ok(Operation::Constant(Constant::Location)),
        };
    }
    for name in call.param_names() {
        if name == "cors" {
            return Ok(Operation::GetBucketCors);
        }
        if let Some((_, constant)) = CONSTANTS.iter().find(|(param, _)| *param == name) {
            return Ok(Operation::Constant(*constant));
        }
        if let Some((_, known)) = BUCKET_GET.iter().find(|(param, _)| *param == name) {
            return Err(S3Error::not_implemented(known));
        }
    }
    of_list(call)
}

fn of_list(call: &Call) -> Result<Operation> {
    let version = call.param("list-type");
    if let Some(other) = version.filter(|version| *version != "2") {
        return Err(S3Error::not_implemented(&format!("ListObjectsV{other}")));
    }
    if version.is_none() && call.has_param("continuation-token") {
        return Err(S3Error::invalid_argument("continuation-token not supported in ListObjects"));
    }
    let (known, number, operation) = match version {
        Some(_) => (&LIST_V2_PARAMS[..], 2, Operation::ListObjectsV2),
        None => (&LIST_PARAMS[..], 1, Operation::ListObjects),
    };
    match call.param_names().find(|name| !known.contains(name)) {
        Some(name) => Err(S3Error::not_implemented(&format!("ListObjectsV{number} search parameter {name}"))),
        None => Ok(operation),
    }
}

/// An operation that has no parameters.
fn bare(call: &Call, known: &[(&str, &str)], operation: Operation) -> Result<Operation> {
    let mut names = call.param_names();
    if let Some((_, known)) = names.find_map(|name| known.iter().find(|(param, _)| *param == name)) {
        return Err(S3Error::not_implemented(known));
    }
    let mut seen = BTreeSet::new();
    let others: Vec<_> =
        call.param_names().filter(|name| seen.insert(*name)).map(|name| format!("\"{name}\"")).collect();
    if others.is_empty() {
        return Ok(operation);
    }
    let (method, others) = (&call.method, others.join(", "));
    Err(S3Error::invalid_argument(format!("Unsupported search param(s) {others} on a {method} bucket route")))
}

fn of_object(call: &Call) -> Result<Operation> {
    let is_copy = call.headers.contains_key("x-amz-copy-source");
    if call.has_param("uploadId")
        && let Some(operation) = of_upload(call, is_copy)?
    {
        return Ok(operation);
    }
    if call.has_param("uploads") && call.method == "POST" {
        return Ok(Operation::CreateMultipartUpload);
    }
    if call.has_param("uploads") && call.method == "GET" {
        return Ok(Operation::ListMultipartUploads);
    }
    match call.method.as_str() {
        "GET" | "HEAD" if call.has_param("partNumber") => Err(S3Error::not_implemented("partNumber")),
        "HEAD" => Ok(Operation::HeadObject),
        "GET" => without(call, &OBJECT_GET, Operation::GetObject),
        "PUT" => without(call, &OBJECT_PUT, if is_copy { Operation::CopyObject } else { Operation::PutObject }),
        // As production has it, whatever else the request says.
        "POST" => Ok(Operation::PutObject),
        "DELETE" => Ok(Operation::DeleteObject),
        _ => Err(S3Error::no_route()),
    }
}

/// An operation on an upload; none for a PUT that names no part.
fn of_upload(call: &Call, is_copy: bool) -> Result<Option<Operation>> {
    let number = call.param("partNumber");
    if number.is_some_and(|text| !looks_whole(text)) {
        return Err(S3Error::no_route());
    }
    Ok(Some(match call.method.as_str() {
        "GET" => Operation::ListParts,
        "PUT" if number.is_none() => return Ok(None),
        "PUT" if is_copy => Operation::UploadPartCopy,
        "PUT" => Operation::UploadPart,
        "POST" => Operation::CompleteMultipartUpload,
        "DELETE" => Operation::AbortMultipartUpload,
        "HEAD" => Operation::HeadObject,
        _ => return Err(S3Error::no_route()),
    }))
}

fn looks_whole(text: &str) -> bool {
    let digits = text.trim_start_matches(' ');
    digits.strip_prefix('-').unwrap_or(digits).bytes().all(|byte| byte.is_ascii_digit())
}

fn without(call: &Call, known: &[(&str, &str)], operation: Operation) -> Result<Operation> {
    let found = call.param_names().find_map(|name| known.iter().find(|(param, _)| *param == name));
    match found {
        Some((_, name)) => Err(S3Error::not_implemented(name)),
        None => Ok(operation),
    }
}
