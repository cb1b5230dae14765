//! The sequence is complete and ends with the suite.

use super::*;

fn tree() -> Tree {
    Tree::of([
        ("crates/bindings/d1/Cargo.toml", ""),
        ("crates/bindings/kv/Cargo.toml", ""),
        ("crates/cli/Cargo.toml", ""),
        ("crates/edgeemu/Cargo.toml", ""),
        ("crates/runtime/Cargo.toml", ""),
        ("crates/world/Cargo.toml", ""),
        ("crates/xtask/Cargo.toml", ""),
    ])
}

#[test]
fn a_new_binding_is_tested_without_being_listed() {
    assert_eq!(packages_without_v8(&tree()), ["edgeemu-world", "xtask", "edgeemu-d1", "edgeemu-kv"]);
}

#[test]
fn the_suite_has_the_last_word() {
    let steps = steps(&tree());
    assert_eq!(steps.last().expect("there are steps").name, "suite");
}

#[test]
fn a_step_that_fails_names_its_exit_status() {
    let error = run_command(Path::new("."), &["false".to_owned()]).expect_err("`false` fails");
    assert_eq!(error, "exit status: 1");
    let error = run_command(Path::new("."), &["no-such-program-here".to_owned()]).expect_err("it does not exist");
    assert!(error.starts_with("cannot run `no-such-program-here`: "), "{error}");
}

#[test]
fn a_missing_program_is_not_installed() {
    assert!(!is_installed(&["no-such-program-here".to_owned()]));
    assert!(is_installed(&["true".to_owned()]));
}

#[test]
fn children_read_nothing() {
    // `cat` would wait for ever on an inherited terminal.
    run_command(Path::new("."), &["cat".to_owned()]).expect("an empty input ends at once");
}
