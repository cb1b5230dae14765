//! A namespace as requests in different locations see it: the store on disk, with the caches of all locations over it.

use super::choice::Choices;
use super::list::{ListQuery, ListRead};
use super::place::Place;
use super::replicas::{Replicas, Visit};
use super::settings::{Settings, WriteRate};
use super::told::Read;
use crate::error::{During, KvError, Operation, Refusal};
use crate::options::{BulkGetOptions, Entry, GetOptions, ListOptions, PutOptions};
use crate::record::Meta;
use crate::store::{Namespace, check_cache_ttl, check_key, gather};
use bytes::Bytes;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One namespace in all locations. Cloning is cheap and shares it.
///
/// Values lie in the [`Namespace`], where writes of one location are found after a restart; caches are in memory and
/// begin empty. What the namespace is given behind the back of this layer, by the command line say, counts as written
/// at the central store when somebody next gets past a cache.
#[derive(Clone)]
pub struct Colos {
    parts: Arc<Parts>,
}

struct Parts {
    namespace: Namespace,
    /// What lies over the namespace, if anything does.
    state: Option<Mutex<State>>,
}

struct State {
    replicas: Replicas,
    choices: Box<dyn Choices + Send>,
}

impl fmt::Debug for Colos {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Colos").field("namespace", &self.parts.namespace).finish_non_exhaustive()
    }
}

impl Colos {
    /// Lays caches over `namespace`. `choices` decide what `settings` leave open.
    #[must_use]
    pub fn new(namespace: Namespace, settings: Settings, choices: Box<dyn Choices + Send>) -> Colos {
        let state = State { replicas: Replicas::new(settings), choices };
        Colos { parts: Arc::new(Parts { namespace, state: Some(Mutex::new(state)) }) }
    }

    /// Nothing lies over `namespace`: every location sees the central store, and nobody counts versions.
    #[must_use]
    pub fn direct(namespace: Namespace) -> Colos {
        Colos { parts: Arc::new(Parts { namespace, state: None }) }
    }

    /// Whether nothing lies over the namespace.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.parts.state.is_none()
    }

    /// The namespace as a request at `place` sees it.
    #[must_use]
    pub fn at(&self, place: Place) -> Site {
        Site { colos: self.clone(), place }
    }

    /// The central store itself, which sees every write at once.
    #[must_use]
    pub fn central(&self) -> &Namespace {
        &self.parts.namespace
    }

    fn state(&self) -> Option<MutexGuard<'_, State>> {
        Some(self.parts.state.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A namespace as one place sees it; the operations are those of [`Namespace`].
#[derive(Clone, Debug)]
pub struct Site {
    colos: Colos,
    place: Place,
}

impl Site {
    /// Where this is.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    fn namespace(&self) -> &Namespace {
        &self.colos.parts.namespace
    }

    /// What this place answers for `key`, and why.
    ///
    /// # Errors
    /// As [`Namespace::get`].
    pub fn get(&self, key: &str, options: &GetOptions) -> Result<Read, KvError> {
        check_key(key, Operation::Get)?;
        check_cache_ttl(options.cache_ttl).during(Operation::Get)?;
        self.read(key, options.cache_ttl).during(Operation::Get)
    }

    /// What this place answers for several keys, each once.
    ///
    /// # Errors
    /// As [`Namespace::get_many`].
    pub fn get_many(&self, keys: &[String], options: &BulkGetOptions) -> Result<Vec<(String, Read)>, KvError> {
        let read = |key: &str| self.read(key, options.cache_ttl);
        gather(keys, options, read, |read: &Read| read.entry.as_ref()).during(Operation::GetBulk)
    }

    /// What this place would answer, without any cache noticing; `None` if nobody asked for the key before.
    #[must_use]
    pub fn peek(&self, key: &str, options: &GetOptions) -> Option<Read> {
        let now = self.namespace().clock().now();
        self.colos.state()?.replicas.peek((self.place, now), key, secs(options.cache_ttl))
    }

    fn read(&self, key: &str, cache_ttl: Option<i64>) -> Result<Read, Refusal> {
        let Some(mut state) = self.colos.state() else {
            return Ok(Read::direct(self.place, self.namespace().read(key)?));
        };
        let now = self.namespace().clock().now();
        let stored = self.namespace().read(key)?;
        let State { replicas, choices } = &mut *state;
        replicas.import(key, stored.as_ref(), now);
        let mut visit = Visit { now, place: self.place, choices: &mut **choices };
        let read = replicas.get(&mut visit, key, secs(cache_ttl));
        replicas.forget(key, now);
        Ok(read)
    }

    /// Puts a value. The answer says whether production would have refused it for coming too soon after another, where
    /// that is not enforced.
    ///
    /// # Errors
    /// As [`Namespace::put`], and for a second write within a second where that is enforced.
    pub fn put(&self, key: &str, value: Bytes, options: &PutOptions) -> Result<bool, KvError> {
        if self.colos.is_direct() {
            return self.namespace().put(key, value, options).map(|()| false);
        }
        let row = self.namespace().checked_row(key, value.clone(), options)?;
        let meta = Meta::decode(key.as_bytes(), &row.head).map_err(Refusal::from).during(Operation::Put)?;
        let entry = Entry { value, metadata: meta.metadata, expiration: meta.expiration };
        let store = || self.namespace().put(key, entry.value.clone(), options);
        self.write(key, Some(entry.clone()), (Operation::Put, &store))
    }

    /// Removes `key`. The answer is that of [`Site::put`].
    ///
    /// # Errors
    /// As [`Namespace::delete`], and for a second write within a second where that is enforced.
    pub fn delete(&self, key: &str) -> Result<bool, KvError> {
        check_key(key, Operation::Delete)?;
        self.write(key, None, (Operation::Delete, &|| self.namespace().delete(key)))
    }

    fn write(
        &self,
        key: &str,
        content: Option<Entry>,
        (operation, store): (Operation, &dyn Fn() -> Result<(), KvError>),
    ) -> Result<bool, KvError> {
        let Some(mut state) = self.colos.state() else { return store().map(|()| false) };
        let now = self.namespace().clock().now();
        let stored = self.namespace().read(key).during(operation)?;
        let State { replicas, choices } = &mut *state;
        replicas.import(key, stored.as_ref(), now);
        let mut visit = Visit { now, place: self.place, choices: &mut **choices };
        let written = replicas.start_put(&mut visit, key, content).map_err(|refusal| refusal.of(operation))?;
        replicas.commit(&mut visit, &written);
        let history = replicas.history(key).expect("it was written");
        let wins = history
            .versions()
            .iter()
            .all(|version| version.committed().is_none() || version.arb <= history.version(written.version).arb);
        // A write that loses against one before it, as clocks that differ can bring about, is acknowledged all the same.
        if wins {
            store()?;
        }
        replicas.acknowledge(&mut visit, &written);
        replicas.forget(key, now);
        Ok(written.too_fast)
    }

    /// A page of keys.
    ///
    /// # Errors
    /// As [`Namespace::list`].
    pub fn list(&self, options: &ListOptions) -> Result<ListRead, KvError> {
        let fresh = self.namespace().list(options)?;
        let Some(mut state) = self.colos.state() else {
            return Ok(ListRead { page: fresh, from_cache: false, drift: None, production: None });
        };
        let now = self.namespace().clock().now();
        let State { replicas, choices } = &mut *state;
        let query = ListQuery {
            prefix: options.prefix.clone().unwrap_or_default(),
            limit: options.limit.filter(|limit| *limit > 0),
            cursor: options.cursor.clone().filter(|cursor| !cursor.is_empty()),
        };
        let mut visit = Visit { now, place: self.place, choices: &mut **choices };
        Ok(replicas.list(&mut visit, &query, fresh))
    }

    /// Whether a second write within a second is only marked.
    #[must_use]
    pub fn warns_of_fast_writes(&self) -> bool {
        self.colos.state().is_some_and(|state| state.replicas.settings().write_rate == WriteRate::Warn)
    }
}

/// A `cacheTtl` that was found right.
fn secs(cache_ttl: Option<i64>) -> Option<Duration> {
    cache_ttl.map(|secs| Duration::from_secs(u64::try_from(secs).unwrap_or(0)))
}
