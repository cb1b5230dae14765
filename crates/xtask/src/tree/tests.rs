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

#[test]
fn an_unpacked_archive_is_read_without_git() {
    let root = std::env::temp_dir().join(format!("edgeemu-xtask-tree-{}", std::process::id()));
    for folder in ["crates/a", "target/debug", "crates/a/node_modules/b"] {
        std::fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    for file in ["crates/a/one.rs", "target/debug/two.rs", "crates/a/node_modules/b/three.js"] {
        std::fs::write(root.join(file), "text").expect("a file");
    }
    std::fs::write(root.join(".gitignore"), "/target\nnode_modules/\n").expect("a file");
    let tree = Tree::of_repository(&root).expect("it can be read");
    assert_eq!(tree.paths().collect::<Vec<_>>(), [".gitignore", "crates/a/one.rs"]);
    assert_eq!(tree.text("crates/a/one.rs"), Some("text"));
    std::fs::remove_dir_all(&root).expect("it was ours");
}
