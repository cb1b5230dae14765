//! Compatibility dates and flags.

use super::table::{FLAGS, IMPLIED};
use super::{CompatFlags, CompatOptions, find};

fn flags(list: &[&str]) -> Vec<String> {
    list.iter().map(|flag| (*flag).to_owned()).collect()
}

fn resolve(date: &str, list: &[&str]) -> Result<CompatFlags, Vec<String>> {
    CompatFlags::resolve(date, &flags(list), &CompatOptions::default())
}

#[test]
fn the_table_is_sorted_and_every_name_is_unique() {
    assert!(FLAGS.is_sorted_by_key(|flag| flag.on));
    let mut names: Vec<&str> =
        FLAGS.iter().flat_map(|flag| [flag.on, flag.off]).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    assert!(names.is_sorted_by(|left, right| left < right), "a name stands twice");
    assert!(IMPLIED.iter().all(|(flag, by, _)| find(flag).is_some() && find(by).is_some()));
}

#[test]
fn dates_turn_flags_on() {
    let old = resolve("2021-01-01", &[]).unwrap();
    assert!(!old.enabled("global_navigator") && old.enabled("no_global_navigator"));
    assert!(old.enabled("r2_public_beta_bindings"), "on whatever the date");
    let new = resolve("2022-03-21", &[]).unwrap();
    assert!(new.enabled("global_navigator"));
    assert!(!resolve("2026-08-03", &[]).unwrap().enabled("nodejs_compat"));
    assert!(resolve("2026-08-04", &[]).unwrap().enabled("nodejs_compat"));
}

#[test]
fn flags_win_over_dates() {
    assert!(resolve("2021-01-01", &["global_navigator"]).unwrap().enabled("global_navigator"));
    assert!(!resolve("2026-01-01", &["no_global_navigator"]).unwrap().enabled("global_navigator"));
    assert!(!resolve("2026-08-04", &["no_nodejs_compat"]).unwrap().enabled("nodejs_compat"));
}

#[test]
fn flags_bring_others_along_from_a_date_on() {
    assert!(!resolve("2024-09-22", &["nodejs_compat"]).unwrap().enabled("nodejs_compat_v2"));
    let modern = resolve("2025-09-15", &["nodejs_compat"]).unwrap();
    for flag in ["nodejs_compat_v2", "nodejs_zlib", "enable_nodejs_http_modules", "enable_nodejs_http_server_modules"] {
        assert!(modern.enabled(flag), "{flag}");
    }
    let without = resolve("2025-09-15", &["nodejs_compat", "disable_nodejs_http_modules"]).unwrap();
    assert!(!without.enabled("enable_nodejs_http_modules") && !without.enabled("enable_nodejs_http_server_modules"));
}

#[test]
fn complaints_are_the_runtimes() {
    for (date, list, expected) in [
        ("2024-01-01", &["nope"][..], "No such compatibility flag: nope"),
        ("2024-01-01", &["rpc", "rpc"], "Compatibility flag specified multiple times: rpc"),
        (
            "2024-01-01",
            &["no_global_navigator", "global_navigator"],
            "Compatibility flags are mutually contradictory: global_navigator vs no_global_navigator",
        ),
        (
            "2024-01-01",
            &["webgpu"],
            "The compatibility flag webgpu is experimental and may break or be removed in a future version of workerd. To use \
             this flag, you must pass --experimental on the command line.",
        ),
        (
            "2030-01-01",
            &[],
            "This Worker requires compatibility date \"2030-01-01\", but the newest date supported by this server binary is \
             \"2026-11-20\".",
        ),
    ] {
        assert_eq!(resolve(date, list), Err(vec![expected.to_owned()]));
    }
}

#[test]
fn all_complaints_are_made_at_once() {
    assert_eq!(resolve("2030-01-01", &["nope", "rpc", "rpc"]).unwrap_err().len(), 3);
}

#[test]
fn redundant_flags_are_warned_of_except_node() {
    let flags = resolve("2026-08-10", &["global_navigator", "nodejs_compat", "no_rpc"]).unwrap();
    assert_eq!(
        flags.warnings(),
        [
            "The compatibility flag global_navigator became the default as of 2022-03-21 so does not need to be specified \
          anymore."
        ]
    );
}

#[test]
fn experimental_flags_can_be_allowed() {
    let options = CompatOptions { experimental: true, ..CompatOptions::default() };
    assert!(CompatFlags::resolve("2024-01-01", &flags(&["webgpu"]), &options).unwrap().enabled("webgpu"));
}

#[test]
fn unknown_flags_are_off() {
    let flags = resolve("2024-01-01", &[]).unwrap();
    assert!(!flags.enabled("nope") && !CompatFlags::exists("nope") && !CompatFlags::exists(""));
    assert!(CompatFlags::exists("no_rpc"));
}
