//! What node:zlib does to bytes: deflate in its three wrappings, brotli, zstd, with every kind of flush.

use std::cell::RefCell;
use std::io::Write;

use brotli::enc::BrotliEncoderParams;
use deno_core::{GarbageCollected, op2, v8};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use serde::Deserialize;
use zstd::stream::raw::{Decoder as ZstdDecoder, Encoder as ZstdEncoder, InBuffer, Operation, OutBuffer};

/// Room for output, made as often as it is needed.
const STEP_BYTES: usize = 16 << 10;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Deflate, no flags, no time, no extra flags, written on Unix.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

/// Why bytes cannot be decompressed: the texts of the libraries that Node uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, deno_error::JsError)]
#[class(generic)]
pub(crate) enum ZlibError {
    #[error("incorrect header check")]
    Header,
    #[error("incorrect data check")]
    Check,
    #[error("invalid compressed data")]
    Data,
    #[error("unexpected end of file")]
    End,
    #[error("Decompression failed")]
    Brotli,
    #[error("Unknown frame descriptor")]
    Zstd,
    #[error("Unsupported parameter")]
    Parameter,
}

/// How to compress, where it is not by default.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Options {
    level: Option<i32>,
    quality: Option<i32>,
    window: Option<i32>,
    size_hint: Option<usize>,
    zstd_level: Option<i32>,
}

enum Codec {
    Deflate { state: Compress, gzip: Option<Checksum>, is_started: bool },
    Inflate(Inflater),
    Brotli(Box<brotli::CompressorWriter<Vec<u8>>>),
    Unbrotli(Box<brotli::DecompressorWriter<Vec<u8>>>),
    Zstd(ZstdEncoder<'static>),
    Unzstd { state: ZstdDecoder<'static>, is_complete: bool },
}

#[derive(Default)]
struct Checksum {
    crc: u32,
    length: u32,
}

impl Checksum {
    fn add(&mut self, data: &[u8]) {
        self.crc = crc32(self.crc, data);
        self.length = self.length.wrapping_add(u32::try_from(data.len() % (1 << 32)).unwrap_or(0));
    }

    fn trailer(&self) -> [u8; 8] {
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&self.crc.to_le_bytes());
        bytes[4..].copy_from_slice(&self.length.to_le_bytes());
        bytes
    }
}

/// The checksum of gzip.
pub(crate) fn crc32(seed: u32, data: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(seed);
    hasher.update(data);
    hasher.finalize()
}

/// What surrounds the deflated bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapping {
    Zlib,
    Raw,
    Gzip,
    /// Gzip if it looks like it, else zlib.
    Either,
}

struct Inflater {
    wrapping: Wrapping,
    state: Option<Decompress>,
    /// Bytes that wait for the rest of a header or trailer.
    held: Vec<u8>,
    checksum: Checksum,
    in_trailer: bool,
    is_complete: bool,
}

/// A codec under way.
pub(crate) struct ZlibHandle(RefCell<Codec>);

// SAFETY: it holds no reference into V8's heap.
unsafe impl GarbageCollected for ZlibHandle {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"Zlib"
    }
}

/// A codec by Node's number of its mode; `options` is JSON.
#[op2]
#[cppgc]
pub(crate) fn op_node_zlib_new(#[smi] mode: u32, #[string] options: &str) -> Result<ZlibHandle, ZlibError> {
    let options: Options = serde_json::from_str(options).map_err(|_| ZlibError::Parameter)?;
    codec(mode, &options).map(|codec| ZlibHandle(RefCell::new(codec)))
}

/// What some bytes give; `flush` is Node's number: 0 none, 2 and 3 what there is, 4 the end.
#[op2]
#[buffer]
pub(crate) fn op_node_zlib_write(
    #[cppgc] handle: &ZlibHandle,
    #[anybuffer] input: &[u8],
    #[smi] flush: u32,
) -> Result<Vec<u8>, ZlibError> {
    handle.0.borrow_mut().write(input, Flush::of(flush))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flush {
    None,
    Sync,
    Full,
    Finish,
}

impl Flush {
    fn of(number: u32) -> Flush {
        match number {
            0 | 5 => Flush::None,
            3 => Flush::Full,
            4 => Flush::Finish,
            _ => Flush::Sync,
        }
    }
}

fn codec(mode: u32, options: &Options) -> Result<Codec, ZlibError> {
    let deflate = |zlib: bool, gzip: bool| {
        let level = options
            .level
            .and_then(|level| u32::try_from(level).ok())
            .map_or_else(Compression::default, Compression::new);
        Codec::Deflate { state: Compress::new(level, zlib), gzip: gzip.then(Checksum::default), is_started: false }
    };
    Ok(match mode {
        1 => deflate(true, false),
        2 => Codec::Inflate(Inflater::new(Wrapping::Zlib)),
        3 => deflate(false, true),
        4 => Codec::Inflate(Inflater::new(Wrapping::Gzip)),
        5 => deflate(false, false),
        6 => Codec::Inflate(Inflater::new(Wrapping::Raw)),
        7 => Codec::Inflate(Inflater::new(Wrapping::Either)),
        8 => Codec::Unbrotli(Box::new(brotli::DecompressorWriter::new(Vec::new(), STEP_BYTES))),
        9 => {
            let params = BrotliEncoderParams {
                quality: options.quality.unwrap_or(11),
                lgwin: options.window.unwrap_or(22),
                size_hint: options.size_hint.unwrap_or(0),
                ..BrotliEncoderParams::default()
            };
            Codec::Brotli(Box::new(brotli::CompressorWriter::with_params(Vec::new(), STEP_BYTES, &params)))
        }
        10 => Codec::Zstd(ZstdEncoder::new(options.zstd_level.unwrap_or(3)).map_err(|_| ZlibError::Parameter)?),
        11 => Codec::Unzstd { state: ZstdDecoder::new().map_err(|_| ZlibError::Parameter)?, is_complete: true },
        _ => return Err(ZlibError::Parameter),
    })
}

impl Codec {
    fn write(&mut self, input: &[u8], flush: Flush) -> Result<Vec<u8>, ZlibError> {
        match self {
            Codec::Deflate { state, gzip, is_started } => {
                let mut output = Vec::new();
                if gzip.is_some() && !*is_started {
                    output.extend_from_slice(&GZIP_HEADER);
                }
                *is_started = true;
                deflate(state, input, &mut output, flush)?;
                if let Some(checksum) = gzip {
                    checksum.add(input);
                    if flush == Flush::Finish {
                        output.extend_from_slice(&checksum.trailer());
                    }
                }
                Ok(output)
            }
            Codec::Inflate(inflater) => inflater.write(input, flush),
            Codec::Brotli(writer) => brotli_write(writer, input, flush),
            Codec::Unbrotli(writer) => unbrotli(writer, input, flush),
            Codec::Zstd(state) => zstd_write(state, input, flush),
            Codec::Unzstd { state, is_complete } => unzstd(state, is_complete, input, flush),
        }
    }
}

fn deflate(state: &mut Compress, mut input: &[u8], output: &mut Vec<u8>, flush: Flush) -> Result<(), ZlibError> {
    let how = match flush {
        Flush::None => FlushCompress::None,
        Flush::Sync => FlushCompress::Sync,
        Flush::Full => FlushCompress::Full,
        Flush::Finish => FlushCompress::Finish,
    };
    loop {
        output.reserve(STEP_BYTES);
        let before = state.total_in();
        let status = state.compress_vec(input, output, how).map_err(|_| ZlibError::Data)?;
        let taken = usize::try_from(state.total_in() - before).expect("it cannot take more than it was given");
        input = &input[taken..];
        // With room left it stops only when there is nothing more to do.
        if status == Status::StreamEnd || (input.is_empty() && output.len() < output.capacity()) {
            return Ok(());
        }
    }
}

fn brotli_write(
    writer: &mut brotli::CompressorWriter<Vec<u8>>,
    input: &[u8],
    flush: Flush,
) -> Result<Vec<u8>, ZlibError> {
    writer.write_all(input).map_err(|_| ZlibError::Brotli)?;
    match flush {
        Flush::None => {}
        Flush::Sync | Flush::Full => writer.flush().map_err(|_| ZlibError::Brotli)?,
        Flush::Finish => {
            let ended = std::mem::replace(writer, brotli::CompressorWriter::new(Vec::new(), 1, 0, 10));
            return Ok(ended.into_inner());
        }
    }
    Ok(std::mem::take(writer.get_mut()))
}

fn unbrotli(
    writer: &mut brotli::DecompressorWriter<Vec<u8>>,
    input: &[u8],
    flush: Flush,
) -> Result<Vec<u8>, ZlibError> {
    writer.write_all(input).map_err(|_| ZlibError::Brotli)?;
    if flush == Flush::Finish {
        writer.close().map_err(|_| ZlibError::End)?;
    }
    Ok(std::mem::take(writer.get_mut()))
}

fn zstd_write(state: &mut ZstdEncoder<'_>, input: &[u8], flush: Flush) -> Result<Vec<u8>, ZlibError> {
    let mut output = Vec::new();
    let mut source = InBuffer::around(input);
    while source.pos() < input.len() {
        step(&mut output, |out| state.run(&mut source, out))?;
    }
    let mut left = usize::from(flush != Flush::None);
    while left > 0 {
        left = match flush {
            Flush::Finish => step(&mut output, |out| state.finish(out, true))?,
            _ => step(&mut output, |out| state.flush(out))?,
        };
    }
    Ok(output)
}

fn unzstd(
    state: &mut ZstdDecoder<'_>,
    is_complete: &mut bool,
    input: &[u8],
    flush: Flush,
) -> Result<Vec<u8>, ZlibError> {
    let mut output = Vec::new();
    let mut source = InBuffer::around(input);
    loop {
        let had = source.pos();
        let before = output.len();
        if source.pos() == input.len() && *is_complete {
            break;
        }
        let left = step(&mut output, |out| state.run(&mut source, out))?;
        *is_complete = left == 0;
        if *is_complete && source.pos() < input.len() {
            state.reinit().map_err(|_| ZlibError::Zstd)?;
        } else if source.pos() == had && output.len() == before {
            break;
        }
    }
    if flush == Flush::Finish && !*is_complete { Err(ZlibError::End) } else { Ok(output) }
}

/// One call of a zstd operation with room for its output.
fn step(
    output: &mut Vec<u8>,
    run: impl FnOnce(&mut OutBuffer<'_, [u8]>) -> std::io::Result<usize>,
) -> Result<usize, ZlibError> {
    let mut room = vec![0; STEP_BYTES];
    let mut out = OutBuffer::around(room.as_mut_slice());
    let left = run(&mut out).map_err(|_| ZlibError::Zstd)?;
    let written = out.pos();
    output.extend_from_slice(&room[..written]);
    Ok(left)
}

impl Inflater {
    fn new(wrapping: Wrapping) -> Inflater {
        let mut inflater = Inflater {
            wrapping,
            state: None,
            held: Vec::new(),
            checksum: Checksum::default(),
            in_trailer: false,
            is_complete: false,
        };
        if wrapping == Wrapping::Raw || wrapping == Wrapping::Zlib {
            inflater.state = Some(Decompress::new(wrapping == Wrapping::Zlib));
        }
        inflater
    }

    fn write(&mut self, input: &[u8], flush: Flush) -> Result<Vec<u8>, ZlibError> {
        let mut output = Vec::new();
        self.held.extend_from_slice(input);
        while self.advance(&mut output)? {}
        if flush == Flush::Finish && !self.is_complete {
            return Err(ZlibError::End);
        }
        Ok(output)
    }

    /// Does the next part of what is held; whether something may be left to do.
    fn advance(&mut self, output: &mut Vec<u8>) -> Result<bool, ZlibError> {
        if self.in_trailer {
            return self.check_trailer();
        }
        if self.state.is_none() {
            return self.read_header();
        }
        if self.is_complete || self.held.is_empty() {
            return Ok(false);
        }
        self.inflate(output)
    }

    fn inflate(&mut self, output: &mut Vec<u8>) -> Result<bool, ZlibError> {
        let Some(state) = self.state.as_mut() else { return Ok(false) };
        let start = output.len();
        output.reserve(STEP_BYTES);
        let before = state.total_in();
        let is_first = before == 0 && self.wrapping == Wrapping::Zlib;
        if is_first && self.held.len() >= 2 && !is_zlib_header(&self.held) {
            return Err(ZlibError::Header);
        }
        let status = state.decompress_vec(&self.held, output, FlushDecompress::None);
        let status = status.map_err(|_| ZlibError::Data)?;
        let taken = usize::try_from(state.total_in() - before).expect("it cannot take more than it was given");
        self.held.drain(..taken);
        if self.wrapping == Wrapping::Gzip {
            self.checksum.add(&output[start..]);
        }
        if status == Status::StreamEnd {
            self.is_complete = self.wrapping != Wrapping::Gzip;
            self.in_trailer = !self.is_complete;
            return Ok(true);
        }
        Ok(taken > 0 || output.len() > start)
    }

    /// Takes the header of a gzip member once it is there.
    fn read_header(&mut self) -> Result<bool, ZlibError> {
        if self.wrapping == Wrapping::Either {
            if self.held.is_empty() || (self.held.len() == 1 && self.held[0] == GZIP_MAGIC[0]) {
                return Ok(false);
            }
            self.wrapping = if self.held.starts_with(&GZIP_MAGIC) { Wrapping::Gzip } else { Wrapping::Zlib };
            if self.wrapping == Wrapping::Zlib {
                self.state = Some(Decompress::new(true));
                return Ok(true);
            }
        }
        if self.held.is_empty() {
            return Ok(false);
        }
        let begins = self.held.len().min(2);
        if self.held[..begins] != GZIP_MAGIC[..begins] {
            // What follows a complete member and is none is left alone.
            return if self.is_complete { Ok(false) } else { Err(ZlibError::Header) };
        }
        let Some(length) = header_len(&self.held) else { return Ok(false) };
        self.held.drain(..length);
        self.is_complete = false;
        self.checksum = Checksum::default();
        self.state = Some(Decompress::new(false));
        Ok(true)
    }

    fn check_trailer(&mut self) -> Result<bool, ZlibError> {
        if self.held.len() < 8 {
            return Ok(false);
        }
        if self.held[..8] != self.checksum.trailer() {
            return Err(ZlibError::Check);
        }
        self.held.drain(..8);
        self.in_trailer = false;
        self.is_complete = true;
        // Another member may follow.
        self.state = None;
        Ok(!self.held.is_empty())
    }
}

fn is_zlib_header(bytes: &[u8]) -> bool {
    bytes[0] & 0x0f == 8 && (u32::from(bytes[0]) * 256 + u32::from(bytes[1])).is_multiple_of(31)
}

/// The length of a gzip header, if all of it is there.
fn header_len(bytes: &[u8]) -> Option<usize> {
    let flags = *bytes.get(3)?;
    let mut at = 10;
    if flags & 4 != 0 {
        let extra = u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]);
        at += 2 + usize::from(extra);
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += bytes.get(at..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    (bytes.len() >= at).then_some(at)
}
