//! Multipart uploads.

use super::{bucket, get, put, text};
use crate::{Bucket, GetOptions, HttpMetadata, PartRef, PutOptions, RangeOption, SsecKey, UploadOptions};
use edgeemu_world::World;
use std::time::Duration;

const FIVE_MIB: usize = 5 << 20;

fn begin(bucket: &Bucket, key: &str) -> String {
    bucket.create_upload(key, UploadOptions::default()).unwrap()
}

fn part(bucket: &Bucket, at: (&str, &str), number: i32, bytes: &[u8]) -> PartRef {
    let mut part = bucket.begin_part(at, number, bytes.len() as u64, None).unwrap();
    part.write(bytes).unwrap();
    part.finish().unwrap()
}

#[test]
fn parts_become_an_object() {
    let (_, bucket) = bucket();
    let http = HttpMetadata { content_type: Some("x/y".to_owned()), ..HttpMetadata::default() };
    let options = UploadOptions {
        http_metadata: http.clone(),
        custom_metadata: vec![("a".to_owned(), "b".to_owned())],
        ..UploadOptions::default()
    };
    let upload = bucket.create_upload("m", options).unwrap();
    let at = ("m", upload.as_str());
    let second = part(&bucket, at, 2, b"bbbbbbbbbb");
    let first = part(&bucket, at, 1, &vec![b'a'; FIVE_MIB]);
    assert_eq!((upload.len(), first.etag.len()), (171, 171));
    assert!(bucket.head("m").unwrap().is_none());
    let object = bucket.complete_upload("m", &upload, &[first.clone(), second.clone()]).unwrap();
    assert_eq!((object.size, object.etag.as_str()), (5_242_890, "8b0be7847da5564ae08e97af63b60885-2"));
    assert_eq!((&object.http_metadata, object.checksums.len()), (&http, 0));
    assert_eq!(bucket.head("m").unwrap(), Some(object));
    let range = RangeOption::Bytes { offset: Some(FIVE_MIB as u64 - 3), length: Some(6) };
    let options = GetOptions { range: Some(range), ..GetOptions::default() };
    assert_eq!(super::get_with(&bucket, "m", &options).as_deref(), Some("aaabbb"));
    let gone = "The specified multipart upload does not exist. (10024)";
    let again = bucket.complete_upload("m", &upload, &[first, second]);
    assert_eq!(text(again), format!("completeMultipartUpload: {gone}"));
    assert_eq!(text(bucket.begin_part(at, 3, 1, None)), format!("uploadPart: {gone}"));
    assert!(bucket.abort_upload("m", &upload).is_ok());
    assert_eq!(get(&bucket, "m").unwrap().len(), FIVE_MIB + 10);
}

#[test]
fn an_upload_of_no_parts_is_an_empty_object() {
    let (_, bucket) = bucket();
    let upload = begin(&bucket, "m");
    let object = bucket.complete_upload("m", &upload, &[]).unwrap();
    assert_eq!((object.size, object.etag.as_str()), (0, "d41d8cd98f00b204e9800998ecf8427e-0"));
    assert_eq!(get(&bucket, "m").as_deref(), Some(""));
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let (_, bucket) = bucket();
    let upload = begin(&bucket, "m");
    let at = ("m", upload.as_str());
    let a = part(&bucket, at, 1, &vec![0; FIVE_MIB]);
    let b = part(&bucket, at, 2, &vec![0; FIVE_MIB + 1]);
    let c = part(&bucket, at, 3, b"small");
    let complete = |parts: &[&PartRef]| {
        let parts: Vec<_> = parts.iter().map(|part| (*part).clone()).collect();
        text(bucket.complete_upload("m", &upload, &parts))
    };
    let problem = "completeMultipartUpload: There was a problem with the multipart upload. (10048)";
    assert_eq!(complete(&[&a, &b, &c]), problem);
    assert_eq!(complete(&[&a, &b]), problem);
    assert_eq!(complete(&[&b, &a]), problem);
    let small = "Your proposed upload is smaller than the minimum allowed object size. (10011)";
    assert_eq!(complete(&[&c, &a]), format!("completeMultipartUpload: {small}"));
    let internal = "We encountered an internal error. Please try again. (10001)";
    assert_eq!(complete(&[&a, &a]), format!("completeMultipartUpload: {internal}"));
    let missing = "completeMultipartUpload: One or more of the specified parts could not be found. (10025)";
    assert_eq!(complete(&[&PartRef { number: 1, etag: "x".to_owned() }]), missing);
    assert_eq!(complete(&[&PartRef { number: 9, etag: a.etag.clone() }]), missing);
    let number = "Part number must be between 1 and 10000 (inclusive). Actual value was: 10001";
    assert_eq!(complete(&[&PartRef { number: 10_001, etag: String::new() }]), number);
    assert_eq!(text(bucket.begin_part(at, 0, 1, None)), number.replace("10001", "0"));
    assert_eq!(text(bucket.complete_upload("other", &upload, &[])), format!("completeMultipartUpload: {internal}"));
    assert_eq!(text(bucket.abort_upload("m", "nope")), format!("abortMultipartUpload: {internal}"));
    assert!(bucket.complete_upload("m", &upload, &[c, a]).is_err());
}

#[test]
fn a_part_can_be_uploaded_again_and_left_out() {
    let (_, bucket) = bucket();
    let upload = begin(&bucket, "m");
    let at = ("m", upload.as_str());
    let old = part(&bucket, at, 1, b"one");
    let new = part(&bucket, at, 1, b"two!");
    part(&bucket, at, 2, b"left out");
    assert!(bucket.complete_upload("m", &upload, &[old]).is_err());
    bucket.complete_upload("m", &upload, &[new]).unwrap();
    assert_eq!(get(&bucket, "m").as_deref(), Some("two!"));
}

#[test]
fn an_upload_replaces_what_was_put_meanwhile() {
    let (_, bucket) = bucket();
    let upload = begin(&bucket, "m");
    let part = part(&bucket, ("m", &upload), 1, b"multi");
    put(&bucket, "m", "put");
    assert_eq!(get(&bucket, "m").as_deref(), Some("put"));
    bucket.complete_upload("m", &upload, &[part]).unwrap();
    assert_eq!(get(&bucket, "m").as_deref(), Some("multi"));
    put(&bucket, "m", "again");
    assert_eq!(get(&bucket, "m").as_deref(), Some("again"));
}

#[test]
fn an_upload_ends_after_seven_days() {
    let (world, bucket): (World, Bucket) = bucket();
    let upload = begin(&bucket, "m");
    world.clock().advance_by(Duration::from_secs(7 * 86_400 - 1));
    let kept = part(&bucket, ("m", &upload), 1, b"x");
    world.clock().advance_by(Duration::from_secs(1));
    assert!(text(bucket.complete_upload("m", &upload, &[kept])).ends_with("(10024)"));
    assert!(bucket.begin_part(("m", &upload), 1, 1, None).is_err());
}

#[test]
fn parts_come_with_the_key_of_their_upload() {
    let (_, bucket) = bucket();
    let key = SsecKey::from_bytes(&[1; 32]).unwrap();
    let options = UploadOptions { ssec_key: Some(key.clone()), ..UploadOptions::default() };
    let upload = bucket.create_upload("m", options).unwrap();
    assert!(bucket.begin_part(("m", &upload), 1, 0, None).is_err());
    let part = bucket.begin_part(("m", &upload), 1, 0, Some(&key)).unwrap().finish().unwrap();
    bucket.complete_upload("m", &upload, &[part]).unwrap();
    assert!(bucket.get("m", &GetOptions::default()).is_err());
    let plain = begin(&bucket, "n");
    assert!(bucket.begin_part(("n", &plain), 1, 0, Some(&key)).is_err());
}

#[test]
fn metadata_of_an_upload_has_the_same_limit() {
    let (_, bucket) = bucket();
    let custom_metadata = vec![("a".to_owned(), "x".repeat(8192))];
    let options = UploadOptions { custom_metadata: custom_metadata.clone(), ..UploadOptions::default() };
    assert!(text(bucket.create_upload("m", options)).ends_with("(10012)"));
    let options = PutOptions { custom_metadata, ..PutOptions::default() };
    assert!(bucket.put("m", &bytes::Bytes::new(), options).is_err());
}
