//! The ceiling: what hyper answers on one thread when no JavaScript runs.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

type Body = BoxBody<Bytes, Infallible>;

static CHUNK: [u8; 64 * 1024] = [b'.'; 64 * 1024];
const CHUNKS: usize = 16;

fn main() -> io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(8787);
    tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(serve(port))
}

async fn serve(port: u16) -> io::Result<()> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            // A client that goes away is no concern of a bench.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await;
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Body>, hyper::Error> {
    Ok(match request.uri().path() {
        "/hello" => response(StatusCode::OK, Full::from("Hello, world!").boxed()),
        "/stream" => {
            let frames = (0..CHUNKS).map(|_| Ok(Frame::data(Bytes::from_static(&CHUNK))));
            response(StatusCode::OK, BodyExt::boxed(StreamBody::new(stream::iter(frames))))
        }
        "/json" => {
            let body = request.into_body().collect().await?.to_bytes();
            match serde_json::from_slice::<Value>(&body) {
                Ok(value) => response(StatusCode::OK, Full::from(value.to_string()).boxed()),
                Err(error) => response(StatusCode::BAD_REQUEST, Full::from(error.to_string()).boxed()),
            }
        }
        _ => response(StatusCode::NOT_FOUND, Full::from("not found").boxed()),
    })
}

fn response(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}
