//! Addresses that edgeemu answers itself: everything below `/cdn-cgi/`, and `/__scheduled` when it is switched on.

mod clock;
mod colos;
mod d1;
mod d1_stream;
mod kv;
mod kv_places;
mod r2;
mod scheduled;

pub(crate) use d1_stream::imported_json;
pub(crate) use kv::{EXPIRATION, METADATA};
pub(crate) use r2::{OBJECT, STORAGE_CLASS};

use std::rc::Rc;

use edgeemu_runtime::Body;
use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Request, Response, StatusCode, Uri};

use crate::clock::ClockHandle;
use crate::data::Data;
use crate::pages;
use crate::s3::{self, S3Endpoint};
use crate::worker::Worker;

/// Where the data API is, as Cloudflare's own local explorer has it.
pub(crate) const API: &str = "/cdn-cgi/local/explorer/api/";

/// Takes a browser to a location.
const COLO: &str = "/cdn-cgi/local/colo/";
/// What KV shows in the locations.
const KV: &str = "/cdn-cgi/local/kv/";

/// What the control addresses act on. Lives on the lane.
pub(crate) struct Control {
    pub(crate) worker: Rc<Worker>,
    pub(crate) data: Data,
    pub(crate) s3: S3Endpoint,
    pub(crate) clock: ClockHandle,
    /// Host names besides this machine's own that may use the control addresses: `dev.host` and the routes.
    pub(crate) hosts: Vec<String>,
    /// `--test-scheduled`.
    pub(crate) test_scheduled: bool,
}

impl Control {
    /// Whether the address is one of these, and not the Worker's.
    pub(crate) fn answers(&self, uri: &Uri) -> bool {
        let path = uri.path();
        path.starts_with("/cdn-cgi/") || (path == "/__scheduled" && self.test_scheduled)
    }

    /// Answers a request to one of these addresses.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Response<Body> {
        if request.uri().path() == "/__scheduled" {
            return scheduled::legacy(&self.worker, request.uri()).await;
        }
        if !self.is_trusted(request.headers(), request.uri()) {
            let text = "The addresses below /cdn-cgi/ answer only when Host and Origin name this machine, `dev.host` \
                        or a configured route";
            return pages::plain(StatusCode::FORBIDDEN, text);
        }
        self.route(request).await
    }

    async fn route(&self, request: Request<Body>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        if let Some(rest) = path.strip_prefix(API) {
            let room = |prefix| rest.strip_prefix(prefix);
            return match (room("storage/kv/"), room("d1/database"), room("r2/buckets")) {
                (Some(rest), ..) => kv::answer(&self.data, rest, request).await,
                (_, Some(rest), _) => d1::answer(&self.data.d1, rest, request).await,
                (.., Some(rest)) => r2::answer(&self.data.r2, rest, request).await,
                _ => pages::plain(StatusCode::NOT_FOUND, format!("edgeemu has no such API: {path}")),
            };
        }
        if path.starts_with(s3::PUBLIC) {
            return self.s3.answer_public(request).map(Body::stream);
        }
        if path.starts_with(s3::PREFIX) {
            return self.s3.answer(request, s3::PREFIX).await.map(Body::stream);
        }
        match path.as_str() {
            "/cdn-cgi/local/scheduled" | "/cdn-cgi/handler/scheduled" | "/cdn-cgi/mf/scheduled" => {
                scheduled::answer(&self.worker, request.uri()).await
            }
            "/cdn-cgi/local/clock" => clock::answer(&self.clock, request).await,
            "/cdn-cgi/local/colos" => colos::list(&self.data.network),
            "/cdn-cgi/local/kv/tell" => colos::tell(&self.data.network, request.method()),
            path if path.starts_with(COLO) => colos::enter(&self.data.network, &path[COLO.len()..], request.uri()),
            path if path.starts_with(KV) => kv_places::answer(self, &path[KV.len()..], &request),
            _ => {
                let text =
                    format!("\"{path}\" is not a valid handler. Did you mean to use \"/cdn-cgi/local/scheduled\"?");
                pages::plain(StatusCode::NOT_FOUND, text)
            }
        }
    }

    /// A page on the internet must not reach these addresses through the visitor's browser: the host it was reached
    /// by, and the origin that asks, have to be known.
    fn is_trusted(&self, headers: &HeaderMap, uri: &Uri) -> bool {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).or(uri.authority().map(|host| host.as_str()));
        let origin = headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or("?"));
        let origin_host = origin.map(|origin| origin.split_once("://").map_or(origin, |(_, host)| host));
        host.is_none_or(|host| self.is_known(host)) && origin_host.is_none_or(|host| self.is_known(host))
    }

    fn is_known(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or(rest),
            None => host.rsplit_once(':').map_or(host, |(name, _)| name),
        };
        name == "localhost"
            || name.ends_with(".localhost")
            || name.parse::<std::net::IpAddr>().is_ok()
            || self.hosts.iter().any(|known| known == name)
    }
}

/// The values of a query string by name.
fn query(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query()?;
    url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
