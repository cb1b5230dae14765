//! A KV namespace in the hands of a test.

use bytes::Bytes;
use edgeemu_kv::consistency::{Colos, Happened, Place, Site, Version};
use edgeemu_kv::{Entry, GetOptions, KvError, ListOptions, ListPage, Namespace, PutOptions};

/// One namespace, as `emulator.kv("SESSIONS")` gives it. Sees what the Worker sees.
#[derive(Clone)]
pub struct KvHandle {
    namespace: Namespace,
    colos: Colos,
}

impl KvHandle {
    pub(crate) fn new(colos: Colos) -> KvHandle {
        KvHandle { namespace: colos.central().clone(), colos }
    }

    /// The value under `key` as text; `None` if there is none or it has expired.
    ///
    /// # Errors
    /// For a key that KV does not take.
    pub fn get(&self, key: &str) -> Result<Option<String>, KvError> {
        let entry = self.namespace.get(key, &GetOptions::default())?;
        Ok(entry.map(|entry| String::from_utf8_lossy(&entry.value).into_owned()))
    }

    /// The value under `key` with metadata and expiration.
    ///
    /// # Errors
    /// For a key that KV does not take.
    pub fn entry(&self, key: &str) -> Result<Option<Entry>, KvError> {
        self.namespace.get(key, &GetOptions::default())
    }

    /// Puts a value.
    ///
    /// # Errors
    /// For a key, value or option that KV does not take.
    pub fn put(&self, key: &str, value: impl Into<Bytes>, options: &PutOptions) -> Result<(), KvError> {
        self.namespace.put(key, value.into(), options)?;
        self.colos.notice(key)
    }

    /// Removes a key; fine if it does not exist.
    ///
    /// # Errors
    /// For a key that KV does not take.
    pub fn delete(&self, key: &str) -> Result<(), KvError> {
        self.namespace.delete(key)?;
        self.colos.notice(key)
    }

    /// A page of keys.
    ///
    /// # Errors
    /// For a limit, prefix or cursor that KV does not take.
    pub fn list(&self, options: &ListOptions) -> Result<ListPage, KvError> {
        self.namespace.list(options)
    }

    /// The namespace as Workers in one location see it.
    #[must_use]
    pub fn at(&self, place: Place) -> Site {
        self.colos.at(place)
    }

    /// What was written to `key` since somebody first asked for it.
    #[must_use]
    pub fn versions(&self, key: &str) -> Vec<Version> {
        self.colos.versions(key)
    }

    /// What happened lately, oldest first: all of it, or what concerns one key.
    #[must_use]
    pub fn timeline(&self, key: Option<&str>) -> Vec<Happened> {
        self.colos.timeline(key)
    }

    /// The namespace itself, for everything else.
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }
}
