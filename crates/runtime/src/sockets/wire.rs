//! The WebSocket protocol on a byte stream: frames in, frames out, with production's texts for what breaks it.

use std::io::Cursor;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite;
use tungstenite::error::ProtocolError;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tungstenite::protocol::frame::{Frame as RawFrame, FrameHeader};

/// The largest message production takes, in bytes.
const MESSAGE_BYTES_MAX: u64 = 32 << 20;

/// Code of a close frame that has none.
pub(crate) const NO_CODE: u16 = 1005;

/// Makes the four bytes that hide a frame which a client sends.
pub type Masks = Box<dyn FnMut() -> [u8; 4]>;

/// Which side of a connection we are.
pub enum Side {
    /// A client masks what it sends.
    Client(Masks),
    /// A server does not.
    Server,
}

/// What comes over the wire.
#[derive(Debug)]
pub(crate) enum Frame {
    Text(String),
    Binary(Bytes),
    Close { code: u16, reason: Bytes },
    Ping(Bytes),
    Pong(Bytes),
}

/// The other side broke the protocol.
#[derive(Debug, thiserror::Error)]
#[error("WebSocket protocol error; protocolError.statusCode = {code}; protocolError.description = {description}")]
pub(crate) struct Violation {
    pub(crate) code: u16,
    pub(crate) description: String,
}

impl Violation {
    fn new(description: impl Into<String>) -> Violation {
        Violation { code: 1002, description: description.into() }
    }

    fn too_large() -> Violation {
        Violation { code: 1009, description: "Message is too large".to_owned() }
    }
}

/// The reading half.
pub(crate) struct Reader<R> {
    stream: R,
    buffer: BytesMut,
    /// A message of which parts are still to come, and whether it is text.
    partial: Option<(bool, BytesMut)>,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(crate) fn new(stream: R) -> Reader<R> {
        Reader { stream, buffer: BytesMut::new(), partial: None }
    }

    /// The next frame or message; `None` if the stream ends or breaks.
    pub(crate) async fn next(&mut self) -> Result<Option<Frame>, Violation> {
        loop {
            let Some((header, length)) = self.header().await? else { return Ok(None) };
            let started = self.partial.as_ref().map_or(0, |(_, bytes)| bytes.len() as u64);
            if started.saturating_add(length) > MESSAGE_BYTES_MAX {
                return Err(Violation::too_large());
            }
            let length = usize::try_from(length).map_err(|_| Violation::too_large())?;
            if !self.fill(length).await {
                return Ok(None);
            }
            let mut payload = self.buffer.split_to(length);
            if let Some(mask) = header.mask {
                payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
            }
            if let Some(frame) = self.assemble(&header, payload)? {
                return Ok(Some(frame));
            }
        }
    }

    async fn header(&mut self) -> Result<Option<(FrameHeader, u64)>, Violation> {
        loop {
            let mut cursor = Cursor::new(&self.buffer);
            let parsed = FrameHeader::parse(&mut cursor);
            let taken = usize::try_from(cursor.position()).expect("a header has 14 bytes at most");
            match parsed {
                Ok(Some((header, length))) => {
                    self.buffer.advance(taken);
                    check(&header, self.partial.is_some())?;
                    return Ok(Some((header, length)));
                }
                Ok(None) if self.more().await => {}
                Ok(None) => return Ok(None),
                Err(tungstenite::Error::Protocol(ProtocolError::InvalidOpcode(code))) => {
                    return Err(Violation::new(format!("Unknown opcode {code}")));
                }
                Err(error) => return Err(Violation::new(error.to_string())),
            }
        }
    }

    async fn fill(&mut self, length: usize) -> bool {
        while self.buffer.len() < length {
            if !self.more().await {
                return false;
            }
        }
        true
    }

    /// Reads to the end, so that the other side gets to see why nobody listens to it any more.
    pub(crate) async fn drain(&mut self) {
        while self.more().await {
            self.buffer.clear();
        }
    }

    /// Reads what there is; false at the end.
    async fn more(&mut self) -> bool {
        self.buffer.reserve(4096);
        // A connection that breaks has ended.
        self.stream.read_buf(&mut self.buffer).await.is_ok_and(|count| count > 0)
    }

    fn assemble(&mut self, header: &FrameHeader, payload: BytesMut) -> Result<Option<Frame>, Violation> {
        let (is_text, bytes) = match header.opcode {
            OpCode::Control(Control::Ping) => return Ok(Some(Frame::Ping(payload.freeze()))),
            OpCode::Control(Control::Pong) => return Ok(Some(Frame::Pong(payload.freeze()))),
            OpCode::Control(_) => return Ok(Some(close(payload.freeze()))),
            OpCode::Data(Data::Continue) => match self.partial.take() {
                None => return Err(Violation::new("Unexpected continuation frame")),
                Some((is_text, mut bytes)) => {
                    bytes.unsplit(payload);
                    (is_text, bytes)
                }
            },
            OpCode::Data(kind) => (kind == Data::Text, payload),
        };
        if !header.is_final {
            self.partial = Some((is_text, bytes));
            return Ok(None);
        }
        Ok(Some(if is_text { Frame::Text(text(&bytes)) } else { Frame::Binary(bytes.freeze()) }))
    }
}

/// Production takes text that is no UTF-8, with replacement characters.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn close(mut payload: Bytes) -> Frame {
    if payload.len() < 2 {
        return Frame::Close { code: NO_CODE, reason: Bytes::new() };
    }
    let code = payload.get_u16();
    Frame::Close { code, reason: payload }
}

fn check(header: &FrameHeader, is_continued: bool) -> Result<(), Violation> {
    if header.rsv2 || header.rsv3 {
        return Err(Violation::new("Received frame had RSV bits 2 or 3 set"));
    }
    if header.rsv1 {
        return Err(Violation::new(
            "Received a WebSocket frame whose compression bit was set, but the compression extension was not \
             negotiated for this connection.",
        ));
    }
    match header.opcode {
        OpCode::Control(_) if !header.is_final => Err(Violation::new("Received fragmented control frame")),
        OpCode::Data(Data::Text | Data::Binary) if is_continued => Err(Violation::new("Missing continuation frame")),
        _ => Ok(()),
    }
}

/// The writing half.
pub(crate) struct Writer<W> {
    stream: W,
    side: Side,
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    pub(crate) fn new(stream: W, side: Side) -> Writer<W> {
        Writer { stream, side }
    }

    /// Writes a frame; false if the stream is broken.
    pub(crate) async fn write(&mut self, frame: Frame) -> bool {
        let (opcode, payload) = match frame {
            Frame::Text(text) => (OpCode::Data(Data::Text), Bytes::from(text)),
            Frame::Binary(bytes) => (OpCode::Data(Data::Binary), bytes),
            Frame::Ping(bytes) => (OpCode::Control(Control::Ping), bytes),
            Frame::Pong(bytes) => (OpCode::Control(Control::Pong), bytes),
            Frame::Close { code: NO_CODE, .. } => (OpCode::Control(Control::Close), Bytes::new()),
            Frame::Close { code, reason } => {
                let payload = [&code.to_be_bytes(), reason.as_ref()].concat();
                (OpCode::Control(Control::Close), payload.into())
            }
        };
        self.send(opcode, payload).await.is_ok()
    }

    async fn send(&mut self, opcode: OpCode, payload: Bytes) -> std::io::Result<()> {
        let mask = match &mut self.side {
            Side::Client(masks) => Some(masks()),
            Side::Server => None,
        };
        let frame = RawFrame::from_payload(FrameHeader { opcode, mask, ..FrameHeader::default() }, payload);
        let mut bytes = Vec::with_capacity(frame.len());
        frame.format(&mut bytes).map_err(std::io::Error::other)?;
        self.stream.write_all(&bytes).await?;
        self.stream.flush().await
    }

    /// Nothing more will be written.
    pub(crate) async fn end(&mut self) {
        // A stream that is broken has ended.
        let _broken = self.stream.shutdown().await;
    }
}
