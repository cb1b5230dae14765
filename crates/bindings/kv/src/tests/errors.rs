//! Every row of the table of errors, word for word.

use super::*;
use crate::{KvError, Operation};
use deno_error::JsErrorClass;

/// `Name: message`, as a Worker would print the exception.
fn shown<T: std::fmt::Debug>(outcome: Result<T, KvError>) -> String {
    let error = outcome.expect_err("it must be refused");
    format!("{}: {error}", error.get_class())
}

fn put_with(options: &PutOptions) -> String {
    shown(namespace().1.put("key", Bytes::new(), options))
}

fn listed(options: &ListOptions) -> String {
    shown(namespace().1.list(options))
}

fn many(keys: &[&str], options: &BulkGetOptions) -> String {
    let (_, namespace) = namespace();
    put(&namespace, "text", "not json");
    shown(namespace.get_many(&owned(keys), options))
}

/// The same key in each operation that names a single key.
fn in_each(key: &str) -> [String; 3] {
    let (_, namespace) = namespace();
    [
        shown(namespace.get(key, &GetOptions::default())),
        shown(namespace.put(key, Bytes::new(), &PutOptions::default())),
        shown(namespace.delete(key)),
    ]
}

#[test]
fn an_empty_key_is_a_type_error_of_the_binding() {
    assert_eq!(in_each(""), ["TypeError: Key name cannot be empty."; 3]);
}

#[test]
fn dots_are_a_type_error_of_the_binding() {
    assert_eq!(in_each("."), ["TypeError: \".\" is not allowed as a key name."; 3]);
    assert_eq!(in_each(".."), ["TypeError: \"..\" is not allowed as a key name."; 3]);
}

#[test]
fn a_key_that_is_too_long_is_refused_by_its_bytes() {
    let wanted = ["GET", "PUT", "DELETE"].map(|operation| {
        format!("Error: KV {operation} failed: 414 UTF-8 encoded length of 513 exceeds key length limit of 512.")
    });
    assert_eq!(in_each(&"x".repeat(513)), wanted);
    assert_eq!(in_each(&format!("{}x", "\u{e4}".repeat(256))), wanted);
}

#[test]
fn a_prefix_that_is_too_long_is_refused_as_get() {
    let options = ListOptions { prefix: Some("x".repeat(513)), ..ListOptions::default() };
    let wanted = "Error: KV GET failed: 414 UTF-8 encoded length of 513 exceeds key length limit of 512.";
    assert_eq!(listed(&options), wanted);
}

#[test]
fn what_the_caller_finds_wrong_by_itself_has_its_text_here() {
    let text = |error: KvError| shown::<()>(Err(error));
    assert_eq!(
        text(KvError::undecodable_key(Operation::Get)),
        "Error: KV GET failed: 400 Could not URL-decode key name"
    );
    assert_eq!(
        text(KvError::UnknownType),
        "TypeError: Unknown response type. Possible types are \"text\", \"arrayBuffer\", \"json\", and \"stream\"."
    );
    assert_eq!(
        text(KvError::UnsupportedValue),
        "TypeError: KV put() accepts only strings, ArrayBuffers, ArrayBufferViews, and ReadableStreams as values."
    );
    assert_eq!(
        text(KvError::value_too_long(26_214_401).expect("one byte too many")),
        "Error: KV PUT failed: 413 Value length of 26214401 exceeds limit of 26214400."
    );
    assert!(KvError::value_too_long(26_214_400).is_none());
}

#[test]
fn a_ttl_must_be_positive() {
    for (ttl, shown) in [(0, "0"), (-5, "-5"), (i64::MIN, "-9223372036854775808")] {
        let options = PutOptions { expiration_ttl: Some(ttl), ..PutOptions::default() };
        let wanted = format!(
            "Error: KV PUT failed: 400 Invalid expiration_ttl of {shown}. Please specify integer greater than 0."
        );
        assert_eq!(put_with(&options), wanted);
    }
}

#[test]
fn a_ttl_below_a_minute_is_refused() {
    let wanted = "Error: KV PUT failed: 400 Invalid expiration_ttl of 59. Expiration TTL must be at least 60.";
    assert_eq!(put_with(&PutOptions { expiration_ttl: Some(59), ..PutOptions::default() }), wanted);
}

#[test]
fn an_expiration_must_be_in_the_future() {
    for expiration in [100, NOW] {
        let wanted = format!(
            "Error: KV PUT failed: 400 Invalid expiration of {expiration}. Please specify integer greater than the current number of seconds since the UNIX epoch."
        );
        assert_eq!(put_with(&PutOptions { expiration: Some(expiration), ..PutOptions::default() }), wanted);
    }
}

#[test]
fn an_expiration_within_a_minute_is_refused() {
    for expiration in [NOW + 1, NOW + 59] {
        let wanted = format!(
            "Error: KV PUT failed: 400 Invalid expiration of {expiration}. Expiration times must be at least 60 seconds in the future."
        );
        assert_eq!(put_with(&PutOptions { expiration: Some(expiration), ..PutOptions::default() }), wanted);
    }
}

#[test]
fn the_bounds_themselves_are_accepted() {
    let (_, namespace) = namespace();
    let accepted = |options: PutOptions| namespace.put(&"k".repeat(512), Bytes::new(), &options).unwrap();
    accepted(PutOptions { expiration_ttl: Some(60), ..PutOptions::default() });
    accepted(PutOptions { expiration: Some(NOW + 60), ..PutOptions::default() });
    accepted(PutOptions { metadata: Some("1".repeat(1024)), ..PutOptions::default() });
    accepted(PutOptions { expiration_ttl: Some(i64::MAX), ..PutOptions::default() });
    namespace.put("large", Bytes::from(vec![0; 26_214_400]), &PutOptions::default()).unwrap();
    namespace.get("large", &GetOptions { cache_ttl: Some(30) }).unwrap().expect("it was put");
    namespace.list(&ListOptions { limit: Some(1000), ..ListOptions::default() }).unwrap();
}

#[test]
fn a_value_that_is_too_large_is_refused() {
    let outcome = namespace().1.put("key", Bytes::from(vec![0; 26_214_401]), &PutOptions::default());
    assert_eq!(shown(outcome), "Error: KV PUT failed: 413 Value length of 26214401 exceeds limit of 26214400.");
}

#[test]
fn metadata_is_measured_in_bytes() {
    let wanted = "Error: KV PUT failed: 413 Metadata length of 1025 exceeds limit of 1024.";
    for metadata in ["1".repeat(1025), format!("\"{}a\"", "\u{e4}".repeat(511))] {
        assert_eq!(put_with(&PutOptions { metadata: Some(metadata), ..PutOptions::default() }), wanted);
    }
}

#[test]
fn the_expiration_is_judged_before_metadata_and_value() {
    let options = PutOptions { expiration_ttl: Some(1), metadata: Some("1".repeat(2000)), ..PutOptions::default() };
    assert!(put_with(&options).contains("expiration_ttl"));
    let options = PutOptions { expiration_ttl: None, ..options };
    let outcome = namespace().1.put("key", Bytes::from(vec![0; 26_214_401]), &options);
    assert!(shown(outcome).contains("Metadata length"));
}

#[test]
fn a_cache_ttl_below_half_a_minute_is_refused() {
    let single = |ttl| shown(namespace().1.get("key", &GetOptions { cache_ttl: Some(ttl) }));
    assert_eq!(single(29), "Error: KV GET failed: 400 Invalid cache_ttl of 29. Cache TTL must be at least 30.");
    assert_eq!(single(0), "Error: KV GET failed: 400 Invalid cache_ttl of 0. Cache TTL must be at least 30.");
    let options = BulkGetOptions { cache_ttl: Some(-1), value_type: None };
    let wanted = "Error: KV GET_BULK failed: 400 Invalid cache_ttl of -1. Cache TTL must be at least 30.";
    assert_eq!(many(&["key"], &options), wanted);
}

#[test]
fn a_list_of_more_than_a_thousand_is_refused() {
    let wanted = "Error: KV GET failed: 400 Invalid key_count_limit of 1001. Please specify integer less than 1000.";
    assert_eq!(listed(&ListOptions { limit: Some(1001), ..ListOptions::default() }), wanted);
}

#[test]
fn a_made_up_cursor_is_refused() {
    for cursor in ["garbage", "a2V5", "!", "\u{e4}"] {
        let options = ListOptions { cursor: Some(cursor.to_owned()), ..ListOptions::default() };
        assert_eq!(listed(&options), "Error: KV GET failed: 400 Invalid cursor", "{cursor}");
    }
}

#[test]
fn a_bulk_get_takes_one_to_a_hundred_keys() {
    let keys: Vec<&str> = vec!["k"; 101];
    let options = BulkGetOptions::default();
    assert_eq!(many(&[], &options), "Error: KV GET_BULK failed: 400 You must request a minimum of 1 key");
    assert_eq!(many(&keys, &options), "Error: KV GET_BULK failed: 400 You can request a maximum of 100 keys");
}

#[test]
fn a_bulk_get_knows_text_and_json() {
    for value_type in ["stream", "arrayBuffer", ""] {
        let wanted =
            format!("Error: KV GET_BULK failed: 400 \"{value_type}\" is not a valid type. Use \"json\" or \"text\"");
        assert_eq!(many(&["key"], &bulk(value_type)), wanted);
    }
}

#[test]
fn one_value_that_is_not_json_fails_the_whole_bulk_get() {
    let wanted = "Error: KV GET_BULK failed: 400 At least one of the requested keys corresponds to a non-json value";
    assert_eq!(many(&["missing", "text"], &bulk("json")), wanted);
}

#[test]
fn a_bulk_get_of_too_much_is_refused() {
    let (_, namespace) = namespace();
    let value = Bytes::from(vec![b'1'; 13_107_201]);
    for key in ["a", "b"] {
        namespace.put(key, value.clone(), &PutOptions::default()).unwrap();
    }
    let outcome = namespace.get_many(&owned(&["a", "b"]), &BulkGetOptions::default());
    assert_eq!(shown(outcome), "Error: KV GET_BULK failed: 413 Total size of request exceeds the limit of 25MB");
    namespace.put("b", value.slice(..13_107_199), &PutOptions::default()).unwrap();
    namespace.get_many(&owned(&["a", "b"]), &BulkGetOptions::default()).expect("exactly 25 MiB");
}

#[test]
fn a_bulk_get_judges_keys_in_words_of_its_own() {
    for (key, text) in [
        ("", "400 Key name  is not legal"),
        (".", "400 Key name . is not legal"),
        ("..", "400 Key name .. is not legal"),
        (&"x".repeat(513), "414 Encoded length of 513 is too long"),
    ] {
        let wanted = format!("Error: KV GET_BULK failed: {text}");
        assert_eq!(many(&["fine", key], &BulkGetOptions::default()), wanted);
    }
}
