//! The body of a request on its way in: taken apart, compared with what was said of it, and handed on.

use crate::auth::Verified;
use crate::call::Call;
use crate::chunked::Chunked;
use crate::digests::Digests;
use crate::error::{Result, S3Error};
use bytes::Bytes;
use edgeemu_r2::{Object, PartRef, PartUpload, Put, R2Error};
use http::header::CONTENT_LENGTH;
use http_body_util::BodyExt as _;
use std::collections::BTreeMap;
use std::fmt::Display;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// How many pieces of a body may wait for the disk.
const PIECES_WAITING: usize = 16;
/// The longest document in a request: a thousand keys to delete, ten thousand parts to complete.
const DOCUMENT_BYTES_MAX: usize = 16 << 20;
/// How much of a body is read after its request was refused.
const DRAINED_BYTES_MAX: usize = 64 << 20;

/// What is done to the bytes of a body before anybody else sees them.
pub(crate) struct Incoming {
    chunked: Option<Chunked>,
    digests: Digests,
    /// How many bytes there will be.
    size: Option<u64>,
}

/// Where bytes go.
pub(crate) enum Sink {
    Object(Box<Put>),
    Part(Box<PartUpload>),
}

/// What became of them.
pub(crate) enum Stored {
    /// None: the condition does not hold.
    Object(Option<Box<Object>>),
    Part(PartRef, BTreeMap<String, String>),
}

impl Incoming {
    pub(crate) fn new(call: &Call, verified: &Verified) -> Result<Incoming> {
        let number = |name: &str| call.header(name).and_then(|text| text.trim().parse::<u64>().ok());
        let payload = verified.payload.as_deref().unwrap_or("UNSIGNED-PAYLOAD");
        let pieces = |signed: bool, trailers| Some(Chunked::new(signed.then(|| verified.chain.clone()), trailers));
        let chunked = match payload {
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => pieces(true, false),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => pieces(true, true),
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => pieces(false, true),
            "UNSIGNED-PAYLOAD" => None,
            hash if is_sha256(hash) => None,
            other if other.starts_with("STREAMING-") => {
                return Err(S3Error::header_not_implemented("x-amz-content-sha256", other));
            }
            _ => {
                let message =
                    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a streaming one, or a valid sha256 value.";
                return Err(S3Error::invalid_argument(message));
            }
        };
        let length = if chunked.is_some() { "x-amz-decoded-content-length" } else { CONTENT_LENGTH.as_str() };
        let digests = Digests::of(call, Some(payload).filter(|payload| is_sha256(payload)))?;
        Ok(Incoming { chunked, digests, size: number(length) })
    }

    /// How many bytes there will be.
    pub(crate) fn size(&self) -> Result<u64> {
        self.size.ok_or_else(S3Error::missing_length)
    }

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let Incoming { chunked, digests, .. } = self;
        let mut take = |piece: &[u8]| {
            digests.update(piece);
            sink(piece)
        };
        match chunked {
            Some(chunked) => chunked.feed(bytes, &mut take),
            None => take(bytes),
        }
    }

    /// Gives the checksum that came along, if it is the right one.
    fn finish(self) -> Result<BTreeMap<String, String>> {
        let trailers = self.chunked.map(Chunked::finish).transpose()?.unwrap_or_default();
        self.digests.finish(&trailers)
    }

    /// Reads a document.
    pub(crate) async fn document<B>(mut self, mut body: B) -> Result<Vec<u8>>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let mut document = Vec::new();
        while let Some(bytes) = next(&mut body).await? {
            self.feed(&bytes, &mut |piece| {
                document.extend_from_slice(piece);
                if document.len() > DOCUMENT_BYTES_MAX { Err(S3Error::malformed_xml()) } else { Ok(()) }
            })?;
        }
        self.finish()?;
        Ok(document)
    }

    /// Brings the bytes where they belong. Hashing and waiting for the disk are done on another thread.
    pub(crate) async fn store<B>(self, mut body: B, sink: Sink) -> Result<Stored>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let (sender, pieces) = mpsc::channel(PIECES_WAITING);
        let stored = spawn_blocking(move || self.receive(pieces, sink));
        let sent = async {
            while let Some(bytes) = next(&mut body).await? {
                // Nobody takes it any more: what went wrong is said by the other thread.
                if sender.send(Some(bytes)).await.is_err() {
                    return Ok(());
                }
            }
            let _ended = sender.send(None).await;
            Ok(())
        };
        let sent = sent.await;
        drop(sender);
        let stored = stored.await.map_err(|error| S3Error::internal(&error))?;
        sent.and(stored)
    }

    /// Takes pieces until `None` says that the body is complete.
    fn receive(mut self, mut pieces: mpsc::Receiver<Option<Bytes>>, mut sink: Sink) -> Result<Stored> {
        loop {
            match pieces.blocking_recv() {
                Some(Some(bytes)) => self.feed(&bytes, &mut |piece| Ok(sink.write(piece)?))?,
                Some(None) => break,
                None => return Err(S3Error::incomplete_body()),
            }
        }
        let checksums = self.finish()?;
        Ok(match sink {
            Sink::Object(mut put) => {
                put.keep_checksums(checksums);
                Stored::Object(put.finish()?.map(Box::new))
            }
            Sink::Part(part) => Stored::Part(part.finish()?, checksums),
        })
    }
}

impl Sink {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> std::result::Result<(), R2Error> {
        match self {
            Sink::Object(put) => put.write(bytes),
            Sink::Part(part) => part.write(bytes),
        }
    }
}

/// Reads what nobody wants any more, up to a limit: clients that are still sending do not hear an answer.
pub(crate) async fn drain<B>(body: &mut B)
where
    B: http_body::Body<Data = Bytes> + Unpin,
    B::Error: Display,
{
    let mut left = DRAINED_BYTES_MAX;
    while let Ok(Some(bytes)) = next(body).await {
        let Some(rest) = left.checked_sub(bytes.len()) else { return };
        left = rest;
    }
}

/// The next bytes of a body.
async fn next<B>(body: &mut B) -> Result<Option<Bytes>>
where
    B: http_body::Body<Data = Bytes> + Unpin,
    B::Error: Display,
{
    while let Some(frame) = body.frame().await {
        // A body that breaks off was not sent completely.
        let frame = frame.map_err(|_| S3Error::incomplete_body())?;
        if let Ok(bytes) = frame.into_data() {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
