//! The command line on top of the file.

use std::path::{Path, PathBuf};

use super::resolve_as;
use crate::{Overrides, Protocol, RawConfig, ResolveOptions, Route};

const TEXT: &str = r#"{"name": "a", "main": "a.js", "compatibility_date": "2024-01-01", "vars": {"A": 1, "B": 2},
  "define": {"X": "1"}, "routes": ["a.com/*"], "compatibility_flags": ["nodejs_compat"]}"#;

fn word(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn the_command_line_wins_over_the_file() {
    let overrides = Overrides {
        cwd: PathBuf::from("/elsewhere/x"),
        name: word("b"),
        main: Some(PathBuf::from("../b.js")),
        assets: Some(PathBuf::from("public")),
        compatibility_date: word("2025-01-01"),
        compatibility_flags: vec!["nodejs_als".to_owned()],
        vars: vec![("A".to_owned(), "cli".to_owned())],
        define: vec![("X".to_owned(), "2".to_owned()), ("Y".to_owned(), "3".to_owned())],
        port: Some(1),
        ip: word("::"),
        host: word("h"),
        local_protocol: Some(Protocol::Https),
        no_bundle: Some(true),
        routes: vec!["b.com/*".to_owned()],
        ..Overrides::default()
    };
    let options = ResolveOptions { overrides, ..ResolveOptions::default() };
    let (mut config, report) = resolve_as("wrangler.json", TEXT, &options).unwrap();
    assert!(report.notes.is_empty(), "{report}");
    assert_eq!(config.worker_name(), "b");
    assert_eq!(config.main.as_deref(), Some(Path::new("/elsewhere/b.js")));
    assert_eq!(config.base_dir, Path::new("/elsewhere"));
    assert_eq!(config.bindings.assets.as_ref().unwrap().directory, Path::new("/elsewhere/x/public"));
    assert_eq!(config.compatibility_date, "2025-01-01");
    assert!(config.compat.enabled("nodejs_als") && !config.compat.enabled("nodejs_compat"));
    assert_eq!(config.bundle.define, [("X".to_owned(), "2".to_owned()), ("Y".to_owned(), "3".to_owned())]);
    assert!(config.bundle.no_bundle && config.bundle.find_additional_modules);
    assert_eq!(
        (config.dev.port, config.dev.ip.as_deref(), config.dev.host.as_deref()),
        (Some(1), Some("::"), Some("h"))
    );
    assert_eq!(config.routes, [Route::pattern("b.com/*")]);
    config.add_secrets([("A".to_owned(), "secret".to_owned()), ("B".to_owned(), "secret".to_owned())]);
    assert_eq!(serde_json::Value::Object(config.vars.clone()).to_string(), r#"{"A":"cli"}"#);
}

#[test]
fn a_project_without_a_file_lives_from_the_command_line() {
    let overrides = Overrides { main: Some(PathBuf::from("a.js")), ..Overrides::default() };
    let options = ResolveOptions { overrides, ..ResolveOptions::default() };
    let (config, _) = RawConfig::empty(Path::new("/p")).resolve(&options).unwrap();
    assert_eq!((config.worker_name(), config.main.as_deref()), ("worker", Some(Path::new("/p/a.js"))));
}

#[test]
fn dates_and_flags_of_the_command_line_are_checked() {
    let overrides = Overrides {
        compatibility_date: word("tomorrow"),
        compatibility_flags: vec!["nope".to_owned()],
        ..Overrides::default()
    };
    let options = ResolveOptions { overrides, ..ResolveOptions::default() };
    let report = resolve_as("wrangler.json", TEXT, &options).unwrap_err();
    let messages: Vec<&str> = report.errors().map(|note| note.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "\"compatibility_date\" field should be a valid ISO-8601 date (YYYY-MM-DD), but got \"tomorrow\".",
            "No such compatibility flag: nope",
        ]
    );
}
