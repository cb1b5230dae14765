//! One of several Workers in the hands of a test.

use std::sync::Arc;

use edgeemu_runtime::Body;
use edgeemu_world::Timestamp;
use http::{Request, Response};

use crate::emulator::Engine;
use crate::error::FetchError;

/// One Worker of an emulator.
#[derive(Clone)]
pub struct WorkerHandle {
    engine: Arc<Engine>,
}

impl WorkerHandle {
    pub(crate) fn new(engine: Arc<Engine>) -> WorkerHandle {
        WorkerHandle { engine }
    }

    /// Sends a request into this Worker, whatever its URL says. The URL has to be absolute.
    ///
    /// # Errors
    /// When the Worker gives no response.
    pub async fn fetch<B: Into<Body>>(&self, request: Request<B>) -> Result<Response<Body>, FetchError> {
        self.engine.fetch(request.map(Into::into), false).await
    }

    /// Runs this Worker's `scheduled` handler; `time` is now if absent.
    ///
    /// # Errors
    /// When the handler throws or is missing.
    pub async fn scheduled(&self, cron: &str, time: Option<Timestamp>) -> Result<(), FetchError> {
        self.engine.scheduled(cron, time).await
    }
}
