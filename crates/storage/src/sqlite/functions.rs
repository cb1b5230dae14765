//! The functions of SQL that a Worker may call.

/// Sorted, so that it can be searched. `load_extension` is on production's list too, and refused by SQLite itself.
#[rustfmt::skip]
const FUNCTIONS: [&str; 128] = [
    "->", "->>", "abs", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "avg", "bm25", "ceil", "changes",
    "char", "coalesce", "concat", "concat_ws", "cos", "cosh", "count", "cume_dist", "current_date", "current_time",
    "current_timestamp", "date", "datetime", "degrees", "dense_rank", "exp", "first_value", "floor", "format", "glob",
    "group_concat", "hex", "highlight", "ifnull", "iif", "instr", "json", "json_array", "json_array_length",
    "json_extract", "json_group_array", "json_group_object", "json_insert", "json_object", "json_patch", "json_quote",
    "json_remove", "json_replace", "json_set", "json_type", "json_valid", "jsonb", "jsonb_array", "jsonb_extract",
    "jsonb_group_array", "jsonb_group_object", "jsonb_insert", "jsonb_object", "jsonb_patch", "jsonb_remove",
    "jsonb_replace", "jsonb_set", "julianday", "lag", "last_insert_rowid", "last_value", "lead", "length", "like",
    "likelihood", "likely", "ln", "load_extension", "log", "log2", "lower", "ltrim", "match", "max", "min", "mod",
    "nth_value", "ntile", "nullif", "octet_length", "percent_rank", "pi", "pow", "printf", "quote", "radians",
    "random", "randomblob", "rank", "replace", "round", "row_number", "rtreecheck", "rtrim", "sign", "sin", "sinh",
    "snippet", "sqrt", "strftime", "string_agg", "substr", "substring", "sum", "tan", "tanh", "time", "timediff",
    "total", "total_changes", "trim", "trunc", "typeof", "unhex", "unicode", "unixepoch", "unlikely", "upper",
    "zeroblob",
];

/// What `ALTER TABLE` and `ANALYZE` call on their own account; SQLite refuses them in a Worker's text.
const INTERNAL: [&str; 6] = ["sqlite_add_", "sqlite_drop_", "sqlite_fail", "sqlite_find_", "sqlite_rename_", "stat_"];

/// Whether a Worker's SQL may call the function of this name.
pub(super) fn is_allowed_function(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    FUNCTIONS.binary_search(&lower.as_str()).is_ok() || INTERNAL.iter().any(|start| lower.starts_with(start))
}
