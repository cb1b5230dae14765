//! The page of D1 shows the limits that the code has.

use crate::limits;

#[test]
fn the_page_shows_the_limits() {
    let page = include_str!("../../../../../docs/bindings/d1.md");
    for (row, limit) in [
        ("| SQL of a statement |", format!("{} bytes", limits::SQL_BYTES)),
        ("| Text, blob, row |", format!("{} bytes", limits::VALUE_BYTES)),
        ("| Bound parameters of a statement |", limits::PARAMETERS.to_string()),
        ("| Columns of a table or result |", limits::COLUMNS.to_string()),
        ("| Pattern of `LIKE` and `GLOB` |", format!("{} bytes", limits::PATTERN_BYTES)),
        ("| Terms of a compound `SELECT` |", limits::COMPOUND_TERMS.to_string()),
        ("| Arguments of a function |", limits::FUNCTION_ARGUMENTS.to_string()),
        ("| Depth of an expression |", limits::EXPRESSION_DEPTH.to_string()),
        ("| Depth of triggers |", limits::TRIGGER_DEPTH.to_string()),
        ("| Time of a query or batch |", format!("{} s", limits::QUERY_SECS)),
    ] {
        let line = page.lines().find(|line| line.starts_with(row));
        assert!(line.is_some_and(|line| line.contains(&limit)), "{row} {limit}");
    }
}
