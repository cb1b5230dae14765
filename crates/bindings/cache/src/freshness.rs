//! Whether a response can be stored by a cache that many share, and for how long: RFC 9111, as far as production goes
//! along with it.

use std::collections::BTreeMap;

use edgeemu_world::Timestamp;
use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, LAST_MODIFIED, PRAGMA, SET_COOKIE};

use crate::limits::IMMUTABLE_SECS;

/// Why a response is not stored. Production says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotStored {
    /// `private` or `no-store`.
    #[error("its Cache-Control forbids it")]
    Forbidden,
    /// Other visitors would get the cookie.
    #[error("it has a Set-Cookie header; `Cache-Control: private=Set-Cookie` stores it without")]
    Cookie,
    /// Only some statuses can be stored.
    #[error("a response with its status cannot be stored")]
    Status,
    /// The request had an `Authorization` header, and the response does not say that this does not matter.
    #[error("its request has an Authorization header")]
    Authorized,
    /// It is stale from the start.
    #[error("nothing in its headers makes it fresh for any time, such as `Cache-Control: max-age=60`")]
    Stale,
    /// It is larger than 512 MiB.
    #[error("it is larger than 512 MiB")]
    TooLarge,
}

/// What a cache does with a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It leaves what it has as it is.
    Refuse(NotStored),
    /// What it has for the key is gone, and nothing takes its place.
    Replace(NotStored),
    /// It stores the response; with the seconds for which it is fresh.
    Store(i64),
}

/// The statuses that a cache understands.
const STATUSES: [u16; 13] = [200, 203, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 501];

/// Of these, those that can be stored without a word about how long.
const BY_DEFAULT: [u16; 10] = [200, 203, 300, 301, 308, 404, 405, 410, 414, 501];

/// The directives of a response, by names in small letters.
struct Directives(BTreeMap<String, String>);

impl Directives {
    fn of(headers: &HeaderMap) -> Directives {
        let mut directives = BTreeMap::new();
        for value in headers.get_all(CACHE_CONTROL) {
            for part in String::from_utf8_lossy(value.as_bytes()).split(',') {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                let name = name.trim().to_ascii_lowercase();
                if !name.is_empty() {
                    directives.insert(name, value.trim().trim_matches('"').to_owned());
                }
            }
        }
        let old = headers.get(PRAGMA).is_some_and(|pragma| contains(pragma.as_bytes(), "no-cache"));
        if old && !headers.contains_key(CACHE_CONTROL) {
            directives.insert("no-cache".to_owned(), String::new());
        }
        Directives(directives)
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The whole number that a value begins with; 0 if it begins with none.
    fn secs(&self, name: &str) -> Option<i64> {
        self.0.get(name).map(|value| leading_number(value))
    }
}

fn leading_number(text: &str) -> i64 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let end = digits.find(|char: char| !char.is_ascii_digit()).unwrap_or(digits.len());
    let number: i64 = if end == 0 { 0 } else { digits[..end].parse().unwrap_or(i64::from(i32::MAX)) };
    sign * number
}

fn contains(bytes: &[u8], part: &str) -> bool {
    String::from_utf8_lossy(bytes).to_ascii_lowercase().contains(part)
}

/// Judges a response that came at `now`. `authorized`: its request had an `Authorization` header.
#[must_use]
pub fn judge(status: u16, headers: &HeaderMap, authorized: bool, now: Timestamp) -> Verdict {
    let directives = Directives::of(headers);
    if headers.contains_key(SET_COOKIE) {
        return Verdict::Refuse(NotStored::Cookie);
    }
    if !STATUSES.contains(&status) {
        return Verdict::Refuse(NotStored::Status);
    }
    if directives.has("no-store") || directives.has("private") {
        return Verdict::Refuse(NotStored::Forbidden);
    }
    let open = ["must-revalidate", "public", "s-maxage"].into_iter().any(|name| directives.has(name));
    if authorized && !open {
        return Verdict::Refuse(NotStored::Authorized);
    }
    let told = ["max-age", "s-maxage", "public"].into_iter().any(|name| directives.has(name));
    if !told && !headers.contains_key(EXPIRES) && !BY_DEFAULT.contains(&status) {
        return Verdict::Refuse(NotStored::Stale);
    }
    let secs = lifetime(headers, &directives, now).saturating_sub(age(headers));
    if secs > 0 { Verdict::Store(secs) } else { Verdict::Replace(NotStored::Stale) }
}

/// For how many seconds after it was made a response is fresh.
fn lifetime(headers: &HeaderMap, directives: &Directives, now: Timestamp) -> i64 {
    if directives.has("no-cache") || directives.has("proxy-revalidate") {
        return 0;
    }
    if let Some(secs) = directives.secs("s-maxage").or_else(|| directives.secs("max-age")) {
        return secs;
    }
    let least = if directives.has("immutable") { IMMUTABLE_SECS } else { 0 };
    let made = time(headers, &DATE).unwrap_or(now);
    if headers.contains_key(EXPIRES) {
        return time(headers, &EXPIRES).map_or(0, |expires| (expires.as_secs() - made.as_secs()).max(least));
    }
    // What has not changed for long is not likely to change soon: a tenth of that time.
    let unchanged = time(headers, &LAST_MODIFIED).map_or(0, |changed| made.as_secs() - changed.as_secs());
    (unchanged / 10).max(least)
}

/// For how many seconds other caches have had the response.
pub(crate) fn age(headers: &HeaderMap) -> i64 {
    headers.get(AGE).map_or(0, |age| leading_number(&String::from_utf8_lossy(age.as_bytes())).max(0))
}

pub(crate) fn time(headers: &HeaderMap, name: &http::HeaderName) -> Option<Timestamp> {
    Timestamp::parse_http(headers.get(name)?.to_str().ok()?)
}
