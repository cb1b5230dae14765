//! Servers that Workers fetch from: one that gives prepared answers, and one that shows what it was sent.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::io::Write;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use edgeemu::http::{HeaderMap, Request, Response, StatusCode};
use futures::{StreamExt, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

type Reply = Response<UnsyncBoxBody<Bytes, std::io::Error>>;

/// What a prepared answer consists of.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
    json: Option<Value>,
}

/// A server on this machine.
pub(crate) struct Upstream;

impl Upstream {
    /// Starts a server that gives these answers in order; gives its address.
    pub(crate) async fn answers(answers: Vec<Answer>) -> Result<String, String> {
        let left = Arc::new(Mutex::new(VecDeque::from(answers)));
        serve(move |_request| {
            let answer = left.lock().expect("nobody panics with it").pop_front();
            async move { prepared(answer) }
        })
        .await
    }

    /// Starts a server whose paths say what it does; gives its address.
    pub(crate) async fn echo() -> Result<String, String> {
        serve(echo).await
    }
}

async fn serve<F, A>(answer: F) -> Result<String, String>
where
    F: Fn(Request<Incoming>) -> A + Clone + Send + 'static,
    A: Future<Output = Reply> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = answer.clone();
            let service = service_fn(move |request| {
                let answer = answer(request);
                async move { Ok::<_, Infallible>(answer.await) }
            });
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    Ok(format!("http://{address}"))
}

fn prepared(answer: Option<Answer>) -> Reply {
    let Some(answer) = answer else { return text(500, "no more answers") };
    let mut builder = Response::builder().status(answer.status.unwrap_or(200));
    if answer.json.is_some() {
        builder = builder.header("content-type", "application/json");
    }
    for (name, value) in &answer.headers {
        builder = builder.header(name, value);
    }
    let body = answer.body.or(answer.json.map(|json| json.to_string())).unwrap_or_default();
    builder.body(full(body)).expect("the answer of a test is valid")
}

fn full(body: impl Into<Bytes>) -> UnsyncBoxBody<Bytes, std::io::Error> {
    Full::new(body.into()).map_err(|never| match never {}).boxed_unsync()
}

fn text(status: u16, text: &str) -> Reply {
    let mut reply = Response::new(full(text.to_owned()));
    *reply.status_mut() = StatusCode::from_u16(status).expect("the status of a test is valid");
    reply
}

async fn echo(request: Request<Incoming>) -> Reply {
    let path = request.uri().path().to_owned();
    let mut parts = path.trim_start_matches('/').splitn(2, '/');
    match (parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) {
        ("echo", _) => describe(request).await,
        ("body", _) => {
            let (head, body) = request.into_parts();
            let mut reply = Response::new(body.map_err(std::io::Error::other).boxed_unsync());
            if let Some(kind) = head.headers.get("content-type") {
                reply.headers_mut().insert("content-type", kind.clone());
            }
            reply
        }
        ("status", status) => text(status.parse().unwrap_or(500), &format!("status {status}")),
        ("redirect", status) => redirect(status, request.uri().query().unwrap_or_default()),
        ("encoded", encoding) => encoded(encoding),
        ("headers", _) => with_headers(request.uri().query().unwrap_or_default()),
        ("chunks", count) => chunks(count.parse().unwrap_or(0)),
        ("large", bytes) => Response::new(full(vec![b'x'; bytes.parse().unwrap_or(0)])),
        ("cut", _) => cut(),
        ("never", _) => std::future::pending().await,
        _ => text(404, "no such path"),
    }
}

/// What arrived, as JSON.
async fn describe(request: Request<Incoming>) -> Reply {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let shown = json!({
        "method": head.method.as_str(),
        "url": head.uri.to_string(),
        "headers": headers(&head.headers),
        "body": String::from_utf8_lossy(&body),
    });
    let mut reply = Response::new(full(shown.to_string()));
    reply.headers_mut().insert("content-type", "application/json".parse().expect("it is a header value"));
    reply
}

fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut shown = BTreeMap::<String, String>::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let entry = shown.entry(name.to_string()).or_default();
        if !entry.is_empty() {
            entry.push_str(", ");
        }
        entry.push_str(&value);
    }
    shown
}

fn redirect(status: &str, to: &str) -> Reply {
    let mut reply = text(status.parse().unwrap_or(500), "go there");
    reply.headers_mut().insert("location", to.parse().expect("the test gives a URL"));
    reply
}

fn encoded(encoding: &str) -> Reply {
    let plain = "the same words again and again. ".repeat(100);
    let bytes = match encoding {
        "gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(plain.as_bytes()).and_then(|()| encoder.finish()).expect("memory takes everything")
        }
        "half-gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            let whole = encoder.write_all(plain.as_bytes()).and_then(|()| encoder.finish());
            let mut half = whole.expect("memory takes everything");
            half.truncate(half.len() / 2);
            half
        }
        "br" => {
            let mut out = Vec::new();
            brotli::CompressorWriter::new(&mut out, 4096, 5, 22).write_all(plain.as_bytes()).expect("memory takes all");
            out
        }
        _ => plain.into_bytes(),
    };
    let mut reply = Response::new(full(bytes));
    let encoding = encoding.trim_start_matches("half-");
    reply.headers_mut().insert("content-encoding", encoding.parse().expect("the test names an encoding"));
    reply
}

/// `name=value&name=value`, as headers.
fn with_headers(query: &str) -> Reply {
    let mut reply = text(200, "with headers");
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let name: hyper::header::HeaderName = name.parse().expect("the test names a header");
        reply.headers_mut().append(name, value.parse().expect("the test gives a header value"));
    }
    reply
}

fn chunks(count: usize) -> Reply {
    let frames = (0..count).map(|index| Ok(Frame::data(Bytes::from(format!("{index},")))));
    Response::new(StreamBody::new(stream::iter(frames)).boxed_unsync())
}

/// Promises more than it sends.
fn cut() -> Reply {
    let beginning = stream::once(async { Ok(Frame::data(Bytes::from_static(b"the beginning"))) });
    let end = stream::once(async {
        // What was written reaches the network while nothing more is ready.
        tokio::task::yield_now().await;
        Err(std::io::Error::other("cut"))
    });
    let mut reply = Response::new(StreamBody::new(beginning.chain(end)).boxed_unsync());
    reply.headers_mut().insert("content-length", 100.into());
    reply
}
