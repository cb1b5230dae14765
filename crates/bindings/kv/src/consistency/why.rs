//! What a place would answer for a key, what was ever written to it, and what happened lately.

use super::colos::{Colos, Site, secs};
use super::journal::Happened;
use super::place::Place;
use super::replicas::Replicas;
use super::settings::Reads;
use super::told::{Read, Source, Span};
use super::version::{Version, VersionId};
use crate::error::{During, KvError, Operation};
use crate::options::GetOptions;
use crate::store::{check_cache_ttl, check_key};
use edgeemu_world::Timestamp;

/// What a place would answer, and why. No cache has noticed the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// When this was true.
    pub now: Timestamp,
    /// The answer; where reads are strong and caches are only watched, that of production. Without its value there.
    pub read: Read,
    /// What is current.
    pub current: Version,
    /// Whether the emulator itself answers what is current whatever the caches say.
    pub is_watched: bool,
}

impl Why {
    /// The same in words.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        let (read, place) = (&self.read, self.read.place);
        let lead = if self.is_watched { "in production " } else { "" };
        let answer = named(read.version, read.entry.is_some());
        let current = named(self.current.id, self.exists());
        let mut text = match read.source {
            Source::Cache { stored_at, lives_until, refreshing } => {
                let (age, left) = (Span(self.now - stored_at), Span(lives_until - self.now));
                let refresh =
                    if refreshing { " This read would have it fetched again, for those after it." } else { "" };
                format!(
                    "{lead}{place} would answer {answer} for `{key}`: it has kept that for {age} and may do so for another {left}.{refresh}"
                )
            }
            Source::Tier => format!("{lead}{place} would answer {answer} for `{key}`, from the tier of its region."),
            Source::Central if read.stale.is_some() => {
                format!("{lead}{place} would answer {answer} for `{key}`: it has not heard of what was written since.")
            }
            Source::Central => format!(
                "{lead}{place} keeps nothing for `{key}` and would answer what the central store has: {answer}."
            ),
        };
        match &read.stale {
            None if !matches!(read.source, Source::Central) => text.push_str(" That is current."),
            None => {}
            Some(stale) => {
                let (happened, wrote, by) = (stale.happened(), stale.whereabouts(), Span(stale.by));
                text.push_str(&format!(" Current is {current}: the key was {happened} {wrote} {by} ago."));
            }
        }
        if self.is_watched && read.stale.is_some() {
            text.push_str(&format!(" Here, with `dev`, reads are strong: {place} answers {current}."));
        }
        text[..1].to_uppercase() + &text[1..]
    }

    /// Whether there is anything under the key.
    #[must_use]
    pub fn exists(&self) -> bool {
        !self.current.is_absence() && !self.current.is_expired(self.now)
    }
}

fn named(version: VersionId, is_present: bool) -> String {
    if is_present { version.to_string() } else { format!("{version} (nothing)") }
}

impl Site {
    /// What this place would answer; `None` where nobody keeps caches.
    ///
    /// # Errors
    /// As [`crate::Namespace::get`].
    pub fn why(&self, key: &str, options: &GetOptions) -> Result<Option<Why>, KvError> {
        check_key(key, Operation::Get)?;
        check_cache_ttl(options.cache_ttl).during(Operation::Get)?;
        self.colos().notice(key)?;
        let stored = self.namespace().read(key).during(Operation::Get)?;
        let Some(state) = self.colos().state() else { return Ok(None) };
        let (place, now) = (self.place(), self.colos().now());
        if state.replicas.knows(key) {
            return Ok(why(&state.replicas, (key, place, now), options));
        }
        // Only looked at: it does not count as asked for.
        let mut alone = Replicas::new(state.replicas.settings().clone());
        alone.import(key, stored.as_ref(), now);
        Ok(why(&alone, (key, place, now), options))
    }
}

fn why(replicas: &Replicas, (key, place, now): (&str, Place, Timestamp), options: &GetOptions) -> Option<Why> {
    let read = replicas.peek((place, now), key, secs(options.cache_ttl))?;
    let current = replicas.history(key)?.current(0, now).clone();
    Some(Why { now, read, current, is_watched: replicas.settings().reads == Reads::Shadowed })
}

impl Colos {
    /// What was written to `key` since somebody first asked for it, oldest first, as far as it is remembered.
    #[must_use]
    pub fn versions(&self, key: &str) -> Vec<Version> {
        let Some(state) = self.state() else { return Vec::new() };
        state.replicas.history(key).map(|history| history.versions().to_vec()).unwrap_or_default()
    }

    /// What happened lately, oldest first: all of it, or what concerns one key.
    #[must_use]
    pub fn timeline(&self, key: Option<&str>) -> Vec<Happened> {
        let Some(state) = self.state() else { return Vec::new() };
        let is_asked = |happened: &&Happened| key.is_none_or(|key| happened.concerns(key));
        state.journal.events().filter(is_asked).cloned().collect()
    }

    /// Tells every place of every write so far, where writes are seen elsewhere after a time.
    pub fn tell(&self) {
        if let Some(mut state) = self.state() {
            state.replicas.tell();
        }
    }

    /// Drops what a place keeps of `key`, as a cache may at any time.
    pub fn evict(&self, place: Place, key: &str) {
        if let Some(mut state) = self.state() {
            state.replicas.evict(place, key);
        }
    }
}
