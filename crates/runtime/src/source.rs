//! A native byte source: a body that JavaScript has not read yet, known to it by a small integer.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::task::AtomicWaker;
use http_body::Body as _;

use crate::body::Body;
use crate::decode::{DecodeError, Decoder};
use crate::settle::Settled;

/// The body, while nobody has taken it away. Taken whole it is as it came; read in chunks it is decoded.
pub(crate) struct Source {
    pub(crate) context: u32,
    body: RefCell<Option<Body>>,
    decoder: RefCell<Option<Decoder>>,
    reader: AtomicWaker,
}

impl Source {
    /// `decoder`: what turns the bytes as they came into those that JavaScript reads.
    pub(crate) fn new(context: u32, body: Body, decoder: Option<Decoder>) -> Source {
        Source { context, body: RefCell::new(Some(body)), decoder: RefCell::new(decoder), reader: AtomicWaker::new() }
    }

    /// Takes the whole body, for example to send it on untouched. Whoever is reading it comes to its end.
    pub(crate) fn take(&self) -> Option<Body> {
        let body = self.body.take();
        self.reader.wake();
        body
    }

    /// How many bytes JavaScript will read, if that is known.
    pub(crate) fn length(&self) -> Option<u64> {
        if self.decoder.borrow().is_some() {
            return None;
        }
        self.body.borrow().as_ref().and_then(|body| body.size_hint().exact())
    }

    /// Whether the end was reached.
    pub(crate) fn is_over(&self) -> bool {
        self.body.borrow().is_none()
    }

    /// The next chunk; `Null` at the end.
    pub(crate) async fn read(&self) -> Settled {
        poll_fn(|cx| {
            self.reader.register(cx.waker());
            loop {
                match self.poll_decoded(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Some(Ok(bytes))) if bytes.is_empty() => {}
                    Poll::Ready(Some(Ok(bytes))) => return Poll::Ready(Settled::Bytes(bytes)),
                    Poll::Ready(None) => return Poll::Ready(Settled::Null),
                    Poll::Ready(Some(Err(failure))) => return Poll::Ready(failure),
                }
            }
        })
        .await
    }

    /// The next piece, which may be empty, or what reading rejects with. After the end or an error the body is gone.
    fn poll_decoded(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Settled>>> {
        let mut body = self.body.borrow_mut();
        let mut decoder = self.decoder.borrow_mut();
        let Some(reading) = body.as_mut() else { return Poll::Ready(None) };
        let piece = match std::task::ready!(Pin::new(reading).poll_frame(cx)) {
            // Trailers carry nothing for a Worker.
            Some(Ok(frame)) => match (frame.into_data(), decoder.as_mut()) {
                (Err(_trailers), _) => Ok(Bytes::new()),
                (Ok(data), None) => Ok(data),
                (Ok(data), Some(decoder)) => decoder.decode(&data).map_err(undecodable),
            },
            Some(Err(error)) => Err(Settled::Error(error.0)),
            None => {
                *body = None;
                match decoder.take() {
                    Some(decoder) => decoder.finish().map_err(undecodable),
                    None => return Poll::Ready(None),
                }
            }
        };
        if piece.is_err() {
            *body = None;
        }
        Poll::Ready(Some(piece))
    }
}

fn undecodable(error: DecodeError) -> Settled {
    Settled::TypeError(error.to_string())
}
