//! One key everywhere: its versions, and its entries in every cache.

use super::choice::{Point, Question, pick};
use super::place::Place;
use super::replicas::Visit;
use super::settings::{Arbitration, LocalVisibility, Settings};
use super::slot::{Arrival, Line, Slot};
use super::version::{Arb, History, Seen, Version, VersionId};
use crate::options::Entry;
use edgeemu_world::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// A key in the central stores and in all caches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyState {
    pub(super) history: History,
    pub(super) last_write: Option<Timestamp>,
    slots: BTreeMap<Place, Slot>,
    tiers: BTreeMap<u8, Line>,
}

/// What a read found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    /// An entry of this cache.
    Hit { vdc: u8, line: Line, refreshing: bool },
    /// Nothing; this is what upstream has, for this cache.
    Upstream { vdc: u8, seen: Seen, from_tier: bool },
}

impl KeyState {
    pub(super) fn new(content: Option<Entry>, now: Timestamp) -> KeyState {
        KeyState {
            history: History::begin(content, now),
            last_write: None,
            slots: BTreeMap::new(),
            tiers: BTreeMap::new(),
        }
    }

    fn slot(&mut self, place: Place) -> &mut Slot {
        self.slots.entry(place).or_default()
    }

    /// The entry at `place`, if a reader who takes nothing older than `ttl` is answered from it. Expiry goes first.
    fn live(&mut self, place: Place, ttl: Duration, (now, monotone): (Timestamp, bool)) -> Option<Line> {
        let slot = self.slots.get_mut(&place)?;
        slot.settle(now, monotone);
        let line = slot.line()?;
        if !line.seen.expired && self.history.version(line.seen.version).is_expired(now) {
            slot.evict();
            return None;
        }
        (now < line.lives_until(ttl)).then_some(line)
    }

    fn live_tier(&self, settings: &Settings, visit: &Visit<'_>) -> Option<Line> {
        let line = self.tiers.get(&settings.tier_of(visit.place.colo)?)?;
        let ended = !line.seen.expired && self.history.version(line.seen.version).is_expired(visit.now);
        (visit.now < line.lives_until(settings.tier_ttl) && !ended).then_some(*line)
    }

    /// What a cache answers that goes by the documentation.
    pub(super) fn look(&mut self, settings: &Settings, visit: &mut Visit<'_>, ttl: Duration) -> Found {
        let vdc = visit.place.vdc;
        if let Some(line) = self.live(visit.place, ttl, (visit.now, settings.fills_monotone)) {
            let refreshing = self.refresh(settings, visit, (line, ttl));
            return Found::Hit { vdc, line, refreshing };
        }
        let (seen, from_tier) = self.upstream(settings, visit);
        Found::Upstream { vdc, seen, from_tier }
    }

    /// What a cache answers if it may answer anything that is allowed.
    pub(super) fn look_anywhere(&mut self, settings: &Settings, visit: &mut Visit<'_>, ttl: Duration) -> Found {
        let (alternatives, lines) = self.alternatives(settings, visit, ttl);
        let picked = pick(visit.choices, Question::Read, visit.place, &alternatives);
        match picked {
            Point::Cached { vdc, .. } => {
                let line = lines[&vdc];
                let here = Place { vdc, ..visit.place };
                let mut inside = Visit { now: visit.now, place: here, choices: visit.choices };
                let refreshing = self.refresh(settings, &mut inside, (line, ttl));
                Found::Hit { vdc, line, refreshing }
            }
            Point::Tier { vdc, .. } => {
                let seen =
                    self.live_tier(settings, visit).map_or_else(|| self.history.sample(0, visit.now), |line| line.seen);
                Found::Upstream { vdc, seen, from_tier: true }
            }
            Point::Fresh { vdc, backend, .. } => {
                let seen = self.history.sample(backend, visit.now);
                self.keep_in_tier(settings, visit, seen);
                Found::Upstream { vdc, seen, from_tier: false }
            }
            _ => Found::Upstream { vdc: visit.place.vdc, seen: self.history.sample(0, visit.now), from_tier: false },
        }
    }

    /// Everything a read may be answered by. Fresh comes first; an entry that holds what is current anyway is left out,
    /// because a fresh answer leaves an entry that can do all it can do, for longer.
    fn alternatives(
        &mut self,
        settings: &Settings,
        visit: &Visit<'_>,
        ttl: Duration,
    ) -> (Vec<Point>, BTreeMap<u8, Line>) {
        let mut lines = BTreeMap::new();
        let fresh = self.history.sample(0, visit.now);
        let here = visit.place.vdc;
        let mut points = vec![Point::Fresh { vdc: here, backend: 0, version: fresh.version }];
        let vdcs = settings.vdcs.max(1);
        for vdc in 0..vdcs {
            let place = Place { vdc, ..visit.place };
            let line = self.live(place, ttl, (visit.now, settings.fills_monotone));
            if let Some(line) = line.filter(|line| line.seen != fresh) {
                points.push(Point::Cached { vdc, version: line.seen.version });
                lines.insert(vdc, line);
            }
        }
        let tier = self.live_tier(settings, visit).filter(|line| line.seen != fresh);
        let lagging = (1..settings.backends()).map(|backend| (backend, self.history.sample(backend, visit.now)));
        let lagging: Vec<_> = lagging.filter(|(_, seen)| *seen != fresh).collect();
        for vdc in (0..vdcs).map(|turn| (here + turn) % vdcs) {
            if vdc != here {
                points.push(Point::Fresh { vdc, backend: 0, version: fresh.version });
            }
            points.extend(tier.iter().map(|line| Point::Tier { vdc, version: line.seen.version }));
            let other = |(backend, seen): &(u8, Seen)| Point::Fresh { vdc, backend: *backend, version: seen.version };
            points.extend(lagging.iter().map(other));
        }
        (points, lines)
    }

    /// What is answered behind the caches: by the tier while its entry lives, else by a central store.
    fn upstream(&mut self, settings: &Settings, visit: &mut Visit<'_>) -> (Seen, bool) {
        if let Some(line) = self.live_tier(settings, visit) {
            return (line.seen, true);
        }
        let stores = (0..settings.backends()).map(|backend| {
            let version = self.history.sample(backend, visit.now).version;
            Point::Fresh { vdc: visit.place.vdc, backend, version }
        });
        let stores: Vec<Point> = stores.collect();
        let backend = match pick(visit.choices, Question::Read, visit.place, &stores) {
            Point::Fresh { backend, .. } => backend,
            _ => 0,
        };
        let seen = self.history.sample(backend, visit.now);
        self.keep_in_tier(settings, visit, seen);
        (seen, false)
    }

    fn keep_in_tier(&mut self, settings: &Settings, visit: &Visit<'_>, seen: Seen) {
        if let Some(tier) = settings.tier_of(visit.place.colo) {
            self.tiers.insert(tier, Line { seen, stored_at: visit.now, ttl: settings.tier_ttl });
        }
    }

    /// Starts a refresh if the entry has the age for it.
    fn refresh(&mut self, settings: &Settings, visit: &mut Visit<'_>, (line, ttl): (Line, Duration)) -> bool {
        let is_due = settings.refresh_after.is_some_and(|after| line.age(visit.now) >= after);
        if !is_due || self.slot(visit.place).is_refreshing() {
            return false;
        }
        let (seen, _) = self.upstream(settings, visit);
        let lands = match pick(visit.choices, Question::Refresh, visit.place, &[Point::AtOnce, Point::Late]) {
            Point::Late => visit.now + settings.refresh_takes,
            _ => visit.now,
        };
        self.slot(visit.place).expect(lands, Arrival::Fill(Line { seen, stored_at: lands, ttl }));
        true
    }

    /// Stores what a miss brought; gives back what the cache holds then.
    pub(super) fn fill(&mut self, place: Place, line: Line, monotone: bool) -> Line {
        let slot = self.slot(place);
        slot.settle(line.stored_at, monotone);
        let kept = slot.fill(line, monotone);
        let has_ended = !kept.seen.expired && self.history.version(kept.seen.version).is_expired(line.stored_at);
        // What is newer but may not be answered any more stays where it is, and answers nobody.
        if has_ended || line.stored_at >= kept.lives_until(line.ttl) { line } else { kept }
    }

    /// Puts version `id` into the central stores and sends word to other places.
    pub(super) fn commit(&mut self, settings: &Settings, visit: &mut Visit<'_>, (id, rank): (VersionId, i64)) {
        let started = self.history.version(id).started;
        let rank = match &settings.arbitration {
            Arbitration::Commit => rank,
            Arbitration::Origin(skew) => started.as_millis() + skew.get(&visit.place.colo).copied().unwrap_or(0),
        };
        let arb = Arb { rank, tie: id.0 };
        let mut applied = [Some(visit.now); 2];
        if settings.backends() > 1 {
            let stores = [Point::First(0), Point::First(1)];
            let first = pick(visit.choices, Question::Commit, visit.place, &stores);
            applied[usize::from(first == Point::First(0))] = Some(visit.now + settings.backend_lag);
        }
        self.history.commit(id, arb, applied);
        let Some(purge) = settings.purge.as_ref().filter(|_| settings.has_caches()) else { return };
        for place in settings.places().filter(|place| *place != visit.place) {
            let at = visit.now + purge.delay(visit.place.colo, place.colo);
            self.slot(place).expect(at, Arrival::Purge(arb));
        }
    }

    /// Lets the place that wrote version `id` know that it is written.
    pub(super) fn acknowledge(&mut self, settings: &Settings, visit: &mut Visit<'_>, id: VersionId) {
        if !settings.has_caches() {
            return;
        }
        let visibility = match settings.local_visibility {
            LocalVisibility::Open => {
                match pick(visit.choices, Question::Visibility, visit.place, &[Point::Seen, Point::Unseen]) {
                    Point::Unseen => LocalVisibility::Untouched,
                    _ => LocalVisibility::WriteThrough,
                }
            }
            visibility => visibility,
        };
        let arb = self.history.version(id).arb;
        let slot = self.slot(visit.place);
        match visibility {
            LocalVisibility::WriteThrough => {
                let seen = Seen { arb, expired: false, version: id };
                slot.settle(visit.now, settings.fills_monotone);
                slot.fill(Line { seen, stored_at: visit.now, ttl: settings.cache_ttl }, settings.fills_monotone);
            }
            LocalVisibility::Invalidate => slot.evict(),
            LocalVisibility::Untouched | LocalVisibility::Open => {}
        }
    }

    /// The newest version that has had the time to come to `place`.
    pub(super) fn arrived(&self, settings: &Settings, place: Place, now: Timestamp) -> Seen {
        let is_here = |version: &&Version, at: Timestamp| {
            let origin = version.origin.filter(|_| !version.told);
            let delay = origin.map(|origin| settings.propagation.delay(origin.colo, place.colo)).unwrap_or_default();
            at + delay <= now
        };
        let versions = self.history.versions().iter();
        let here = versions.filter(|version| version.committed().is_some_and(|at| is_here(version, at)));
        let newest = here.max_by_key(|version| version.arb).unwrap_or(&self.history.versions()[0]);
        Seen { arb: newest.arb, expired: newest.is_expired(now), version: newest.id }
    }

    /// Whether any cache holds something that it may still answer.
    pub(super) fn is_cached(&self, now: Timestamp) -> bool {
        self.slots.values().any(|slot| slot.line().is_some_and(|line| now < line.stored_at + line.ttl))
    }

    pub(super) fn evict(&mut self, place: Place) {
        self.slot(place).evict();
    }

    /// Drops the values that nobody can answer any more.
    pub(super) fn forget(&mut self, settings: &Settings, now: Timestamp) {
        let cached = self.slots.values().flat_map(Slot::seen).chain(self.tiers.values().map(|line| line.seen));
        let mut wanted: Vec<VersionId> = cached.map(|seen| seen.version).collect();
        wanted.extend((0..2).map(|backend| self.history.current(backend, now).id));
        wanted.extend(settings.places().map(|place| self.arrived(settings, place, now).version));
        let oldest_wanted = |version: VersionId| wanted.contains(&version);
        // What is under way, or on its way to a place that is told late, is younger than all that arrived.
        let youngest = wanted.iter().max().copied().unwrap_or_default();
        let arrived = settings.places().map(|place| self.arrived(settings, place, now).version).min();
        let all_from = arrived.filter(|_| settings.reads == super::settings::Reads::Delayed).unwrap_or(youngest);
        let is_wanted = |version| version >= all_from || oldest_wanted(version);
        self.history.forget(is_wanted);
        self.history.shorten(is_wanted);
    }

    /// What can make a difference from `now` on, for a search that does not want to see the same twice.
    #[cfg(test)]
    pub(super) fn fingerprint(&self, now: Timestamp, hasher: &mut impl std::hash::Hasher) {
        use std::hash::Hash;
        for version in self.history.versions() {
            let pending = version.applied.map(|at| at.map(|at| at.max(now)));
            (version.id, version.arb, pending).hash(hasher);
        }
        self.slots.hash(hasher);
        self.tiers.hash(hasher);
    }
}
