//! R2: what objects, conditions, ranges, checksums, listings and multipart uploads mean, with production's limits and
//! error texts.
//!
//! An [`R2`] holds the buckets of a state folder, or of memory; a [`Bucket`] is what one binding sees. Both are cheap to
//! clone and can be used from many threads. What is known about objects is in one SQLite index for each bucket; their
//! bytes are files with names of chance, which the index publishes: a reader sees an object as it was or as it is,
//! never something between. Bytes pass through in pieces, in both directions.

mod bucket;
mod checksum;
mod condition;
mod error;
mod files;
mod index;
mod key;
pub mod limits;
mod list;
mod object;
mod options;
mod put;
mod range;
mod reader;
mod store;
#[cfg(test)]
mod tests;
mod upload;
mod upload_list;

pub use bucket::{Bucket, Got};
pub use checksum::{Algorithm, Checksum};
pub use condition::{Condition, Etag};
pub use error::{Operation, R2Error, Refusal, StoreError};
pub use list::{Include, ListOptions, ListPage};
pub use object::{ByteRange, HttpMetadata, Object, StorageClass};
pub use options::{GetOptions, PutOptions, SsecKey, UploadOptions};
pub use put::Put;
pub use range::RangeOption;
pub use reader::Reader;
pub use store::R2;
pub use upload::{PartRef, PartUpload};
pub use upload_list::{PartInfo, PartPage, UploadInfo, UploadPage, UploadPageOptions};
