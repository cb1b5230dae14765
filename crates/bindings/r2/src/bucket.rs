//! What a binding stands for: the operations on one bucket.

use crate::condition::Looked;
use crate::error::{During, Operation, R2Error, Refusal, StoreError};
use crate::index;
use crate::key::check_key;
use crate::limits;
use crate::list::{self, ListOptions, ListPage};
use crate::object::{ByteRange, Object};
use crate::options::{GetOptions, PutOptions, SsecKey};
use crate::put::Put;
use crate::reader::Reader;
use crate::store::{OpenBucket, Root};
use bytes::Bytes;
use std::sync::Arc;

/// One bucket: what an R2 binding stands for.
#[derive(Clone, Debug)]
pub struct Bucket {
    root: Arc<Root>,
    name: String,
}

/// What `get` found.
#[derive(Debug)]
pub struct Got {
    /// The object.
    pub object: Object,
    /// Which of its bytes there are to read.
    pub range: ByteRange,
    /// The bytes; none if the condition does not hold.
    pub body: Option<Reader>,
}

impl Bucket {
    pub(crate) fn new(root: &Arc<Root>, name: &str) -> Bucket {
        Bucket { root: Arc::clone(root), name: name.to_owned() }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its bytes are on a disk, so that writing them may take its time.
    #[must_use]
    pub fn is_on_disk(&self) -> bool {
        self.root.is_on_disk()
    }

    pub(crate) fn open(&self) -> Result<Arc<OpenBucket>, Refusal> {
        Ok(self.root.open(&self.name)?)
    }

    /// What is known about the object under `key`; `None` if there is none.
    ///
    /// # Errors
    /// For a key that R2 does not take.
    pub fn head(&self, key: &str) -> Result<Option<Object>, R2Error> {
        let find = || -> Result<_, Refusal> {
            check_key(key)?;
            Ok(self.open()?.index().object(key)?)
        };
        find().during(Operation::Head)
    }

    /// The object under `key` with its bytes; `None` if there is none.
    ///
    /// # Errors
    /// For a key that R2 does not take, a range outside of the object, or an SSE-C key that is not its own.
    pub fn get(&self, key: &str, options: &GetOptions) -> Result<Option<Got>, R2Error> {
        self.find(key, options).during(Operation::Get)
    }

    fn find(&self, key: &str, options: &GetOptions) -> Result<Option<Got>, Refusal> {
        check_key(key)?;
        let bucket = self.open()?;
        // Held until the files are pinned, so that nobody removes them in between.
        let index = bucket.index();
        let Some(object) = index.object(key)? else { return Ok(None) };
        check_ssec(object.ssec_key_md5.as_deref(), options.ssec_key.as_ref())?;
        let looked = Looked { etag: &object.etag, uploaded: object.uploaded };
        if options.only_if.as_ref().is_some_and(|condition| !condition.holds(Some(looked))) {
            return Ok(Some(Got { range: object.whole(), object, body: None }));
        }
        let range = options.range.as_ref().map(|range| range.resolve(object.size)).transpose()?.flatten();
        let range = range.unwrap_or(object.whole());
        let body = Reader::new(&bucket.files, index.pieces(&object.version)?, range);
        Ok(Some(Got { object, range, body: Some(body) }))
    }

    /// Puts an object whose bytes are at hand; `None` if the condition does not hold. When this returns, it survives a
    /// crash.
    ///
    /// # Errors
    /// For a key, bytes or an option that R2 does not take.
    pub fn put(&self, key: &str, bytes: &Bytes, options: PutOptions) -> Result<Option<Object>, R2Error> {
        let mut put = self.begin_put(key, bytes.len() as u64, options)?;
        put.write(bytes)?;
        put.finish()
    }

    /// Begins to put an object of `size` bytes, which follow.
    ///
    /// # Errors
    /// For a key, a size or an option that R2 does not take.
    pub fn begin_put(&self, key: &str, size: u64, options: PutOptions) -> Result<Put, R2Error> {
        self.open().and_then(|bucket| Put::begin(bucket, key, size, options)).during(Operation::Put)
    }

    /// Begins to put an object that was elsewhere, with all that was known about it there. Its bytes follow; they have to
    /// have the size, and the MD5 if there is one.
    ///
    /// # Errors
    /// For a key, a size or metadata that R2 does not take.
    pub fn begin_restore(&self, was: Object) -> Result<Put, R2Error> {
        self.open().and_then(|bucket| Put::begin_restore(bucket, was)).during(Operation::Put)
    }

    /// Removes the objects under all of these keys at once; fine where there is none.
    ///
    /// # Errors
    /// For keys that R2 does not take, or too many; nothing is removed then.
    pub fn delete(&self, keys: &[String]) -> Result<(), R2Error> {
        let remove = || -> Result<(), Refusal> {
            if keys.len() > limits::DELETE_KEYS {
                return Err(Refusal::TooManyKeys(keys.len()));
            }
            keys.iter().try_for_each(|key| check_key(key))?;
            let bucket = self.open()?;
            let mut index = bucket.index();
            let transaction = index.transaction()?;
            let mut files = Vec::new();
            for key in keys {
                files.append(&mut index::remove(&transaction, key)?);
            }
            transaction.commit().map_err(StoreError::from)?;
            drop(index);
            bucket.files.discard(files);
            Ok(())
        };
        remove().during(Operation::Delete)
    }

    /// A page of objects in the order of their keys' UTF-8 bytes.
    ///
    /// # Errors
    /// For a limit that R2 does not take.
    pub fn list(&self, options: &ListOptions) -> Result<ListPage, R2Error> {
        let page = || -> Result<_, Refusal> {
            let limit = list::checked_limit(options)?;
            list::page(&self.open()?.index(), options, limit).map_err(Refusal::from)
        };
        page().during(Operation::List)
    }

    /// A setting of the bucket, as [`Bucket::set_setting`] left it.
    ///
    /// # Errors
    /// What the store says.
    pub fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.root.open(&self.name)?.index().setting(name)
    }

    /// Keeps a setting of the bucket, or removes it. What settings mean is for those who ask for them.
    ///
    /// # Errors
    /// What the store says.
    pub fn set_setting(&self, name: &str, value: Option<&str>) -> Result<(), StoreError> {
        self.root.open(&self.name)?.index().set_setting(name, value)
    }

    /// How many objects there are, and how many bytes they have together.
    ///
    /// # Errors
    /// What the store says.
    pub fn usage(&self) -> Result<(u64, u64), StoreError> {
        self.root.open(&self.name)?.index().usage()
    }
}

/// Whether a key fits what was stored with `stored`, the MD5 of another or none.
pub(crate) fn check_ssec(stored: Option<&str>, given: Option<&SsecKey>) -> Result<(), Refusal> {
    match (stored, given) {
        // What was stored without a key can be read with any.
        (None, _) => Ok(()),
        (Some(_), None) => Err(Refusal::SsecKeyNeeded),
        (Some(stored), Some(given)) if given.md5 == stored => Ok(()),
        (Some(_), Some(_)) => Err(Refusal::SsecKeyWrong),
    }
}
