//! The HTTP side of debugging: which targets there are, and the way to a WebSocket.

use std::convert::Infallible;
use std::sync::Arc;

use edgeemu_runtime::{Body, accept_headers};
use http::header::{CONTENT_TYPE, HOST, UPGRADE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

use super::guard::{check_host, check_origin};
use super::{Targets, session};
use crate::pages;

/// Cloudflare's DevTools in a browser, attached to the address that follows.
pub(crate) const DEVTOOLS: &str =
    "https://devtools.devprod.cloudflare.dev/js_app?theme=systemPreferred&debugger=true&ws=";

/// What connections need.
pub(super) struct Doors {
    pub(super) targets: Targets,
    /// The address that the server listens on.
    pub(super) ip: String,
    /// Begins the ids of targets.
    pub(super) id: String,
}

pub(super) async fn serve(listener: std::net::TcpListener, doors: Arc<Doors>) -> std::io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        // An error concerns one connection, or the system is out of files for a moment: go on either way.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        tokio::spawn(converse(stream, Arc::clone(&doors)));
    }
}

async fn converse(stream: TcpStream, doors: Arc<Doors>) {
    let _unsupported = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let doors = Arc::clone(&doors);
        async move { Ok::<_, Infallible>(doors.answer(request)) }
    });
    // A connection that breaks concerns the client alone.
    let _broken = http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await.is_err();
}

impl Doors {
    fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        if let Err((status, text)) = check_host(request.headers(), &self.ip) {
            return pages::plain(status, text.to_owned());
        }
        if request.headers().contains_key(UPGRADE) {
            return self.upgrade(request);
        }
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/json" | "/json/list") => json_page(&self.list(host)),
            (&Method::GET, "/json/version") => {
                let browser = format!("edgeemu/v{}", env!("CARGO_PKG_VERSION"));
                json_page(&json!({ "Browser": browser, "Protocol-Version": "1.3" }))
            }
            _ => pages::plain(StatusCode::NOT_FOUND, String::new()),
        }
    }

    fn list(&self, host: &str) -> Value {
        let targets = self.targets.all();
        let is_alone = targets.len() == 1;
        let describe = |name: &str| {
            let address = format!("{host}/{name}");
            let devtools = format!("{DEVTOOLS}{address}");
            let title = if is_alone { "Cloudflare Worker".to_owned() } else { format!("Cloudflare Worker: {name}") };
            json!({
                "id": format!("{}-{name}", self.id),
                "type": "node",
                "description": "workers",
                "webSocketDebuggerUrl": format!("ws://{address}"),
                "devtoolsFrontendUrl": devtools,
                "devtoolsFrontendUrlCompat": devtools,
                "title": title,
                "faviconUrl": "https://workers.cloudflare.com/favicon.ico",
            })
        };
        targets.iter().map(|target| describe(target.name())).collect()
    }

    fn upgrade(&self, mut request: Request<Incoming>) -> Response<Body> {
        if let Err((status, text)) = check_origin(request.headers()) {
            return pages::plain(status, text.to_owned());
        }
        let Some(target) = self.targets.named(request.uri().path().trim_start_matches('/')) else {
            return pages::plain(StatusCode::NOT_FOUND, String::new());
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        if let Err(error) = accept_headers(request.headers(), response.headers_mut()) {
            return pages::plain(StatusCode::BAD_REQUEST, error.to_string());
        }
        let connection = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            // A client that goes away before it has its answer has no WebSocket.
            if let Ok(stream) = connection.await {
                session::run(TokioIo::new(stream), &target).await;
            }
        });
        response
    }
}

fn json_page(value: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(value.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
