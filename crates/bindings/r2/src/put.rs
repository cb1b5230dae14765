//! A `put` under way: bytes come in pieces, and count when the last one is there.

use crate::checksum::{Algorithm, Checksum, Digested, Hasher, to_hex};
use crate::condition::Looked;
use crate::error::{During, Operation, R2Error, Refusal, StoreError};
use crate::files::Draft;
use crate::index::{self, Piece};
use crate::key::{check_key, check_metadata, check_size};
use crate::object::{Object, StorageClass};
use crate::options::PutOptions;
use crate::store::OpenBucket;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes that are on their way to the disk. Dropped before the end, they leave nothing behind.
#[derive(Debug)]
pub(crate) struct Incoming {
    draft: Option<Draft>,
    hasher: Hasher,
    expected: u64,
    size: u64,
}

/// What came in.
pub(crate) struct Received {
    /// None if there were no bytes.
    pub(crate) file: Option<String>,
    pub(crate) size: u64,
    pub(crate) md5: Vec<u8>,
    other: Option<Digested>,
}

impl Incoming {
    pub(crate) fn begin(bucket: &OpenBucket, size: u64, checksum: Option<Checksum>) -> Result<Incoming, Refusal> {
        check_size(size)?;
        let draft = if size > 0 { Some(bucket.files.begin()?) } else { None };
        Ok(Incoming { draft, hasher: Hasher::new(checksum), expected: size, size: 0 })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.size += bytes.len() as u64;
        if self.size > self.expected {
            return Err(Refusal::EntityTooLarge);
        }
        self.hasher.update(bytes);
        if let Some(draft) = &mut self.draft {
            draft.write(bytes)?;
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<Received, Refusal> {
        if self.size < self.expected {
            return Err(Refusal::IncompleteBody);
        }
        let (md5, other) = self.hasher.finish()?;
        let file = self.draft.map(Draft::finish).transpose()?;
        Ok(Received { file, size: self.size, md5, other })
    }
}

/// An object whose bytes are coming in. Dropped before it is finished, nothing happened.
#[derive(Debug)]
pub struct Put {
    bucket: Arc<OpenBucket>,
    key: String,
    class: StorageClass,
    options: PutOptions,
    sent_checksums: BTreeMap<String, String>,
    incoming: Incoming,
    /// What the object was elsewhere, if it comes from there.
    was: Option<Object>,
}

impl Put {
    pub(crate) fn begin(
        bucket: Arc<OpenBucket>,
        key: &str,
        size: u64,
        mut options: PutOptions,
    ) -> Result<Put, Refusal> {
        check_key(key)?;
        check_size(size)?;
        check_metadata(&options.custom_metadata)?;
        let class = StorageClass::parse(options.storage_class.as_deref())?;
        let incoming = Incoming::begin(&bucket, size, options.checksum.take())?;
        Ok(Put { bucket, key: key.to_owned(), class, options, sent_checksums: BTreeMap::new(), incoming, was: None })
    }

    pub(crate) fn begin_restore(bucket: Arc<OpenBucket>, was: Object) -> Result<Put, Refusal> {
        let md5 = was.checksums.iter().find(|(algorithm, _)| *algorithm == Algorithm::Md5);
        let checksum = md5.and_then(|(algorithm, digest)| Checksum::from_bytes(*algorithm, digest).ok());
        let options = PutOptions {
            checksum,
            custom_metadata: was.custom_metadata.clone(),
            storage_class: Some(was.storage_class.name().to_owned()),
            ..PutOptions::default()
        };
        let (key, size) = (was.key.clone(), was.size);
        Ok(Put { was: Some(was), ..Put::begin(bucket, &key, size, options)? })
    }

    /// Keeps checksums that somebody else has compared, see [`Object::sent_checksums`].
    pub fn keep_checksums(&mut self, checksums: BTreeMap<String, String>) {
        self.sent_checksums = checksums;
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// When there are more than were announced, or the disk takes no more.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), R2Error> {
        self.incoming.write(bytes).during(Operation::Put)
    }

    /// The bytes are complete: replaces what is under the key, or gives `None` if the condition does not hold. When this
    /// returns, the object survives a crash.
    ///
    /// # Errors
    /// When the bytes are fewer than were announced, or have another checksum; what was there stays then.
    pub fn finish(self) -> Result<Option<Object>, R2Error> {
        self.commit().during(Operation::Put)
    }

    fn commit(self) -> Result<Option<Object>, Refusal> {
        let received = self.incoming.finish()?;
        let object = match self.was {
            Some(was) => was,
            None => {
                let sent_checksums = self.sent_checksums;
                Object { sent_checksums, ..described(&self.bucket, (self.key, self.class), &self.options, &received) }
            }
        };
        let pieces: Vec<_> = received.file.iter().map(|file| Piece { file: file.clone(), size: object.size }).collect();
        let mut index = self.bucket.index();
        if let Some(condition) = &self.options.only_if {
            let found = index.object(&object.key)?;
            let looked = found.as_ref().map(|found| Looked { etag: &found.etag, uploaded: found.uploaded });
            if !condition.holds(looked) {
                drop(index);
                self.bucket.files.discard(received.file);
                return Ok(None);
            }
        }
        let replaced = publish(&mut index, &object, &pieces);
        drop(index);
        match replaced {
            Ok(old) => {
                self.bucket.files.discard(old);
                Ok(Some(object))
            }
            Err(error) => {
                self.bucket.files.discard(received.file);
                Err(error.into())
            }
        }
    }
}

fn described(
    bucket: &OpenBucket,
    (key, storage_class): (String, StorageClass),
    options: &PutOptions,
    received: &Received,
) -> Object {
    let mut checksums = vec![(Algorithm::Md5, received.md5.clone())];
    checksums.extend(received.other.clone());
    Object {
        key,
        version: bucket.files.name(),
        size: received.size,
        etag: to_hex(&received.md5),
        uploaded: bucket.now(),
        checksums,
        http_metadata: options.http_metadata.clone(),
        custom_metadata: options.custom_metadata.clone(),
        storage_class,
        ssec_key_md5: options.ssec_key.as_ref().map(|key| key.md5.clone()),
        sent_checksums: BTreeMap::new(),
    }
}

fn publish(index: &mut index::Index, object: &Object, pieces: &[Piece]) -> Result<Vec<String>, StoreError> {
    let transaction = index.transaction()?;
    let old = index::replace(&transaction, object, pieces)?;
    transaction.commit()?;
    Ok(old)
}
