//! One slug per binding, one room per layer: every room is filled, and every list names it.

use super::Finding;
use crate::scan::find_words;
use crate::tree::Tree;

/// A file a binding must have, with `{slug}` in it, and what belongs there.
const ROOMS: [(&str, &str); 4] = [
    ("crates/config/src/bindings/{slug}.rs", "what the configuration file says about it"),
    ("crates/runtime/src/bindings/{slug}.rs", "its ops"),
    ("runtime-js/bindings/{slug}.js", "its JavaScript class"),
    ("docs/bindings/{slug}.md", "what is the same, what differs, what is not emulated"),
];

/// Bindings that every Worker has under a global name: no configuration says anything about them.
const GLOBAL: [&str; 1] = ["cache"];

/// Rooms and lists that are about what a configuration puts into `env`.
const OF_ENV: [&str; 3] =
    ["crates/config/src/bindings/{slug}.rs", "crates/config/src/bindings/mod.rs", "runtime-js/bindings/mod.js"];

/// A list that must name the binding, and how it is written there.
const LISTS: [(&str, &str); 4] = [
    ("crates/config/src/bindings/mod.rs", "{slug}"),
    ("crates/runtime/src/bindings/mod.rs", "{slug}"),
    ("crates/runtime/Cargo.toml", "edgeemu-{slug}"),
    ("runtime-js/bindings/mod.js", "bindings/{slug}.js"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.folders_under("crates/bindings").into_iter().flat_map(|slug| check_binding(tree, slug)).collect()
}

fn check_binding(tree: &Tree, slug: &str) -> Vec<Finding> {
    let fill = |pattern: &str| pattern.replace("{slug}", slug);
    let mut findings = Vec::new();
    let wanted = |pattern: &str| !(GLOBAL.contains(&slug) && OF_ENV.contains(&pattern));
    let rooms = ROOMS.into_iter().filter(|(room, _)| wanted(room));
    for (room, holds) in rooms.map(|(room, holds)| (fill(room), holds)) {
        if !tree.has(&room) {
            findings.push(Finding::about(&room, format!("missing: binding `{slug}` keeps here {holds}")));
        }
    }
    let behaviours = format!("tests/bindings/{slug}");
    if tree.folders_under(&behaviours).is_empty() {
        let message = format!("missing: binding `{slug}` keeps here one folder per behaviour");
        findings.push(Finding::about(&behaviours, message));
    }
    let lists = LISTS.into_iter().filter(|(list, _)| wanted(list));
    for (list, entry) in lists.map(|(list, entry)| (list, fill(entry))) {
        if find_words(tree.text(list).unwrap_or_default(), &entry).next().is_none() {
            findings.push(Finding::about(list, format!("does not name `{entry}`: add the binding to the list")));
        }
    }
    let manifest = format!("crates/bindings/{slug}/Cargo.toml");
    let name = format!("name = \"edgeemu-{slug}\"");
    if !tree.text(&manifest).is_some_and(|text| text.lines().any(|line| line.trim() == name)) {
        findings.push(Finding::about(&manifest, format!("the package of binding `{slug}` must say `{name}`")));
    }
    findings
}
