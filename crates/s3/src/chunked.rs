//! Bodies that come in pieces with a size, a signature, or both before each, and with headers after the last.

use crate::auth::Chain;
use crate::error::{Result, S3Error};
use crate::signature::{hex, hmac, is_equal, sha256_hex};
use http::StatusCode;
use sha2::{Digest as _, Sha256};

/// The longest line between two pieces.
const LINE_BYTES_MAX: usize = 16 * 1024;
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";

/// Where in the body the next byte belongs.
enum State {
    /// The line with the size of the next piece.
    Size,
    /// A piece, of which so many bytes are missing, and what its signature has to be.
    Data {
        left: u64,
        hasher: Sha256,
        signature: Option<String>,
    },
    /// The end of line after a piece.
    DataEnd,
    /// Headers after the last piece.
    Trailers,
    Done,
}

/// Takes a body apart.
pub(crate) struct Chunked {
    state: State,
    line: Vec<u8>,
    /// None: pieces are not signed.
    chain: Option<Chain>,
    /// Whether headers come after the last piece.
    has_trailers: bool,
    trailers: Vec<(String, String)>,
}

impl Chunked {
    pub(crate) fn new(chain: Option<Chain>, has_trailers: bool) -> Chunked {
        Chunked { state: State::Size, line: Vec::new(), chain, has_trailers, trailers: Vec::new() }
    }

    /// Takes bytes as they were sent, and passes on those of the object.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], sink: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        while !bytes.is_empty() {
            if let State::Data { left, hasher, .. } = &mut self.state {
                let count = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                let (piece, rest) = bytes.split_at(count);
                if self.chain.is_some() {
                    hasher.update(piece);
                }
                sink(piece)?;
                *left -= count as u64;
                bytes = rest;
                if *left == 0 {
                    self.end_piece()?;
                }
                continue;
            }
            if matches!(self.state, State::Done) {
                return Ok(());
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let (line, rest) = end.map_or((bytes, &[][..]), |end| bytes.split_at(end + 1));
            self.line.extend_from_slice(line);
            bytes = rest;
            if self.line.len() > LINE_BYTES_MAX {
                return Err(malformed());
            }
            if end.is_some() {
                let line = std::mem::take(&mut self.line);
                let line = String::from_utf8(line).map_err(|_| malformed())?;
                self.end_line(line.trim_end_matches(['\r', '\n']))?;
            }
        }
        Ok(())
    }

    /// The body is over; gives the headers that came after the last piece.
    pub(crate) fn finish(mut self) -> Result<Vec<(String, String)>> {
        if matches!(self.state, State::Trailers) {
            // Some clients leave the last end of line away.
            let line = String::from_utf8(std::mem::take(&mut self.line)).map_err(|_| malformed())?;
            self.end_line(line.trim_end_matches(['\r', '\n']))?;
            self.end_trailers()?;
        }
        match self.state {
            State::Done => Ok(self.trailers),
            _ => Err(S3Error::incomplete_body()),
        }
    }

    fn end_line(&mut self, line: &str) -> Result<()> {
        match self.state {
            State::Size => self.begin_piece(line),
            State::DataEnd if line.is_empty() => {
                self.state = State::Size;
                Ok(())
            }
            State::Trailers => self.trailer(line),
            _ => Err(malformed()),
        }
    }

    /// `10000;chunk-signature=…`.
    fn begin_piece(&mut self, line: &str) -> Result<()> {
        let (size, extension) = line.split_once(';').map_or((line, None), |(size, rest)| (size, Some(rest)));
        let left = u64::from_str_radix(size.trim(), 16).map_err(|_| malformed())?;
        let signature = extension.and_then(|text| text.trim().strip_prefix("chunk-signature=")).map(str::to_owned);
        self.state = State::Data { left, hasher: Sha256::new(), signature };
        if left > 0 {
            return Ok(());
        }
        self.end_piece()?;
        self.state = State::Trailers;
        Ok(())
    }

    fn end_piece(&mut self) -> Result<()> {
        let State::Data { hasher, signature, .. } = std::mem::replace(&mut self.state, State::DataEnd) else {
            return Ok(());
        };
        if let Some(chain) = &mut self.chain {
            let scope = chain.scope.text();
            let parts = [
                "AWS4-HMAC-SHA256-PAYLOAD",
                &chain.scope.time,
                &scope,
                &chain.previous,
                &sha256_hex(&[]),
                &hex(&hasher.finalize()),
            ];
            let computed = hex(&hmac(&chain.key, &parts.join("\n")));
            if !is_equal(&computed, &signature.unwrap_or_default()) {
                return Err(wrong_signature());
            }
            chain.previous = computed;
        }
        Ok(())
    }

    fn trailer(&mut self, line: &str) -> Result<()> {
        if let Some((name, value)) = line.split_once(':') {
            self.trailers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            return Ok(());
        }
        if !line.is_empty() {
            return Err(malformed());
        }
        // A signature may be set off by an empty line.
        let is_signature_missing = self.chain.is_some() && self.has_trailers && self.signature().is_none();
        if is_signature_missing { Ok(()) } else { self.end_trailers() }
    }

    fn signature(&self) -> Option<&str> {
        self.trailers.iter().find(|(name, _)| name == TRAILER_SIGNATURE).map(|(_, value)| value.as_str())
    }

    fn end_trailers(&mut self) -> Result<()> {
        if let State::Done = self.state {
            return Ok(());
        }
        if let Some(chain) = self.chain.as_ref().filter(|_| self.has_trailers) {
            let signed = self.trailers.iter().filter(|(name, _)| name != TRAILER_SIGNATURE);
            let text: String = signed.map(|(name, value)| format!("{name}:{value}\n")).collect();
            let hash = sha256_hex(text.as_bytes());
            let scope = chain.scope.text();
            let parts = ["AWS4-HMAC-SHA256-TRAILER", &chain.scope.time, &scope, &chain.previous, &hash];
            let computed = hex(&hmac(&chain.key, &parts.join("\n")));
            if !is_equal(&computed, self.signature().unwrap_or_default()) {
                return Err(wrong_signature());
            }
        }
        self.state = State::Done;
        Ok(())
    }
}

fn malformed() -> S3Error {
    let message = "The chunks of the body are malformed: each wants its size in hexadecimal, and as many bytes.";
    S3Error::invalid_request(message)
}

fn wrong_signature() -> S3Error {
    let message = "The chunk or trailer signature we calculated does not match the signature you provided. Check your \
                   secret access key and signing method.";
    S3Error::new(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message)
}
