//! The body of a request or a response on its way between the network and a Worker.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use tokio::sync::{mpsc, oneshot};

/// Why a body ended before its end.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct BodyError(pub String);

/// Bytes that are complete, or arrive in chunks. Can cross threads.
#[derive(Debug)]
pub struct Body(Kind);

#[derive(Debug)]
enum Kind {
    Full(Option<Bytes>),
    Stream(UnsyncBoxBody<Bytes, BodyError>),
    Channel { chunks: mpsc::Receiver<Result<Bytes, BodyError>>, length: Option<u64>, _alive: oneshot::Sender<()> },
}

impl Body {
    /// No body at all.
    #[must_use]
    pub fn empty() -> Body {
        Body(Kind::Full(None))
    }

    /// Wraps a streaming body, for example what hyper received.
    pub fn stream<B>(body: B) -> Body
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: std::fmt::Display,
    {
        Body(Kind::Stream(body.map_err(|error| BodyError(error.to_string())).boxed_unsync()))
    }

    /// A body whose chunks come through a channel; `length` in bytes if it is known. `alive` is dropped with the body.
    pub(crate) fn channel(
        chunks: mpsc::Receiver<Result<Bytes, BodyError>>,
        length: Option<u64>,
        alive: oneshot::Sender<()>,
    ) -> Body {
        Body(Kind::Channel { chunks, length, _alive: alive })
    }

    /// The bytes, if they are all here already.
    pub(crate) fn take_full(&mut self) -> Option<Bytes> {
        match &mut self.0 {
            Kind::Full(bytes) => Some(bytes.take().unwrap_or_default()),
            _ => None,
        }
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When the sender fails before the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        while let Some(frame) = self.frame().await {
            // Trailers are of no use to anybody here.
            if let Ok(data) = frame?.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }

    /// Reads everything into memory.
    ///
    /// # Errors
    /// When the sender fails before the end.
    pub async fn collect(mut self) -> Result<Bytes, BodyError> {
        match self.take_full() {
            Some(bytes) => Ok(bytes),
            None => Ok(BodyExt::collect(self).await?.to_bytes()),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Body {
        Body(Kind::Full((!bytes.is_empty()).then_some(bytes)))
    }
}

impl From<String> for Body {
    fn from(text: String) -> Body {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Body {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.0 {
            Kind::Full(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Kind::Stream(stream) => Pin::new(stream).poll_frame(cx),
            Kind::Channel { chunks, .. } => chunks.poll_recv(cx).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Full(bytes) => bytes.is_none(),
            Kind::Stream(stream) => stream.is_end_stream(),
            Kind::Channel { .. } => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Full(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Kind::Stream(stream) => stream.size_hint(),
            Kind::Channel { length: Some(length), .. } => SizeHint::with_exact(*length),
            Kind::Channel { length: None, .. } => SizeHint::default(),
        }
    }
}
