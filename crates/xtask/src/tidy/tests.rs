//! Each rule on small trees: what it must find, and what it must leave alone.

use super::*;

mod flags;
mod rooms;
mod sources;
mod texts;

fn lines(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn exceptions_are_not_a_habit() {
    assert_eq!(EXCEPTIONS.len(), 0, "this list may only shrink, and it was empty from the first day on");
}

#[test]
fn findings_name_the_file_and_the_line() {
    assert_eq!(Finding::at("a.rs", 3, "no").to_string(), "a.rs:3: no");
    assert_eq!(Finding::about("a.rs", "no").to_string(), "a.rs: no");
}

#[test]
fn an_empty_tree_is_in_order() {
    assert_eq!(check(&Tree::default()), []);
}
