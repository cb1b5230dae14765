//! What we stand on: release trains are pinned exactly, and the number of packages has a ceiling.

use toml::{Table, Value};

use super::Finding;
use crate::scan::{find_words, line_of};
use crate::tree::Tree;

/// Packages in Cargo.lock. Raising it is a decision: say in the commit message what was gained.
const PACKAGES_MAX: usize = 610;

/// Crates whose releases only fit each other at one version.
const TRAINS: [&str; 6] = ["deno_", "rolldown", "serde_v8", "sled", "string_wizard", "v8"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(lock) = tree.text("Cargo.lock") {
        let packages = lock.lines().filter(|line| *line == "[[package]]").count();
        if packages > PACKAGES_MAX {
            let message =
                format!("{packages} packages, ceiling {PACKAGES_MAX}: drop a dependency, or raise it on purpose");
            findings.push(Finding::about("Cargo.lock", message));
        }
    }
    for (path, text) in tree.texts_ending(&["Cargo.toml"]) {
        findings.extend(check_pins(path, text));
    }
    findings
}

fn check_pins(path: &str, text: &str) -> Vec<Finding> {
    let Ok(manifest) = text.parse::<Table>() else { return Vec::new() };
    let workspace = manifest.get("workspace").and_then(Value::as_table);
    let sections = ["dependencies", "build-dependencies", "dev-dependencies"];
    let tables = std::iter::once(&manifest).chain(workspace);
    let dependencies = tables.flat_map(|table| sections.iter().filter_map(|section| table.get(*section)?.as_table()));
    let is_loose = |(name, value): &(&String, &Value)| {
        let version = value.as_str().or_else(|| value.get("version")?.as_str());
        TRAINS.iter().any(|train| name.starts_with(train)) && version.is_some_and(|version| !version.starts_with('='))
    };
    let finding = |(name, _): (&String, &Value)| {
        let line = find_words(text, name).next().map_or(0, |at| line_of(text, at));
        Finding::at(path, line, format!("`{name}` is part of a release train: pin it with `=`"))
    };
    dependencies.flatten().filter(is_loose).map(finding).collect()
}
