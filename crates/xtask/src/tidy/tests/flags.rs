//! Tests of the rule about compatibility flags.

use crate::tidy::flags::check;
use crate::tree::Tree;

const TABLE: &str = "since(\"2024-01-01\", \"some_flag\", \"no_flag\"),\nopt_in(\"other_flag\", \"\"),";

fn findings(effects: &str, code: &str) -> usize {
    let tree = Tree::of([
        ("crates/config/src/compat/table.rs", TABLE),
        ("crates/config/src/compat/effects.rs", effects),
        ("runtime-js/globals.js", code),
    ]);
    check(&tree).len()
}

#[test]
fn a_flag_that_is_asked_for_is_listed() {
    assert_eq!(findings("[(\"some_flag\", \"it\")]", "flags.includes(\"some_flag\")"), 0);
    assert_eq!(findings("[]", "flags.includes(\"some_flag\")"), 1);
    assert_eq!(findings("[]", "const of = {\n  other_flag: 1,\n}"), 1);
}

#[test]
fn a_flag_that_is_listed_is_asked_for() {
    assert_eq!(findings("[(\"some_flag\", \"it\")]", "nothing"), 1);
}
