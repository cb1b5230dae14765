//! How a key and its record are written as bytes.

use edgeemu_storage::StorageError;

/// What is stored beside a value, in the head of its row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meta {
    /// Seconds since the UNIX epoch.
    pub(crate) expiration: Option<i64>,
    pub(crate) metadata: Option<String>,
}

const VERSION: u8 = 1;
const HAS_EXPIRATION: u8 = 1;
const HAS_METADATA: u8 = 2;

impl Meta {
    /// `version (1) | flags (1) | expiration (8), if any | metadata, if any`
    pub(crate) fn encode(&self) -> Vec<u8> {
        let flag = |has, flag| if has { flag } else { 0 };
        let flags = flag(self.expiration.is_some(), HAS_EXPIRATION) | flag(self.metadata.is_some(), HAS_METADATA);
        let mut bytes = vec![VERSION, flags];
        bytes.extend(self.expiration.iter().flat_map(|expiration| expiration.to_be_bytes()));
        bytes.extend(self.metadata.iter().flat_map(|metadata| metadata.bytes()));
        bytes
    }

    pub(crate) fn decode(key: &[u8], bytes: &[u8]) -> Result<Meta, StorageError> {
        decode(bytes).ok_or_else(|| StorageError::Damaged {
            key: key.escape_ascii().take(80).map(char::from).collect(),
            reason: "it is not a KV record this version knows".to_owned(),
        })
    }

    /// Expirations count in whole seconds: a key is gone from the second it names.
    pub(crate) fn is_expired(&self, now_secs: i64) -> bool {
        self.expiration.is_some_and(|expiration| expiration <= now_secs)
    }
}

fn decode(bytes: &[u8]) -> Option<Meta> {
    let [VERSION, flags, rest @ ..] = bytes else {
        return None;
    };
    let (expiration, rest) = if flags & HAS_EXPIRATION == 0 {
        (None, rest)
    } else {
        let (expiration, rest) = rest.split_first_chunk::<8>()?;
        (Some(i64::from_be_bytes(*expiration)), rest)
    };
    let metadata = if flags & HAS_METADATA == 0 { None } else { Some(String::from_utf8(rest.to_vec()).ok()?) };
    Some(Meta { expiration, metadata })
}

/// What all row keys of a namespace begin with: the length of its id, then the id. No id is the beginning of another.
pub(crate) fn namespace_prefix(id: &str) -> Vec<u8> {
    let len = u32::try_from(id.len()).unwrap_or(u32::MAX);
    [len.to_be_bytes().as_slice(), id.as_bytes()].concat()
}

/// The namespace id at the beginning of a row key.
pub(crate) fn namespace_of(row_key: &[u8]) -> Option<&str> {
    let (len, rest) = row_key.split_first_chunk::<4>()?;
    std::str::from_utf8(rest.get(..usize::try_from(u32::from_be_bytes(*len)).ok()?)?).ok()
}
