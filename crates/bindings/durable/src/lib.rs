//! Durable Objects: ids, storage, alarms and gates, with production's limits and error texts, without an engine.
//!
//! A [`Durable`] is what a project has; a [`Namespace`] is what a binding and a class have in common; [`Stores`] live
//! on one thread and hold a [`Store`] for each object there. What an object writes in one turn is one transaction.

mod alarm;
mod alarms;
mod bookmark;
mod durable;
mod error;
mod gate;
mod id;
mod kv;
pub mod limits;
mod options;
mod output;
mod sockets;
mod store;
mod stores;
#[cfg(test)]
mod tests;
mod transaction;

pub use alarm::{AlarmInfo, Outcome, Retries};
pub use alarms::{AlarmKey, Alarms, Due};
pub use durable::{Backend, Durability, Durable, Namespace};
pub use edgeemu_storage::sqlite::Cursor;
pub use edgeemu_storage::sqlite::rusqlite::types::Value;
pub use error::DurableError;
pub use gate::{InputGate, ROOT, Section};
pub use id::{Jurisdiction, ObjectId};
pub use options::{ListOptions, WriteOptions};
pub use output::{OutputGate, Waiting};
pub use sockets::{AutoResponse, distinct_tags, event_timeout};
pub use store::Store;
pub use stores::Stores;
