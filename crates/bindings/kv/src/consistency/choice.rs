//! What the platform leaves open, as questions with numbered answers.

use super::place::Place;
use super::version::VersionId;
use edgeemu_world::Rng;
use std::fmt;

/// One of the answers a question allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// A read goes past the caches to a central store.
    Fresh {
        /// The cache it passes and fills.
        vdc: u8,
        /// The central store it comes to.
        backend: u8,
        /// What that store has.
        version: VersionId,
    },
    /// A read is answered by the tier of the region.
    Tier {
        /// The cache it passes and fills.
        vdc: u8,
        /// What the tier has.
        version: VersionId,
    },
    /// A read is answered by an entry of a cache.
    Cached {
        /// Which cache of the location.
        vdc: u8,
        /// What the entry holds.
        version: VersionId,
    },
    /// What was begun ends at once.
    AtOnce,
    /// It takes as long as it may.
    Late,
    /// The place that wrote sees its write.
    Seen,
    /// The place that wrote keeps the entry it has.
    Unseen,
    /// A write comes to this central store first.
    First(u8),
    /// A write is taken although it comes soon after another.
    Taken,
    /// It is refused for that.
    Refused,
    /// A list is taken from the central store.
    FreshList,
    /// A list is taken from the cache.
    CachedList,
}

impl fmt::Display for Point {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cache = |formatter: &mut fmt::Formatter<'_>, vdc: u8| match vdc {
            0 => Ok(()),
            vdc => write!(formatter, " by way of cache {vdc}"),
        };
        match self {
            Point::Fresh { vdc, backend: 0, .. } => {
                formatter.write_str("fresh")?;
                cache(formatter, *vdc)
            }
            Point::Fresh { vdc, backend, version } => {
                write!(formatter, "version {} from store {backend}", version.0)?;
                cache(formatter, *vdc)
            }
            Point::Tier { vdc, version } => {
                write!(formatter, "version {} from the tier", version.0)?;
                cache(formatter, *vdc)
            }
            Point::Cached { vdc, version } => {
                write!(formatter, "version {}", version.0)?;
                cache(formatter, *vdc)
            }
            Point::AtOnce => formatter.write_str("at once"),
            Point::Late => formatter.write_str("late"),
            Point::Seen => formatter.write_str("visible here"),
            Point::Unseen => formatter.write_str("not visible here"),
            Point::First(backend) => write!(formatter, "store {backend} first"),
            Point::Taken => formatter.write_str("taken"),
            Point::Refused => formatter.write_str("refused with 429"),
            Point::FreshList => formatter.write_str("fresh"),
            Point::CachedList => formatter.write_str("cached"),
        }
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// What does this read answer?
    Read,
    /// When does the refresh in the background land?
    Refresh,
    /// Does the place that wrote see its write?
    Visibility,
    /// Which central store has it first?
    Commit,
    /// Is this write taken, so soon after another?
    Rate,
    /// What does this list answer?
    List,
}

impl fmt::Display for Question {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Question::Read => "read",
            Question::Refresh => "refresh",
            Question::Visibility => "visibility",
            Question::Commit => "commit",
            Question::Rate => "rate",
            Question::List => "list",
        })
    }
}

/// Whoever decides what the platform leaves open.
pub trait Choices {
    /// The index of one of `alternatives`, of which there are at least two. The first is what happens when nothing
    /// unusual does. An index beyond the end counts as the first.
    fn choose(&mut self, question: Question, at: Place, alternatives: &[Point]) -> usize;
}

/// Asks `choices` if there is anything to choose.
pub(super) fn pick(choices: &mut dyn Choices, question: Question, at: Place, alternatives: &[Point]) -> Point {
    let index = if alternatives.len() > 1 { choices.choose(question, at, alternatives) } else { 0 };
    *alternatives.get(index).unwrap_or(&alternatives[0])
}

/// Nothing unusual ever happens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Boring;

impl Choices for Boring {
    fn choose(&mut self, _: Question, _: Place, _: &[Point]) -> usize {
        0
    }
}

/// Each alternative is as likely as any other.
#[derive(Clone, Debug)]
pub struct Drawn(pub Rng);

impl Choices for Drawn {
    fn choose(&mut self, _: Question, _: Place, alternatives: &[Point]) -> usize {
        usize::try_from(self.0.below(alternatives.len() as u64)).unwrap_or(0)
    }
}

/// Every read answers the oldest version it may.
#[derive(Clone, Copy, Debug, Default)]
pub struct Oldest;

impl Choices for Oldest {
    fn choose(&mut self, _: Question, _: Place, alternatives: &[Point]) -> usize {
        let age = |point: &Point| match point {
            Point::Fresh { version, .. } | Point::Tier { version, .. } | Point::Cached { version, .. } => *version,
            Point::CachedList | Point::Late | Point::Unseen => VersionId(0),
            _ => VersionId(u32::MAX),
        };
        let oldest = alternatives.iter().enumerate().min_by_key(|(_, point)| age(point));
        oldest.map_or(0, |(index, _)| index)
    }
}

/// Answers from a list, then the first alternative; keeps how many there were to choose from. Walking through all lists
/// walks through everything that can happen.
#[derive(Clone, Debug, Default)]
pub struct Scripted {
    answers: Vec<usize>,
    asked: Vec<usize>,
}

impl Scripted {
    /// Answers these first.
    #[must_use]
    pub fn new(answers: Vec<usize>) -> Scripted {
        Scripted { answers, asked: Vec::new() }
    }

    /// The list after this one, in the order of a search that goes deep first. `None` once all have been seen.
    #[must_use]
    pub fn next(mut self) -> Option<Scripted> {
        self.answers.resize(self.asked.len(), 0);
        while let Some(last) = self.answers.pop() {
            let alternatives = self.asked[self.answers.len()];
            if last + 1 < alternatives {
                self.answers.push(last + 1);
                return Some(Scripted::new(self.answers));
            }
        }
        None
    }
}

impl Choices for Scripted {
    fn choose(&mut self, _: Question, _: Place, alternatives: &[Point]) -> usize {
        let answer = self.answers.get(self.asked.len()).copied().unwrap_or(0);
        self.asked.push(alternatives.len());
        answer
    }
}
