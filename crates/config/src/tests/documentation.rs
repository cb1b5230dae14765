//! The page for users names every key, and no other.

use crate::HONOURED;
use crate::resolve::known_keys;

const PAGE: &str = include_str!("../../../../docs/config.md");

/// The keys in the first column of the tables whose heading is `Key`.
fn documented() -> Vec<&'static str> {
    let mut keys = Vec::new();
    let mut in_table = false;
    for line in PAGE.lines() {
        in_table = line.starts_with("| Key ") || (in_table && line.starts_with('|'));
        if in_table {
            let first = line.split('|').nth(1).unwrap_or_default();
            keys.extend(first.split('`').skip(1).step_by(2));
        }
    }
    keys.sort_unstable();
    keys
}

#[test]
fn the_page_names_every_key_once_and_no_other() {
    assert_eq!(documented(), known_keys());
}

/// The names that the runtime asks for.
fn asked_for() -> Vec<&'static str> {
    let bootstrap = include_str!("../../../../runtime-js/bootstrap.js");
    bootstrap.split("flags.includes(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_page_names_every_flag_that_is_honoured() {
    let section = PAGE.split("## Compatibility date and flags").nth(1).unwrap().split("\n## ").next().unwrap();
    let table = section.lines().filter(|line| line.starts_with("| `"));
    let mut named: Vec<&str> =
        table.flat_map(|line| line.split('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2)).collect();
    named.sort_unstable();
    assert_eq!(named, HONOURED);
    for flag in asked_for() {
        assert!(HONOURED.contains(&flag), "`{flag}` is missing in `compat::HONOURED` and in docs/config.md");
    }
}
