//! What Workers KV shows in many places at once: central stores, caches in every location, and what a read may answer.
//!
//! Nothing here has a clock or rolls dice. Time is an argument of every call, and where the platform leaves something
//! open the caller's [`Choices`] decide; the first alternative is always the one a lax emulator would take. There are two
//! descriptions of the same thing. [`Replicas`] is a machine that has caches and does what they do; [`legal`] says which
//! answers are right by looking at what was asked and written, and at nothing else. Random and exhaustive tests hold
//! them together.

mod choice;
mod colos;
mod journal;
mod key;
pub mod legal;
mod list;
mod place;
mod remark;
mod replicas;
mod settings;
mod slot;
mod told;
mod version;
mod why;

#[cfg(test)]
mod tests;

pub use choice::{Boring, Choices, Drawn, Oldest, Point, Question, Scripted};
pub use colos::{Colos, Site};
pub use journal::{Event, Happened};
pub use list::{ListDrift, ListQuery, ListRead};
pub use place::{Colo, Place, UnknownColo};
pub use remark::Told;
pub use replicas::{Missed, Replicas, Started, Visit, Written};
pub use settings::{Arbitration, LocalVisibility, Profile, Propagation, Reads, Settings, UnknownProfile, WriteRate};
pub use told::{CacheStatus, Read, Source, Staleness};
pub use version::{Arb, History, Seen, Version, VersionId};
pub use why::Why;
