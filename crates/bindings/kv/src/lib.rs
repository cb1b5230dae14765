//! Workers KV: what `get`, `put`, `delete`, `list` and bulk `get` mean, with production's limits and error texts.
//!
//! A [`Kv`] keeps all namespaces of a storage in one table; a [`Namespace`] is what one binding sees. Both are cheap to
//! clone and can be used from many threads. Every read of theirs sees the latest acknowledged write: this is the central
//! store. [`consistency`] lays caches in many locations over it, as production has them.

mod bulk;
pub mod checked;
pub mod consistency;
mod error;
pub mod limits;
mod options;
mod record;
mod store;
#[cfg(test)]
mod tests;

pub use bulk::{BulkEntry, BulkError, BulkFileError, is_array_index};
pub use error::{KvError, Operation, Refusal};
pub use options::{BulkGetOptions, Entry, GetOptions, Key, ListOptions, ListPage, PutOptions};
pub use store::{Keys, Kv, Namespace};
