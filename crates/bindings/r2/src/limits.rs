//! The numbers of production.

use std::time::Duration;

/// Length of a key in bytes of UTF-8.
pub const KEY_BYTES: usize = 1024;

/// Custom metadata of an object: the lengths of all names and values, see
/// [`PutOptions::custom_metadata`](crate::PutOptions).
pub const METADATA_BYTES: usize = 8192;

/// Objects and prefixes of one page of `list`.
pub const LIST_KEYS: i64 = 1000;

/// The same, when metadata is asked for: production bounds the size of an answer.
pub const LIST_KEYS_WITH_METADATA: i64 = 100;

/// Keys of one `delete`.
pub const DELETE_KEYS: usize = 1000;

/// Bytes of one `put`, and of one part: 5 GiB less 5 MiB.
pub const UPLOAD_BYTES: u64 = 5_363_466_240;

/// Bytes of an object: 5 TiB less 5 GiB.
pub const OBJECT_BYTES: u64 = 5 * (1 << 40) - 5 * (1 << 30);

/// The highest number of a part, and so how many there can be.
pub const PARTS: i32 = 10_000;

/// Bytes of each part but the last, at least.
pub const PART_BYTES_MIN: u64 = 5 << 20;

/// How long a multipart upload may stay unfinished.
pub const UPLOAD_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);
