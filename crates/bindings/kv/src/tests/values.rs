//! Values, metadata, expiry, bulk access, namespaces, and what remains after reopening.

use super::*;
use crate::{BulkEntry, is_array_index};
use edgeemu_storage::Rows;
use edgeemu_world::Disk;
use std::time::Duration;

fn with_ttl(ttl: i64) -> PutOptions {
    PutOptions { expiration_ttl: Some(ttl), ..PutOptions::default() }
}

#[test]
fn a_missing_key_is_none_and_may_be_deleted() {
    let (_, namespace) = namespace();
    assert_eq!(get(&namespace, "missing"), None);
    namespace.delete("missing").unwrap();
}

#[test]
fn a_value_comes_back_with_its_metadata_and_expiration() {
    let (_, namespace) = namespace();
    let options = PutOptions {
        expiration: Some(NOW + 100),
        expiration_ttl: None,
        metadata: Some("{\"a\":\"\u{e4}\"}".to_owned()),
    };
    namespace.put("key", Bytes::from_static(&[0, 255]), &options).unwrap();
    let wanted = Entry {
        value: Bytes::from_static(&[0, 255]),
        metadata: Some("{\"a\":\"\u{e4}\"}".to_owned()),
        expiration: Some(NOW + 100),
    };
    assert_eq!(namespace.get("key", &GetOptions::default()).unwrap(), Some(wanted));
}

#[test]
fn putting_again_drops_expiration_and_metadata() {
    let (world, namespace) = namespace();
    let options = PutOptions { metadata: Some("1".to_owned()), ..with_ttl(60) };
    namespace.put("key", Bytes::new(), &options).unwrap();
    put(&namespace, "key", "again");
    world.clock().advance_by(Duration::from_secs(1_000_000));
    assert_eq!(namespace.get("key", &GetOptions::default()).unwrap(), Some(entry("again")));
}

#[test]
fn metadata_of_null_is_no_metadata() {
    let (_, namespace) = namespace();
    let options = PutOptions { metadata: Some("null".to_owned()), ..PutOptions::default() };
    namespace.put("key", Bytes::new(), &options).unwrap();
    assert_eq!(namespace.get("key", &GetOptions::default()).unwrap().unwrap().metadata, None);
}

#[test]
fn a_ttl_wins_and_then_the_expiration_is_not_even_looked_at() {
    let (_, namespace) = namespace();
    let options = PutOptions { expiration: Some(-1), ..with_ttl(90) };
    namespace.put("key", Bytes::new(), &options).unwrap();
    assert_eq!(namespace.get("key", &GetOptions::default()).unwrap().unwrap().expiration, Some(NOW + 90));
}

#[test]
fn a_key_is_gone_from_the_second_it_expires() {
    let (world, namespace) = namespace();
    world.clock().advance_by(Duration::from_millis(999));
    // A TTL counts from the whole second, as expirations do.
    namespace.put("key", Bytes::from_static(b"v"), &with_ttl(60)).unwrap();
    world.clock().advance_by(Duration::from_millis(59_000));
    assert_eq!(get(&namespace, "key").as_deref(), Some("v"));
    assert_eq!(names(&namespace, &ListOptions::default()), ["key"]);
    world.clock().advance_by(Duration::from_millis(1));
    assert!(namespace.list(&ListOptions::default()).unwrap().keys.is_empty());
    assert_eq!(get(&namespace, "key"), None);
    assert_eq!(namespace.get_many(&owned(&["key"]), &bulk("json")).unwrap(), [("key".to_owned(), None)]);
}

#[test]
fn reading_an_expired_key_removes_its_row() {
    let (world, namespace) = namespace();
    let rows: &Rows = namespace.rows();
    for key in ["got", "listed", "swept"] {
        namespace.put(key, Bytes::new(), &with_ttl(60)).unwrap();
    }
    put(&namespace, "stays", "");
    world.clock().advance_by(Duration::from_secs(60));
    let is_stored = |key: &str| rows.head(&namespace.row_key(key)).unwrap().is_some();
    get(&namespace, "got");
    assert!(!is_stored("got") && is_stored("listed"));
    namespace.list(&ListOptions { prefix: Some("l".to_owned()), ..ListOptions::default() }).unwrap();
    assert!(!is_stored("listed") && is_stored("swept"));
    assert_eq!(namespace.sweep().unwrap(), 1);
    assert!(!is_stored("swept") && is_stored("stays"));
}

#[test]
fn every_character_makes_a_key_of_its_own() {
    let (_, namespace) = namespace();
    let keys = ["a\0b", "a/b", "a?b", "a#b", "a%41", "aA", " a", "a ", "...", "./x", "\u{fffd}", "\u{1f600}", "1"];
    for key in keys {
        put(&namespace, key, key);
    }
    for key in keys {
        assert_eq!(get(&namespace, key).as_deref(), Some(key));
    }
    assert_eq!(names(&namespace, &ListOptions::default()).len(), keys.len());
}

#[test]
fn a_bulk_get_answers_in_the_order_asked_and_each_key_once() {
    let (_, namespace) = namespace();
    put(&namespace, "a", "1");
    put(&namespace, "b", " {\"x\": [1e5, null]}\n");
    let found = namespace.get_many(&owned(&["b", "missing", "a", "b"]), &bulk("json")).unwrap();
    let wanted = [
        ("b".to_owned(), Some(entry(" {\"x\": [1e5, null]}\n"))),
        ("missing".to_owned(), None),
        ("a".to_owned(), Some(entry("1"))),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn deeply_nested_json_is_json() {
    let (_, namespace) = namespace();
    put(&namespace, "deep", &format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    namespace.get_many(&owned(&["deep"]), &bulk("json")).unwrap();
}

#[test]
fn namespaces_do_not_see_each_other() {
    let world = World::simulated(1);
    let kv = Kv::open(&Storage::memory(&world)).unwrap();
    // Ids and keys that run into each other if they are merely put one after the other.
    let ids = ["a", "ab", "", "b\u{e4}"];
    for id in ids {
        put(&kv.namespace(id), "bc", id);
        put(&kv.namespace(id), "c", id);
    }
    for id in ids {
        assert_eq!(get(&kv.namespace(id), "bc").as_deref(), Some(id));
        assert_eq!(names(&kv.namespace(id), &ListOptions::default()), ["bc", "c"]);
    }
    let mut found = kv.namespace_ids().unwrap();
    found.sort();
    assert_eq!(found, ["", "a", "ab", "b\u{e4}"]);
}

#[test]
fn many_pairs_are_put_and_deleted_at_once() {
    let (_, namespace) = namespace();
    let entries = (0..2_500).map(|number| BulkEntry {
        key: format!("key{number:04}"),
        value: Bytes::from(number.to_string()),
        options: PutOptions { metadata: Some(number.to_string()), ..PutOptions::default() },
    });
    namespace.bulk_put(entries.collect()).unwrap();
    let keys: Vec<String> = namespace.keys("").map(|key| key.unwrap().name).collect();
    assert_eq!(keys.len(), 2_500);
    assert_eq!(get(&namespace, "key2499").as_deref(), Some("2499"));
    namespace.bulk_delete(&keys[1..]).unwrap();
    assert_eq!(names(&namespace, &ListOptions::default()), ["key0000"]);
}

#[test]
fn one_bad_entry_keeps_all_from_being_written() {
    let (_, namespace) = namespace();
    let text = r#"[{"key":"a","value":"1"},{"key":"b","value":"2","expiration_ttl":5}]"#;
    let error = namespace.bulk_put(BulkEntry::parse_file(text).unwrap()).unwrap_err();
    let wanted = "entry 1 with the key `b` was refused: KV PUT failed: 400 Invalid expiration_ttl of 5. \
                  Expiration TTL must be at least 60.";
    assert_eq!(error.to_string(), wanted);
    assert_eq!(get(&namespace, "a"), None);
    put(&namespace, "a", "1");
    let error = namespace.bulk_delete(&owned(&["a", ""])).unwrap_err();
    assert_eq!(error.to_string(), "entry 1 with the key `` was refused: Key name cannot be empty.");
    assert_eq!(get(&namespace, "a").as_deref(), Some("1"));
}

#[test]
fn the_file_of_a_bulk_put_is_understood() {
    let text = r#"[
        {"key": "plain", "value": "text"},
        {"key": "full", "value": "AP8=", "base64": true, "expiration": 5, "expiration_ttl": 6, "metadata": {"a": [1]}}
    ]"#;
    let wanted = [
        BulkEntry { key: "plain".to_owned(), value: Bytes::from_static(b"text"), options: PutOptions::default() },
        BulkEntry {
            key: "full".to_owned(),
            value: Bytes::from_static(&[0, 255]),
            options: PutOptions {
                expiration: Some(5),
                expiration_ttl: Some(6),
                metadata: Some("{\"a\":[1]}".to_owned()),
            },
        },
    ];
    assert_eq!(BulkEntry::parse_file(text).unwrap(), wanted);
    let keys = BulkEntry::parse_keys(r#"["a", {"name": "b"}, {"key": "c"}]"#).unwrap();
    assert_eq!(keys, ["a", "b", "c"]);
}

#[test]
fn a_bulk_file_that_is_wrong_says_where() {
    let wrong = |text: &str| BulkEntry::parse_file(text).unwrap_err().to_string();
    assert!(wrong("[").starts_with("the file is not valid JSON: EOF"), "{}", wrong("["));
    assert_eq!(wrong("{}"), r#"the file must hold a JSON array, for example `[{ "key": "a", "value": "1" }]`"#);
    assert_eq!(wrong("[1]"), "entry 0 is not valid: it must be an object with `key` and `value`");
    assert_eq!(wrong(r#"[{"key":1,"value":""}]"#), "entry 0 is not valid: `key` must be a string");
    assert_eq!(wrong(r#"[{"key":"a"}]"#), "entry 0 is not valid: `value` must be a string");
    let base64 = r#"[{"key":"a","value":"!","base64":true}]"#;
    assert_eq!(wrong(base64), "entry 0 is not valid: `value` is not valid base64");
    let fraction = r#"[{"key":"a","value":"","expiration":1.5}]"#;
    assert_eq!(wrong(fraction), "entry 0 is not valid: `expiration` must be a whole number of seconds");
    let error = BulkEntry::parse_keys(r#"["a", 5]"#).unwrap_err().to_string();
    assert_eq!(error, "entry 1 is not valid: a key must be a string, or an object with the string `name` or `key`");
}

#[test]
fn array_indices_are_told_from_other_keys() {
    for key in ["0", "9", "10", "4294967294"] {
        assert!(is_array_index(key), "{key}");
    }
    for key in ["", "-1", "01", "1.0", "4294967295", "99999999999999999999", "a1", "+1", "\u{661}"] {
        assert!(!is_array_index(key), "{key}");
    }
}

#[test]
fn everything_is_there_again_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::simulated(1).with_disk(Disk::real());
    let open = || Kv::open(&Storage::open(&world, &folder.path().join("kv")).unwrap()).unwrap();
    let large = Bytes::from(vec![7; 100_000]);
    {
        let namespace = open().namespace("id");
        put(&namespace, "small", "value");
        namespace.put("large", large.clone(), &with_ttl(100)).unwrap();
        put(&namespace, "deleted", "x");
        namespace.delete("deleted").unwrap();
    }
    let kv = open();
    let namespace = kv.namespace("id");
    assert_eq!(get(&namespace, "small").as_deref(), Some("value"));
    let found = namespace.get("large", &GetOptions::default()).unwrap().unwrap();
    assert_eq!((found.value, found.expiration), (large, Some(NOW + 100)));
    assert_eq!(get(&namespace, "deleted"), None);
    assert_eq!(names(&namespace, &ListOptions::default()), ["large", "small"]);
    kv.flush().unwrap();
    world.clock().advance_by(Duration::from_secs(100));
    assert_eq!(names(&namespace, &ListOptions::default()), ["small"]);
}

#[test]
fn pairs_from_elsewhere_keep_their_expiration_however_near() {
    let (world, namespace) = namespace();
    let pair = |key: &str, expiration: Option<i64>| BulkEntry {
        key: key.to_owned(),
        value: Bytes::from_static(b"x"),
        options: PutOptions { expiration, metadata: Some("{\"a\":1}".to_owned()), ..PutOptions::default() },
    };
    namespace.restore(vec![pair("near", Some(NOW + 1)), pair("gone", Some(NOW)), pair("always", None)]).unwrap();
    let found = namespace.list(&ListOptions::default()).unwrap().keys;
    let shown: Vec<_> = found.iter().map(|key| (key.name.as_str(), key.expiration, key.metadata.as_deref())).collect();
    assert_eq!(shown, [("always", None, Some("{\"a\":1}")), ("near", Some(NOW + 1), Some("{\"a\":1}"))]);
    world.clock().advance_by(Duration::from_secs(1));
    assert_eq!(get(&namespace, "near"), None);
    assert!(namespace.restore(vec![pair("", None)]).unwrap_err().to_string().contains("Key name cannot be empty"));
}
