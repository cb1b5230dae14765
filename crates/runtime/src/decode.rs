//! Undoing the `Content-Encoding` of a body that a Worker reads.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::body::BodyError;

/// How much brotli decodes at a time.
const BROTLI_BUFFER: usize = 4096;

/// Decodes a body piece by piece.
pub(crate) enum Decoder {
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
    Brotli(Box<brotli::DecompressorWriter<Vec<u8>>>),
}

impl Decoder {
    /// The decoder for a body with these headers; none if production does not decode it either.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Decoder> {
        let encoding = headers.get(CONTENT_ENCODING)?.to_str().ok()?;
        match encoding.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Some(Decoder::Gzip(Box::new(MultiGzDecoder::new(Vec::new())))),
            "br" => Some(Decoder::Brotli(Box::new(brotli::DecompressorWriter::new(Vec::new(), BROTLI_BUFFER)))),
            _ => None,
        }
    }

    /// What a piece of the encoded body gives.
    pub(crate) fn decode(&mut self, data: &[u8]) -> Result<Bytes, BodyError> {
        let decoded = match self {
            Decoder::Gzip(decoder) => decoder.write_all(data).map(|()| std::mem::take(decoder.get_mut())),
            Decoder::Brotli(decoder) => decoder.write_all(data).map(|()| std::mem::take(decoder.get_mut())),
        };
        decoded.map(Bytes::from).map_err(|error| broken(&error))
    }

    /// What is left at the end; an error if the end came too early.
    pub(crate) fn finish(self) -> Result<Bytes, BodyError> {
        let rest = match self {
            Decoder::Gzip(decoder) => decoder.finish(),
            Decoder::Brotli(mut decoder) => decoder.close().map(|()| std::mem::take(decoder.get_mut())),
        };
        rest.map(Bytes::from).map_err(|error| broken(&error))
    }
}

fn broken(error: &io::Error) -> BodyError {
    BodyError(format!("Decompression failed: {error}"))
}
