//! Multipart uploads: an object comes in as parts, in any order, and appears when they are complete.

use crate::bucket::{Bucket, check_ssec};
use crate::checksum::multipart_etag;
use crate::error::{During, Operation, R2Error, Refusal, StoreError};
use crate::index::{self, Head, Index, Piece, signed, unsigned};
use crate::key::{check_key, check_metadata};
use crate::limits;
use crate::object::{Object, StorageClass};
use crate::options::{SsecKey, UploadOptions};
use crate::put::{Incoming, Received};
use crate::store::OpenBucket;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edgeemu_storage::sqlite::rusqlite::{self, OptionalExtension as _, Transaction, params};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A part that was uploaded, as `complete` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRef {
    /// Its number, from 1.
    pub number: i32,
    /// What `uploadPart` gave for it.
    pub etag: String,
}

impl PartRef {
    /// Whether the number can be one.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check_number(number: i32) -> Result<(), R2Error> {
        if (1..=limits::PARTS).contains(&number) { Ok(()) } else { Err(R2Error::PartNumber(number)) }
    }
}

/// How an upload stands. As a number it is in the index.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    InProgress = 0,
    Completed = 1,
    Aborted = 2,
}

/// An upload as the index has it.
pub(crate) struct Upload {
    head: Head,
    pub(crate) is_open: bool,
    /// When it was begun, in milliseconds since the epoch.
    pub(crate) created: i64,
}

/// A part that is in the index.
struct Part {
    number: i32,
    file: Option<String>,
    size: u64,
    etag: String,
    md5: Vec<u8>,
}

impl Bucket {
    /// Begins a multipart upload; gives its id.
    ///
    /// # Errors
    /// For a key or an option that R2 does not take.
    pub fn create_upload(&self, key: &str, options: UploadOptions) -> Result<String, R2Error> {
        let create = || -> Result<String, Refusal> {
            check_key(key)?;
            check_metadata(&options.custom_metadata)?;
            let class = StorageClass::parse(options.storage_class.as_deref())?;
            let head = Head {
                http: options.http_metadata,
                custom: options.custom_metadata,
                class,
                ssec: options.ssec_key.map(|key| key.md5),
                ..Head::default()
            };
            let bucket = self.open()?;
            let id = opaque(&bucket);
            let sql = "INSERT INTO uploads (id, key, head, created, state) VALUES (?1, ?2, ?3, ?4, ?5)";
            let row = params![id, key.as_bytes(), head.text()?, bucket.now(), State::InProgress as i64];
            bucket.index().sqlite.execute(sql, row).map_err(StoreError::from)?;
            Ok(id)
        };
        create().during(Operation::CreateUpload)
    }

    /// Begins a part of `size` bytes, which follow.
    ///
    /// # Errors
    /// For a number that cannot be, a size that R2 does not take, an upload that is not in progress, or an SSE-C key
    /// that is not the upload's.
    pub fn begin_part(
        &self,
        (key, upload): (&str, &str),
        number: i32,
        size: u64,
        ssec_key: Option<&SsecKey>,
    ) -> Result<PartUpload, R2Error> {
        PartRef::check_number(number)?;
        let begin = || -> Result<PartUpload, Refusal> {
            check_key(key)?;
            let bucket = self.open()?;
            let now = bucket.now();
            let found = find(&bucket.index().sqlite, key, upload, now)?;
            let found = found.filter(|upload| upload.is_open).ok_or(Refusal::NoSuchUpload)?;
            check_ssec(found.head.ssec.as_deref(), ssec_key)?;
            if found.head.ssec.is_none() && ssec_key.is_some() {
                return Err(Refusal::SsecKeyWrong);
            }
            let incoming = Incoming::begin(&bucket, size, None)?;
            Ok(PartUpload { bucket, key: key.to_owned(), upload: upload.to_owned(), number, incoming })
        };
        begin().during(Operation::UploadPart)
    }

    /// Makes the object of the parts that are named, and replaces what is under its key.
    ///
    /// # Errors
    /// For an upload that is not in progress, and parts that are not there, too small, or of different sizes.
    pub fn complete_upload(&self, key: &str, upload: &str, parts: &[PartRef]) -> Result<Object, R2Error> {
        parts.iter().try_for_each(|part| PartRef::check_number(part.number))?;
        let complete = || -> Result<Object, Refusal> {
            check_key(key)?;
            let bucket = self.open()?;
            let mut index = bucket.index();
            let transaction = index.transaction()?;
            let (object, old) = assemble(&transaction, &bucket, (key, upload), parts)?;
            transaction.commit().map_err(StoreError::from)?;
            drop(index);
            bucket.files.discard(old);
            Ok(object)
        };
        complete().during(Operation::CompleteUpload)
    }

    /// Ends an upload and throws its parts away; fine if it is over.
    ///
    /// # Errors
    /// For an upload that never was.
    pub fn abort_upload(&self, key: &str, upload: &str) -> Result<(), R2Error> {
        let abort = || -> Result<(), Refusal> {
            check_key(key)?;
            let bucket = self.open()?;
            let mut index = bucket.index();
            let transaction = index.transaction()?;
            let found = find(&transaction, key, upload, bucket.now())?.ok_or(Refusal::Internal)?;
            if !found.is_open {
                return Ok(());
            }
            let old = end(&transaction, upload, State::Aborted)?;
            transaction.commit().map_err(StoreError::from)?;
            drop(index);
            bucket.files.discard(old);
            Ok(())
        };
        abort().during(Operation::AbortUpload)
    }
}

/// A part whose bytes are coming in. Dropped before it is finished, nothing happened.
#[derive(Debug)]
pub struct PartUpload {
    bucket: Arc<OpenBucket>,
    key: String,
    upload: String,
    number: i32,
    incoming: Incoming,
}

impl PartUpload {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// When there are more than were announced, or the disk takes no more.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), R2Error> {
        self.incoming.write(bytes).during(Operation::UploadPart)
    }

    /// The bytes are complete: replaces a part of the same number. When this returns, the part survives a crash.
    ///
    /// # Errors
    /// When the bytes are fewer than were announced, or the upload ended meanwhile.
    pub fn finish(self) -> Result<PartRef, R2Error> {
        let PartUpload { bucket, key, upload, number, incoming } = self;
        let store = || -> Result<PartRef, Refusal> {
            let received = incoming.finish()?;
            let etag = opaque(&bucket);
            let now = bucket.now();
            let mut index = bucket.index();
            let added = add_part(&mut index, (&key, &upload, now), number, (&etag, &received));
            drop(index);
            // What is not in the index now never will be.
            bucket.files.discard(added.as_ref().map_or_else(|_| received.file.clone(), Clone::clone));
            added.map(|_| PartRef { number, etag })
        };
        store().during(Operation::UploadPart)
    }
}

/// Puts a part into the index; gives the file of the part that it replaces.
fn add_part(
    index: &mut Index,
    (key, upload, now): (&str, &str, i64),
    number: i32,
    (etag, received): (&str, &Received),
) -> Result<Option<String>, Refusal> {
    let transaction = index.transaction()?;
    if !find(&transaction, key, upload, now)?.is_some_and(|upload| upload.is_open) {
        return Err(Refusal::NoSuchUpload);
    }
    let replace = || -> rusqlite::Result<Option<String>> {
        let sql = "DELETE FROM parts WHERE upload = ?1 AND number = ?2 RETURNING file";
        let old = transaction.query_row(sql, params![upload, number], |row| row.get(0)).optional()?.flatten();
        let sql = "INSERT INTO parts (upload, number, file, size, etag, md5) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let Received { file, size, md5, .. } = received;
        transaction.execute(sql, params![upload, number, file, signed(*size), etag, md5])?;
        Ok(old)
    };
    let old = replace().map_err(StoreError::from)?;
    transaction.commit().map_err(StoreError::from)?;
    Ok(old)
}

/// Ends the uploads that are too old.
pub(crate) fn expire(index: &mut Index, now: i64) -> Result<(), StoreError> {
    let transaction = index.transaction()?;
    let mut statement = transaction.prepare("SELECT id FROM uploads WHERE state = ?1 AND created <= ?2")?;
    let ids = statement.query_map(params![State::InProgress as i64, now - lifetime()], |row| row.get(0))?;
    let ids: Vec<String> = ids.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    for id in ids {
        // The sweep that follows removes the files.
        end(&transaction, &id, State::Aborted)?;
    }
    Ok(transaction.commit()?)
}

pub(crate) fn lifetime() -> i64 {
    i64::try_from(limits::UPLOAD_LIFETIME.as_millis()).unwrap_or(i64::MAX)
}

/// 171 characters that say nothing, as production's ids and part etags.
fn opaque(bucket: &OpenBucket) -> String {
    let mut bytes = [0; 128];
    bucket.world.rng().fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn find(
    connection: &rusqlite::Connection,
    key: &str,
    upload: &str,
    now: i64,
) -> Result<Option<Upload>, StoreError> {
    let sql = "SELECT head, state, created FROM uploads WHERE id = ?1 AND key = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?));
    let found: Option<(String, i64, i64)> = statement.query_row(params![upload, key.as_bytes()], read).optional()?;
    let Some((head, state, created)) = found else { return Ok(None) };
    let is_open = state == State::InProgress as i64 && now < created + lifetime();
    Ok(Some(Upload { head: Head::parse(&head)?, is_open, created }))
}

/// Ends an upload; gives the files of the parts it still has.
fn end(transaction: &Transaction<'_>, upload: &str, state: State) -> Result<Vec<String>, StoreError> {
    transaction.execute("UPDATE uploads SET state = ?2 WHERE id = ?1", params![upload, state as i64])?;
    index::returned_files(transaction, "DELETE FROM parts WHERE upload = ?1 RETURNING file", upload)
}

/// The object that the named parts make, and the files that nothing names any more.
fn assemble(
    transaction: &Transaction<'_>,
    bucket: &OpenBucket,
    (key, upload): (&str, &str),
    named: &[PartRef],
) -> Result<(Object, Vec<String>), Refusal> {
    let found = find(transaction, key, upload, bucket.now())?.ok_or(Refusal::Internal)?;
    if !found.is_open {
        return Err(Refusal::NoSuchUpload);
    }
    let mut numbers = BTreeSet::new();
    if !named.iter().all(|part| numbers.insert(part.number)) {
        return Err(Refusal::Internal);
    }
    let parts = selected(transaction, upload, named)?;
    let size = parts.iter().map(|part| part.size).sum();
    if size > limits::OBJECT_BYTES {
        return Err(Refusal::EntityTooLarge);
    }
    let object = Object {
        key: key.to_owned(),
        version: bucket.files.name(),
        size,
        etag: multipart_etag(parts.iter().map(|part| part.md5.as_slice())),
        uploaded: bucket.now(),
        checksums: Vec::new(),
        http_metadata: found.head.http,
        custom_metadata: found.head.custom,
        storage_class: found.head.class,
        ssec_key_md5: found.head.ssec,
        sent_checksums: found.head.sent,
    };
    let piece = |part: Part| part.file.map(|file| Piece { file, size: part.size });
    let pieces: Vec<_> = parts.into_iter().filter_map(piece).collect();
    let mut old = index::replace(transaction, &object, &pieces)?;
    let kept: BTreeSet<_> = pieces.into_iter().map(|piece| piece.file).collect();
    let parts = end(transaction, upload, State::Completed)?;
    old.extend(parts.into_iter().filter(|file| !kept.contains(file)));
    Ok((object, old))
}

/// The parts that are named, by number, if they may be one object.
fn selected(transaction: &Transaction<'_>, upload: &str, named: &[PartRef]) -> Result<Vec<Part>, Refusal> {
    let mut uploaded = uploaded(transaction, upload)?;
    let mut take = |part: &PartRef| uploaded.remove(&part.number).filter(|found| found.etag == part.etag);
    let mut parts: Vec<Part> =
        named.iter().map(|part| take(part).ok_or(Refusal::InvalidPart)).collect::<Result<_, _>>()?;
    // In the order in which they were named; everything else is about the order of their numbers.
    if but_last(&parts).iter().any(|part| part.size < limits::PART_BYTES_MIN) {
        return Err(Refusal::EntityTooSmall);
    }
    parts.sort_by_key(|part| part.number);
    let Some(size) = but_last(&parts).first().map(|part| part.size) else { return Ok(parts) };
    let are_even = but_last(&parts).iter().all(|part| part.size == size && size >= limits::PART_BYTES_MIN);
    let last = parts.last().map_or(0, |part| part.size);
    if are_even && last <= size { Ok(parts) } else { Err(Refusal::BadUpload) }
}

fn but_last(parts: &[Part]) -> &[Part] {
    parts.split_last().map_or(&[], |(_, others)| others)
}

fn uploaded(transaction: &Transaction<'_>, upload: &str) -> Result<BTreeMap<i32, Part>, StoreError> {
    let sql = "SELECT number, file, size, etag, md5 FROM parts WHERE upload = ?1";
    let mut statement = transaction.prepare_cached(sql)?;
    let parts = statement.query_map([upload], |row| {
        let size = unsigned(row.get(2)?);
        Ok(Part { number: row.get(0)?, file: row.get(1)?, size, etag: row.get(3)?, md5: row.get(4)? })
    })?;
    Ok(parts.map(|part| part.map(|part| (part.number, part))).collect::<rusqlite::Result<_>>()?)
}
