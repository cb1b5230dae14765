//! What the Cache API means: what is stored and for how long, what a match answers, error texts.
//!
//! Each location has caches of its own; nothing is copied between them. Everything lies in memory, and goes by the
//! clock of the world.

mod condition;
mod error;
mod freshness;
mod limits;
mod range;
mod store;
#[cfg(test)]
mod tests;

pub use error::CacheError;
pub use freshness::{NotStored, Verdict, judge};
pub use limits::{BODY_BYTES_MAX, NAME_BYTES_MAX};
pub use store::{Cache, Caches, Found, Stored};
