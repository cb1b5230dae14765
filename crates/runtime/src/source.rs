//! A native byte source: a body that JavaScript has not read yet, known to it by a small integer.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use http_body::Body as _;

use crate::body::Body;
use crate::settle::Settled;

/// The body, while nobody has taken it away.
pub(crate) struct Source {
    pub(crate) context: u32,
    body: RefCell<Option<Body>>,
}

impl Source {
    pub(crate) fn new(context: u32, body: Body) -> Source {
        Source { context, body: RefCell::new(Some(body)) }
    }

    /// Takes the whole body, for example to send it on untouched.
    pub(crate) fn take(&self) -> Option<Body> {
        self.body.take()
    }

    /// The next chunk; `Null` at the end.
    pub(crate) async fn read(&self) -> Settled {
        poll_fn(|cx| {
            let mut body = self.body.borrow_mut();
            let Some(reading) = body.as_mut() else { return Poll::Ready(Settled::Null) };
            loop {
                return match Pin::new(&mut *reading).poll_frame(cx) {
                    Poll::Pending => Poll::Pending,
                    Poll::Ready(None) => {
                        *body = None;
                        Poll::Ready(Settled::Null)
                    }
                    Poll::Ready(Some(Err(error))) => {
                        *body = None;
                        Poll::Ready(Settled::Error(error.0))
                    }
                    Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                        Ok(data) if !data.is_empty() => Poll::Ready(Settled::Bytes(data)),
                        // Trailers and empty frames carry nothing for a Worker.
                        _ => continue,
                    },
                };
            }
        })
        .await
    }
}
