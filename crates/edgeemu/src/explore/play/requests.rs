//! Requests and operations: from scripts and Workers to the simulator, and into the Worker.

use std::time::Duration;

use bytes::Bytes;
use edgeemu_kv::Entry;
use edgeemu_kv::consistency::{Colo, Place};
use edgeemu_runtime::{Asked, Body, RequestInfo};
use edgeemu_sim as sim;
use http::HeaderValue;
use percent_encoding::percent_decode_str;
use sim::{Operation, Wait};

use crate::cf;

/// The host that scripts ask for everything but answers.
const CONTROL: &str = "edgeemu.control";

/// Who sends a request, and where from.
const CLIENT: &str = "edgeemu-client";
const COLO: &str = "edgeemu-colo";

/// What a script wants.
pub(super) enum OfScript {
    Request(Box<sim::Request>),
    Wait(Wait),
    Refused(String),
}

/// Understands an operation of a script.
pub(super) fn of_script(asked: Asked) -> OfScript {
    let request = match asked {
        Asked::Fetch(request) => request,
        Asked::Wait(time) => return OfScript::Wait(Wait::Time(time)),
        _ => return OfScript::Refused("a test has no bindings".to_owned()),
    };
    if request.uri().host() == Some(CONTROL) {
        return match control(&request) {
            Some(wait) => OfScript::Wait(wait),
            None => OfScript::Refused(format!("edgeemu/test has no `{}`", request.uri().path())),
        };
    }
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let (Some(client), Some(colo)) = (header(CLIENT), header(COLO).and_then(|colo| colo.parse().ok())) else {
        return OfScript::Refused("a test asks its Worker through `w.client(…)`, and nobody else".to_owned());
    };
    let is_ours = |name: &http::HeaderName| name == CLIENT || name == COLO;
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = request.headers().iter().filter(|(name, _)| !is_ours(name));
    OfScript::Request(Box::new(sim::Request {
        client: decoded(client),
        colo: Some(colo),
        method: request.method().to_string(),
        path: crate::inbound::path(request.uri()).to_owned(),
        headers: headers.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        body: request.body().clone(),
    }))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn control(request: &http::Request<Bytes>) -> Option<Wait> {
    let mut parts = request.uri().path().trim_start_matches('/').splitn(4, '/');
    match (parts.next()?, parts.next(), parts.next(), parts.next()) {
        ("wait", Some(millis), ..) => Some(Wait::Time(Duration::from_millis(millis.parse().ok()?))),
        ("settled", ..) => Some(Wait::Quiet),
        ("kv", Some(namespace), Some("keys"), prefix) => {
            Some(Wait::Keys { namespace: decoded(namespace), prefix: decoded(prefix.unwrap_or_default()) })
        }
        ("kv", Some(namespace), Some("value"), Some(key)) => {
            let (namespace, key) = (decoded(namespace), decoded(key));
            if request.method() != http::Method::PUT {
                return Some(Wait::Value { namespace, key });
            }
            let entry = Entry { value: request.body().clone(), metadata: None, expiration: None };
            Some(Wait::Import { namespace, key, entry: Some(entry) })
        }
        _ => None,
    }
}

/// What an operation is to do that the simulator does not know.
pub(super) enum Work {
    D1 { binding: String, request: edgeemu_d1::Request },
    Fetch(http::Request<Bytes>),
}

/// How much of a statement names it in plans.
const WORDS: usize = 60;

/// What a Worker asked for, as the simulator knows it, and what it does not know of it.
pub(super) fn operation(asked: Asked) -> (Operation, Option<Work>) {
    let other = |service: &str, call: String| Operation::Other { service: service.to_owned(), call };
    match asked {
        Asked::KvGet { binding, key, cache_ttl } => (Operation::KvGet { namespace: binding, key, cache_ttl }, None),
        Asked::KvPut { binding, key, entry } => (Operation::KvPut { namespace: binding, key, entry }, None),
        Asked::KvDelete { binding, key } => (Operation::KvDelete { namespace: binding, key }, None),
        Asked::KvList { binding, query } => (Operation::KvList { namespace: binding, query }, None),
        Asked::Wait(time) => (Operation::Wait(time), None),
        Asked::D1 { binding, request } => {
            let statements = request.statements.iter().map(|statement| statement.sql.split_whitespace());
            let words: Vec<&str> = statements.flatten().collect();
            let text: String = words.join(" ").chars().take(WORDS).collect();
            (other("D1", format!("{binding}({text})")), Some(Work::D1 { binding, request }))
        }
        Asked::Fetch(request) => (other("fetch", in_words(&request)), Some(Work::Fetch(request))),
    }
}

/// What names an outgoing request in plans. What it sends is a part of what it does.
pub(super) fn in_words(request: &http::Request<Bytes>) -> String {
    let body: String = String::from_utf8_lossy(request.body()).chars().take(WORDS).collect();
    format!("{} {} {body}", request.method(), request.uri()).trim_end().to_owned()
}

/// A request of the Worker to the outside, for the isolate of the tests.
pub(super) fn to_outside(request: http::Request<Bytes>) -> (http::Request<Body>, RequestInfo) {
    let (_, info) = to_tests("/outside");
    let url = percent_encoding::utf8_percent_encode(&request.uri().to_string(), percent_encoding::NON_ALPHANUMERIC)
        .to_string();
    let mut request = request.map(Body::from);
    if let Ok(url) = HeaderValue::from_str(&url) {
        request.headers_mut().insert("edgeemu-url", url);
    }
    (request, info)
}

/// A request of a client, as the Worker at `colo` gets it.
pub(super) fn inbound(request: &sim::Request, colo: Colo) -> (http::Request<Body>, RequestInfo) {
    let mut inbound = http::Request::new(Body::from(request.body.clone()));
    *inbound.method_mut() = request.method.parse().unwrap_or_default();
    for (name, value) in &request.headers {
        let name = http::HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            inbound.headers_mut().append(name, value);
        }
    }
    let ray = format!("{:016x}-{colo}", 0x8a5f_0000_0000_0000_u64);
    let known = [("host", "example.com"), ("accept-encoding", "br, gzip"), ("cf-ray", ray.as_str())];
    for (name, value) in known {
        if let Ok(value) = HeaderValue::from_str(value) {
            inbound.headers_mut().insert(name, value);
        }
    }
    if !request.body.is_empty() {
        inbound.headers_mut().insert(http::header::CONTENT_LENGTH, request.body.len().into());
    }
    let url = format!("https://example.com{}", request.path);
    let cf = Box::new(move || cf::describe(http::Version::HTTP_2, None, Some(colo)));
    (inbound, RequestInfo { url, cf: Some(cf), place: Some(Place::of(colo)), ..RequestInfo::default() })
}

/// A request to the isolate of the tests.
pub(super) fn to_tests(path: &str) -> (http::Request<Body>, RequestInfo) {
    let info = RequestInfo { url: format!("http://edgeemu.tests{path}"), ..RequestInfo::default() };
    (http::Request::new(Body::empty()), info)
}
