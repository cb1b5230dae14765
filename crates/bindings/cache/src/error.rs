//! What can be wrong with a call, in production's words.

/// Why a call of the Cache API fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, deno_error::JsError)]
#[class(type)]
pub enum CacheError {
    /// In a run where a plan decides everything, and which has no caches yet.
    #[class(generic)]
    #[error("edgeemu explore does not simulate `caches` yet")]
    NotSimulated,
    /// The name has 1024 bytes or more.
    #[error("Cache name is too long.")]
    NameTooLong,
    /// Only answers to GET can be stored.
    #[error("Cannot cache response to non-GET request.")]
    NotGet,
    /// A part of something is not the thing.
    #[error("Cannot cache response to a range request (206 Partial Content).")]
    PartialContent,
    /// An answer that depends on everything is never the answer to another request.
    #[error("Cannot cache response with 'Vary: *' header.")]
    VaryEverything,
    /// `Response.error()`.
    #[error("Cache is unable to store an error response")]
    ErrorResponse,
    /// The key has no host.
    #[error("Invalid URL. Cache API keys must be fully-qualified, valid URLs.")]
    InvalidKey,
}
