//! The writing end of a body that JavaScript produces chunk by chunk.

use std::cell::RefCell;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::body::{Body, BodyError};
use crate::settle::Settled;

/// Chunks on their way that nobody has read yet; more than these and the writer waits.
const CHUNKS_IN_FLIGHT: usize = 4;

/// Where JavaScript writes; the other end is a [`Body`].
pub(crate) struct Sink {
    pub(crate) context: u32,
    chunks: RefCell<Option<mpsc::Sender<Result<Bytes, BodyError>>>>,
}

impl Sink {
    /// Both ends; `length` in bytes if it is known. The receiver ends when the body is dropped, read to its end or not.
    pub(crate) fn new(context: u32, length: Option<u64>) -> (Sink, Body, oneshot::Receiver<()>) {
        let (sender, receiver) = mpsc::channel(CHUNKS_IN_FLIGHT);
        let (alive, gone) = oneshot::channel();
        (Sink { context, chunks: RefCell::new(Some(sender)) }, Body::channel(receiver, length, alive), gone)
    }

    fn sender(&self) -> Option<mpsc::Sender<Result<Bytes, BodyError>>> {
        self.chunks.borrow().clone()
    }

    /// Hands over a chunk when there is room; false if the reader is gone.
    pub(crate) async fn write(&self, bytes: Bytes) -> Settled {
        let Some(sender) = self.sender() else { return Settled::Bool(false) };
        Settled::Bool(sender.send(Ok(bytes)).await.is_ok())
    }

    /// False once the body is complete or aborted.
    pub(crate) fn is_open(&self) -> bool {
        self.chunks.borrow().is_some()
    }

    /// The body is complete.
    pub(crate) fn close(&self) {
        self.chunks.take();
    }

    /// The body ends with an error, so that the reader cannot take it for complete.
    pub(crate) fn abort(&self, message: String) {
        let Some(sender) = self.chunks.take() else { return };
        match sender.try_send(Err(BodyError(message))) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => {}
            Err(mpsc::error::TrySendError::Full(error)) => {
                deno_core::unsync::spawn(async move {
                    let _gone = sender.send(error).await;
                });
            }
        }
    }
}
