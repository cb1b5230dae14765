//! Answers of `list`, which caches keep apart from those of `get`, and which no write removes.

use super::choice::{Point, Question, pick};
use super::place::Place;
use super::replicas::{Replicas, Visit};
use super::settings::{Reads, Settings};
use crate::limits;
use crate::options::{Key, ListPage};
use edgeemu_world::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// How many pages all caches keep at most, where a session may last for days. A cache may lose what it has at any time.
const PAGES_MAX: usize = 500;

/// What is listed. Each page is an answer of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListQuery {
    /// Only keys that start with this.
    pub prefix: String,
    /// The most keys on the page; `None` for as many as there may be.
    pub limit: Option<i64>,
    /// The cursor of the page before.
    pub cursor: Option<String>,
}

/// How an answer of `list` differs from what the central store has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListDrift {
    /// When it was true.
    pub sampled_at: Timestamp,
    /// Keys on it that do not exist any more.
    pub ghosts: Vec<String>,
    /// Keys that exist and are not on it.
    pub missing: Vec<String>,
    /// Keys whose metadata or expiration is an old one.
    pub outdated: Vec<String>,
}

impl ListDrift {
    fn between(cached: &ListPage, fresh: &ListPage, sampled_at: Timestamp) -> Option<ListDrift> {
        if cached == fresh {
            return None;
        }
        let names = |page: &ListPage| page.keys.iter().map(|key| key.name.clone()).collect::<BTreeSet<_>>();
        let (had, has) = (names(cached), names(fresh));
        let outdated = cached.keys.iter().filter(|key| has.contains(&key.name) && !fresh.keys.contains(key));
        Some(ListDrift {
            sampled_at,
            ghosts: had.difference(&has).cloned().collect(),
            missing: has.difference(&had).cloned().collect(),
            outdated: outdated.map(|key| key.name.clone()).collect(),
        })
    }
}

/// The answer of a `list`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRead {
    /// The page.
    pub page: ListPage,
    /// Whether a cache had it.
    pub from_cache: bool,
    /// When a cache took it from the central store, if one had it.
    pub sampled_at: Option<Timestamp>,
    /// What is wrong with it by now.
    pub drift: Option<ListDrift>,
    /// The same for what production might have answered, where reads are strong and caches are only watched.
    pub production: Option<ListDrift>,
}

/// Pages that caches keep.
#[derive(Clone, Debug, Default)]
pub(super) struct ListCache {
    pages: BTreeMap<(Place, ListQuery), (Timestamp, ListPage)>,
}

impl ListCache {
    /// The page at a place, if it may still be answered. Those that may not are dropped.
    fn live(
        &mut self,
        settings: &Settings,
        place: Place,
        (query, now): (&ListQuery, Timestamp),
    ) -> Option<&(Timestamp, ListPage)> {
        let ttl = settings.list_ttl;
        if self.pages.len() >= PAGES_MAX {
            self.pages.clear();
        }
        self.pages.retain(|_, (sampled_at, _)| now < *sampled_at + ttl);
        self.pages.get(&(place, query.clone()))
    }
}

impl Replicas {
    /// A page of keys. `fresh` is what the central store lists now; [`Replicas::page`] makes it from what this machine
    /// knows by itself.
    pub fn list(&mut self, visit: &mut Visit<'_>, query: &ListQuery, fresh: ListPage) -> ListRead {
        let strong = |page| ListRead { page, from_cache: false, sampled_at: None, drift: None, production: None };
        if !self.settings().has_caches() || self.settings().list_ttl.is_zero() {
            return strong(fresh);
        }
        let settings = self.settings().clone();
        let now = visit.now;
        let cached = self.lists.live(&settings, visit.place, (query, now)).cloned();
        let Some((sampled_at, page)) = cached else {
            self.lists.pages.insert((visit.place, query.clone()), (now, fresh.clone()));
            return strong(fresh);
        };
        let drift = ListDrift::between(&page, &fresh, sampled_at);
        if settings.reads == Reads::Shadowed {
            return ListRead { production: drift, ..strong(fresh) };
        }
        let points = [Point::FreshList, Point::CachedList];
        let is_open = settings.reads == Reads::AnyLegal;
        if is_open && (drift.is_none() || pick(visit.choices, Question::List, visit.place, &points) == points[0]) {
            self.lists.pages.insert((visit.place, query.clone()), (now, fresh.clone()));
            return strong(fresh);
        }
        ListRead { page, from_cache: true, sampled_at: Some(sampled_at), drift, production: None }
    }

    /// What the central store lists at `now`, for those who have no other store behind this machine. Its cursors are the
    /// names of keys.
    #[must_use]
    pub fn page(&self, query: &ListQuery, now: Timestamp) -> ListPage {
        let limit = query.limit.filter(|limit| *limit > 0).unwrap_or(limits::LIST_KEYS).min(limits::LIST_KEYS);
        let limit = usize::try_from(limit).expect("between 1 and the limit");
        let after = query.cursor.as_deref().filter(|cursor| !cursor.is_empty());
        let is_asked = |key: &str| key.starts_with(&query.prefix) && after.is_none_or(|after| key > after);
        let mut keys = self.keys().filter(|(key, _)| is_asked(key)).filter_map(|(key, history)| {
            let current = history.current(0, now);
            let entry = current.content.as_ref().filter(|_| !current.is_expired(now))?;
            Some(Key { name: key.to_owned(), expiration: entry.expiration, metadata: entry.metadata.clone() })
        });
        let found: Vec<Key> = keys.by_ref().take(limit).collect();
        let list_complete = keys.next().is_none();
        let cursor = found.last().filter(|_| !list_complete).map(|last| last.name.clone());
        ListPage { keys: found, list_complete, cursor }
    }
}
