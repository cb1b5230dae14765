//! The repository speaks of edgeemu alone: nothing in it says where or by what means it was written.

use super::Finding;
use crate::tree::Tree;

/// Texts that may not appear, and why. Cut in two so that this file does not contain them.
const BANNED: [(&str, &str, &str); 8] = [
    ("/wo", "rk/", "a path of somebody's machine"),
    ("/ro", "ot/", "a path of somebody's machine"),
    ("/home/", "user", "a path of somebody's machine"),
    ("sub", "agent", "not a word of this project"),
    ("static.crates", ".io", "the host of a registry: which one serves a package is up to each machine"),
    ("index.crates", ".io", "the host of a registry: which one serves a package is up to each machine"),
    ("registry.npm", "js.org", "the host of a registry: set `omit-lockfile-registry-resolved=true` in .npmrc"),
    ("registry.yarn", "pkg.com", "the host of a registry: which one serves a package is up to each machine"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts() {
        for (number, line) in text.lines().enumerate() {
            findings.extend(check_line(path, number + 1, line));
        }
    }
    findings
}

fn check_line(path: &str, number: usize, line: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = BANNED
        .iter()
        .map(|(start, end, why)| ([*start, *end].concat(), why))
        .filter(|(banned, _)| line.contains(banned.as_str()))
        .map(|(banned, why)| Finding::at(path, number, format!("`{banned}`: {why}")))
        .collect();
    if path.ends_with("package-lock.json") && line.trim_start().starts_with("\"resolved\": \"http") {
        let message = "names a registry: set `omit-lockfile-registry-resolved=true` in .npmrc and make it again";
        findings.push(Finding::at(path, number, message));
    }
    findings
}
