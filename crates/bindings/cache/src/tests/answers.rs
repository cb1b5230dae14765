//! What a match answers.

use http::HeaderMap;

use super::{KEY, cache, headers, response};
use crate::{Cache, Found};

fn stored() -> Cache {
    let (_world, cache) = cache();
    let list = [
        ("cache-control", "max-age=100"),
        ("etag", "\"abc\""),
        ("last-modified", "Thu, 01 Jan 2015 00:00:00 GMT"),
        ("content-type", "text/x"),
        ("connection", "close"),
        ("content-length", "99"),
        ("cf-cache-status", "MISS"),
    ];
    cache.put(KEY, response(200, &list), false).unwrap();
    cache
}

fn ask(list: &[(&str, &str)]) -> Found {
    stored().find(KEY, &headers(list)).unwrap()
}

fn shown(found: &Found, name: &str) -> String {
    found.headers.get(name).map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

#[test]
fn a_hit_says_so() {
    let found = ask(&[]);
    assert_eq!((found.status, found.body.as_ref()), (200, b"0123456789".as_slice()));
    let names = ["age", "cf-cache-status", "content-length", "connection", "date"].map(|name| shown(&found, name));
    assert_eq!(names, ["0", "HIT", "10", "", "Mon, 01 Jan 2024 00:00:00 GMT"]);
    assert!(stored().find("https://example.com/b", &HeaderMap::new()).is_none());
}

#[test]
fn a_body_of_unknown_length_has_no_length() {
    let (_world, cache) = cache();
    let mut streamed = response(200, &[("cache-control", "max-age=100")]);
    streamed.sized = false;
    cache.put(KEY, streamed, false).unwrap();
    assert_eq!(shown(&cache.find(KEY, &HeaderMap::new()).unwrap(), "content-length"), "");
}

#[test]
fn conditions_are_answered() {
    for tag in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*", "\"x\",W/\"abc\" ,"] {
        let found = ask(&[("if-none-match", tag), ("range", "bytes=0-1")]);
        assert_eq!((found.status, found.body.len(), shown(&found, "etag")), (304, 0, "\"abc\"".to_owned()), "{tag}");
    }
    for tag in ["\"x\"", "abc"] {
        assert_eq!(ask(&[("if-none-match", tag)]).status, 200, "{tag}");
        let both = [("if-none-match", tag), ("if-modified-since", "Thu, 01 Jan 2099 00:00:00 GMT")];
        assert_eq!(ask(&both).status, 200, "{tag}");
    }
    for (since, status) in [
        ("Thu, 01 Jan 2015 00:00:00 GMT", 304),
        ("Thu, 01 Jan 2099 00:00:00 GMT", 304),
        ("Thu, 01 Jan 2014 00:00:00 GMT", 200),
        ("zzz", 200),
    ] {
        assert_eq!(ask(&[("if-modified-since", since)]).status, status, "{since}");
    }
    for other in [("if-match", "\"x\""), ("if-unmodified-since", "Thu, 01 Jan 2014 00:00:00 GMT")] {
        assert_eq!(ask(&[other]).status, 200, "{other:?}");
    }
}

#[test]
fn one_range_is_a_part() {
    for (range, body, content_range) in [
        ("bytes=0-1", "01", "bytes 0-1/10"),
        ("bytes=2-", "23456789", "bytes 2-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=0-100", "0123456789", "bytes 0-9/10"),
        ("bytes=9-9", "9", "bytes 9-9/10"),
        ("BYTES=0-1", "01", "bytes 0-1/10"),
        ("bytes= 0 - 1", "01", "bytes 0-1/10"),
    ] {
        let found = ask(&[("range", range), ("if-range", "\"other\"")]);
        assert_eq!((found.status, found.body.as_ref()), (206, body.as_bytes()), "{range}");
        assert_eq!(shown(&found, "content-range"), content_range, "{range}");
        assert_eq!(shown(&found, "content-length"), body.len().to_string(), "{range}");
    }
}

#[test]
fn an_odd_range_is_everything_or_nothing() {
    for range in ["bytes=", "bytes=-0", "bytes=-100"] {
        assert_eq!(ask(&[("range", range)]).status, 200, "{range}");
    }
    for range in ["bytes=10-", "bytes=5-2", "bytes=0-1,20-30", "items=0-1", "bytes=a-b", "nonsense"] {
        let found = ask(&[("range", range)]);
        assert_eq!((found.status, shown(&found, "content-range")), (416, "bytes */10".to_owned()), "{range}");
        assert_eq!((shown(&found, "cf-cache-status"), shown(&found, "etag")), ("HIT".to_owned(), String::new()));
    }
}

#[test]
fn several_ranges_have_boundaries() {
    let found = ask(&[("range", "bytes=0-1,3-4")]);
    let kind = shown(&found, "content-type");
    let boundary = kind.strip_prefix("multipart/byteranges; boundary=").unwrap();
    let part = |range: &str, body: &str| {
        format!("--{boundary}\r\nContent-Type: text/x\r\nContent-Range: bytes {range}/10\r\n\r\n{body}\r\n")
    };
    let expected = format!("{}{}--{boundary}--", part("0-1", "01"), part("3-4", "34"));
    assert_eq!((found.status, String::from_utf8_lossy(&found.body).into_owned()), (206, expected.clone()));
    assert_eq!(shown(&found, "content-length"), expected.len().to_string());
}
