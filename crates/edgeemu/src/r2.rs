//! R2 in the hands of a test: [`R2Handle`], and what its operations take and give.

pub use edgeemu_r2::{
    ByteRange, Checksum, Condition, Etag, GetOptions, Got, HttpMetadata, Include, ListOptions, ListPage, Object,
    PutOptions, R2Error, RangeOption, StorageClass,
};

use bytes::Bytes;
use edgeemu_r2::{Bucket, Operation, StoreError};

/// One bucket, as `emulator.r2("PHOTOS")` gives it. Sees what the Worker sees.
#[derive(Clone)]
pub struct R2Handle {
    bucket: Bucket,
}

impl R2Handle {
    pub(crate) fn new(bucket: Bucket) -> R2Handle {
        R2Handle { bucket }
    }

    /// The bytes under `key`; `None` if there is no object.
    ///
    /// # Errors
    /// For a key that R2 does not take, and when the bytes cannot be read.
    pub fn get(&self, key: &str) -> Result<Option<Bytes>, R2Error> {
        let found = self.bucket.get(key, &GetOptions::default())?;
        let Some(mut body) = found.and_then(|found| found.body) else { return Ok(None) };
        body.read_all().map(Some).map_err(|error| R2Error::store(Operation::Get, StoreError::from(error)))
    }

    /// What is known about the object under `key`; `None` if there is none.
    ///
    /// # Errors
    /// For a key that R2 does not take.
    pub fn head(&self, key: &str) -> Result<Option<Object>, R2Error> {
        self.bucket.head(key)
    }

    /// Puts an object; `None` if the condition in the options does not hold.
    ///
    /// # Errors
    /// For a key, bytes or an option that R2 does not take.
    pub fn put(&self, key: &str, bytes: impl Into<Bytes>, options: PutOptions) -> Result<Option<Object>, R2Error> {
        self.bucket.put(key, &bytes.into(), options)
    }

    /// Removes an object; fine if there is none.
    ///
    /// # Errors
    /// For a key that R2 does not take.
    pub fn delete(&self, key: &str) -> Result<(), R2Error> {
        self.bucket.delete(&[key.to_owned()])
    }

    /// A page of objects.
    ///
    /// # Errors
    /// For a limit that R2 does not take.
    pub fn list(&self, options: &ListOptions) -> Result<ListPage, R2Error> {
        self.bucket.list(options)
    }

    /// The bucket itself, for everything else.
    #[must_use]
    pub fn bucket(&self) -> &Bucket {
        &self.bucket
    }
}
