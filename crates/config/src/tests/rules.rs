//! Module rules and their globs.

use super::{config, warnings};
use crate::glob;
use crate::{ModuleType, Rules};

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

#[test]
fn default_rules_apply_without_any_of_the_users() {
    let rules = Rules::default();
    assert_eq!(rules.module_type("./q/a.sql"), Some(ModuleType::Text));
    assert_eq!(rules.module_type("a.bin"), Some(ModuleType::Data));
    assert_eq!(rules.module_type("lib/a.wasm"), Some(ModuleType::CompiledWasm));
    assert_eq!(rules.module_type("a.js"), None);
    assert_eq!(rules.for_collection().module_type("a.mjs"), Some(ModuleType::EsModule));
    assert_eq!(rules.for_collection().module_type("a.cjs"), Some(ModuleType::CommonJs));
}

#[test]
fn a_rule_without_fallthrough_ends_matching_for_its_type() {
    let rules = config(r#"{"rules": [{"type": "Text", "globs": ["**/*.md"]}]}"#).rules;
    assert_eq!(rules.module_type("a.md"), Some(ModuleType::Text));
    assert_eq!(rules.module_type("a.txt"), None);
    assert_eq!(rules.module_type("a.bin"), Some(ModuleType::Data));
    let ignored = rules.ignored_match("a.txt").unwrap();
    assert_eq!(
        Rules::ignored_message("a.txt", ignored),
        "The file a.txt matched a module rule in your configuration ({\"type\":\"Text\",\"globs\":[\"**/*.txt\",\
         \"**/*.html\",\"**/*.sql\"]}), but was ignored because a previous rule with the same type was not marked as \
         `fallthrough = true`."
    );
    assert!(rules.ignored_match("a.md").is_none());
}

#[test]
fn a_users_rule_behind_an_ending_one_is_warned_of() {
    let text = r#"{"rules": [{"type": "Text", "globs": ["a"]}, {"type": "Text", "globs": ["b"]}]}"#;
    assert_eq!(warnings(text), ["Rule is ignored, an earlier rule for the same type ends the matching: `Text`"]);
}
