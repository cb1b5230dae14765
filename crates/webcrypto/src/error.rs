//! What a WebCrypto operation fails with: a class the script can see and production's text.

use deno_error::JsError;
use thiserror::Error;

/// The failure of a WebCrypto operation. The variant decides which `DOMException` name (or `TypeError`) the script
/// gets; the text is the one production uses wherever production has one.
///
/// The JavaScript side builds the exception from the class name given here (`CryptoDataError` becomes a
/// `DOMException` called `DataError`, and so on).
#[derive(Clone, Debug, PartialEq, Eq, Error, JsError)]
pub enum CryptoError {
    /// The operation failed for a reason of its own: a bad tag, a key that is too small (`OperationError`).
    #[class("CryptoOperationError")]
    #[error("{0}")]
    Operation(String),
    /// The key data that was given is not a key of the kind that was asked for (`DataError`).
    #[class("CryptoDataError")]
    #[error("{0}")]
    Data(String),
    /// The algorithm, curve, hash or format is not known (`NotSupportedError`).
    #[class("CryptoNotSupportedError")]
    #[error("{0}")]
    NotSupported(String),
    /// The key may not be used for this (`InvalidAccessError`).
    #[class("CryptoInvalidAccessError")]
    #[error("{0}")]
    InvalidAccess(String),
    /// A key usage that makes no sense for the key (`SyntaxError`).
    #[class("CryptoSyntaxError")]
    #[error("{0}")]
    Syntax(String),
    /// A parameter of the wrong kind (`TypeError`).
    #[class(type)]
    #[error("{0}")]
    Type(String),
}

/// The result of a WebCrypto operation.
pub type Result<T> = std::result::Result<T, CryptoError>;

impl CryptoError {
    /// An `OperationError` with this text.
    pub fn operation(message: impl Into<String>) -> Self {
        Self::Operation(message.into())
    }

    /// A `DataError` with this text.
    pub fn data(message: impl Into<String>) -> Self {
        Self::Data(message.into())
    }

    /// A `NotSupportedError` with this text.
    pub fn not_supported(message: impl Into<String>) -> Self {
        Self::NotSupported(message.into())
    }

    /// An `InvalidAccessError` with this text.
    pub fn invalid_access(message: impl Into<String>) -> Self {
        Self::InvalidAccess(message.into())
    }
}
