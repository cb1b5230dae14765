//! The statements of a text that may be longer than memory, one after another as they are read.

use super::statements::{is_blank, statement_end};
use std::io::{self, Read};

/// How many bytes are read at once, at least.
const CHUNK: usize = 64 * 1024;

/// Reads SQL and gives its statements. Keeps no more than the statement that is being read and a chunk beside it.
#[derive(Debug)]
pub struct StatementReader<R> {
    source: R,
    /// What was read and not given yet begins at `start`.
    text: String,
    start: usize,
    /// The bytes of a character that was cut in two by the end of a chunk.
    cut: Vec<u8>,
    ended: bool,
    bytes_max: usize,
}

impl<R: Read> StatementReader<R> {
    /// The statements in `source`, none of which may be longer than `bytes_max`.
    pub fn new(source: R, bytes_max: usize) -> StatementReader<R> {
        StatementReader { source, text: String::new(), start: 0, cut: Vec::new(), ended: false, bytes_max }
    }

    /// The next statement that has more in it than blanks, comments and a semicolon, trimmed; `None` at the end.
    ///
    /// # Errors
    /// What the source says; `InvalidData` for a statement that is too long.
    pub fn next_statement(&mut self) -> io::Result<Option<&str>> {
        let range = loop {
            let waiting = &self.text[self.start..];
            let len = match statement_end(waiting) {
                Some(len) => len,
                None if self.ended && waiting.is_empty() => return Ok(None),
                None if self.ended => waiting.len(),
                None => {
                    self.read_more()?;
                    continue;
                }
            };
            let range = self.start..self.start + len;
            self.start = range.end;
            if !is_blank(&self.text[range.clone()]) {
                break range;
            }
        };
        if range.len() > self.bytes_max {
            return Err(self.too_long());
        }
        Ok(Some(self.text[range].trim()))
    }

    /// As much again as there is already, so that a long statement is not looked through once for each of its chunks.
    fn read_more(&mut self) -> io::Result<()> {
        let is_first = self.start == 0 && self.text.is_empty();
        self.text.drain(..self.start);
        self.start = 0;
        if self.text.len() > self.bytes_max {
            return Err(self.too_long());
        }
        let wanted = self.text.len().max(CHUNK) as u64;
        let mut bytes = std::mem::take(&mut self.cut);
        self.ended = self.source.by_ref().take(wanted).read_to_end(&mut bytes)? == 0;
        self.append(&bytes);
        if is_first && self.text.starts_with('\u{feff}') {
            self.text.drain(..'\u{feff}'.len_utf8());
        }
        Ok(())
    }

    /// What is not UTF-8 becomes U+FFFD, but for a character whose rest is still to come.
    fn append(&mut self, bytes: &[u8]) {
        for chunk in bytes.utf8_chunks() {
            self.text.push_str(chunk.valid());
            let invalid = chunk.invalid();
            let is_last = !invalid.is_empty() && bytes.as_ptr_range().end == invalid.as_ptr_range().end;
            let may_go_on = std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if is_last && may_go_on && !self.ended {
                self.cut = invalid.to_vec();
            } else if !invalid.is_empty() {
                self.text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }

    fn too_long(&self) -> io::Error {
        let text = format!("a statement is longer than {} bytes", self.bytes_max);
        io::Error::new(io::ErrorKind::InvalidData, text)
    }
}
