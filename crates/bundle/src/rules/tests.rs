//! How rules are ordered and what they match.

use super::{Defaults, Rule, RuleKind, RuleSet, Verdict};

fn rule(kind: RuleKind, glob: &str, fallthrough: Option<bool>) -> Rule {
    Rule { kind, globs: vec![glob.to_owned()], fallthrough }
}

#[test]
fn without_user_rules_text_data_and_wasm_are_taken() {
    let set = RuleSet::new(&[], Defaults::Assets);
    assert_eq!(set.of_specifier("./a.sql"), Verdict::Take(RuleKind::Text));
    assert_eq!(set.of_specifier("./a.bin"), Verdict::Take(RuleKind::Data));
    assert_eq!(set.of_specifier("./a.wasm?module"), Verdict::Take(RuleKind::CompiledWasm));
    assert_eq!(set.of_specifier("./a.js"), Verdict::Leave);
    assert!(set.warnings.is_empty());
}

#[test]
fn scripts_are_taken_only_where_modules_are_searched() {
    let set = RuleSet::new(&[], Defaults::AssetsAndScripts);
    assert_eq!(set.of_path("deep/a.mjs"), Verdict::Take(RuleKind::EsModule));
    assert_eq!(set.of_path("a.cjs"), Verdict::Take(RuleKind::CommonJs));
    assert_eq!(set.of_path("a.cjs").without_scripts(), Verdict::Leave);
}

#[test]
fn a_user_rule_hides_the_default_of_its_kind_and_says_so() {
    let set = RuleSet::new(&[rule(RuleKind::Text, "**/*.md", None)], Defaults::Assets);
    assert_eq!(set.of_specifier("./a.md"), Verdict::Take(RuleKind::Text));
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
    let open = RuleSet::new(&[rule(RuleKind::Text, "**/*.md", Some(true))], Defaults::Assets);
    assert_eq!(open.of_specifier("./a.txt"), Verdict::Take(RuleKind::Text));
    assert!(open.warnings.is_empty());
    let closed = RuleSet::new(&[rule(RuleKind::Text, "**/*.md", Some(false))], Defaults::Assets);
    assert!(matches!(closed.of_specifier("./a.txt"), Verdict::Hidden(_)));
    assert!(closed.warnings.is_empty());
}
