//! The tree answers what is where.

use super::*;

#[test]
fn folders_are_named_once_and_in_order() {
    let tree = Tree::of([("a/z/1.rs", ""), ("a/b/1.rs", ""), ("a/b/2.rs", ""), ("a/file.rs", ""), ("ab/c/1.rs", "")]);
    assert_eq!(tree.folders_under("a"), ["b", "z"]);
}

#[test]
fn test_files_are_recognised_wherever_they_live() {
    assert!(is_test("tests/suite.rs"));
    assert!(is_test("crates/world/src/tests.rs"));
    assert!(is_test("crates/world/src/tests/clock.rs"));
    assert!(!is_test("crates/world/src/clock.rs"));
    assert!(!is_test("crates/world/src/contests.rs"));
}
