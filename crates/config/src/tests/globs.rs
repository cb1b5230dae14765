//! Globs, as D1 has them for migration files.

use crate::glob;

#[test]
fn globs_match_whole_paths() {
    for (pattern, path, expected) in [
        ("**/*.txt", "a.txt", true),
        ("**/*.txt", "a/b/c.txt", true),
        ("**/*.txt", "a.txt.js", false),
        ("*.txt", "a/b.txt", false),
        ("*.txt", "b.txt", true),
        ("a/**/b", "a/b", true),
        ("a/**/b", "a/x/y/b", true),
        ("a/**/b", "ab", false),
        ("a/**", "a/x/y", true),
        ("**/*.wasm?module", "x.wasm?module", true),
        ("**/*.wasm?module", "x.wasmXmodule", false),
        ("", "", true),
        ("*", "", true),
        ("**/x", "yx", false),
        ("{a,b}", "a", false),
    ] {
        assert_eq!(glob::matches(pattern, path), expected, "{pattern} on {path}");
    }
}

#[test]
fn a_glob_of_many_stars_takes_linear_time() {
    assert!(!glob::matches(&"*a".repeat(200), &"a".repeat(5_000).replace("aaaaa", "aaaa/")));
}
