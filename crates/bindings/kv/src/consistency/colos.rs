//! A namespace as requests in different locations see it: the store on disk, with the caches of all locations over it.

use super::choice::Choices;
use super::journal::{Event, Happened, Journal};
use super::list::{ListQuery, ListRead};
use super::place::Place;
use super::remark::{Made, Told};
use super::replicas::{Replicas, Visit};
use super::settings::{Reads, Settings};
use super::told::{Read, Source};
use crate::error::{During, KvError, Operation, Refusal};
use crate::options::{BulkGetOptions, Entry, GetOptions, ListOptions, PutOptions};
use crate::record::Meta;
use crate::store::{Namespace, check_cache_ttl, check_key, gather};
use bytes::Bytes;
use edgeemu_world::Timestamp;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One namespace in all locations. Cloning is cheap and shares it.
///
/// Values lie in the [`Namespace`], where writes of one location are found after a restart; caches are in memory and
/// begin empty. What the namespace is given behind the back of this layer, by the command line say, counts as written
/// at the central store when it is [noticed](Colos::notice), or when somebody next gets past a cache.
#[derive(Clone)]
pub struct Colos {
    parts: Arc<Parts>,
}

struct Parts {
    namespace: Namespace,
    /// What lies over the namespace, if anything does.
    state: Option<Mutex<State>>,
    /// Whether caches answer, and not the central store alone.
    has_caches: bool,
}

pub(super) struct State {
    pub(super) replicas: Replicas,
    pub(super) journal: Journal,
    made: Made,
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
        let has_caches = matches!(settings.reads, Reads::Cached | Reads::AnyLegal);
        let (replicas, journal, made) = (Replicas::new(settings), Journal::default(), Made::default());
        let state = Some(Mutex::new(State { replicas, journal, made, choices }));
        Colos { parts: Arc::new(Parts { namespace, state, has_caches }) }
    }

    /// Nothing lies over `namespace`: every location sees the central store, and nobody counts versions.
    #[must_use]
    pub fn direct(namespace: Namespace) -> Colos {
        Colos { parts: Arc::new(Parts { namespace, state: None, has_caches: false }) }
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

    /// Looks whether `key` was changed from outside, if anybody has asked for it before.
    ///
    /// # Errors
    /// What the storage says.
    pub fn notice(&self, key: &str) -> Result<(), KvError> {
        let Some(mut state) = self.state() else { return Ok(()) };
        if state.replicas.knows(key) {
            let stored = self.parts.namespace.read(key).during(Operation::Get)?;
            state.import(key, stored.as_ref(), self.now());
        }
        Ok(())
    }

    /// The time everything here goes by.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.parts.namespace.clock().now()
    }

    pub(super) fn state(&self) -> Option<MutexGuard<'_, State>> {
        Some(self.parts.state.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    /// Whether the caches are only watched, so that they need no values.
    fn is_watching(&self) -> bool {
        self.replicas.settings().reads == Reads::Shadowed
    }

    /// Says what the store holds, if that came about behind the back of this layer.
    fn import(&mut self, key: &str, stored: Option<&Entry>, now: Timestamp) {
        if !self.replicas.knows(key) {
            self.replicas.make_room(now);
        }
        if let Some((version, is_deletion)) = self.replicas.import(key, stored, now) {
            let event = Event::Wrote { version, is_deletion, too_fast: false };
            self.journal.note(Happened { at: now, place: None, key: key.to_owned(), event });
            self.forget(key, now);
        }
    }

    fn forget(&mut self, key: &str, now: Timestamp) {
        if self.is_watching() {
            self.replicas.forget_values(key);
        }
        self.replicas.forget(key, now);
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

    /// Whether nothing lies between this place and the central store.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.colos.is_direct()
    }

    /// Whether caches answer here, and not the central store alone.
    #[must_use]
    pub fn has_caches(&self) -> bool {
        self.colos.parts.has_caches
    }

    /// The time everything here goes by.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.colos.now()
    }

    pub(super) fn colos(&self) -> &Colos {
        &self.colos
    }

    pub(super) fn namespace(&self) -> &Namespace {
        &self.colos.parts.namespace
    }

    /// What this place answers for `key`, and why.
    ///
    /// # Errors
    /// As [`Namespace::get`].
    pub fn get(&self, key: &str, options: &GetOptions) -> Result<Told<Read>, KvError> {
        check_key(key, Operation::Get)?;
        check_cache_ttl(options.cache_ttl).during(Operation::Get)?;
        self.read(key, options.cache_ttl).during(Operation::Get)
    }

    /// What this place answers for several keys, each once.
    ///
    /// # Errors
    /// As [`Namespace::get_many`].
    pub fn get_many(&self, keys: &[String], options: &BulkGetOptions) -> Result<Told<Vec<(String, Read)>>, KvError> {
        let mut remarks = Vec::new();
        let read = |key: &str| {
            let told = self.read(key, options.cache_ttl)?;
            remarks.extend(told.remarks);
            Ok(told.answer)
        };
        let answer = gather(keys, options, read, |read: &Read| read.entry.as_ref()).during(Operation::GetBulk)?;
        Ok(Told { answer, remarks })
    }

    fn read(&self, key: &str, cache_ttl: Option<i64>) -> Result<Told<Read>, Refusal> {
        let Some(mut state) = self.colos.state() else {
            return Ok(Told::silent(Read::direct(self.place, self.namespace().read(key)?)));
        };
        let now = self.colos.now();
        let stored = self.namespace().read(key)?;
        let read = if state.is_watching() {
            self.watch(&mut state, (key, stored), (now, cache_ttl))
        } else {
            state.import(key, stored.as_ref(), now);
            let State { replicas, choices, .. } = &mut *state;
            let mut visit = Visit { now, place: self.place, choices: &mut **choices };
            replicas.get(&mut visit, key, secs(cache_ttl))
        };
        let State { made, journal, .. } = &mut *state;
        let remarks = made.read(key, &read, now).into_iter().collect();
        journal.note(Happened { at: now, place: Some(read.place), key: key.to_owned(), event: Event::of(&read) });
        Ok(Told { answer: read, remarks })
    }

    /// The central store answers; the caches only learn that somebody read.
    fn watch(
        &self,
        state: &mut State,
        (key, stored): (&str, Option<Entry>),
        (now, cache_ttl): (Timestamp, Option<i64>),
    ) -> Read {
        if !state.replicas.is_as_known(key, stored.as_ref(), now) {
            state.import(key, stored.as_ref(), now);
            state.replicas.forget_values(key);
        }
        let State { replicas, choices, .. } = state;
        let mut visit = Visit { now, place: self.place, choices: &mut **choices };
        let (version, production) = replicas.watch(&mut visit, key, secs(cache_ttl));
        // What looks the same to a reader is no news.
        let production = production.filter(|stale| !stale.is_alike);
        Read { place: self.place, version, entry: stored, source: Source::Central, stale: None, production }
    }

    /// Puts a value. The answer says whether production would have refused it for coming too soon after another, where
    /// that is not enforced.
    ///
    /// # Errors
    /// As [`Namespace::put`], and for a second write within a second where that is enforced.
    pub fn put(&self, key: &str, value: Bytes, options: &PutOptions) -> Result<Told<bool>, KvError> {
        if self.is_direct() {
            return self.namespace().put(key, value, options).map(|()| Told::silent(false));
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
    pub fn delete(&self, key: &str) -> Result<Told<bool>, KvError> {
        check_key(key, Operation::Delete)?;
        self.write(key, None, (Operation::Delete, &|| self.namespace().delete(key)))
    }

    fn write(
        &self,
        key: &str,
        content: Option<Entry>,
        (operation, store): (Operation, &dyn Fn() -> Result<(), KvError>),
    ) -> Result<Told<bool>, KvError> {
        let Some(mut state) = self.colos.state() else { return store().map(|()| Told::silent(false)) };
        let (now, is_deletion) = (self.colos.now(), content.is_none());
        let stored = self.namespace().read(key).during(operation)?;
        state.import(key, stored.as_ref(), now);
        let State { replicas, choices, .. } = &mut *state;
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
        state.forget(key, now);
        let event = Event::Wrote { version: written.version, is_deletion, too_fast: written.too_fast };
        state.journal.note(Happened { at: now, place: Some(self.place), key: key.to_owned(), event });
        let remark = if written.too_fast { state.made.fast_write(key, now) } else { None };
        Ok(Told { answer: written.too_fast, remarks: remark.into_iter().collect() })
    }

    /// A page of keys.
    ///
    /// # Errors
    /// As [`Namespace::list`].
    pub fn list(&self, options: &ListOptions) -> Result<Told<ListRead>, KvError> {
        let fresh = self.namespace().list(options)?;
        let Some(mut state) = self.colos.state() else {
            let read = ListRead { page: fresh, from_cache: false, sampled_at: None, drift: None, production: None };
            return Ok(Told::silent(read));
        };
        let now = self.colos.now();
        let State { replicas, choices, made, journal } = &mut *state;
        let query = ListQuery {
            prefix: options.prefix.clone().unwrap_or_default(),
            limit: options.limit.filter(|limit| *limit > 0),
            cursor: options.cursor.clone().filter(|cursor| !cursor.is_empty()),
        };
        let mut visit = Visit { now, place: self.place, choices: &mut **choices };
        let read = replicas.list(&mut visit, &query, fresh);
        let drift = match (&read.drift, &read.production) {
            (Some(drift), _) => Some((drift, true)),
            (None, Some(drift)) => Some((drift, false)),
            (None, None) => None,
        };
        let remark = drift.and_then(|drift| made.list((self.place, &query.prefix), drift, now));
        let event =
            Event::Listed { count: read.page.keys.len(), sampled_at: read.sampled_at, is_stale: read.drift.is_some() };
        journal.note(Happened { at: now, place: Some(self.place), key: query.prefix, event });
        Ok(Told { answer: read, remarks: remark.into_iter().collect() })
    }
}

impl Event {
    fn of(read: &Read) -> Event {
        Event::Read {
            version: read.version,
            is_present: read.entry.is_some(),
            source: read.source,
            stale: read.stale.clone(),
            production: read.production.clone(),
        }
    }
}

/// A `cacheTtl` that was found right.
pub(super) fn secs(cache_ttl: Option<i64>) -> Option<Duration> {
    cache_ttl.map(|secs| Duration::from_secs(u64::try_from(secs).unwrap_or(0)))
}
