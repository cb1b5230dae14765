//! How rows and journal records are written as bytes. Numbers are big-endian.

use crate::error::StorageError;
use bytes::Bytes;

/// A row as it is stored: the head in full, the body in full or as the name of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) head: Bytes,
    pub(crate) body: Body,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Inline(Bytes),
    Blob(BlobRef),
}

/// The name of a file of a large value: the SHA-256 of its content, and its length in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlobRef {
    pub(crate) hash: [u8; 32],
    pub(crate) len: u64,
}

const INLINE: u8 = 0;
const BLOB: u8 = 1;
const HEAD_OFFSET: usize = 5;

impl Stored {
    /// `kind (1) | length of the head (4) | head | body, or hash (32) and length (8) of its file`
    pub(crate) fn encode(&self) -> Vec<u8> {
        let (kind, body_len) = match &self.body {
            Body::Inline(body) => (INLINE, body.len()),
            Body::Blob(_) => (BLOB, 40),
        };
        let mut bytes = Vec::with_capacity(HEAD_OFFSET + self.head.len() + body_len);
        bytes.push(kind);
        put_slice(&mut bytes, &self.head);
        match &self.body {
            Body::Inline(body) => bytes.extend_from_slice(body),
            Body::Blob(blob) => {
                bytes.extend_from_slice(&blob.hash);
                bytes.extend_from_slice(&blob.len.to_be_bytes());
            }
        }
        bytes
    }

    pub(crate) fn decode(key: &[u8], bytes: &[u8]) -> Result<Stored, StorageError> {
        let (head, rest) = split_head(key, bytes)?;
        let body = match bytes.first() {
            Some(&INLINE) => Body::Inline(Bytes::copy_from_slice(rest)),
            _ => Body::Blob(decode_blob(rest).ok_or_else(|| StorageError::damaged(key, "its body has no kind"))?),
        };
        Ok(Stored { head: Bytes::copy_from_slice(head), body })
    }

    /// The file a stored row names, without decoding the rest.
    pub(crate) fn blob_of(key: &[u8], bytes: &[u8]) -> Result<Option<BlobRef>, StorageError> {
        if bytes.first() == Some(&INLINE) {
            return Ok(None);
        }
        let (_, rest) = split_head(key, bytes)?;
        Ok(decode_blob(rest))
    }
}

/// The head of a stored row and what follows it.
pub(crate) fn split_head<'a>(key: &[u8], bytes: &'a [u8]) -> Result<(&'a [u8], &'a [u8]), StorageError> {
    let split = bytes.split_first().and_then(|(kind, rest)| {
        let mut reader = Reader(rest);
        let head = reader.slice()?;
        (*kind == INLINE || *kind == BLOB).then_some((head, reader.0))
    });
    split.ok_or_else(|| StorageError::damaged(key, "it is cut off"))
}

fn decode_blob(bytes: &[u8]) -> Option<BlobRef> {
    let (hash, len) = bytes.split_at_checked(32)?;
    Some(BlobRef { hash: hash.try_into().ok()?, len: u64::from_be_bytes(len.try_into().ok()?) })
}

/// One change to one table, as the journal remembers it. Applying it twice is the same as once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) table: String,
    pub(crate) key: Vec<u8>,
    /// `None` removes the key.
    pub(crate) value: Option<Vec<u8>>,
}

const REMOVE: u8 = 0;
const PUT: u8 = 1;

/// `kind (1) | table | key | value`, each with its length in front, for each change.
pub(crate) fn encode_changes(changes: &[Change], bytes: &mut Vec<u8>) {
    for change in changes {
        bytes.push(if change.value.is_some() { PUT } else { REMOVE });
        put_slice(bytes, change.table.as_bytes());
        put_slice(bytes, &change.key);
        if let Some(value) = &change.value {
            put_slice(bytes, value);
        }
    }
}

/// `None` if the bytes are not what [`encode_changes`] writes.
pub(crate) fn decode_changes(bytes: &[u8]) -> Option<Vec<Change>> {
    let mut reader = Reader(bytes);
    let mut changes = Vec::new();
    while let Some(kind) = reader.byte() {
        let table = String::from_utf8(reader.slice()?.to_vec()).ok()?;
        let key = reader.slice()?.to_vec();
        let value = match kind {
            REMOVE => None,
            PUT => Some(reader.slice()?.to_vec()),
            _ => return None,
        };
        changes.push(Change { table, key, value });
    }
    Some(changes)
}

fn put_slice(bytes: &mut Vec<u8>, slice: &[u8]) {
    let len = u32::try_from(slice.len()).expect("keys, heads and inline bodies are far shorter than 4 GiB");
    bytes.extend_from_slice(&len.to_be_bytes());
    bytes.extend_from_slice(slice);
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn slice(&mut self) -> Option<&'a [u8]> {
        let (len, rest) = self.0.split_first_chunk::<4>()?;
        let (slice, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*len)).ok()?)?;
        self.0 = rest;
        Some(slice)
    }
}
