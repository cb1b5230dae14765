//! Caches and what is in them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use edgeemu_world::{Timestamp, World};
use http::header::{
    AGE, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, DATE, RANGE, SET_COOKIE,
    TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::condition;
use crate::error::CacheError;
use crate::freshness::{self, NotStored, Verdict, judge};
use crate::limits::{ALL_BYTES_MAX, BODY_BYTES_MAX, NAME_BYTES_MAX};
use crate::range::{Wanted, wanted};

const CACHE_STATUS: HeaderName = HeaderName::from_static("cf-cache-status");
const HIT: HeaderValue = HeaderValue::from_static("HIT");

/// All caches of an emulator. Cloning shares them.
#[derive(Clone)]
pub struct Caches {
    world: World,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    entries: BTreeMap<Place, Entry>,
    /// Places by when they were last used.
    uses: BTreeMap<u64, Place>,
    last_use: u64,
    bytes: usize,
}

/// Where an entry is: location, name of the cache (none for the default one), key.
type Place = (String, Option<String>, String);

struct Entry {
    response: Stored,
    stored: Timestamp,
    expires: Timestamp,
    used: u64,
}

/// A response as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// For example 200.
    pub status: u16,
    /// All headers but those of one connection.
    pub headers: HeaderMap,
    /// The body as it goes over the wire.
    pub body: Bytes,
    /// Whether the length of the body was known before all of it was there.
    pub sized: bool,
}

/// What a match gives.
#[derive(Clone, Debug)]
pub struct Found {
    /// 200 or whatever was stored, 206, 304 or 416.
    pub status: u16,
    /// Ready to be shown.
    pub headers: HeaderMap,
    /// Empty with 304 and 416.
    pub body: Bytes,
}

/// One cache in one location. Cheap to clone.
#[derive(Clone)]
pub struct Cache {
    caches: Caches,
    colo: String,
    name: Option<String>,
}

impl std::fmt::Debug for Caches {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Caches").finish_non_exhaustive()
    }
}

impl Caches {
    /// Caches without anything in them.
    #[must_use]
    pub fn new(world: &World) -> Caches {
        Caches { world: world.clone(), state: Arc::default() }
    }

    /// A cache of a location: the default one, or that of a name.
    ///
    /// # Errors
    /// When the name is too long.
    pub fn open(&self, colo: &str, name: Option<&str>) -> Result<Cache, CacheError> {
        if name.is_some_and(|name| name.len() > NAME_BYTES_MAX) {
            return Err(CacheError::NameTooLong);
        }
        Ok(Cache { caches: self.clone(), colo: colo.to_owned(), name: name.map(str::to_owned) })
    }
}

impl Cache {
    fn place(&self, key: &str) -> Place {
        (self.colo.clone(), self.name.clone(), key.to_owned())
    }

    fn with<R>(&self, f: impl FnOnce(&mut State) -> R) -> R {
        f(&mut self.caches.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn now(&self) -> Timestamp {
        self.caches.world.clock().now()
    }

    /// Stores a response, if it can be stored; `authorized`: its request had an `Authorization` header.
    ///
    /// # Errors
    /// Why it was not stored, which production keeps to itself.
    pub fn put(&self, key: &str, mut response: Stored, authorized: bool) -> Result<(), NotStored> {
        drop_private_cookie(&mut response.headers);
        let now = self.now();
        let verdict = match judge(response.status, &response.headers, authorized, now) {
            Verdict::Store(_) if response.body.len() > BODY_BYTES_MAX => Verdict::Refuse(NotStored::TooLarge),
            verdict => verdict,
        };
        match verdict {
            Verdict::Refuse(reason) => Err(reason),
            Verdict::Replace(reason) => {
                self.with(|state| state.remove(&self.place(key)));
                Err(reason)
            }
            Verdict::Store(secs) => {
                settle(&mut response, now);
                let lifetime = Duration::from_secs(u64::try_from(secs).unwrap_or(0));
                let entry = Entry { response, stored: now, expires: now + lifetime, used: 0 };
                self.with(|state| state.insert(self.place(key), entry));
                Ok(())
            }
        }
    }

    /// What is stored under a key, as an answer to a request with these headers.
    #[must_use]
    pub fn find(&self, key: &str, request: &HeaderMap) -> Option<Found> {
        let (now, place) = (self.now(), self.place(key));
        let (response, stored) = self.with(|state| {
            let entry = state.entries.get(&place)?;
            if entry.expires <= now {
                state.remove(&place);
                return None;
            }
            let found = (entry.response.clone(), entry.stored);
            state.touch(&place);
            Some(found)
        })?;
        let age = freshness::age(&response.headers) + (now.as_secs() - stored.as_secs());
        Some(self.answer(response, age, request))
    }

    /// Removes what is stored under a key; false if there was nothing.
    #[must_use]
    pub fn delete(&self, key: &str) -> bool {
        let now = self.now();
        let removed = self.with(|state| state.remove(&self.place(key)));
        removed.is_some_and(|entry| entry.expires > now)
    }

    fn answer(&self, response: Stored, age: i64, request: &HeaderMap) -> Found {
        let Stored { status, mut headers, body, .. } = response;
        headers.insert(AGE, number(age));
        headers.insert(CACHE_STATUS, HIT);
        if condition::is_known(request, &headers) {
            return Found { status: 304, headers, body: Bytes::new() };
        }
        let range = request.get(RANGE).map(|range| String::from_utf8_lossy(range.as_bytes()).into_owned());
        match range.map_or(Wanted::Whole, |range| wanted(&range, body.len())) {
            Wanted::Whole => Found { status, headers, body },
            Wanted::Impossible => impossible(body.len()),
            Wanted::Parts(parts) => match parts.as_slice() {
                [(start, end)] => {
                    headers.insert(CONTENT_RANGE, text(&format!("bytes {start}-{end}/{}", body.len())));
                    partial(headers, body.slice(*start..=*end))
                }
                parts => self.several(headers, &body, parts),
            },
        }
    }

    /// Several ranges become one body with a boundary between them.
    fn several(&self, mut headers: HeaderMap, body: &Bytes, parts: &[(usize, usize)]) -> Found {
        let boundary = format!("edgeemu-{:016x}{:016x}", self.caches.world.rng().u64(), self.caches.world.rng().u64());
        let kind = headers.get(CONTENT_TYPE).map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
        let mut all = BytesMut::new();
        for (start, end) in parts {
            let mut head = format!("--{boundary}\r\n");
            if let Some(kind) = &kind {
                // Writing to a string cannot fail.
                let _written = write!(head, "Content-Type: {kind}\r\n");
            }
            let _written = write!(head, "Content-Range: bytes {start}-{end}/{}\r\n\r\n", body.len());
            all.extend_from_slice(head.as_bytes());
            all.extend_from_slice(&body[*start..=*end]);
            all.extend_from_slice(b"\r\n");
        }
        all.extend_from_slice(format!("--{boundary}--").as_bytes());
        headers.insert(CONTENT_TYPE, text(&format!("multipart/byteranges; boundary={boundary}")));
        partial(headers, all.freeze())
    }
}

fn partial(mut headers: HeaderMap, body: Bytes) -> Found {
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    Found { status: 206, headers, body }
}

fn impossible(length: usize) -> Found {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_RANGE, text(&format!("bytes */{length}")));
    headers.insert(CACHE_STATUS, HIT);
    Found { status: 416, headers, body: Bytes::new() }
}

fn number(value: i64) -> HeaderValue {
    HeaderValue::from(value)
}

fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("it is made of parts of headers and of numbers")
}

/// `private=Set-Cookie` says that the response is for everybody once its cookie is gone.
fn drop_private_cookie(headers: &mut HeaderMap) {
    const DIRECTIVE: &str = "private=set-cookie";
    let Some(control) = headers.get(CACHE_CONTROL).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    else {
        return;
    };
    let Some(start) = control.to_ascii_lowercase().find(DIRECTIVE) else { return };
    let rest = &control[start + DIRECTIVE.len()..];
    let left = [&control[..start], rest.strip_prefix(';').unwrap_or(rest)].concat();
    if let Ok(value) = HeaderValue::from_str(left.trim()) {
        headers.insert(CACHE_CONTROL, value);
        headers.remove(SET_COOKIE);
    }
}

/// Leaves out what was about one connection, and says what is known of the body.
fn settle(response: &mut Stored, now: Timestamp) {
    let headers = &mut response.headers;
    for name in [CONNECTION, TRANSFER_ENCODING, CONTENT_LENGTH] {
        headers.remove(name);
    }
    if response.sized {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(response.body.len()));
    }
    headers.entry(DATE).or_insert_with(|| text(&now.http_date()));
}

impl State {
    fn insert(&mut self, place: Place, mut entry: Entry) {
        self.remove(&place);
        self.last_use += 1;
        entry.used = self.last_use;
        self.bytes += entry.response.body.len();
        self.uses.insert(entry.used, place.clone());
        self.entries.insert(place, entry);
        while self.bytes > ALL_BYTES_MAX {
            let Some((_, oldest)) = self.uses.first_key_value() else { return };
            let oldest = oldest.clone();
            self.remove(&oldest);
        }
    }

    fn remove(&mut self, place: &Place) -> Option<Entry> {
        let entry = self.entries.remove(place)?;
        self.uses.remove(&entry.used);
        self.bytes -= entry.response.body.len();
        Some(entry)
    }

    fn touch(&mut self, place: &Place) {
        let Some(entry) = self.entries.get_mut(place) else { return };
        self.last_use += 1;
        self.uses.remove(&entry.used);
        entry.used = self.last_use;
        self.uses.insert(entry.used, place.clone());
    }
}
