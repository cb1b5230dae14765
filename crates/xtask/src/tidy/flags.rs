//! Compatibility flags: what the code asks for is listed as having an effect, and what is listed is asked for.

use std::collections::BTreeSet;

use super::Finding;
use crate::tree::{Tree, is_test};

const TABLE: &str = "crates/config/src/compat/table.rs";
const EFFECTS: &str = "crates/config/src/compat/effects.rs";
/// Where flags take effect.
const PLACES: [&str; 5] =
    ["runtime-js/", "crates/runtime/src/", "crates/edgeemu/src/", "crates/bundle/src/", "crates/bindings/"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let (Some(table), Some(effects)) = (tree.text(TABLE), tree.text(EFFECTS)) else { return Vec::new() };
    let known: BTreeSet<&str> = names(table).collect();
    let listed: BTreeSet<&str> = effects.split("(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut asked_for = BTreeSet::new();
    let mut findings = Vec::new();
    for (path, text) in tree.texts_ending(&[".js", ".rs"]) {
        if is_test(path) || !PLACES.iter().any(|place| path.starts_with(place)) {
            continue;
        }
        for flag in known.iter().filter(|flag| names_it(text, flag)) {
            asked_for.insert(*flag);
            if !listed.contains(flag) {
                findings.push(Finding::about(path, format!("`{flag}` takes effect here: say which in {EFFECTS}")));
            }
        }
    }
    let idle = listed.difference(&asked_for);
    findings.extend(idle.map(|flag| Finding::about(EFFECTS, format!("`{flag}` has no effect anywhere"))));
    findings
}

/// Names of flags have several words; a single one may mean something else.
fn names(table: &str) -> impl Iterator<Item = &str> {
    table.split('"').skip(1).step_by(2).filter(|name| name.contains('_'))
}

/// As a text, or as the key of an object in JavaScript.
fn names_it(text: &str, flag: &str) -> bool {
    text.contains(&format!("\"{flag}\"")) || text.contains(&format!("\n  {flag}: "))
}
