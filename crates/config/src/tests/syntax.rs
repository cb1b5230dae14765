//! Broken texts, and texts at the edge of the formats.

use super::{config, resolve_as};
use crate::{RawConfig, ResolveOptions, Source};

fn broken(file: &str, text: &str) -> String {
    RawConfig::parse(Source::new(format!("/shop/{file}"), text)).unwrap_err().render()
}

#[test]
fn broken_toml_is_shown_with_line_column_and_caret() {
    assert_eq!(
        broken("wrangler.toml", "name = \"shop\"\nmain = \n"),
        "✘ [ERROR] Processing wrangler.toml configuration:\n  - String values must be quoted, expected literal string\n      \
           --> wrangler.toml:2:8\n       |\n     2 | main =\n       |        ^\n"
    );
}

#[test]
fn several_toml_errors_are_shown_at_once() {
    let text = "name = \nmain = \"a\" \"b\"\n";
    let report = RawConfig::parse(Source::new("/shop/wrangler.toml", text)).unwrap_err();
    let lines: Vec<usize> = report.errors().filter_map(|note| Some(note.place.as_ref()?.line)).collect();
    assert_eq!((lines.first(), lines.last()), (Some(&1), Some(&2)));
}

#[test]
fn broken_json_is_shown_with_line_column_and_caret() {
    assert_eq!(
        broken("wrangler.json", "{\n  \"name\": \"shop\"\n  \"main\": 1\n}"),
        "✘ [ERROR] Processing wrangler.json configuration:\n  - Expected comma\n      --> wrangler.json:2:17\n       |\n     \
         2 |   \"name\": \"shop\"\n       |                 ^\n"
    );
}

#[test]
fn only_an_object_is_a_configuration() {
    assert!(broken("wrangler.json", "[]").contains("The configuration should be an object"));
    assert!(broken("wrangler.json", "").contains("The configuration is empty"));
    assert!(broken("wrangler.jsonc", "// nothing\n").contains("The configuration is empty"));
}

#[test]
fn nesting_without_end_is_an_error() {
    assert!(broken("wrangler.json", &"{\"a\":[".repeat(50_000)).contains("Maximum nesting depth exceeded"));
    assert!(broken("wrangler.toml", &format!("a = {}", "[".repeat(50_000))).contains("[ERROR]"));
}

#[test]
fn json_keeps_to_json_beside_comments_and_trailing_commas() {
    for text in ["{a: 1}", "{'a': 1}", "{\"a\": 0x1}", "{\"a\": +1}", "{\"a\": NaN}", "{\"a\": 1 \"b\": 2}", "{} {}"] {
        assert!(broken("wrangler.jsonc", text).contains("[ERROR]"), "{text}");
    }
    assert_eq!(config("\u{feff}{ /* c */ \"name\": \"x\", // d\n }").worker_name(), "x");
}

#[test]
fn a_duplicate_json_key_is_warned_of_and_the_last_one_counts() {
    let options = ResolveOptions { entry_point_needed: false, ..ResolveOptions::default() };
    let (config, report) = resolve_as("wrangler.json", "{\"name\": \"a\",\n \"name\": \"b\"}", &options).unwrap();
    assert_eq!(config.worker_name(), "b");
    let note = &report.notes[0];
    assert_eq!(note.message, "Duplicate key, the last one is used: `name`");
    assert_eq!(note.place.as_ref().map(|place| (place.line, place.column)), Some((2, 2)));
}

#[test]
fn a_duplicate_toml_key_is_an_error() {
    assert!(broken("wrangler.toml", "name = \"a\"\nname = \"b\"\n").contains("wrangler.toml:2:1"));
}

#[test]
fn toml_tables_of_all_kinds_are_read_in_file_order() {
    let text = "main = \"a.js\"\ncompatibility_date = \"2026-01-01\"\n[vars]\nZ = 1\nA = 2.0\nB.C = [1, { D = true }]\n\
                [[kv_namespaces]]\nbinding = \"K2\"\n[[kv_namespaces]]\nbinding = \"K1\"\n[env.x.vars]\nA = 1\n";
    let (config, report) = resolve_as("wrangler.toml", text, &ResolveOptions::default()).unwrap();
    assert!(report.notes.is_empty(), "{report}");
    assert_eq!(serde_json::Value::Object(config.vars).to_string(), r#"{"Z":1,"A":2,"B":{"C":[1,{"D":true}]}}"#);
    let names: Vec<&str> = config.bindings.kv_namespaces.iter().map(|kv| kv.binding.as_str()).collect();
    assert_eq!(names, ["K2", "K1"]);
}

#[test]
fn toml_dates_in_vars_are_rejected() {
    let text = "main = \"a.js\"\ncompatibility_date = \"2026-01-01\"\n[vars]\nDAY = 2026-01-01\nLIST = [ { at = 07:32:00 } ]\n";
    let report = resolve_as("wrangler.toml", text, &ResolveOptions::default()).unwrap_err();
    let messages: Vec<&str> = report.errors().map(|note| note.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "The field \"vars.DAY\" is a TOML date, which is not supported. Please use a string instead, e.g. DAY = \"2025-12-19\".",
            "The field \"vars.LIST\" is a TOML date, which is not supported. Please use a string instead, e.g. LIST = \"2025-12-19\".",
        ]
    );
}

#[test]
fn numbers_that_json_does_not_have_are_errors() {
    assert!(broken("wrangler.toml", "a = inf\n").contains("Number cannot be written as JSON: inf"));
    assert!(broken("wrangler.toml", "a = 99999999999999999999999\n").contains("[ERROR]"));
}

#[test]
fn a_caret_stands_under_its_character_in_lines_with_tabs_and_wide_letters() {
    let report = super::resolve("{\n\t\"vars\": {\"ä\": 1}, \"name\": 5\n}").unwrap_err();
    let place = report.errors().next().unwrap().place.clone().unwrap();
    assert_eq!((place.line, place.column), (2, 28));
    assert!(report.render().contains("| \t                          ^\n"), "{report}");
}

#[test]
fn a_date_without_quotes_gets_a_hint() {
    let text = "main = \"a.js\"\ncompatibility_date = 2026-01-01\n";
    let report = resolve_as("wrangler.toml", text, &ResolveOptions::default()).unwrap_err();
    let notes: Vec<_> = report.notes.iter().map(|note| (note.message.as_str(), note.hint.as_deref())).collect();
    assert_eq!(
        notes,
        [(
            "Expected \"compatibility_date\" to be of type string but got \"2026-01-01\".",
            Some("a date is a string here: put it in quotes")
        )]
    );
}
