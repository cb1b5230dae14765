//! How rules are ordered and what they match.

use edgeemu_config::{ModuleType, Rule};

use super::{Defaults, RuleSet, Verdict};

fn rule(module_type: ModuleType, glob: &str, fallthrough: Option<bool>) -> Rule {
    Rule { module_type, globs: vec![glob.to_owned()], fallthrough }
}

#[test]
fn without_user_rules_text_data_and_wasm_are_taken() {
    let set = RuleSet::new(&[], Defaults::Assets);
    assert_eq!(set.of_specifier("./a.sql"), Verdict::Take(ModuleType::Text));
    assert_eq!(set.of_specifier("./a.bin"), Verdict::Take(ModuleType::Data));
    assert_eq!(set.of_specifier("./a.wasm?module"), Verdict::Take(ModuleType::CompiledWasm));
    assert_eq!(set.of_specifier("./a.js"), Verdict::Leave);
    assert!(set.warnings.is_empty());
}

#[test]
fn scripts_are_taken_only_where_modules_are_searched() {
    let set = RuleSet::new(&[], Defaults::AssetsAndScripts);
    assert_eq!(set.of_path("deep/a.mjs"), Verdict::Take(ModuleType::EsModule));
    assert_eq!(set.of_path("a.cjs"), Verdict::Take(ModuleType::CommonJs));
    assert_eq!(set.of_path("a.cjs").without_scripts(), Verdict::Leave);
}

#[test]
fn a_user_rule_hides_the_default_of_its_kind_and_says_so() {
    let set = RuleSet::new(&[rule(ModuleType::Text, "**/*.md", None)], Defaults::Assets);
    assert_eq!(set.of_specifier("./a.md"), Verdict::Take(ModuleType::Text));
    let Verdict::Hidden(text) = set.of_specifier("./a.txt") else { panic!("must be hidden") };
    assert_eq!(
        text,
        "The file ./a.txt matched a module rule in your configuration \
         ({\"type\":\"Text\",\"globs\":[\"**/*.txt\",\"**/*.html\",\"**/*.sql\"]}), but was ignored because a previous \
         rule with the same type was not marked as `fallthrough = true`."
    );
    assert_eq!(set.warnings.len(), 1);
    assert_eq!(
        set.warnings[0].message,
        "The module rule {\"type\":\"Text\",\"globs\":[\"**/*.md\"]} does not have a fallback, the following rules \
         will be ignored:\n {\"type\":\"Text\",\"globs\":[\"**/*.txt\",\"**/*.html\",\"**/*.sql\"]} (DEFAULT)\n\nAdd \
         `fallthrough = true` to rule to allow next rule to be used or `fallthrough = false` to silence this warning"
    );
}

#[test]
fn fallthrough_true_keeps_the_next_rule_and_false_is_silent() {
    let open = RuleSet::new(&[rule(ModuleType::Text, "**/*.md", Some(true))], Defaults::Assets);
    assert_eq!(open.of_specifier("./a.txt"), Verdict::Take(ModuleType::Text));
    assert!(open.warnings.is_empty());
    let closed = RuleSet::new(&[rule(ModuleType::Text, "**/*.md", Some(false))], Defaults::Assets);
    assert!(matches!(closed.of_specifier("./a.txt"), Verdict::Hidden(_)));
    assert!(closed.warnings.is_empty());
}

#[test]
fn a_file_that_is_searched_may_not_match_a_hidden_rule_even_if_another_takes_it() {
    let set = RuleSet::new(&[rule(ModuleType::Text, "**/*.txt", None)], Defaults::AssetsAndScripts);
    assert!(matches!(set.of_path("lib/a.txt"), Verdict::Hidden(_)));
    assert_eq!(set.of_specifier("./lib/a.txt"), Verdict::Take(ModuleType::Text));
}

#[test]
fn a_rule_for_scripts_replaces_the_default_ones_without_a_word() {
    let set = RuleSet::new(&[rule(ModuleType::EsModule, "lang/*.js", None)], Defaults::AssetsAndScripts);
    assert_eq!(set.of_path("lang/de.js"), Verdict::Take(ModuleType::EsModule));
    assert_eq!(set.of_path("other.js"), Verdict::Leave);
    assert_eq!(set.of_path("other.cjs"), Verdict::Take(ModuleType::CommonJs));
    assert!(set.warnings.is_empty());
}
