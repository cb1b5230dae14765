//! The S3 API of R2: beside the other local addresses, and as a server of its own if a port was asked for.

use std::convert::Infallible;
use std::thread::JoinHandle;

use bytes::Bytes;
use edgeemu_s3::{AccessKey, S3, S3Access, S3Options};
use edgeemu_world::Clock;
use http::{Request, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::builder::EmulatorBuilder;
use crate::data::Data;
use crate::error::BuildError;
use crate::listen::{self, Listening};
use crate::project::Project;

/// Where production's local server has the S3 API.
pub(crate) const PREFIX: &str = "/cdn-cgi/local/r2/s3";

/// Where it has the objects that anybody may read.
pub(crate) const PUBLIC: &str = "/cdn-cgi/local/r2/public";

/// The key of whoever does not choose one.
pub(crate) fn default_key() -> AccessKey {
    AccessKey { id: "edgeemu".to_owned(), secret: "edgeemu-secret".to_owned() }
}

/// The endpoint, and the key that opens it in any case. Cloning shares it.
#[derive(Clone)]
pub(crate) struct S3Endpoint {
    s3: S3,
    key: AccessKey,
}

impl S3Endpoint {
    pub(crate) fn new(options: &EmulatorBuilder, data: &Data, project: &Project) -> S3Endpoint {
        let clock = options.world.clock().clone();
        let s3 = S3::new(S3Options { r2: data.r2.clone(), clock, wall: Clock::real() });
        let endpoint = S3Endpoint { s3, key: options.s3_key.clone() };
        endpoint.follow(project);
        endpoint
    }

    /// Takes buckets and keys from a configuration.
    pub(crate) fn follow(&self, project: &Project) {
        let buckets = &project.config().bindings.r2_buckets;
        let declared = buckets.iter().filter_map(|bucket| bucket.s3_key.clone());
        let keys = declared.map(|(id, secret)| AccessKey { id, secret });
        let keys = std::iter::once(self.key.clone()).chain(keys).collect();
        self.s3.allow(S3Access { keys, buckets: buckets.iter().map(|bucket| bucket.local_id().to_owned()).collect() });
    }

    pub(crate) fn key(&self) -> &AccessKey {
        &self.key
    }

    pub(crate) fn answer_public<B>(&self, request: Request<B>) -> Response<edgeemu_s3::Body> {
        self.s3.answer_public(request, PUBLIC)
    }

    pub(crate) async fn answer<B>(&self, request: Request<B>, prefix: &str) -> Response<edgeemu_s3::Body>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
        B::Error: std::fmt::Display,
    {
        self.s3.answer(request, prefix).await
    }
}

/// The server, on a thread of its own: a large body must not hold up the Worker. Dropping it ends it.
pub(crate) struct S3Server {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl S3Server {
    pub(crate) fn start(endpoint: &S3Endpoint, project: &Project, port: u16) -> Result<S3Server, BuildError> {
        let Listening { listener, url, .. } = listen::beside(&project.config().dev, port)?;
        let event_loop = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let endpoint = endpoint.clone();
        let thread = std::thread::Builder::new().name("edgeemu-s3".to_owned()).spawn(move || {
            event_loop.block_on(async {
                tokio::select! {
                    // Without a listener nobody is served, and whoever connects sees that.
                    _ended = serve(listener, endpoint) => {}
                    _dropped = stopped => {}
                }
            });
            event_loop.shutdown_background();
        })?;
        Ok(S3Server { url, stop: Some(stop), thread: Some(thread) })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It holds the data open, and nothing in it waits for anything.
            let _panicked = thread.join();
        }
    }
}

async fn serve(listener: std::net::TcpListener, endpoint: S3Endpoint) -> std::io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        // An error concerns one connection, or the system is out of files for a moment: go on either way.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        tokio::spawn(converse(stream, endpoint.clone()));
    }
}

async fn converse(stream: TcpStream, endpoint: S3Endpoint) {
    let _unsupported = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let endpoint = endpoint.clone();
        async move { Ok::<_, Infallible>(endpoint.answer(request, "").await) }
    });
    // A connection that breaks concerns the client alone.
    let _broken = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.is_err();
}
