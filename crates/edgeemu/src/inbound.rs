//! From what hyper received to what the Worker sees: URL, headers, `cf`.

use std::net::SocketAddr;

use edgeemu_kv::consistency::Colo;
use edgeemu_runtime::{Body, KvSeen, RequestInfo};
use http::header::{ACCEPT_ENCODING, CONNECTION, HOST, UPGRADE};
use http::{HeaderName, HeaderValue, Request, Response, Uri};

use crate::cf;
use crate::error::FetchError;
use crate::network::{KV_SEEN, Network, NoSuchColo, RAY};
use crate::worker::Worker;

/// Production always asks the Worker for these, whatever the client takes.
const WORKER_ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("br, gzip");

/// Address of the client, as production names it.
const CONNECTING_IP: HeaderName = HeaderName::from_static("cf-connecting-ip");

/// Who is at the other end of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// The address, as the header names it.
    address: Option<HeaderValue>,
    /// The location whose port it came to.
    colo: Option<Colo>,
}

impl Client {
    pub(crate) fn new(peer: SocketAddr, colo: Option<Colo>) -> Client {
        Client { address: HeaderValue::from_str(&peer.ip().to_string()).ok(), colo }
    }
}

/// How requests look to the Worker.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// `dev.host`, `--host` or the first route: what the Worker sees instead of the real host.
    pub(crate) host: Option<String>,
    /// `dev.upstream_protocol`: what the Worker sees instead of `http`.
    pub(crate) scheme: Option<&'static str>,
    /// The locations a request may come to.
    pub(crate) network: Network,
}

impl View {
    /// Sends a request from a client into the Worker.
    pub(crate) async fn call(
        &self,
        worker: &Worker,
        request: Request<Body>,
        client: Option<&Client>,
    ) -> Result<Response<Body>, FetchError> {
        let (request, info) = self.show(request, client)?;
        let place = info.place.filter(|_| self.network.is_named());
        let ray = request.headers().get(RAY).filter(|_| place.is_some()).cloned();
        let mut response = worker.fetch(request, info).await.map_err(FetchError::Failed)?;
        response.headers_mut().extend(ray.map(|ray| (RAY, ray)));
        // For whoever writes down what was answered where.
        if let Some(place) = place {
            response.extensions_mut().insert(place);
        }
        let seen = response.extensions_mut().remove::<KvSeen>().map(|seen| seen.lines()).unwrap_or_default();
        for line in seen.into_iter().filter_map(|line| HeaderValue::from_maybe_shared(line).ok()) {
            response.headers_mut().append(KV_SEEN, line);
        }
        Ok(response)
    }

    /// Takes a request from a client apart for the Worker.
    fn show<B>(
        &self,
        mut request: Request<B>,
        client: Option<&Client>,
    ) -> Result<(Request<B>, RequestInfo), NoSuchColo> {
        let place = self.network.enter(&mut request, client.and_then(|client| client.colo))?;
        let url = self.url(&request);
        let version = request.version();
        let host = self.host.as_deref().and_then(|host| HeaderValue::from_str(host).ok());
        // HTTP/2 names the host in the address alone, and the Worker sees it in a header all the same.
        let named = request.uri().authority().filter(|_| !request.headers().contains_key(HOST));
        let named = named.and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
        let headers = request.headers_mut();
        if let Some(host) = host.or(named) {
            headers.insert(HOST, host);
        }
        if let Some(address) = client.and_then(|client| client.address.as_ref())
            && !headers.contains_key(&CONNECTING_IP)
        {
            headers.insert(CONNECTING_IP, address.clone());
        }
        if let Some(ray) = self.network.ray(place) {
            headers.insert(RAY, ray);
        }
        let client_encoding = headers.insert(ACCEPT_ENCODING, WORKER_ACCEPT_ENCODING);
        if !headers.contains_key(UPGRADE) {
            headers.remove(CONNECTION);
        }
        let colo = self.network.is_named().then_some(place.colo);
        let cf = Box::new(move || cf::describe(version, client_encoding.as_ref(), colo));
        let has_origin = self.host.is_some();
        let info = RequestInfo { url, cf: Some(cf), has_origin, place: Some(place), ..RequestInfo::default() };
        Ok((request, info))
    }

    fn url<B>(&self, request: &Request<B>) -> String {
        let uri = request.uri();
        let scheme = self.scheme.or(uri.scheme_str()).unwrap_or("http");
        let host = self
            .host
            .as_deref()
            .or_else(|| request.headers().get(HOST).and_then(|host| host.to_str().ok()))
            .or_else(|| uri.authority().map(http::uri::Authority::as_str))
            .unwrap_or("localhost");
        // Joined and not formatted: this is done for every request.
        [scheme, "://", host, path(uri)].concat()
    }
}

/// Path and query; `/` for the forms of a request that have none.
pub(crate) fn path(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |path| if path.as_str().is_empty() { "/" } else { path.as_str() })
}

/// The body of a request as the runtime takes it.
pub(crate) fn body(incoming: hyper::body::Incoming) -> Body {
    if http_body::Body::is_end_stream(&incoming) { Body::empty() } else { Body::stream(incoming) }
}
