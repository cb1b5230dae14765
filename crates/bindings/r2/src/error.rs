//! Why R2 refused, in production's words.

use crate::limits;
use edgeemu_storage::StorageError;
use std::fmt;
use std::io;

/// What a Worker sees as the exception of a call; as text it is production's message.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[non_exhaustive]
pub enum R2Error {
    /// The service behind the binding refused.
    #[class(generic)]
    #[error("{operation}: {refusal} ({code})", code = refusal.code())]
    Failed {
        /// What was asked of it.
        operation: Operation,
        /// What it answered.
        refusal: Refusal,
    },
    /// More than one checksum for one `put`.
    #[class(type)]
    #[error("You cannot specify multiple hashing algorithms.")]
    ManyChecksums,
    /// A checksum of the wrong length.
    #[class(type)]
    #[error("{algorithm} is {expected} {unit}, not {found}")]
    ChecksumLength {
        /// Its algorithm.
        algorithm: &'static str,
        /// How long it has to be.
        expected: usize,
        /// `bytes` or `hex characters`.
        unit: &'static str,
        /// How long it is.
        found: usize,
    },
    /// A checksum that is not hexadecimal.
    #[class(type)]
    #[error("Provided {0} wasn't a valid hex string")]
    ChecksumNotHex(&'static str),
    /// A negative offset or length of a range.
    #[class(range)]
    #[error("Invalid range. {what} ({value}) must be greater than or equal to 0.")]
    RangeNegative {
        /// Which number.
        what: &'static str,
        /// The number as production writes it.
        value: String,
    },
    /// A negative suffix.
    #[class(range)]
    #[error("Invalid suffix. Suffix ({0}) must be greater than or equal to 0.")]
    SuffixNegative(String),
    /// A fraction where a range wants whole numbers.
    #[class(range)]
    #[error("Invalid range. {what} ({value}) must be an integer, not floating point.")]
    RangeFraction {
        /// Which number.
        what: &'static str,
        /// The number as production writes it.
        value: String,
    },
    /// A suffix together with what it excludes.
    #[class(type)]
    #[error("Suffix is incompatible with {0}.")]
    SuffixWith(&'static str),
    /// An etag as it stands in a header, where the bare one belongs.
    #[class(type)]
    #[error("Conditional ETag should not be wrapped in quotes ({0}).")]
    QuotedEtag(String),
    /// A conditional header that holds no etag.
    #[class(generic)]
    #[error("Invalid ETag in {0} header")]
    NoEtag(&'static str),
    /// A conditional header whose etags are not separated.
    #[class(generic)]
    #[error("Comma was expected to separate etags. Encountered a {0}")]
    EtagsNotSeparated(&'static str),
    /// A weak etag that is malformed.
    #[class(generic)]
    #[error("Weak etags must start with W/ and their value must be quoted")]
    WeakEtag,
    /// An etag that does not end.
    #[class(generic)]
    #[error("Unclosed double quote for Etag")]
    EtagUnclosed,
    /// An SSE-C key that is not lower-case hexadecimal.
    #[class(generic)]
    #[error("SSE-C Key has invalid format")]
    SsecFormat,
    /// An SSE-C key of the wrong length.
    #[class(generic)]
    #[error("SSE-C Key must be 32 bytes in length")]
    SsecLength,
    /// A part with a number that cannot be.
    #[class(type)]
    #[error("Part number must be between 1 and {limit} (inclusive). Actual value was: {0}", limit = limits::PARTS)]
    PartNumber(i32),
    /// An `include` that `list` does not know.
    #[class(range)]
    #[error("Unsupported include value {0}")]
    Include(String),
}

impl R2Error {
    /// The error of an operation whose bytes could not be read, for those who read them.
    #[must_use]
    pub fn store(operation: Operation, error: StoreError) -> R2Error {
        R2Error::Failed { operation, refusal: error.into() }
    }
}

/// What messages call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `head`.
    Head,
    /// `get`.
    Get,
    /// `put`.
    Put,
    /// `delete`.
    Delete,
    /// `list`.
    List,
    /// `createMultipartUpload`.
    CreateUpload,
    /// `uploadPart`.
    UploadPart,
    /// `complete` of a multipart upload.
    CompleteUpload,
    /// `abort` of a multipart upload.
    AbortUpload,
    /// The list of uploads, which only the S3 API has.
    ListUploads,
    /// The list of an upload's parts, which only the S3 API has.
    ListParts,
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Operation::Head => "head",
            Operation::Get => "get",
            Operation::Put => "put",
            Operation::Delete => "delete",
            Operation::List => "list",
            Operation::CreateUpload => "createMultipartUpload",
            Operation::UploadPart => "uploadPart",
            Operation::CompleteUpload => "completeMultipartUpload",
            Operation::AbortUpload => "abortMultipartUpload",
            Operation::ListUploads => "listMultipartUploads",
            Operation::ListParts => "listParts",
        })
    }
}

/// What the service answers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It failed, or was asked for an upload that never was.
    #[error("We encountered an internal error. Please try again.")]
    Internal,
    /// The store itself failed. Production says no more than [`Refusal::Internal`]; here the reason follows.
    #[error("We encountered an internal error. Please try again. {0}")]
    Store(#[from] StoreError),
    /// A key above [`limits::KEY_BYTES`].
    #[error("The specified object name is not valid.")]
    InvalidObjectName,
    /// Custom metadata above [`limits::METADATA_BYTES`].
    #[error("Your metadata headers exceed the maximum allowed metadata size.")]
    MetadataTooLarge,
    /// More bytes than an upload, or an object, may have.
    #[error("Your proposed upload exceeds the maximum allowed object size.")]
    EntityTooLarge,
    /// A part that is too small and not the last.
    #[error("Your proposed upload is smaller than the minimum allowed object size.")]
    EntityTooSmall,
    /// Bytes that do not have the checksum that came with them.
    #[error(
        "The {algorithm} checksum you specified did not match what we received.\nYou provided a {algorithm} checksum \
         with value: {provided}\nActual {algorithm} was: {actual}"
    )]
    BadDigest {
        /// The algorithm.
        algorithm: &'static str,
        /// What was provided, in hexadecimal.
        provided: String,
        /// What the bytes have.
        actual: String,
    },
    /// A range outside of the object.
    #[error("The requested range is not satisfiable")]
    InvalidRange,
    /// A `limit` outside of 1 to [`limits::LIST_KEYS`].
    #[error("MaxKeys params must be positive integer <= {limit}.", limit = limits::LIST_KEYS)]
    InvalidMaxKeys,
    /// An upload that was never begun, or is over.
    #[error("The specified multipart upload does not exist.")]
    NoSuchUpload,
    /// A part that was not uploaded, or not with this etag.
    #[error("One or more of the specified parts could not be found.")]
    InvalidPart,
    /// Parts of different sizes.
    #[error("There was a problem with the multipart upload.")]
    BadUpload,
    /// Bytes that ended before the length that was announced.
    #[error("You did not provide the number of bytes specified by the Content-Length HTTP header.")]
    IncompleteBody,
    // DIFFERS: The texts for a storage class that does not exist, for a missing or wrong SSE-C key, and for more than
    // 1,000 keys in one `delete` are edgeemu's: production's are not documented.
    /// A storage class that does not exist.
    #[error("The storage class you specified is not valid: {0}")]
    InvalidStorageClass(String),
    /// An object that was stored with an SSE-C key, without that key.
    #[error("The object was stored with an SSE-C key: the same key is needed to read it.")]
    SsecKeyNeeded,
    /// A key for an object, or a part, that was not stored with that one.
    #[error("The SSE-C key is not the one that the object was stored with.")]
    SsecKeyWrong,
    /// More than [`limits::DELETE_KEYS`] keys in one `delete`.
    #[error("At most {limit} keys can be deleted in one call, not {0}.", limit = limits::DELETE_KEYS)]
    TooManyKeys(usize),
}

impl Refusal {
    /// The number that production gives to the refusal.
    #[must_use]
    pub fn code(&self) -> u32 {
        match self {
            Refusal::Internal | Refusal::Store(_) => 10_001,
            Refusal::EntityTooSmall => 10_011,
            Refusal::MetadataTooLarge => 10_012,
            Refusal::IncompleteBody => 10_013,
            Refusal::InvalidObjectName => 10_020,
            Refusal::InvalidMaxKeys => 10_022,
            Refusal::NoSuchUpload => 10_024,
            Refusal::InvalidPart => 10_025,
            Refusal::InvalidStorageClass(_)
            | Refusal::SsecKeyNeeded
            | Refusal::SsecKeyWrong
            | Refusal::TooManyKeys(_) => 10_029,
            Refusal::BadDigest { .. } => 10_037,
            Refusal::InvalidRange => 10_039,
            Refusal::BadUpload => 10_048,
            Refusal::EntityTooLarge => 100_100,
        }
    }
}

/// What went wrong below the binding.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder, or its lock.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The files of objects.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The index.
    #[error("the index of the bucket failed: {0}")]
    Index(#[from] edgeemu_storage::sqlite::rusqlite::Error),
    /// A row of the index that cannot be read.
    #[error("the index of the bucket is damaged: {0}")]
    Damaged(String),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Refusal {
        Refusal::Store(error.into())
    }
}

/// Names the operation that a refusal belongs to.
pub(crate) trait During<T> {
    fn during(self, operation: Operation) -> Result<T, R2Error>;
}

impl<T, E: Into<Refusal>> During<T> for Result<T, E> {
    fn during(self, operation: Operation) -> Result<T, R2Error> {
        self.map_err(|error| R2Error::Failed { operation, refusal: error.into() })
    }
}
