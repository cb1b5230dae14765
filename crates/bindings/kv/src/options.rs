//! What callers may ask for and what they get. Numbers are whole already: making numbers of JavaScript values is not
//! KV's business, judging them is.

use bytes::Bytes;

/// Options of `get` and `getWithMetadata`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GetOptions {
    /// How long the answer may be cached, in seconds.
    pub cache_ttl: Option<i64>,
}

/// Options of `get` and `getWithMetadata` of several keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkGetOptions {
    /// `text` or `json`; text if nothing is said.
    pub value_type: Option<String>,
    /// How long the answer may be cached, in seconds.
    pub cache_ttl: Option<i64>,
}

/// Options of `put`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PutOptions {
    /// When the key expires, in seconds since the UNIX epoch. Not even looked at if there is an `expiration_ttl`.
    pub expiration: Option<i64>,
    /// In how many seconds the key expires.
    pub expiration_ttl: Option<i64>,
    /// Metadata as JSON; `null` is the same as none.
    pub metadata: Option<String>,
}

/// Options of `list`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// Only keys that start with this. To be repeated for each page: the cursor does not carry it.
    pub prefix: Option<String>,
    /// The most keys on the page; zero or less is the same as none.
    pub limit: Option<i64>,
    /// The cursor of the page before; an empty one is the same as none.
    pub cursor: Option<String>,
}

/// A value with what was put beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The value.
    pub value: Bytes,
    /// Metadata as JSON.
    pub metadata: Option<String>,
    /// When it expires, in seconds since the UNIX epoch.
    pub expiration: Option<i64>,
}

/// A key as `list` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: String,
    /// When it expires, in seconds since the UNIX epoch, also if it was put with a TTL.
    pub expiration: Option<i64>,
    /// Metadata as JSON.
    pub metadata: Option<String>,
}

/// A page of keys, in the order of their UTF-8 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// The keys.
    pub keys: Vec<Key>,
    /// Whether there are no more.
    pub list_complete: bool,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}
