//! What CompressionStream and DecompressionStream do to bytes.

use std::cell::RefCell;
use std::io::{self, Write};

use deno_core::{GarbageCollected, op2, v8};
use flate2::write::{DeflateEncoder, GzDecoder, GzEncoder, ZlibEncoder};
use flate2::{Compression, Decompress, FlushDecompress, Status};

use crate::decode::is_gzip;

/// Room for output, made as often as it is needed.
const STEP_BYTES: usize = 16 << 10;

/// Why bytes cannot be decompressed, in production's words.
#[derive(Clone, Copy, Debug, thiserror::Error, deno_error::JsError)]
#[class(type)]
pub(crate) enum CodecError {
    #[error("Decompression failed.")]
    Corrupt,
    #[error("Called close() on a decompression stream with incomplete data")]
    Incomplete,
    #[error("Trailing bytes after end of compressed data")]
    Trailing,
    #[error("The compression format must be either 'deflate', 'deflate-raw' or 'gzip'.")]
    Format,
}

enum Codec {
    Gzip(GzEncoder<Vec<u8>>),
    Deflate(ZlibEncoder<Vec<u8>>),
    DeflateRaw(DeflateEncoder<Vec<u8>>),
    Gunzip { decoder: GzDecoder<Vec<u8>>, seen: usize },
    Inflate { decoder: Decompress, ended: bool },
}

/// A codec under way; none once it has ended.
pub(crate) struct CodecHandle(RefCell<Option<Codec>>);

// SAFETY: it holds no reference into V8's heap.
unsafe impl GarbageCollected for CodecHandle {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"Codec"
    }
}

/// A codec of a format that CompressionStream knows.
#[op2]
#[cppgc]
pub(crate) fn op_codec_new(#[string] format: &str, decompress: bool) -> Result<CodecHandle, CodecError> {
    let level = Compression::default();
    let codec = match (format, decompress) {
        ("gzip", false) => Codec::Gzip(GzEncoder::new(Vec::new(), level)),
        ("deflate", false) => Codec::Deflate(ZlibEncoder::new(Vec::new(), level)),
        ("deflate-raw", false) => Codec::DeflateRaw(DeflateEncoder::new(Vec::new(), level)),
        ("gzip", true) => Codec::Gunzip { decoder: GzDecoder::new(Vec::new()), seen: 0 },
        ("deflate", true) => Codec::Inflate { decoder: Decompress::new(true), ended: false },
        ("deflate-raw", true) => Codec::Inflate { decoder: Decompress::new(false), ended: false },
        _ => return Err(CodecError::Format),
    };
    Ok(CodecHandle(RefCell::new(Some(codec))))
}

/// What some bytes give, which may be nothing yet.
#[op2]
#[buffer]
pub(crate) fn op_codec_write(#[cppgc] handle: &CodecHandle, #[anybuffer] input: &[u8]) -> Result<Vec<u8>, CodecError> {
    let mut codec = handle.0.borrow_mut();
    codec.as_mut().map_or(Ok(Vec::new()), |codec| codec.write(input))
}

/// What is left at the end.
#[op2]
#[buffer]
pub(crate) fn op_codec_finish(#[cppgc] handle: &CodecHandle) -> Result<Vec<u8>, CodecError> {
    handle.0.take().map_or(Ok(Vec::new()), Codec::finish)
}

impl Codec {
    fn write(&mut self, input: &[u8]) -> Result<Vec<u8>, CodecError> {
        match self {
            Codec::Gzip(encoder) => encoder.write_all(input).map(|()| std::mem::take(encoder.get_mut())),
            Codec::Deflate(encoder) => encoder.write_all(input).map(|()| std::mem::take(encoder.get_mut())),
            Codec::DeflateRaw(encoder) => encoder.write_all(input).map(|()| std::mem::take(encoder.get_mut())),
            Codec::Gunzip { decoder, seen } => {
                if !is_gzip(input, *seen) {
                    return Err(CodecError::Corrupt);
                }
                *seen = seen.saturating_add(input.len());
                decoder.write_all(input).and_then(|()| decoder.flush()).map(|()| std::mem::take(decoder.get_mut()))
            }
            Codec::Inflate { decoder, ended } => return inflate(decoder, ended, input),
        }
        .map_err(|error| {
            if error.kind() == io::ErrorKind::WriteZero { CodecError::Trailing } else { CodecError::Corrupt }
        })
    }

    fn finish(self) -> Result<Vec<u8>, CodecError> {
        match self {
            Codec::Gzip(encoder) => encoder.finish().map_err(|_| CodecError::Corrupt),
            Codec::Deflate(encoder) => encoder.finish().map_err(|_| CodecError::Corrupt),
            Codec::DeflateRaw(encoder) => encoder.finish().map_err(|_| CodecError::Corrupt),
            Codec::Gunzip { decoder, .. } => decoder.finish().map_err(|_| CodecError::Incomplete),
            Codec::Inflate { ended: true, .. } => Ok(Vec::new()),
            Codec::Inflate { .. } => Err(CodecError::Incomplete),
        }
    }
}

fn inflate(decoder: &mut Decompress, ended: &mut bool, mut input: &[u8]) -> Result<Vec<u8>, CodecError> {
    let mut output = Vec::new();
    while !*ended {
        output.reserve(STEP_BYTES);
        let before = decoder.total_in();
        let status = decoder.decompress_vec(input, &mut output, FlushDecompress::None);
        let status = status.map_err(|_| CodecError::Corrupt)?;
        let taken = usize::try_from(decoder.total_in() - before).expect("it cannot take more than it was given");
        input = &input[taken..];
        *ended = status == Status::StreamEnd;
        // With room left it stops only for lack of input.
        if !*ended && input.is_empty() && output.len() < output.capacity() {
            return Ok(output);
        }
    }
    if input.is_empty() { Ok(output) } else { Err(CodecError::Trailing) }
}
