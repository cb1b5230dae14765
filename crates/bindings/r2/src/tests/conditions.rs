//! Conditions: how they are written and whether they hold.

use super::{NOW, bucket, get, get_with, put, text};
use crate::{Condition, Etag, GetOptions, PutOptions};
use bytes::Bytes;
use std::time::Duration;

const ETAG: &str = "2063c1608d6e0baf80249c42e2be5804";

fn strong(value: &str) -> Option<Vec<Etag>> {
    Some(vec![Etag::Strong(value.to_owned())])
}

#[test]
fn conditions_hold_as_in_production() {
    let (_, bucket) = bucket();
    put(&bucket, "c", "value");
    let holds = |condition: Condition| {
        let options = GetOptions { only_if: Some(condition), ..GetOptions::default() };
        assert!(bucket.get("none", &options).unwrap().is_none());
        get_with(&bucket, "c", &options).is_some()
    };
    let base = Condition::default;
    let (any, weak) = (Some(vec![Etag::Any]), Some(vec![Etag::Weak(ETAG.to_owned())]));
    assert!(holds(Condition { etag_matches: strong(ETAG), ..base() }));
    assert!(!holds(Condition { etag_matches: strong("x"), ..base() }));
    assert!(holds(Condition { etag_matches: any.clone(), ..base() }));
    assert!(!holds(Condition { etag_matches: weak.clone(), ..base() }));
    assert!(!holds(Condition { etag_does_not_match: strong(ETAG), ..base() }));
    assert!(!holds(Condition { etag_does_not_match: weak, ..base() }));
    assert!(!holds(Condition { etag_does_not_match: any, ..base() }));
    assert!(holds(Condition { uploaded_before: Some(NOW + 1), ..base() }));
    assert!(!holds(Condition { uploaded_before: Some(NOW), ..base() }));
    assert!(holds(Condition { uploaded_after: Some(NOW - 1), ..base() }));
    assert!(!holds(Condition { uploaded_after: Some(NOW), ..base() }));
    assert!(holds(Condition { uploaded_before: Some(NOW - 5000), etag_matches: strong(ETAG), ..base() }));
    assert!(holds(Condition { uploaded_after: Some(NOW + 5000), etag_does_not_match: strong("x"), ..base() }));
    assert!(!holds(Condition { uploaded_before: Some(NOW + 1), seconds_granularity: true, ..base() }));
}

#[test]
fn a_put_is_conditional_on_what_is_there() {
    let (world, bucket) = bucket();
    let put_if = |condition: Condition| {
        let options = PutOptions { only_if: Some(condition), ..PutOptions::default() };
        bucket.put("p", &Bytes::from_static(b"value"), options).unwrap().is_some()
    };
    let base = Condition::default;
    assert!(!put_if(Condition { etag_matches: Some(vec![Etag::Any]), ..base() }));
    assert!(!put_if(Condition { uploaded_after: Some(0), ..base() }));
    assert!(put_if(Condition { etag_does_not_match: Some(vec![Etag::Any]), ..base() }));
    assert!(!put_if(Condition { etag_does_not_match: Some(vec![Etag::Any]), ..base() }));
    world.clock().advance_by(Duration::from_millis(5));
    assert!(put_if(Condition { etag_matches: strong(ETAG), ..base() }));
    assert_eq!(bucket.head("p").unwrap().unwrap().uploaded, NOW + 5);
}

#[test]
fn a_condition_is_looked_at_when_the_bytes_are_there() {
    let (_, bucket) = bucket();
    let absent = Condition { etag_does_not_match: Some(vec![Etag::Any]), ..Condition::default() };
    let options = PutOptions { only_if: Some(absent), ..PutOptions::default() };
    let mut first = bucket.begin_put("p", 1, options.clone()).unwrap();
    let mut second = bucket.begin_put("p", 1, options).unwrap();
    first.write(b"1").unwrap();
    second.write(b"2").unwrap();
    assert!(second.finish().unwrap().is_some());
    assert!(first.finish().unwrap().is_none());
    assert_eq!(get(&bucket, "p").as_deref(), Some("2"));
}

#[test]
fn etags_are_read_from_options_and_headers() {
    assert_eq!(Etag::from_option("*").unwrap(), [Etag::Any]);
    assert_eq!(Etag::from_option("a\"").unwrap(), [Etag::Strong("a\"".to_owned())]);
    assert_eq!(text(Etag::from_option("\"a\"")), "Conditional ETag should not be wrapped in quotes (\"a\").");
    assert_eq!(text(Etag::from_option("\"")), "Conditional ETag should not be wrapped in quotes (\").");
    let read = |header: &str| Etag::from_header("if-match", header).unwrap();
    let strong = |value: &str| Etag::Strong(value.to_owned());
    assert_eq!(read(r#""a,b","c""#), [strong("a,b"), strong("c")]);
    assert_eq!(read(r#", ,"x", W/"y""#), [strong("x"), Etag::Weak("y".to_owned())]);
    assert_eq!(read(r#""x", *"#), [Etag::Any]);
    assert_eq!(read(r#"* "x""#), [Etag::Any]);
    assert_eq!(read(r#""x" trailing"#), [strong("x")]);
    let refused = |header: &str| text(Etag::from_header("if-match", header));
    assert_eq!(refused("abc,def"), "Invalid ETag in if-match header");
    assert_eq!(refused(""), "Invalid ETag in if-match header");
    assert_eq!(refused("\"x"), "Unclosed double quote for Etag");
    assert_eq!(refused("W\"x\""), "Weak etags must start with W/ and their value must be quoted");
    let comma = "Comma was expected to separate etags. Encountered a";
    assert_eq!(refused(r#""x" *"#), format!("{comma} wildcard character '*' instead."));
    assert!(refused(r#""x" "y""#).starts_with(&format!("{comma} double quote character '\"' instead.")));
    assert!(refused(r#""x"W/"y""#).starts_with(&format!("{comma} weak quotation character 'W' instead.")));
}
