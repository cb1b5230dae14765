//! The body of an answer: a document, or the bytes of an object.

use bytes::Bytes;
use edgeemu_r2::Reader;
use http_body::{Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The body of an answer.
#[derive(Debug)]
pub enum Body {
    /// Complete bytes.
    Bytes(Bytes),
    /// The bytes of an object, which are read while they are sent.
    Object(Box<Reader>),
}

impl Body {
    /// No bytes.
    #[must_use]
    pub fn empty() -> Body {
        Body::Bytes(Bytes::new())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Body {
        Body::Bytes(text.into())
    }
}

impl From<Reader> for Body {
    fn from(reader: Reader) -> Body {
        Body::Object(Box::new(reader))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(match &mut *self {
            Body::Bytes(bytes) if bytes.is_empty() => None,
            Body::Bytes(bytes) => Some(Ok(Frame::data(std::mem::take(bytes)))),
            Body::Object(reader) => reader.read_chunk().transpose().map(|chunk| chunk.map(Frame::data)),
        })
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Body::Bytes(bytes) => bytes.is_empty(),
            Body::Object(reader) => reader.left() == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Body::Bytes(bytes) => bytes.len() as u64,
            Body::Object(reader) => reader.left(),
        })
    }
}
