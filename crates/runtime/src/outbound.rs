//! Requests that a Worker sends: hyper and rustls, redirects followed here, bodies streamed.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use bytes::Bytes;
use futures::future::AbortHandle;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::BodyExt as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::body::Body;
use crate::context::InboundRequest;

/// Production gives up after this many redirects.
const REDIRECTS_MAX: usize = 20;

/// What a Worker can read decoded, and therefore asks for unless it says otherwise.
const DECODED_ENCODINGS: HeaderValue = HeaderValue::from_static("br, gzip");

/// Headers that follow from the URL and the body, or that only an edge may set: not the Worker's to say.
const DECIDED_HERE: [HeaderName; 3] = [HOST, TRANSFER_ENCODING, HeaderName::from_static("cf-connecting-ip")];

/// What production says when an answer breaks off.
const CONNECTION_LOST: &str = "Network connection lost.";

/// The calls under way that JavaScript can abort, by ids that are never used twice. Id 0 is no call.
#[derive(Default)]
pub(crate) struct Calls {
    last: u32,
    running: BTreeMap<u32, AbortHandle>,
}

impl Calls {
    /// A name for a call that is about to start.
    pub(crate) fn name(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    pub(crate) fn start(&mut self, id: u32, abort: AbortHandle) {
        if id != 0 {
            self.running.insert(id, abort);
        }
    }

    pub(crate) fn end(&mut self, id: u32) {
        self.running.remove(&id);
    }

    pub(crate) fn abort(&mut self, id: u32) {
        if let Some(abort) = self.running.remove(&id) {
            abort.abort();
        }
    }
}

/// What to send.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: url::Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: OutgoingBody,
    pub(crate) follow: bool,
}

/// A body that can be sent again after a redirect, or one that cannot.
pub(crate) enum OutgoingBody {
    Bytes(Bytes),
    Stream(Body),
}

impl OutgoingBody {
    /// The body for one attempt.
    fn attempt(&mut self) -> Option<Body> {
        match self {
            OutgoingBody::Bytes(bytes) => Some(bytes.clone().into()),
            OutgoingBody::Stream(body) => Some(std::mem::replace(body, Body::empty())),
        }
    }

    fn can_repeat(&self) -> bool {
        matches!(self, OutgoingBody::Bytes(_))
    }
}

/// What came back.
pub(crate) struct Incoming {
    pub(crate) response: Response<Body>,
    pub(crate) url: url::Url,
    pub(crate) redirected: bool,
}

/// Why nothing came back; the text is the message of the `TypeError` that `fetch` rejects with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("Too many redirects.")]
    TooManyRedirects,
    #[error(
        "A request with a one-time-use body (it was initialized from a stream, not a buffer) encountered a redirect requiring the body to be retransmitted. To avoid this error in the future, construct this request from a buffer-like body initializer."
    )]
    BodyNotRepeatable,
    #[error("Fetch API cannot load: {0}")]
    Location(String),
    #[error("{CONNECTION_LOST}")]
    Connection(#[source] hyper_util::client::legacy::Error),
    #[error("Invalid request: {0}")]
    Request(#[from] http::Error),
}

/// Connections of one isolate to the outside.
pub(crate) struct Client {
    client: OnceCell<HyperClient<HttpsConnector<HttpConnector>, Body>>,
}

impl Client {
    pub(crate) fn new() -> Client {
        Client { client: OnceCell::new() }
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn send(&self, mut outgoing: Outgoing) -> Result<Incoming, FetchError> {
        for redirects in 0..=REDIRECTS_MAX {
            let response = self.attempt(&mut outgoing).await?;
            let location = if outgoing.follow { redirect_target(&outgoing.url, &response)? } else { None };
            let Some(target) = location else {
                return Ok(Incoming { response, url: outgoing.url, redirected: redirects > 0 });
            };
            redirect(&mut outgoing, response.status(), target)?;
        }
        Err(FetchError::TooManyRedirects)
    }

    /// Sends an incoming request on to the origin its URL names, with what is left of its body.
    pub(crate) async fn send_inbound(&self, request: InboundRequest) -> Result<Response<Body>, FetchError> {
        let url = url::Url::parse(&request.url).map_err(|_| FetchError::Location(request.url.clone()))?;
        let body = OutgoingBody::Stream(request.body.unwrap_or_else(Body::empty));
        let outgoing = Outgoing { method: request.method, url, headers: request.headers, body, follow: false };
        Ok(self.send(outgoing).await?.response)
    }

    async fn attempt(&self, outgoing: &mut Outgoing) -> Result<Response<Body>, FetchError> {
        let uri: Uri = outgoing.url.as_str().parse().map_err(http::Error::from)?;
        let body = outgoing.body.attempt().ok_or(FetchError::BodyNotRepeatable)?;
        let mut request = Request::builder().method(outgoing.method.clone()).uri(uri).body(body)?;
        *request.headers_mut() = outgoing.headers.clone();
        for header in DECIDED_HERE {
            request.headers_mut().remove(header);
        }
        // The length of a stream is known to whoever made it, if to anybody.
        if outgoing.body.can_repeat() {
            request.headers_mut().remove(CONTENT_LENGTH);
        }
        request.headers_mut().entry(ACCEPT_ENCODING).or_insert(DECODED_ENCODINGS);
        let client = self.client.get_or_init(connect);
        let response = client.request(request).await.map_err(FetchError::Connection)?;
        Ok(response.map(|body| Body::stream(body.map_err(|_| CONNECTION_LOST))))
    }
}

fn connect() -> HyperClient<HttpsConnector<HttpConnector>, Body> {
    let builder = HttpsConnectorBuilder::new();
    let builder = match builder.with_native_roots() {
        Ok(builder) => builder,
        // A machine without certificates can still talk plain HTTP; TLS fails there when it is used.
        Err(_) => HttpsConnectorBuilder::new().with_tls_config(no_roots()),
    };
    let connector = builder.https_or_http().enable_all_versions().build();
    HyperClient::builder(TokioExecutor::new()).build(connector)
}

fn no_roots() -> rustls::ClientConfig {
    rustls::ClientConfig::builder().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
}

/// Where an answer redirects to, if it does.
fn redirect_target(base: &url::Url, response: &Response<Body>) -> Result<Option<url::Url>, FetchError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(LOCATION) else { return Ok(None) };
    let location = String::from_utf8_lossy(location.as_bytes()).into_owned();
    let target = base.join(&location).map_err(|_| FetchError::Location(location.clone()))?;
    if matches!(target.scheme(), "http" | "https") { Ok(Some(target)) } else { Err(FetchError::Location(location)) }
}

/// Turns the request into the one that follows the redirect, by the rules of the fetch standard.
fn redirect(outgoing: &mut Outgoing, status: StatusCode, target: url::Url) -> Result<(), FetchError> {
    let becomes_get = match status.as_u16() {
        303 => !matches!(outgoing.method, Method::GET | Method::HEAD),
        301 | 302 => outgoing.method == Method::POST,
        _ => false,
    };
    if becomes_get {
        outgoing.method = Method::GET;
        outgoing.body = OutgoingBody::Bytes(Bytes::new());
        for header in [CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING] {
            outgoing.headers.remove(header);
        }
    } else if !outgoing.body.can_repeat() {
        return Err(FetchError::BodyNotRepeatable);
    }
    if outgoing.url.origin() != target.origin() {
        outgoing.headers.remove(AUTHORIZATION);
    }
    outgoing.url = target;
    Ok(())
}
