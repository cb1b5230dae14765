//! The HTTP front: accepts connections on the Worker's own lane and calls it directly.

use std::convert::Infallible;
use std::rc::Rc;

use edgeemu_kv::consistency::{Colo, Place};
use edgeemu_runtime::{Body, Failure, Side, WebSocket, accept_headers, spawn_local};
use edgeemu_world::Clock;
use http::header::{SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION};
use http::{HeaderMap, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::control::Control;
use crate::error::FetchError;
use crate::event::{Event, EventSink};
use crate::inbound::{self, Client};
use crate::pages::{self, Audience};
use crate::workers::Workers;

/// Everything a connection needs. Lives on the lane.
pub(crate) struct Front {
    pub(crate) workers: Rc<Workers>,
    pub(crate) control: Control,
    /// How long requests take is measured in real time, whatever the Worker's clock does.
    pub(crate) wall: Clock,
    pub(crate) events: EventSink,
    /// What makes connections secure, if they are.
    pub(crate) tls: Option<TlsAcceptor>,
}

/// Accepts connections for as long as the lane lives.
/// `colo`: the location whose port this is, if it is one's.
pub(crate) async fn serve(listener: TcpListener, front: Rc<Front>, colo: Option<Colo>) {
    loop {
        // An error concerns one connection, or the system is out of files for a moment: go on either way.
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let client = Client::new(peer, colo);
        spawn_local(connection(stream, client, Rc::clone(&front)));
    }
}

async fn connection(stream: TcpStream, client: Client, front: Rc<Front>) {
    // Small answers must not wait for more; a socket that refuses the option works without it.
    let _unsupported = stream.set_nodelay(true);
    match front.tls.clone() {
        None => converse(stream, Protocol::Http1, client, front).await,
        // A client that cannot agree on a connection has none.
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                let protocol = if is_http2 { Protocol::Http2 } else { Protocol::Http1 };
                converse(stream, protocol, client, front).await;
            }
        }
    }
}

/// What was agreed on with the client; only a secure connection has a way to agree on the second version.
#[derive(Clone, Copy)]
enum Protocol {
    Http1,
    Http2,
}

async fn converse<S>(stream: S, protocol: Protocol, client: Client, front: Rc<Front>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let client = Rc::new(client);
    let service = service_fn(move |request| {
        let (front, client) = (Rc::clone(&front), Rc::clone(&client));
        async move { Ok::<_, Infallible>(front.answer(request, &client).await) }
    });
    // A connection that breaks concerns the client alone.
    let _broken = match protocol {
        Protocol::Http1 => {
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await.is_err()
        }
        Protocol::Http2 => {
            http2::Builder::new(LaneExecutor).serve_connection(TokioIo::new(stream), service).await.is_err()
        }
    };
}

impl Front {
    async fn answer(&self, mut request: Request<Incoming>, client: &Client) -> Response<Body> {
        let started = self.wall.now();
        let method = request.method().clone();
        let path = inbound::path(request.uri()).to_owned();
        let audience = Audience::of(request.headers());
        let upgrade =
            Upgrade { headers: handshake_headers(request.headers()), connection: hyper::upgrade::on(&mut request) };
        let request = request.map(inbound::body);
        let response = if self.control.answers(request.uri()) {
            self.control.answer(request).await
        } else {
            upgrade.follow(self.call(request, client, audience).await)
        };
        (self.events)(Event::Request {
            method,
            path,
            status: response.status().as_u16(),
            reason: response.status().canonical_reason().unwrap_or(""),
            colo: response.extensions().get::<Place>().map(|place| place.colo),
            duration: self.wall.now() - started,
        });
        response
    }

    async fn call(&self, request: Request<Body>, client: &Client, audience: Audience) -> Response<Body> {
        let (worker, view) = self.workers.receive(&request);
        if let Some(text) = worker.broken() {
            return pages::build_failed(&text, audience);
        }
        match view.call(&worker, request, Some(client)).await {
            Ok(response) => response,
            Err(FetchError::Failed(failure)) => pages::failure(&failure, audience),
            Err(error @ FetchError::NoSuchColo(_)) => pages::plain(StatusCode::BAD_REQUEST, error.to_string()),
            Err(FetchError::Closed(_)) => pages::failure(&Failure::IsolateReplaced, audience),
        }
    }
}

/// What it takes to turn a request's connection into a WebSocket.
struct Upgrade {
    headers: HeaderMap,
    connection: OnUpgrade,
}

/// Those headers of a request that are about a WebSocket.
fn handshake_headers(headers: &HeaderMap) -> HeaderMap {
    let wanted = [SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION];
    wanted.into_iter().filter_map(|name| headers.get(&name).cloned().map(|value| (name, value))).collect()
}

impl Upgrade {
    /// If the Worker answered with a WebSocket, the client gets it on this connection.
    fn follow(self, mut response: Response<Body>) -> Response<Body> {
        let Some(socket) = WebSocket::take(&mut response) else { return response };
        if let Err(error) = accept_headers(&self.headers, response.headers_mut()) {
            return pages::plain(StatusCode::BAD_REQUEST, error.to_string());
        }
        spawn_local(async move {
            // A client that goes away before it has its answer has no WebSocket.
            if let Ok(stream) = self.connection.await {
                socket.converse(TokioIo::new(stream), Side::Server).await;
            }
        });
        response
    }
}

/// Runs hyper's own tasks on the lane.
#[derive(Clone)]
struct LaneExecutor;

impl<F: Future<Output = ()> + 'static> Executor<F> for LaneExecutor {
    fn execute(&self, task: F) {
        spawn_local(task);
    }
}
