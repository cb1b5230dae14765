//! The limits of Workers KV. `docs/bindings/kv.md` shows the same numbers; a test compares them.

/// The longest key, in bytes of UTF-8. A prefix to list may not be longer either.
pub const KEY_BYTES: usize = 512;

/// The longest value, in bytes: 25 MiB.
pub const VALUE_BYTES: u64 = 25 * 1024 * 1024;

/// The longest metadata, in bytes of its JSON.
pub const METADATA_BYTES: usize = 1024;

/// The shortest time from now to an expiration, in seconds.
pub const EXPIRATION_LEAD_SECS: i64 = 60;

/// The shortest `cacheTtl`, in seconds (60 before 2026-01-30).
pub const CACHE_TTL_SECS: i64 = 30;

/// The most keys on a page of `list`, which is also how many there are if nobody asks for fewer.
pub const LIST_KEYS: i64 = 1000;

/// The most keys in one bulk `get`.
pub const BULK_GET_KEYS: usize = 100;

/// The most bytes of values that one bulk `get` may answer: 25 MiB, which the error calls 25MB.
pub const BULK_GET_BYTES: u64 = 25 * 1024 * 1024;
