//! Objects one by one: keys, metadata, checksums, ranges, SSE-C.

use super::{NOW, bucket, get, get_with, put, text};
use crate::{
    Algorithm, ByteRange, Checksum, GetOptions, HttpMetadata, PutOptions, R2Error, RangeOption, SsecKey, StorageClass,
};
use bytes::Bytes;

const MD5: &str = "2063c1608d6e0baf80249c42e2be5804";

fn value() -> Bytes {
    Bytes::from_static(b"value")
}

#[test]
fn an_object_has_what_it_was_put_with() {
    let (_, bucket) = bucket();
    let http = HttpMetadata { content_type: Some("text/x".into()), cache_expiry: Some(5), ..HttpMetadata::default() };
    let custom = vec![("b".to_owned(), "1".to_owned()), ("a".to_owned(), String::new())];
    let options = PutOptions {
        http_metadata: http.clone(),
        custom_metadata: custom.clone(),
        storage_class: Some("InfrequentAccess".to_owned()),
        ..PutOptions::default()
    };
    let object = bucket.put("k", &value(), options).unwrap().unwrap();
    assert_eq!((object.key.as_str(), object.size, object.etag.as_str(), object.uploaded), ("k", 5, MD5, NOW));
    assert_eq!((&object.http_metadata, &object.custom_metadata), (&http, &custom));
    assert_eq!(object.storage_class, StorageClass::InfrequentAccess);
    assert_eq!(object.version.len(), 32);
    assert_eq!(bucket.head("k").unwrap().as_ref(), Some(&object));
    let json = serde_json::to_value(&object).unwrap();
    assert_eq!(json["checksums"], serde_json::json!({ "md5": MD5 }));
    assert_eq!(json["customMetadata"], serde_json::json!({ "b": "1", "a": "" }));
    assert_eq!(json["httpMetadata"], serde_json::json!({ "contentType": "text/x", "cacheExpiry": 5 }));
    assert!(json.get("ssecKeyMd5").is_none());
}

#[test]
fn the_last_put_wins_and_delete_removes() {
    let (_, bucket) = bucket();
    put(&bucket, "k", "one");
    put(&bucket, "k", "two");
    assert_eq!(get(&bucket, "k").as_deref(), Some("two"));
    put(&bucket, "other", "");
    assert_eq!(get(&bucket, "other").as_deref(), Some(""));
    bucket.delete(&["k".to_owned(), "never".to_owned()]).unwrap();
    assert!(bucket.head("k").unwrap().is_none());
    assert!(bucket.get("k", &GetOptions::default()).unwrap().is_none());
    assert_eq!(bucket.usage().unwrap(), (1, 0));
}

#[test]
fn any_text_is_a_key_of_its_own() {
    let (_, bucket) = bucket();
    let keys = ["", ".", "..", "/", "a", "A", "a/", "a//b", "a\0b", "\n", "\u{1f600}", "../../x", "\u{e9}"];
    keys.iter().for_each(|key| put(&bucket, key, key));
    for key in keys {
        assert_eq!(get(&bucket, key).as_deref(), Some(key));
    }
}

#[test]
fn a_key_has_at_most_1024_bytes() {
    let (_, bucket) = bucket();
    put(&bucket, &"\u{e9}".repeat(512), "x");
    let long = "x".repeat(1025);
    let refused = |operation: &str| format!("{operation}: The specified object name is not valid. (10020)");
    assert_eq!(text(bucket.put(&long, &value(), PutOptions::default())), refused("put"));
    assert_eq!(text(bucket.get(&long, &GetOptions::default())), refused("get"));
    assert_eq!(text(bucket.head(&long)), refused("head"));
    assert_eq!(text(bucket.delete(&["a".to_owned(), long.clone()])), refused("delete"));
    assert_eq!(text(bucket.create_upload(&long, crate::UploadOptions::default())), refused("createMultipartUpload"));
}

#[test]
fn metadata_and_sizes_have_limits() {
    let (_, bucket) = bucket();
    let with = |name: &str, value: String| PutOptions {
        custom_metadata: vec![(name.to_owned(), value)],
        ..PutOptions::default()
    };
    let refused = "put: Your metadata headers exceed the maximum allowed metadata size. (10012)";
    assert!(bucket.put("k", &value(), with("a", "x".repeat(8191))).is_ok());
    assert_eq!(text(bucket.put("k", &value(), with("a", "x".repeat(8192)))), refused);
    assert!(bucket.put("k", &value(), with("a", "\u{e9}".repeat(8191))).is_ok());
    assert!(bucket.put("k", &value(), with("", "\u{65e5}".repeat(4096))).is_ok());
    assert_eq!(text(bucket.put("k", &value(), with("a", "\u{65e5}".repeat(4096)))), refused);
    let huge = bucket.begin_put("k", 5_363_466_241, PutOptions::default());
    assert_eq!(text(huge), "put: Your proposed upload exceeds the maximum allowed object size. (100100)");
    let class = PutOptions { storage_class: Some("Cold".to_owned()), ..PutOptions::default() };
    assert!(text(bucket.put("k", &value(), class)).contains("not valid: Cold"));
    let keys: Vec<_> = (0..1001).map(|n| n.to_string()).collect();
    assert!(text(bucket.delete(&keys)).starts_with("delete: At most 1000 keys"));
    assert!(bucket.delete(&keys[..1000]).is_ok());
}

#[test]
fn bytes_have_to_be_as_many_as_announced() {
    let (_, bucket) = bucket();
    put(&bucket, "k", "old");
    let mut short = bucket.begin_put("k", 5, PutOptions::default()).unwrap();
    short.write(b"abc").unwrap();
    assert!(text(short.finish()).ends_with("(10013)"));
    let mut long = bucket.begin_put("k", 2, PutOptions::default()).unwrap();
    assert!(long.write(b"abc").is_err());
    assert_eq!(get(&bucket, "k").as_deref(), Some("old"));
}

#[test]
fn checksums_are_compared() {
    let (_, bucket) = bucket();
    let given = |algorithm, hex: &str| PutOptions {
        checksum: Some(Checksum::from_hex(algorithm, hex).unwrap()),
        ..PutOptions::default()
    };
    assert!(bucket.put("k", &value(), given(Algorithm::Md5, &MD5.to_uppercase())).is_ok());
    let sha1 = "f32b67c7e26342af42efabc674d441dca0a281c5";
    let object = bucket.put("k", &value(), given(Algorithm::Sha1, sha1)).unwrap().unwrap();
    let json = serde_json::to_value(object).unwrap();
    assert_eq!(json["checksums"], serde_json::json!({ "md5": MD5, "sha1": sha1 }));
    assert_eq!(
        text(bucket.put("k", &value(), given(Algorithm::Md5, &"0".repeat(32)))),
        format!(
            "put: The MD5 checksum you specified did not match what we received.\nYou provided a MD5 checksum with \
             value: 00000000000000000000000000000000\nActual MD5 was: {MD5} (10037)"
        )
    );
    let wrong = text(bucket.put("k", &value(), given(Algorithm::Sha512, &"0".repeat(128))));
    assert!(wrong.starts_with("put: The SHA-512 checksum you specified did not match"), "{wrong}");
    assert_eq!(text(Checksum::from_hex(Algorithm::Md5, "ab")), "MD5 is 32 hex characters, not 2");
    assert_eq!(text(Checksum::from_bytes(Algorithm::Sha256, &[0; 3])), "SHA-256 is 32 bytes, not 3");
    let not_hex = Checksum::from_hex(Algorithm::Md5, &"\u{e9}".repeat(16));
    assert_eq!(text(not_hex), "Provided MD5 wasn't a valid hex string");
}

#[test]
fn a_range_is_a_part_of_the_bytes() {
    let (_, bucket) = bucket();
    put(&bucket, "r", "abcdefghij");
    put(&bucket, "e", "");
    let ask = |key: &str, range| bucket.get(key, &GetOptions { range: Some(range), ..GetOptions::default() });
    let read = |range: RangeOption| {
        let mut got = ask("r", range).unwrap().unwrap();
        (String::from_utf8(got.body.as_mut().unwrap().read_all().unwrap().to_vec()).unwrap(), got.range)
    };
    let bytes = |offset, length| RangeOption::Bytes { offset, length };
    let range = |offset, length| ByteRange { offset, length };
    assert_eq!(read(bytes(Some(2), Some(3))), ("cde".to_owned(), range(2, 3)));
    assert_eq!(read(bytes(Some(8), Some(100))), ("ij".to_owned(), range(8, 2)));
    assert_eq!(read(bytes(None, Some(3))), ("abc".to_owned(), range(0, 3)));
    assert_eq!(read(RangeOption::Suffix(100)), ("abcdefghij".to_owned(), range(0, 10)));
    assert_eq!(read(RangeOption::Suffix(3)), ("hij".to_owned(), range(7, 3)));
    let refused = "get: The requested range is not satisfiable (10039)";
    for none in [bytes(Some(10), None), bytes(Some(11), None), bytes(None, Some(0)), RangeOption::Suffix(0)] {
        assert_eq!(text(ask("r", none)), refused);
    }
    for none in [bytes(None, None), bytes(None, Some(1)), RangeOption::Suffix(1)] {
        assert_eq!(text(ask("e", none)), refused);
    }
}

#[test]
fn a_range_header_that_is_not_one_range_counts_as_none() {
    let (_, bucket) = bucket();
    put(&bucket, "r", "abcdefghij");
    let read = |header: &str| {
        let range = Some(RangeOption::Header(header.to_owned()));
        get_with(&bucket, "r", &GetOptions { range, ..GetOptions::default() }).unwrap()
    };
    let parts = [("bytes=0-3", "abcd"), ("bytes=2-", "cdefghij"), ("bytes=-3", "hij"), ("bytes=5-100", "fghij")];
    let odd = [("BYTES=1-2", "bc"), ("bytes = 1 - 2 ", "bc"), ("bytes=-100", "abcdefghij")];
    for (header, expected) in parts.into_iter().chain(odd) {
        assert_eq!(read(header), expected, "{header}");
    }
    let whole =
        ["bytes=10-", "bytes=3-1", "bytes=0-1,3-4", "garbage", "bytes=", "bytes=-0", "items=1-2", "", "bytes=-"];
    for header in whole.into_iter().chain(["bytes=a-b", "bytes=1-2,", "b\u{e9}tes=1-2", "bytes=99999999999999999999-"])
    {
        assert_eq!(read(header), "abcdefghij", "{header}");
    }
}

#[test]
fn numbers_of_a_range_are_checked_as_production_does() {
    let parse = |offset, length, suffix| text(RangeOption::parse(offset, length, suffix));
    let start = |value: &str| format!("Invalid range. Starting offset ({value}) must be greater than or equal to 0.");
    assert_eq!(parse(Some(-1.0), None, None), start("-1"));
    assert_eq!(parse(Some(-0.5), None, None), start("-0.5"));
    assert_eq!(parse(Some(f64::NAN), None, None), start("nan"));
    let fraction = "must be an integer, not floating point.";
    assert_eq!(parse(Some(1.5), None, None), format!("Invalid range. Starting offset (1.5) {fraction}"));
    assert_eq!(parse(Some(1.5e-7), None, None), format!("Invalid range. Starting offset (1.5e-07) {fraction}"));
    assert_eq!(parse(None, Some(1.5), None), format!("Invalid range. Length (1.5) {fraction}"));
    assert_eq!(parse(None, None, Some(1.5)), format!("Invalid range. Suffix (1.5) {fraction}"));
    let negative = "Invalid suffix. Suffix (-1) must be greater than or equal to 0.";
    assert_eq!(parse(None, None, Some(-1.0)), negative);
    assert_eq!(parse(Some(1.0), None, Some(1.0)), "Suffix is incompatible with offset.");
    assert_eq!(parse(None, Some(1.0), Some(1.0)), "Suffix is incompatible with length.");
    assert!(RangeOption::parse(Some(f64::INFINITY), None, None).is_ok());
    let class = |error: R2Error| deno_error::JsErrorClass::get_class(&error).into_owned();
    assert_eq!(class(RangeOption::parse(Some(-1.0), None, None).unwrap_err()), "RangeError");
    assert_eq!(class(RangeOption::parse(Some(1.0), None, Some(1.0)).unwrap_err()), "TypeError");
}

#[test]
fn an_object_with_a_key_of_its_own_is_read_with_that_key() {
    let (_, bucket) = bucket();
    let (key, other) = (SsecKey::from_bytes(&[7; 32]).unwrap(), SsecKey::from_hex(&"0a".repeat(32)).unwrap());
    let options = PutOptions { ssec_key: Some(key.clone()), ..PutOptions::default() };
    bucket.put("s", &value(), options).unwrap();
    let with = |ssec_key: Option<SsecKey>| bucket.get("s", &GetOptions { ssec_key, ..GetOptions::default() });
    assert!(with(Some(key)).unwrap().unwrap().body.is_some());
    assert!(text(with(None)).starts_with("get: The object was stored with an SSE-C key"));
    assert!(text(with(Some(other))).starts_with("get: The SSE-C key is not the one"));
    assert_eq!(bucket.head("s").unwrap().unwrap().ssec_key_md5.map(|md5| md5.len()), Some(32));
    assert_eq!(text(SsecKey::from_hex("")), "SSE-C Key has invalid format");
    assert_eq!(text(SsecKey::from_hex(&"A".repeat(64))), "SSE-C Key has invalid format");
    assert_eq!(text(SsecKey::from_hex(&"a".repeat(63))), "SSE-C Key must be 32 bytes in length");
    assert_eq!(text(SsecKey::from_bytes(&[0; 31])), "SSE-C Key must be 32 bytes in length");
}
