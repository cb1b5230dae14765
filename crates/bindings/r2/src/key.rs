//! What is checked of keys and metadata.

use crate::error::Refusal;
use crate::limits;

pub(crate) fn check_key(key: &str) -> Result<(), Refusal> {
    if key.len() > limits::KEY_BYTES { Err(Refusal::InvalidObjectName) } else { Ok(()) }
}

pub(crate) fn check_size(size: u64) -> Result<(), Refusal> {
    if size > limits::UPLOAD_BYTES { Err(Refusal::EntityTooLarge) } else { Ok(()) }
}

pub(crate) fn check_metadata(pairs: &[(String, String)]) -> Result<(), Refusal> {
    let bytes: usize = pairs.iter().map(|(name, value)| counted(name) + counted(value)).sum();
    if bytes > limits::METADATA_BYTES { Err(Refusal::MetadataTooLarge) } else { Ok(()) }
}

/// How much a text counts: its UTF-16 units, twice if it is not Latin-1.
fn counted(text: &str) -> usize {
    let units = text.chars().map(char::len_utf16).sum::<usize>();
    if text.chars().any(|char| u32::from(char) > 255) { 2 * units } else { units }
}
