//! Undoing the `Content-Encoding` of a body that a Worker reads.

use std::io::Write;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// How much brotli decodes at a time.
const BROTLI_BUFFER: usize = 4096;

/// What every gzip stream begins with.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Why a body cannot be decoded, in production's words.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum DecodeError {
    #[error("{0} decompression failed.")]
    Corrupt(&'static str),
    #[error("{0} compressed stream ended prematurely.")]
    Truncated(&'static str),
}

/// Whether a piece after `seen` bytes can be of a gzip stream. Decoders look at the header when all of it is there, which
/// something that is no gzip may never reach.
pub(crate) fn is_gzip(piece: &[u8], seen: usize) -> bool {
    piece.iter().zip(GZIP_MAGIC.iter().skip(seen)).all(|(byte, magic)| byte == magic)
}

/// Decodes a body piece by piece.
pub(crate) enum Decoder {
    Gzip { decoder: Box<MultiGzDecoder<Vec<u8>>>, seen: usize },
    Brotli(Box<brotli::DecompressorWriter<Vec<u8>>>),
}

impl Decoder {
    /// The decoder for a body with these headers; none if production does not decode it either.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Decoder> {
        let encoding = headers.get(CONTENT_ENCODING)?.to_str().ok()?;
        match encoding.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Some(Decoder::Gzip { decoder: Box::new(MultiGzDecoder::new(Vec::new())), seen: 0 }),
            "br" => Some(Decoder::Brotli(Box::new(brotli::DecompressorWriter::new(Vec::new(), BROTLI_BUFFER)))),
            _ => None,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Decoder::Gzip { .. } => "Gzip",
            Decoder::Brotli(_) => "Brotli",
        }
    }

    /// What a piece of the encoded body gives.
    pub(crate) fn decode(&mut self, data: &[u8]) -> Result<Bytes, DecodeError> {
        let name = self.name();
        let decoded = match self {
            Decoder::Gzip { decoder, seen } => {
                if !is_gzip(data, *seen) {
                    return Err(DecodeError::Corrupt(name));
                }
                *seen = seen.saturating_add(data.len());
                decoder.write_all(data).map(|()| std::mem::take(decoder.get_mut()))
            }
            Decoder::Brotli(decoder) => decoder.write_all(data).map(|()| std::mem::take(decoder.get_mut())),
        };
        decoded.map(Bytes::from).map_err(|_| DecodeError::Corrupt(name))
    }

    /// What is left at the end; an error if the end came too early.
    pub(crate) fn finish(self) -> Result<Bytes, DecodeError> {
        let name = self.name();
        let rest = match self {
            Decoder::Gzip { decoder, .. } => decoder.finish(),
            Decoder::Brotli(mut decoder) => decoder.close().map(|()| std::mem::take(decoder.get_mut())),
        };
        rest.map(Bytes::from).map_err(|_| DecodeError::Truncated(name))
    }
}
