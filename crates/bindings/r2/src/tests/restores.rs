//! Objects that come from elsewhere.

use super::{bucket, get, text};
use crate::{Bucket, HttpMetadata, Object, PutOptions, SsecKey};
use bytes::Bytes;

fn restore(bucket: &Bucket, object: Object, bytes: &[u8]) -> Result<Option<Object>, crate::R2Error> {
    let mut put = bucket.begin_restore(object)?;
    put.write(bytes)?;
    put.finish()
}

#[test]
fn an_object_is_restored_as_it_was_and_passes_through_json() {
    let (_, first) = bucket();
    let (world, second) = bucket();
    world.clock().advance_by(std::time::Duration::from_secs(3600));
    let options = PutOptions {
        http_metadata: HttpMetadata { cache_expiry: Some(2_000_000_000_000), ..HttpMetadata::default() },
        custom_metadata: vec![("z".to_owned(), "\u{fc}".to_owned()), ("a".to_owned(), "b".to_owned())],
        storage_class: Some("InfrequentAccess".to_owned()),
        ssec_key: Some(SsecKey::from_bytes(&[3; 32]).unwrap()),
        ..PutOptions::default()
    };
    let object = first.put("k", &Bytes::from_static(b"hello"), options).unwrap().unwrap();
    let carried: Object = serde_json::from_str(&serde_json::to_string(&object).unwrap()).unwrap();
    assert_eq!(carried, object);
    restore(&second, carried, b"hello").unwrap();
    assert_eq!(second.head("k").unwrap(), Some(object.clone()));
    // Once more over itself.
    restore(&second, object, b"hello").unwrap();
    assert_eq!(second.usage().unwrap(), (1, 5));
}

#[test]
fn an_etag_of_parts_stays_and_other_bytes_are_refused() {
    let (_, bucket) = bucket();
    let described = r#"{ "key": "m", "version": "v1", "size": 3, "etag": "abc-2", "uploaded": 5 }"#;
    let object: Object = serde_json::from_str(described).unwrap();
    restore(&bucket, object.clone(), b"xyz").unwrap();
    let found = bucket.head("m").unwrap().unwrap();
    assert_eq!((found.etag.as_str(), found.uploaded, found.checksums.len()), ("abc-2", 5, 0));
    assert!(text(restore(&bucket, object.clone(), b"xy")).contains("put: "));
    let md5 = r#"{ "key": "m", "version": "v1", "size": 3, "etag": "abc-2", "uploaded": 5,
        "checksums": { "md5": "d16fb36f0911f878998c136191af705e" } }"#;
    let checked: Object = serde_json::from_str(md5).unwrap();
    restore(&bucket, checked.clone(), b"xyz").unwrap();
    assert!(text(restore(&bucket, checked, b"abc")).contains("did not match"));
    assert_eq!(get(&bucket, "m").as_deref(), Some("xyz"));
}
