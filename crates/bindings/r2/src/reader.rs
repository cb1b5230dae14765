//! The bytes of an object, piece by piece.

use crate::files::{Files, Pinned};
use crate::index::Piece;
use crate::object::ByteRange;
use bytes::Bytes;
use edgeemu_world::DiskReader;
use std::collections::VecDeque;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

/// How many bytes are read at once.
const CHUNK: usize = 64 * 1024;

/// The bytes of an object as it was when it was asked for, whatever happens to its key meanwhile.
#[derive(Debug)]
pub struct Reader {
    files: Arc<Files>,
    /// Files with the part of each that is wanted.
    ahead: VecDeque<(String, ByteRange)>,
    open: Option<(DiskReader, u64)>,
    left: u64,
    _pinned: Pinned,
}

impl Reader {
    /// The part `range` of an object that consists of `pieces`. To be called while the index is locked.
    pub(crate) fn new(files: &Arc<Files>, pieces: Vec<Piece>, range: ByteRange) -> Reader {
        let end = range.offset + range.length;
        let mut start = 0;
        let mut ahead = VecDeque::new();
        for piece in pieces {
            let (from, to) = (range.offset.max(start), end.min(start + piece.size));
            if from < to {
                ahead.push_back((piece.file, ByteRange { offset: from - start, length: to - from }));
            }
            start += piece.size;
        }
        let pinned = files.pin(ahead.iter().map(|(file, _)| file.clone()).collect());
        Reader { files: Arc::clone(files), ahead, open: None, left: range.length, _pinned: pinned }
    }

    /// How many bytes are still to come.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// What the disk says.
    pub fn read_chunk(&mut self) -> io::Result<Option<Bytes>> {
        let (mut file, left) = match self.open.take() {
            Some(open) => open,
            None => match self.ahead.pop_front() {
                None => return Ok(None),
                Some((name, range)) => {
                    let mut file = self.files.read(&name)?;
                    file.seek(SeekFrom::Start(range.offset))?;
                    (file, range.length)
                }
            },
        };
        let mut chunk = vec![0; usize::try_from(left).unwrap_or(CHUNK).min(CHUNK)];
        file.read_exact(&mut chunk)?;
        let read = chunk.len() as u64;
        self.left -= read;
        if left > read {
            self.open = Some((file, left - read));
        }
        Ok(Some(chunk.into()))
    }

    /// All that is left, in memory.
    ///
    /// # Errors
    /// What the disk says.
    pub fn read_all(&mut self) -> io::Result<Bytes> {
        let mut all = Vec::new();
        while let Some(chunk) = self.read_chunk()? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.into())
    }
}
