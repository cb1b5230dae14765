//! The limits of D1. `docs/bindings/d1.md` shows the same numbers; a test compares them.

pub use edgeemu_storage::sqlite::regulator::{
    COLUMNS, COMPOUND_TERMS, EXPRESSION_DEPTH, FUNCTION_ARGUMENTS, PARAMETERS, PATTERN_BYTES, SQL_BYTES, TRIGGER_DEPTH,
    VALUE_BYTES,
};

/// How long a query or a batch may take, in seconds of the world's clock.
pub const QUERY_SECS: u64 = 30;
