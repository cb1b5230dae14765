//! Why D1 refused, in production's words.

use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::{SqlError, Stopped};

/// What a Worker sees behind `D1_ERROR: `, and as the error's cause.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum D1Error {
    /// The SQL itself.
    #[error("{0}")]
    Sql(SqlError),
    /// A request without a statement.
    #[error("No SQL statements detected.")]
    NoStatements,
    /// A statement whose text is no string, or with a value that D1 does not store.
    #[error("Failed to parse body as JSON, got: {0}")]
    Malformed(String),
    /// The limit of [`limits::QUERY_SECS`](crate::limits::QUERY_SECS).
    #[error("D1 DB storage operation exceeded timeout which caused object to be reset.")]
    Timeout,
    /// Whoever asked has gone.
    #[error("Can't read from request stream because client disconnected.")]
    Abandoned,
    /// The store itself failed. Production says no more than this; here the reason follows.
    #[error("Internal error in D1 DB storage caused object to be reset. {0}")]
    Storage(#[from] StorageError),
    /// The disk refused a write: it is full, or may not be written.
    #[error("Internal error in D1 DB storage caused object to be reset. {0}")]
    Disk(String),
}

impl From<SqlError> for D1Error {
    fn from(error: SqlError) -> D1Error {
        match error {
            SqlError::Stopped(Stopped::Deadline) => D1Error::Timeout,
            SqlError::Stopped(Stopped::Abandoned) => D1Error::Abandoned,
            SqlError::Disk(reason) => D1Error::Disk(reason),
            other => D1Error::Sql(other),
        }
    }
}
