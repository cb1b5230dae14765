//! Why KV refused, in production's words.

use crate::limits;
use edgeemu_storage::StorageError;
use std::fmt;

/// What a Worker sees as the exception of a KV call; as text it is production's message.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[non_exhaustive]
pub enum KvError {
    /// An empty key.
    #[class(type)]
    #[error("Key name cannot be empty.")]
    EmptyKey,
    /// The key `.` or `..`.
    #[class(type)]
    #[error("\"{0}\" is not allowed as a key name.")]
    DotKey(&'static str),
    /// A type that single `get` does not know, asked for a key that exists.
    #[class(type)]
    #[error("Unknown response type. Possible types are \"text\", \"arrayBuffer\", \"json\", and \"stream\".")]
    UnknownType,
    /// A value that `put` cannot store.
    #[class(type)]
    #[error("KV put() accepts only strings, ArrayBuffers, ArrayBufferViews, and ReadableStreams as values.")]
    UnsupportedValue,
    /// The service behind the binding refused.
    #[class(generic)]
    #[error("KV {operation} failed: {refusal}")]
    Failed {
        /// What was asked of it.
        operation: Operation,
        /// What it answered.
        refusal: Refusal,
    },
}

/// What messages call an operation. Note that `list` is a `GET` to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `get`, `getWithMetadata` and `list`.
    Get,
    /// `get` and `getWithMetadata` of several keys.
    GetBulk,
    /// `put`.
    Put,
    /// `delete`.
    Delete,
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Operation::Get => "GET",
            Operation::GetBulk => "GET_BULK",
            Operation::Put => "PUT",
            Operation::Delete => "DELETE",
        })
    }
}

/// What the service answers: a status and its text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A key or prefix above [`limits::KEY_BYTES`].
    #[error("414 UTF-8 encoded length of {0} exceeds key length limit of {limit}.", limit = limits::KEY_BYTES)]
    KeyTooLong(usize),
    /// A key that is not text, for example one with a lone surrogate.
    #[error("400 Could not URL-decode key name")]
    UndecodableKey,
    /// `expirationTtl` of zero or less.
    #[error("400 Invalid expiration_ttl of {0}. Please specify integer greater than 0.")]
    TtlNotPositive(i64),
    /// `expirationTtl` below [`limits::EXPIRATION_LEAD_SECS`].
    #[error("400 Invalid expiration_ttl of {0}. Expiration TTL must be at least {limit}.", limit = limits::EXPIRATION_LEAD_SECS)]
    TtlTooShort(i64),
    /// An `expiration` that is not in the future.
    #[error(
        "400 Invalid expiration of {0}. Please specify integer greater than the current number of seconds since the UNIX epoch."
    )]
    ExpirationPassed(i64),
    /// An `expiration` nearer than [`limits::EXPIRATION_LEAD_SECS`].
    #[error("400 Invalid expiration of {0}. Expiration times must be at least {limit} seconds in the future.", limit = limits::EXPIRATION_LEAD_SECS)]
    ExpirationTooNear(i64),
    /// A value above [`limits::VALUE_BYTES`].
    #[error("413 Value length of {0} exceeds limit of {limit}.", limit = limits::VALUE_BYTES)]
    ValueTooLong(u64),
    /// Metadata above [`limits::METADATA_BYTES`].
    #[error("413 Metadata length of {0} exceeds limit of {limit}.", limit = limits::METADATA_BYTES)]
    MetadataTooLong(usize),
    /// `cacheTtl` below [`limits::CACHE_TTL_SECS`].
    #[error("400 Invalid cache_ttl of {0}. Cache TTL must be at least {limit}.", limit = limits::CACHE_TTL_SECS)]
    CacheTtlTooShort(i64),
    /// A page of more than [`limits::LIST_KEYS`] keys.
    #[error("400 Invalid key_count_limit of {0}. Please specify integer less than {limit}.", limit = limits::LIST_KEYS)]
    ListLimitTooHigh(i64),
    /// A cursor that no page gave out.
    #[error("400 Invalid cursor")]
    InvalidCursor,
    /// A bulk `get` of nothing.
    #[error("400 You must request a minimum of 1 key")]
    BulkEmpty,
    /// A bulk `get` above [`limits::BULK_GET_KEYS`].
    #[error("400 You can request a maximum of {limit} keys", limit = limits::BULK_GET_KEYS)]
    BulkTooManyKeys,
    /// A type that bulk `get` does not know.
    #[error("400 \"{0}\" is not a valid type. Use \"json\" or \"text\"")]
    BulkType(String),
    /// A value that is not JSON among those asked for as JSON.
    #[error("400 At least one of the requested keys corresponds to a non-json value")]
    BulkNotJson,
    /// Values above [`limits::BULK_GET_BYTES`] together.
    #[error("413 Total size of request exceeds the limit of 25MB")]
    BulkTooLarge,
    /// An empty key, `.` or `..` in a bulk `get`.
    #[error("400 Key name {0} is not legal")]
    BulkIllegalKey(String),
    /// A key above [`limits::KEY_BYTES`] in a bulk `get`.
    #[error("414 Encoded length of {0} is too long")]
    BulkKeyTooLong(usize),
    /// A second write to the same key within a second.
    #[error("429 Too Many Requests")]
    TooManyRequests,
    /// The store itself failed. Production says no more than the status; here the reason follows.
    #[error("500 Internal Server Error: {0}")]
    Internal(#[from] StorageError),
}

impl Refusal {
    pub(crate) fn of(self, operation: Operation) -> KvError {
        KvError::Failed { operation, refusal: self }
    }
}

impl KvError {
    /// The error of an operation whose key is not text, for example one with a lone surrogate.
    #[must_use]
    pub fn undecodable_key(operation: Operation) -> KvError {
        Refusal::UndecodableKey.of(operation)
    }

    /// The error of a `put` whose value turns out to be `len` bytes long, for those who count while it streams in.
    /// `None` while it is within [`limits::VALUE_BYTES`].
    #[must_use]
    pub fn value_too_long(len: u64) -> Option<KvError> {
        (len > limits::VALUE_BYTES).then(|| Refusal::ValueTooLong(len).of(Operation::Put))
    }
}

/// Names the operation that a refusal of the store belongs to.
pub(crate) trait During<T> {
    fn during(self, operation: Operation) -> Result<T, KvError>;
}

impl<T, E: Into<Refusal>> During<T> for Result<T, E> {
    fn during(self, operation: Operation) -> Result<T, KvError> {
        self.map_err(|error| error.into().of(operation))
    }
}
