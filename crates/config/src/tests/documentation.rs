//! The page for users names every key, and no other.

use crate::resolve::known_keys;
use crate::{CompatFlags, EFFECTS};

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

#[test]
fn the_page_about_flags_is_what_the_table_says() {
    let page = include_str!("../../../../docs/compatibility.md");
    assert_eq!(page, crate::compatibility_page(), "write it again: it says how");
}

#[test]
fn effects_are_sorted_and_of_flags_that_exist() {
    assert!(EFFECTS.is_sorted_by(|(one, _), (next, _)| one < next));
    for (flag, _) in EFFECTS {
        assert!(CompatFlags::exists(flag), "{flag}");
    }
}
