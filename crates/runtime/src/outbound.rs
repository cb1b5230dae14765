//! Requests that a Worker sends: hyper and rustls, redirects followed here, bodies streamed.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use bytes::Bytes;
use futures::future::AbortHandle;
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, LOCATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::BodyExt as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::body::Body;
use crate::context::InboundRequest;
use crate::outside::{Outside, is_this_machine};

/// Production gives up after this many redirects.
const REDIRECTS_MAX: usize = 20;

/// What a Worker can read decoded, and therefore asks for unless it says otherwise.
const DECODED_ENCODINGS: HeaderValue = HeaderValue::from_static("br, gzip");

/// Headers that follow from the URL and the body, or that only an edge may set: not the Worker's to say.
const DECIDED_HERE: [HeaderName; 10] = [
    HOST,
    CONNECTION,
    CONTENT_LENGTH,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("cf-connecting-ip"),
    HeaderName::from_static("cf-worker"),
];

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
    /// With a key it asks for a WebSocket.
    pub(crate) socket_key: Option<HeaderValue>,
}

/// A body that can be sent again after a redirect, or one that cannot.
pub(crate) enum OutgoingBody {
    Bytes(Bytes),
    Stream(Body),
}

impl OutgoingBody {
    /// The body, for one who takes it once.
    pub(crate) fn into_body(self) -> Body {
        match self {
            OutgoingBody::Bytes(bytes) => bytes.into(),
            OutgoingBody::Stream(body) => body,
        }
    }

    /// The body for one attempt.
    pub(crate) fn attempt(&mut self) -> Option<Body> {
        match self {
            OutgoingBody::Bytes(bytes) => Some(bytes.clone().into()),
            OutgoingBody::Stream(body) => Some(std::mem::replace(body, Body::empty())),
        }
    }

    fn can_repeat(&self) -> bool {
        matches!(self, OutgoingBody::Bytes(_))
    }

    fn is_empty(&self) -> bool {
        matches!(self, OutgoingBody::Bytes(bytes) if bytes.is_empty())
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
    /// With every URL that was tried.
    #[error("Too many redirects.{0}")]
    TooManyRedirects(String),
    #[error(
        "A request with a one-time-use body (it was initialized from a stream, not a buffer) encountered a redirect requiring the body to be retransmitted. To avoid this error in the future, construct this request from a buffer-like body initializer."
    )]
    BodyNotRepeatable,
    #[error("Fetch API cannot load: {0}")]
    Url(String),
    #[error("Invalid Location header; unable to follow redirect.")]
    Location,
    #[error("{CONNECTION_LOST}")]
    Connection(#[source] hyper_util::client::legacy::Error),
    #[error("edgeemu is offline: {0} is not on this machine")]
    Offline(String),
    /// What stands in for the network has no answer.
    #[error("{0}")]
    Unanswered(String),
    #[error("Invalid request: {0}")]
    Request(#[from] http::Error),
}

/// Connections of one isolate to the outside.
pub(crate) struct Client {
    outside: Outside,
    client: OnceCell<HyperClient<HttpsConnector<HttpConnector>, Body>>,
    /// For WebSockets, which only the first version of HTTP can become here.
    upgrading: OnceCell<HyperClient<HttpsConnector<HttpConnector>, Body>>,
}

impl Client {
    pub(crate) fn new(outside: Outside) -> Client {
        Client { outside, client: OnceCell::new(), upgrading: OnceCell::new() }
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn send(&self, outgoing: Outgoing) -> Result<Incoming, FetchError> {
        follow(outgoing, async |outgoing| self.attempt(outgoing).await).await
    }

    /// Sends an incoming request on to the origin its URL names, with what is left of its body.
    pub(crate) async fn send_inbound(&self, request: InboundRequest) -> Result<Response<Body>, FetchError> {
        let url = url::Url::parse(&request.url).map_err(|_| FetchError::Url(request.url.clone()))?;
        let body = OutgoingBody::Stream(request.body.unwrap_or_else(Body::empty));
        let outgoing =
            Outgoing { method: request.method, url, headers: request.headers, body, follow: false, socket_key: None };
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
        // Only a body that is not empty announces its own length; servers ask for it wherever a body could be.
        if outgoing.body.is_empty() && !matches!(outgoing.method, Method::GET | Method::HEAD) {
            request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        match &self.outside {
            Outside::Answers(answer) => return answer(request).await.map_err(FetchError::Unanswered),
            Outside::ThisMachine if !is_this_machine(&outgoing.url) => {
                return Err(FetchError::Offline(outgoing.url.to_string()));
            }
            Outside::Network | Outside::ThisMachine => {}
        }
        let client = match &outgoing.socket_key {
            None => {
                request.headers_mut().entry(ACCEPT_ENCODING).or_insert(DECODED_ENCODINGS);
                self.client.get_or_init(|| connect(Versions::All))
            }
            Some(key) => {
                crate::sockets::offer(request.headers_mut(), key.clone());
                self.upgrading.get_or_init(|| connect(Versions::First))
            }
        };
        let response = client.request(request).await.map_err(FetchError::Connection)?;
        Ok(response.map(|body| Body::stream(body.map_err(|_| CONNECTION_LOST))))
    }
}

/// Sends a request by `attempt`, and again to where its answers redirect it if it follows them.
pub(crate) async fn follow<E: From<FetchError>>(
    mut outgoing: Outgoing,
    mut attempt: impl AsyncFnMut(&mut Outgoing) -> Result<Response<Body>, E>,
) -> Result<Incoming, E> {
    let mut tried = Vec::new();
    for redirects in 0..=REDIRECTS_MAX {
        let response = attempt(&mut outgoing).await?;
        let location = if outgoing.follow { redirect_target(&outgoing.url, &response)? } else { None };
        let Some(target) = location else {
            return Ok(Incoming { response, url: outgoing.url, redirected: redirects > 0 });
        };
        tried.push(outgoing.url.to_string());
        redirect(&mut outgoing, response.status(), target)?;
    }
    Err(FetchError::TooManyRedirects(tried.join(", ")).into())
}

/// Which versions of HTTP a connection may speak.
#[derive(Clone, Copy)]
enum Versions {
    All,
    First,
}

fn connect(versions: Versions) -> HyperClient<HttpsConnector<HttpConnector>, Body> {
    let builder = HttpsConnectorBuilder::new();
    let builder = match builder.with_native_roots() {
        Ok(builder) => builder,
        // A machine without certificates can still talk plain HTTP; TLS fails there when it is used.
        Err(_) => HttpsConnectorBuilder::new().with_tls_config(no_roots()),
    };
    let builder = builder.https_or_http();
    let connector = match versions {
        Versions::All => builder.enable_all_versions().build(),
        Versions::First => builder.enable_http1().build(),
    };
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
    let target = base.join(&location).map_err(|_| FetchError::Location)?;
    if matches!(target.scheme(), "http" | "https") { Ok(Some(target)) } else { Err(FetchError::Location) }
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
    } else if !outgoing.body.can_repeat() {
        return Err(FetchError::BodyNotRepeatable);
    }
    if outgoing.url.origin() != target.origin() {
        outgoing.headers.remove(AUTHORIZATION);
    }
    outgoing.url = target;
    Ok(())
}
