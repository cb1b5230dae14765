//! Cursors: opaque text for "go on after this position", which tells itself from made-up text.

#[cfg(test)]
mod tests;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A position in a listing of one kind. The kind keeps the cursor of one API from being taken by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    position: Vec<u8>,
}

const CHECK_LEN: usize = 4;

impl Cursor {
    /// The cursor that stands at `position`.
    #[must_use]
    pub fn at(position: impl Into<Vec<u8>>) -> Cursor {
        Cursor { position: position.into() }
    }

    /// Where it stands.
    #[must_use]
    pub fn position(&self) -> &[u8] {
        &self.position
    }

    /// As text of letters, digits, `-` and `_`.
    #[must_use]
    pub fn encode(&self, kind: &str) -> String {
        let check = check(kind, &self.position);
        URL_SAFE_NO_PAD.encode([check.as_slice(), &self.position].concat())
    }

    /// Reads a cursor back; `None` for text that [`encode`](Cursor::encode) did not make for this kind.
    #[must_use]
    pub fn decode(kind: &str, text: &str) -> Option<Cursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (found, position) = bytes.split_first_chunk::<CHECK_LEN>()?;
        (*found == check(kind, position)).then(|| Cursor::at(position))
    }
}

fn check(kind: &str, position: &[u8]) -> [u8; CHECK_LEN] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(kind.as_bytes());
    hasher.update(&[0]);
    hasher.update(position);
    hasher.finalize().to_be_bytes()
}
