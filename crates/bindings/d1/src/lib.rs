//! D1: what queries, batches, `exec` and sessions mean, with production's limits and error texts.
//!
//! A [`D1`] knows the databases of a project; a [`Database`] is what one binding sees. Both are cheap to clone and can
//! be used from many threads. Each request is one transaction: it is acknowledged when it is in the write-ahead log.

mod answer;
mod bookmark;
mod dump;
mod engine;
mod error;
mod export;
mod import;
pub mod limits;
mod migrations;
mod options;
mod queue;
mod replicas;
mod store;
#[cfg(test)]
mod tests;

pub use answer::{Meta, QueryResult};
pub use bookmark::Bookmark;
pub use edgeemu_storage::sqlite::rusqlite::types::Value;
pub use edgeemu_storage::sqlite::{is_complete, split_statements};
pub use error::D1Error;
pub use export::{ExportError, ExportOptions, LineSink};
pub use import::{ImportError, Imported};
pub use migrations::{
    Migration, SeveralTransactions, applied_statement, apply_statements, first_line, in_order, numbered, prepare_file,
    table_statement,
};
pub use options::{Request, Shape, Statement};
pub use replicas::{REPLICAS_MAX, Replication};
pub use store::{D1, Database};
