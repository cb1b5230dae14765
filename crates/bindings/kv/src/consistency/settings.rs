//! How the platform is taken to behave: the profiles, and every parameter they set.

use super::place::{Colo, Place};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A named set of parameters, as `--kv-consistency` takes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// One store, no caches: what other emulators do.
    Strong,
    /// Reads are strong, and each says what production might have answered instead.
    #[default]
    Dev,
    /// Caches as Cloudflare documents them, with the documented numbers.
    Documented,
    /// Any answer that the documentation allows; [`super::Choices`] picks.
    Adversarial,
    /// A write is seen elsewhere after this time, and at once where it was made. No caches.
    Delay(Duration),
    /// A write is seen elsewhere when somebody says so, and at once where it was made. No caches.
    UntilTold,
}

/// A text that names no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no consistency of KV: use strong, dev, documented, adversarial, delay=10s or stale-until-told")]
pub struct UnknownProfile(pub String);

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Profile, UnknownProfile> {
        let unknown = || UnknownProfile(text.to_owned());
        match text {
            "strong" => Ok(Profile::Strong),
            "dev" => Ok(Profile::Dev),
            "documented" => Ok(Profile::Documented),
            "adversarial" => Ok(Profile::Adversarial),
            "stale-until-told" => Ok(Profile::UntilTold),
            _ => text.strip_prefix("delay=").and_then(duration).map(Profile::Delay).ok_or_else(unknown),
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Profile::Strong => formatter.write_str("strong"),
            Profile::Dev => formatter.write_str("dev"),
            Profile::Documented => formatter.write_str("documented"),
            Profile::UntilTold => formatter.write_str("stale-until-told"),
            Profile::Adversarial => formatter.write_str("adversarial"),
            Profile::Delay(delay) if delay.subsec_millis() == 0 => write!(formatter, "delay={}s", delay.as_secs()),
            Profile::Delay(delay) => write!(formatter, "delay={}ms", delay.as_millis()),
        }
    }
}

/// `250ms`, `10s`, `5m`: a whole number and its unit.
fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
        _ => None,
    }
}

/// Where reads get their answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reads {
    /// From the central store.
    Strong,
    /// From the central store, while the caches are kept beside it so that they can be asked what they would have said.
    Shadowed,
    /// From the cache of the place while its entry lives.
    Cached,
    /// Fresh, or any entry that a cache of the location may still hold: a choice.
    AnyLegal,
    /// The newest write that has had the time to arrive.
    Delayed,
}

/// What becomes of the cache entry at the place that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LocalVisibility {
    /// It holds the new value. "Usually immediately visible", says the documentation.
    WriteThrough,
    /// It is removed.
    Invalidate,
    /// Nothing. "This is not guaranteed", the same page says.
    Untouched,
    /// Either of the first and the last: a choice.
    Open,
}

/// In which order writes win.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Arbitration {
    /// In the order in which the central store took them.
    #[default]
    Commit,
    /// By the clock of the location that wrote, off by so many milliseconds.
    Origin(BTreeMap<Colo, i64>),
}

/// What happens to a second write to a key within a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteRate {
    /// Nothing.
    Ignore,
    /// It is done, and marked.
    Warn,
    /// It is refused with `429 Too Many Requests`.
    Reject,
    /// It is done, or it is refused: a choice. Production documents the limit and has been seen not to enforce it.
    Open,
}

/// How long news of a write take from one location to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Propagation {
    /// Between locations that are not named below.
    pub otherwise: Duration,
    /// From the first to the second.
    pub pairs: BTreeMap<(Colo, Colo), Duration>,
}

impl Propagation {
    /// The same for all pairs.
    #[must_use]
    pub fn uniform(otherwise: Duration) -> Propagation {
        Propagation { otherwise, pairs: BTreeMap::new() }
    }

    /// From `from` to `to`; nothing within a location.
    #[must_use]
    pub fn delay(&self, from: Colo, to: Colo) -> Duration {
        if from == to { Duration::ZERO } else { self.pairs.get(&(from, to)).copied().unwrap_or(self.otherwise) }
    }
}

/// Every parameter of the model.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// The locations there are.
    pub colos: Vec<Colo>,
    /// Disjoint caches in each location.
    pub vdcs: u8,
    /// Where reads get their answer.
    pub reads: Reads,
    /// How long an entry lives if the reader says nothing.
    pub cache_ttl: Duration,
    /// The age from which a hit also asks for the current value in the background. `None`: never.
    pub refresh_after: Option<Duration>,
    /// The longest time such a refresh takes.
    pub refresh_takes: Duration,
    /// How long entries of the tier between caches and central store live; zero: there is no such tier.
    pub tier_ttl: Duration,
    /// Which tier a location asks; those not named ask tier 0.
    pub regions: BTreeMap<Colo, u8>,
    /// When other places hear of a write and drop what is older. `None`: never, they wait for their entry to end.
    pub purge: Option<Propagation>,
    /// When a write is seen elsewhere under [`Reads::Delayed`].
    pub propagation: Propagation,
    /// What the writing place sees.
    pub local_visibility: LocalVisibility,
    /// Whether what was sampled earlier may not replace what is newer.
    pub fills_monotone: bool,
    /// Which of two writes wins.
    pub arbitration: Arbitration,
    /// How much later than the first the second central store has a write; zero: there is one store.
    pub backend_lag: Duration,
    /// Writes to one key.
    pub write_rate: WriteRate,
    /// How long the answer of a `list` is kept at a place; zero: not at all.
    pub list_ttl: Duration,
}

impl Settings {
    /// The parameters of `profile` for these locations; one location called LOC if there are none.
    #[must_use]
    pub fn of(profile: Profile, colos: &[Colo]) -> Settings {
        let colos = if colos.is_empty() { vec![Colo::new(*b"LOC")] } else { colos.to_vec() };
        let documented = Settings::documented(colos);
        match profile {
            Profile::Strong => documented.strong(),
            Profile::Dev => Settings { reads: Reads::Shadowed, write_rate: WriteRate::Warn, ..documented },
            Profile::Documented => documented,
            Profile::Adversarial => Settings {
                reads: Reads::AnyLegal,
                vdcs: 2,
                local_visibility: LocalVisibility::Open,
                fills_monotone: false,
                write_rate: WriteRate::Open,
                ..documented
            },
            Profile::UntilTold => Settings::of(Profile::Delay(Duration::MAX), &documented.colos),
            Profile::Delay(delay) => Settings {
                reads: Reads::Delayed,
                propagation: Propagation::uniform(delay),
                write_rate: WriteRate::Warn,
                ..documented.strong()
            },
        }
    }

    fn documented(colos: Vec<Colo>) -> Settings {
        Settings {
            colos,
            vdcs: 1,
            reads: Reads::Cached,
            cache_ttl: Duration::from_secs(60),
            refresh_after: Some(Duration::from_secs(60)),
            refresh_takes: Duration::from_secs(1),
            tier_ttl: Duration::ZERO,
            regions: BTreeMap::new(),
            purge: None,
            propagation: Propagation::default(),
            local_visibility: LocalVisibility::WriteThrough,
            fills_monotone: true,
            arbitration: Arbitration::Commit,
            backend_lag: Duration::ZERO,
            write_rate: WriteRate::Reject,
            list_ttl: Duration::from_secs(60),
        }
    }

    fn strong(self) -> Settings {
        Settings {
            reads: Reads::Strong,
            refresh_after: None,
            local_visibility: LocalVisibility::Untouched,
            write_rate: WriteRate::Ignore,
            list_ttl: Duration::ZERO,
            ..self
        }
    }

    /// All caches of all locations.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        let vdcs = self.vdcs.max(1);
        self.colos.iter().flat_map(move |colo| (0..vdcs).map(move |vdc| Place { colo: *colo, vdc }))
    }

    /// How many central stores there are.
    #[must_use]
    pub fn backends(&self) -> u8 {
        if self.backend_lag.is_zero() { 1 } else { 2 }
    }

    /// The tier that `colo` asks, if there are tiers.
    #[must_use]
    pub fn tier_of(&self, colo: Colo) -> Option<u8> {
        (!self.tier_ttl.is_zero()).then(|| self.regions.get(&colo).copied().unwrap_or(0))
    }

    /// Whether caches are kept at all.
    #[must_use]
    pub fn has_caches(&self) -> bool {
        matches!(self.reads, Reads::Shadowed | Reads::Cached | Reads::AnyLegal)
    }
}
