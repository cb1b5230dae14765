//! What globs match.

use super::{Glob, Reach};

fn path(pattern: &str, text: &str) -> bool {
    Glob::new(pattern, Reach::Folders).matches(text)
}

fn specifier(pattern: &str, text: &str) -> bool {
    Glob::new(pattern, Reach::Anything).matches(text)
}

#[test]
fn two_stars_between_slashes_span_any_number_of_folders() {
    assert!(path("**/*.js", "a.js"));
    assert!(path("**/*.js", "a/b/c.js"));
    assert!(path("src/**/*.js", "src/c.js"));
    assert!(path("src/**", "src/a/b.js"));
    assert!(!path("**/*.js", "a.jsx"));
    assert!(!path("src/**/*.js", "lib/c.js"));
}

#[test]
fn two_stars_span_no_folder_too() {
    assert!(path("**/a.js", "a.js"));
    assert!(path("**/a.js", "b/a.js"));
    assert!(!path("**/a.js", "b.js"));
    assert!(specifier("**/a.js", "./a.js"));
}

#[test]
fn one_star_stays_within_a_folder_when_paths_are_matched() {
    assert!(path("src/*.js", "src/a.js"));
    assert!(!path("src/*.js", "src/a/b.js"));
    assert!(!path("*.js", "src/a.js"));
}

#[test]
fn a_specifier_needs_the_slash_that_the_pattern_names() {
    assert!(specifier("**/*.wasm", "./a.wasm"));
    assert!(specifier("**/*.wasm", "pkg/deep/a.wasm"));
    assert!(!specifier("**/*.wasm", "a.wasm"));
    assert!(specifier("*.wasm", "./deep/a.wasm"));
}

#[test]
fn a_question_mark_and_brackets_are_ordinary_characters() {
    assert!(specifier("**/*.wasm?module", "./a.wasm?module"));
    assert!(!specifier("**/*.wasm?module", "./a.wasmXmodule"));
    assert!(path("[a].txt", "[a].txt"));
    assert!(!path("[a].txt", "a.txt"));
}

#[test]
fn a_pattern_of_many_stars_does_not_take_forever() {
    assert!(!specifier(&("*a".repeat(40) + "b"), &"a".repeat(80)));
    assert!(!path(&("**/*a".repeat(40) + "b"), &"a/".repeat(80)));
}

#[test]
fn the_whole_path_has_to_match() {
    assert!(path("a/**/b", "a/b"));
    assert!(path("a/**/b", "a/x/y/b"));
    assert!(!path("a/**/b", "ab"));
    assert!(!path("**/x", "yx"));
    assert!(!path("**/*.txt", "a.txt.js"));
    assert!(path("", "") && path("*", ""));
    assert!(!path("{a,b}", "a"));
}
