//! What clients see of the endpoint, without a socket: requests that are signed here, clocks that are moved by hand.

mod bodies;
mod public;
mod signing;

use crate::AccessKey;
use crate::body::Body;
use crate::call::Call;
use crate::dates;
use crate::service::{S3, S3Access, S3Options};
use crate::signature::{ALGORITHM, Scope, Signed, sha256_hex};
use bytes::Bytes;
use edgeemu_r2::R2;
use edgeemu_world::{SIMULATED_START, Timestamp, World};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use std::collections::BTreeSet;

/// An endpoint in a simulated world, with the bucket `files`.
pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) s3: S3,
}

pub(crate) fn key() -> AccessKey {
    AccessKey { id: "id".to_owned(), secret: "secret".to_owned() }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        let world = World::simulated(7);
        let clock = world.clock().clone();
        let s3 = S3::new(S3Options { r2: R2::memory(&world), wall: clock.clone(), clock });
        s3.allow(S3Access { keys: vec![key()], buckets: BTreeSet::from(["files".to_owned()]) });
        Bench { world, s3 }
    }

    /// Sends a request as it is.
    pub(crate) fn send(&self, request: Request<Full<Bytes>>) -> Seen {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("an event loop can be made");
        runtime.block_on(async {
            let (parts, body): (_, Body) = Response::into_parts(self.s3.answer(request, "").await);
            let bytes = body.collect().await.expect("the body can be read").to_bytes();
            Seen { status: parts.status, text: String::from_utf8_lossy(&bytes).into_owned() }
        })
    }

    /// Signs a request by the emulator's clock, and sends it.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> Seen {
        self.send(self.signed((method, path), body, &sha256_hex(body.as_bytes()), &[]))
    }

    /// A request with a signature in its header.
    pub(crate) fn signed(
        &self,
        (method, path): (&str, &str),
        body: &str,
        payload: &str,
        more: &[(&str, &str)],
    ) -> Request<Full<Bytes>> {
        let time = basic(self.world.clock().now());
        let mut builder = Request::builder().method(method).uri(path).header("host", "localhost:9000");
        builder = builder.header("x-amz-date", &time).header("x-amz-content-sha256", payload);
        builder = builder.header("content-length", body.len());
        for (name, value) in more {
            builder = builder.header(*name, *value);
        }
        let mut request = builder.body(Full::from(body.to_owned())).expect("the request is well-formed");
        let signature = sign(&request, &time, payload, false);
        let (scope, headers) = (scope(&time).text(), "host;x-amz-content-sha256;x-amz-date");
        let text = format!("{ALGORITHM} Credential=id/{scope}, SignedHeaders={headers}, Signature={signature}");
        request.headers_mut().insert("authorization", text.parse().expect("it is ASCII"));
        request
    }

    /// A URL that was signed now.
    pub(crate) fn url(&self, method: &str, path: &str, expires: &str) -> String {
        let time = basic(self.world.clock().now());
        let credential = crate::signature::uri_encode(&format!("id/{}", scope(&time).text()));
        let url = format!(
            "{path}?X-Amz-Algorithm={ALGORITHM}&X-Amz-Credential={credential}&X-Amz-Date={time}\
             &X-Amz-Expires={expires}&X-Amz-SignedHeaders=host"
        );
        let request = Request::builder().method(method).uri(&url).header("host", "localhost:9000");
        let request = request.body(Full::default()).expect("the request is well-formed");
        format!("{url}&X-Amz-Signature={}", sign(&request, &time, "UNSIGNED-PAYLOAD", true))
    }

    /// Sends a request that has its signature in its URL.
    pub(crate) fn follow(&self, method: &str, url: &str, body: &str) -> Seen {
        let builder = Request::builder().method(method).uri(url).header("host", "localhost:9000");
        let request = builder.header("content-length", body.len()).body(Full::from(body.to_owned()));
        self.send(request.expect("the request is well-formed"))
    }
}

pub(crate) fn scope(time: &str) -> Scope {
    let (date, region, service) = (time[..8].to_owned(), "auto".to_owned(), "s3".to_owned());
    Scope { time: time.to_owned(), date, region, service }
}

fn sign(request: &Request<Full<Bytes>>, time: &str, payload: &str, is_presigned: bool) -> String {
    let (parts, _) = request.clone().into_parts();
    let call = Call::new(&parts, "").expect("the path can be read");
    let headers: &[&str] = if is_presigned { &["host"] } else { &["host", "x-amz-content-sha256", "x-amz-date"] };
    let headers: Vec<_> = headers.iter().map(|name| (*name).to_owned()).collect();
    let signed = Signed { scope: &scope(time), headers: &headers, payload, is_presigned };
    signed.compute(&call, &key().secret).signature
}

/// `20240101T000000Z`.
pub(crate) fn basic(time: Timestamp) -> String {
    let iso = dates::iso(time.as_millis());
    format!("{}Z", iso[..19].replace(['-', ':'], ""))
}

#[test]
fn dates_are_read_as_they_are_written() {
    for day in -200_000..200_000_i64 {
        let text = basic(Timestamp::from_secs(day * 86_400 + 3661));
        if text.len() == 16 && day > -719_000 {
            assert_eq!(dates::parse_basic(&text), Some(Timestamp::from_secs(day * 86_400 + 3661)), "{text}");
        }
    }
    assert_eq!(dates::iso(SIMULATED_START.as_millis()), "2024-01-01T00:00:00.000Z");
    assert_eq!(dates::http(1_709_210_096_789), "Thu, 29 Feb 2024 12:34:56 GMT");
    assert_eq!(dates::parse_http("Thu, 29 Feb 2024 12:34:56 GMT"), Some(1_709_210_096_000));
    for wrong in
        ["Thu, 30 Feb 2024 12:34:56 GMT", "Thu, 29 Feb 2024 12:34:56", "soon", "", "Thu, 1 Foo 2024 00:00:00 GMT"]
    {
        assert_eq!(dates::parse_http(wrong), None, "{wrong}");
    }
    for wrong in
        ["20240230T000000Z", "20240101T240000Z", "20240101 000000Z", "2024-01-01T00:00Z", "", "ä0240101T000000Z"]
    {
        assert_eq!(dates::parse_basic(wrong), None, "{wrong}");
    }
}

#[test]
fn a_key_is_made_as_the_specification_says() {
    // The example of Amazon's documentation of Signature Version 4.
    let scope = Scope {
        time: "20150830T123600Z".to_owned(),
        date: "20150830".to_owned(),
        region: "us-east-1".to_owned(),
        service: "iam".to_owned(),
    };
    let key = scope.key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    assert_eq!(crate::signature::hex(&key), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}
