//! All buckets of a state folder, or of memory.

use crate::bucket::Bucket;
use crate::error::StoreError;
use crate::files::Files;
use crate::index::Index;
use crate::upload;
use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::Place;
use edgeemu_world::{Disk, FileLock, LockAttempt, World};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const LOCK: &str = "edgeemu.lock";
const INDEX: &str = "index.sqlite";

/// All buckets of a state folder, or of memory. Nothing is opened before it is used.
#[derive(Clone, Debug)]
pub struct R2 {
    root: Arc<Root>,
}

#[derive(Debug)]
pub(crate) struct Root {
    pub(crate) world: World,
    disk: Disk,
    dir: PathBuf,
    opened: Mutex<Opened>,
}

#[derive(Debug, Default)]
struct Opened {
    buckets: BTreeMap<String, Arc<OpenBucket>>,
    lock: Option<FileLock>,
}

/// A bucket whose index is open.
#[derive(Debug)]
pub(crate) struct OpenBucket {
    pub(crate) world: World,
    pub(crate) files: Arc<Files>,
    index: Mutex<Index>,
}

impl R2 {
    /// Empty buckets that end with the process.
    #[must_use]
    pub fn memory(world: &World) -> R2 {
        R2::on(world, Disk::memory(world.clock()), PathBuf::from("/r2"))
    }

    /// The buckets in `dir`, which is made when something is put into one.
    #[must_use]
    pub fn at(world: &World, dir: &Path) -> R2 {
        R2::on(world, world.disk().clone(), dir.to_path_buf())
    }

    fn on(world: &World, disk: Disk, dir: PathBuf) -> R2 {
        R2 { root: Arc::new(Root { world: world.clone(), disk, dir, opened: Mutex::default() }) }
    }

    /// The bucket with this name; it exists as soon as something is put into it.
    #[must_use]
    pub fn bucket(&self, name: &str) -> Bucket {
        Bucket::new(&self.root, name)
    }

    /// The names of the buckets that were used, sorted.
    ///
    /// # Errors
    /// What the disk says.
    pub fn bucket_names(&self) -> Result<Vec<String>, StoreError> {
        let Root { disk, dir, .. } = &*self.root;
        if !disk.exists(dir) {
            return Ok(Vec::new());
        }
        let folders = disk.list(dir)?.into_iter().filter(|entry| entry.is_dir);
        let mut names: Vec<_> = folders.filter_map(|folder| bucket_of(&folder.name)).collect();
        names.sort();
        Ok(names)
    }

    /// Whether a bucket with this name was used or made.
    #[must_use]
    pub fn has_bucket(&self, name: &str) -> bool {
        let Root { disk, dir, .. } = &*self.root;
        disk.exists(&dir.join(folder_of(name)))
    }

    /// Makes an empty bucket; fine if there is one already.
    ///
    /// # Errors
    /// What the disk says.
    pub fn create_bucket(&self, name: &str) -> Result<(), StoreError> {
        self.root.open(name).map(drop)
    }

    /// Removes a bucket; `false` if there are objects in it, and nothing happened.
    ///
    /// # Errors
    /// What the disk says.
    pub fn delete_bucket(&self, name: &str) -> Result<bool, StoreError> {
        let bucket = self.root.open(name)?;
        let mut opened = self.root.opened();
        if bucket.index().usage()?.0 > 0 {
            return Ok(false);
        }
        opened.buckets.remove(name);
        self.root.disk.remove_dir_all(&self.root.dir.join(folder_of(name)))?;
        Ok(true)
    }

    /// Whether the bytes are on a disk, so that writing them may take its time.
    #[must_use]
    pub fn is_on_disk(&self) -> bool {
        !self.root.disk.is_memory()
    }
}

impl Root {
    fn opened(&self) -> MutexGuard<'_, Opened> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_on_disk(&self) -> bool {
        !self.disk.is_memory()
    }

    /// The bucket with its index open. The first time what a crash left behind is removed.
    pub(crate) fn open(&self, name: &str) -> Result<Arc<OpenBucket>, StoreError> {
        let mut opened = self.opened();
        if let Some(bucket) = opened.buckets.get(name) {
            return Ok(Arc::clone(bucket));
        }
        if opened.lock.is_none() {
            opened.lock = Some(self.lock()?);
        }
        let dir = self.dir.join(folder_of(name));
        let place = if self.is_on_disk() { Place::File(dir.join(INDEX)) } else { Place::Memory };
        let files = Files::open(&self.disk, self.world.rng(), &dir)?;
        let mut index = Index::open(&self.world, place)?;
        upload::expire(&mut index, self.world.clock().now().as_millis())?;
        files.sweep(&index.files()?)?;
        let bucket =
            Arc::new(OpenBucket { world: self.world.clone(), files: Arc::new(files), index: Mutex::new(index) });
        opened.buckets.insert(name.to_owned(), Arc::clone(&bucket));
        Ok(bucket)
    }

    fn lock(&self) -> Result<FileLock, StoreError> {
        self.disk.create_dir_all(&self.dir)?;
        match self.disk.try_lock(&self.dir.join(LOCK))? {
            LockAttempt::Held(lock) => Ok(lock),
            LockAttempt::Busy { pid } => Err(StorageError::InUse { dir: self.dir.clone(), pid }.into()),
        }
    }
}

impl OpenBucket {
    pub(crate) fn index(&self) -> MutexGuard<'_, Index> {
        // A transaction that panicked was rolled back.
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> i64 {
        self.world.clock().now().as_millis()
    }
}

/// A folder that is the bucket's own on every file system: letters that are not small stand as their numbers.
fn folder_of(name: &str) -> String {
    let mut folder = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' {
            folder.push(char::from(byte));
        } else {
            folder.push_str(&format!("_{byte:02x}"));
        }
    }
    folder
}

fn bucket_of(folder: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = folder.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'_' {
            let (digits, after) = after.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}
