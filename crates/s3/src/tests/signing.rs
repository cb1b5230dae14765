//! Signatures that are wrong, old, incomplete, or somebody else's.

use super::{Bench, key};
use http::StatusCode;
use std::time::Duration;

fn code(text: &str) -> &str {
    text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code)
}

#[test]
fn a_signed_request_is_answered() {
    let bench = Bench::new();
    assert_eq!(bench.ask("PUT", "/files/a%20b", "hello").status, StatusCode::OK);
    let got = bench.ask("GET", "/files/a%20b", "");
    assert_eq!((got.status, got.text.as_str()), (StatusCode::OK, "hello"));
}

#[test]
fn a_changed_request_is_refused() {
    let bench = Bench::new();
    bench.ask("PUT", "/files/key", "hello");
    let mut request = bench.signed(("GET", "/files/key"), "", super::sha256_hex(b"").as_str(), &[]);
    *request.uri_mut() = "/files/other".parse().expect("it is one");
    let seen = bench.send(request);
    assert_eq!((seen.status, code(&seen.text)), (StatusCode::FORBIDDEN, "SignatureDoesNotMatch"));
    assert!(seen.text.contains("<CanonicalRequest>GET\n/files/other\n\nhost:localhost:9000\n"), "{}", seen.text);
    let mut request = bench.signed(("PUT", "/files/key"), "hello", super::sha256_hex(b"hello").as_str(), &[]);
    *request.body_mut() = "HELLO".to_owned().into();
    let seen = bench.send(request);
    assert_eq!((seen.status, code(&seen.text)), (StatusCode::BAD_REQUEST, "XAmzContentSHA256Mismatch"));
    assert_eq!(bench.ask("GET", "/files/key", "").text, "hello");
}

#[test]
fn a_request_of_another_time_is_refused() {
    let bench = Bench::new();
    let sign = || bench.signed(("GET", "/files"), "", super::sha256_hex(b"").as_str(), &[]);
    let request = sign();
    bench.world.clock().advance_by(Duration::from_secs(15 * 60));
    assert_eq!(bench.send(request.clone()).status, StatusCode::OK);
    bench.world.clock().advance_by(Duration::from_secs(1));
    let seen = bench.send(request);
    assert_eq!((seen.status, code(&seen.text)), (StatusCode::FORBIDDEN, "RequestTimeTooSkewed"));
    assert_eq!(bench.send(sign()).status, StatusCode::OK);
}

#[test]
fn a_header_that_says_too_little_is_refused() {
    let bench = Bench::new();
    let change = |name: &'static str, value: Option<&str>| {
        let mut request = bench.signed(("GET", "/files"), "", super::sha256_hex(b"").as_str(), &[]);
        match value {
            Some(value) => request.headers_mut().insert(name, value.parse().expect("it is one")),
            None => request.headers_mut().remove(name),
        };
        let seen = bench.send(request);
        (seen.status.as_u16(), code(&seen.text).to_owned())
    };
    let is = |seen: (u16, String), status: u16, code: &str| assert_eq!(seen, (status, code.to_owned()));
    is(change("authorization", None), 400, "InvalidArgument");
    is(change("x-amz-content-sha256", None), 400, "InvalidRequest");
    is(change("x-amz-date", None), 400, "InvalidArgument");
    is(change("x-amz-date", Some("yesterday")), 400, "InvalidArgument");
    is(change("authorization", Some("AWS id:signature")), 400, "InvalidRequest");
    let field = |credential: &str, headers: &str| {
        format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={headers}, Signature=00")
    };
    let with = |credential: &str, headers: &str| change("authorization", Some(&field(credential, headers)));
    is(with("id/20240101/auto/s3", "host"), 400, "InvalidArgument");
    is(with("id/20240101/auto/ec2/aws4_request", "host"), 400, "InvalidArgument");
    is(with("id/20240101/auto/s3/other", "host"), 400, "InvalidArgument");
    is(with("id/20231231/auto/s3/aws4_request", "host"), 400, "InvalidArgument");
    is(with("nobody/20240101/auto/s3/aws4_request", "host"), 401, "Unauthorized");
    is(with("id/20240101/auto/s3/aws4_request", "x-amz-date"), 401, "Unauthorized");
    is(with("id/20240101/auto/s3/aws4_request", "host"), 403, "SignatureDoesNotMatch");
}

#[test]
fn a_url_is_good_until_it_expires() {
    let bench = Bench::new();
    let put = bench.url("PUT", "/files/key", "60");
    assert_eq!(bench.follow("PUT", &put, "by url").status, StatusCode::OK);
    let get = bench.url("GET", "/files/key", "60");
    assert_eq!(bench.follow("GET", &get, "").text, "by url");
    assert_eq!(bench.follow("HEAD", &get, "").status, StatusCode::FORBIDDEN);
    assert_eq!(code(&bench.follow("GET", &get.replace("/key", "/other"), "").text), "SignatureDoesNotMatch");
    assert_eq!(code(&bench.follow("GET", &get.replace("Expires=60", "Expires=61"), "").text), "SignatureDoesNotMatch");
    bench.world.clock().advance_by(Duration::from_secs(60));
    assert_eq!(bench.follow("GET", &get, "").status, StatusCode::OK);
    bench.world.clock().advance_by(Duration::from_millis(1));
    let seen = bench.follow("GET", &get, "");
    assert_eq!((seen.status, code(&seen.text)), (StatusCode::FORBIDDEN, "ExpiredRequest"));
}

#[test]
fn a_url_that_says_too_little_is_refused() {
    let bench = Bench::new();
    let message = |url: &str| bench.follow("GET", url, "").text;
    let url = bench.url("GET", "/files/key", "60");
    assert!(message(&url.replace("X-Amz-Expires", "x")).contains("Required search parameter X-Amz-Expires missing"));
    let bare = url.replace("X-Amz-Expires", "x").replace("X-Amz-Date", "y");
    assert!(message(&bare).contains("Required search parameters X-Amz-Date,  X-Amz-Expires missing"));
    assert!(message(&bench.url("GET", "/files/key", "soon")).contains("X-Amz-Expires should be a number"));
    assert!(message(&bench.url("GET", "/files/key", "604801")).contains("must be less than a week"));
    for never in ["0", "-5"] {
        assert_eq!(code(&message(&bench.url("GET", "/files/key", never))), "ExpiredRequest");
    }
    assert_eq!(code(&message(&url.replace("HMAC-SHA256&", "HMAC-SHA1&"))), "InvalidRequest");
}

#[test]
fn keys_can_be_exchanged_while_it_runs() {
    let bench = Bench::new();
    let mut other = key();
    other.secret = "another".to_owned();
    bench.s3.allow(crate::S3Access { keys: vec![other], buckets: std::iter::once("files".to_owned()).collect() });
    assert_eq!(code(&bench.ask("GET", "/files", "").text), "SignatureDoesNotMatch");
}
