//! Named environments: what they inherit and what must be repeated.

use super::{complaints, of, resolve_as, resolve_in};
use crate::{ResolveOptions, Severity};

const TEXT: &str = r#"{
  "name": "shop", "main": "src/index.ts", "compatibility_date": "2026-01-01",
  "compatibility_flags": ["nodejs_compat"],
  "rules": [{ "type": "Text", "globs": ["**/*.md"] }],
  "triggers": { "crons": ["* * * * *"] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Room"] }],
  "limits": { "cpu_ms": 50 }, "build": { "command": "make" },
  "assets": { "directory": "./public" }, "dev": { "port": 1 }, "alias": { "a": "b" },
  "vars": { "A": "1", "B": "2" },
  "kv_namespaces": [{ "binding": "KV", "id": "top" }, { "binding": "MORE", "id": "more" }],
  "queues": { "producers": [{ "binding": "Q" }] },
  "env": {
    "staging": { "vars": { "A": "s" }, "kv_namespaces": [{ "binding": "KV", "id": "stg" }] },
    "own": { "name": "other", "triggers": { "crons": [] }, "vars": {}, "kv_namespaces": [], "queues": {} }
  }
}"#;

#[test]
fn inheritable_keys_are_taken_over_and_others_are_not() {
    let (config, _) = resolve_in(TEXT, Some("staging")).unwrap();
    assert_eq!(config.name.as_deref(), Some("shop-staging"));
    assert_eq!(config.environment.as_deref(), Some("staging"));
    assert_eq!(config.main.as_deref(), Some(std::path::Path::new("/shop/src/index.ts")));
    assert_eq!(config.base_dir, std::path::Path::new("/shop/src"));
    assert_eq!(config.compatibility_flags, ["nodejs_compat"]);
    assert_eq!(config.crons, ["* * * * *"]);
    assert_eq!(config.limits.cpu_ms, Some(50.0));
    assert_eq!(config.build.command.as_deref(), Some("make"));
    assert_eq!(config.migrations.len(), 1);
    assert_eq!(config.dev.port, Some(1));
    assert_eq!(config.bundle.alias, [("a".to_owned(), "b".to_owned())]);
    assert_eq!(config.bindings.assets.unwrap().directory, std::path::Path::new("/shop/public"));
    assert_eq!(config.vars.get("A").unwrap(), "s");
    assert!(config.vars.get("B").is_none());
    assert_eq!(config.bindings.kv_namespaces.len(), 1);
    assert_eq!(config.bindings.kv_namespaces[0].local_id(), "stg");
    assert!(config.bindings.queue_producers.is_empty());
}

#[test]
fn what_is_not_repeated_is_warned_of() {
    let warnings = of(Severity::Warning, complaints(resolve_in(TEXT, Some("staging"))));
    assert_eq!(
        warnings,
        [
            "There is a kv_namespaces binding with name \"MORE\" at the top level, but not on \"env.staging\".\nThis is not \
             what you probably want, since \"kv_namespaces\" configuration is not inherited by environments.\nPlease add a binding for \
             \"MORE\" to \"env.staging.kv_namespaces.bindings\".",
            "\"queues\" exists at the top level, but not on \"env.staging\".\nThis is not what you probably want, since \
             \"queues\" is not inherited by environments.\nPlease add \"queues\" to \"env.staging\".",
            "The following vars exist at the top level, but not on \"env.staging.vars\": \"B\"\nThis is not what you \
             probably want, since \"vars\" is not inherited by environments.\nPlease add these vars to \
             \"env.staging.vars\".",
        ]
    );
}

#[test]
fn an_environment_replaces_inherited_values_whole() {
    let (config, _) = resolve_in(TEXT, Some("own")).unwrap();
    assert_eq!(config.name.as_deref(), Some("other"));
    assert!(config.crons.is_empty());
}

#[test]
fn an_unknown_environment_is_an_error_when_there_are_others() {
    let report = resolve_in(TEXT, Some("stagging")).unwrap_err();
    let error = report.errors().next().unwrap();
    assert_eq!(
        error.message,
        "No environment found in configuration with name \"stagging\".\nBefore using `--env=stagging` there should be an \
         equivalent environment section in the configuration.\nThe available configured environment names are: \
         [\"staging\",\"own\"]\n\nConsider adding an environment configuration section to the wrangler.jsonc \
         file:\n```\n[env.stagging]\n```"
    );
    assert_eq!(error.place.as_ref().map(|place| place.line), Some(12));
    assert_eq!(error.hint.as_deref(), Some("did you mean `staging`?"));
}

#[test]
fn an_unknown_environment_is_a_warning_when_there_are_none() {
    let (config, report) = resolve_in(r#"{"name": "shop", "vars": {"A": 1}}"#, Some("x")).unwrap();
    assert!(
        report
            .warnings()
            .any(|note| note.message.starts_with("No environment found in configuration with name \"x\"."))
    );
    assert_eq!(config.name.as_deref(), Some("shop-x"));
    assert_eq!(config.vars.len(), 1);
}

#[test]
fn complaints_about_inherited_values_are_made_once() {
    let found = complaints(resolve_in(r#"{"main": 1, "env": {"a": {}}}"#, Some("a")));
    assert_eq!(found.len(), 1);
}

#[test]
fn top_level_keys_are_unexpected_in_an_environment() {
    let found = complaints(resolve_in(r#"{"env": {"a": {"dev": {}, "foo": 1}}}"#, Some("a")));
    assert_eq!(found[0].1, "Unexpected fields found in env.a field: \"dev\",\"foo\"");
}

#[test]
fn complaints_in_an_environment_name_it() {
    let report = resolve_in(r#"{"env": {"a": {"kv_namespaces": [{}]}}}"#, Some("a")).unwrap_err();
    let error = report.errors().next().unwrap();
    assert_eq!(error.environment.as_deref(), Some("a"));
    assert_eq!(error.message, "\"env.a.kv_namespaces[0]\" bindings should have a string \"binding\" field but got {}.");
}

#[test]
fn a_redirected_configuration_may_not_have_environments() {
    let options = ResolveOptions { redirected: true, ..ResolveOptions::default() };
    let report = resolve_as("wrangler.json", r#"{"main": "a.js", "env": {"a": {}}}"#, &options).unwrap_err();
    let expected =
        "Redirected configurations cannot include environments but the following have been found:\n\t- a\n\n\n";
    assert!(report.errors().next().unwrap().message.starts_with(expected), "{report}");
}

#[test]
fn a_redirected_configuration_belongs_to_one_environment() {
    let text = r#"{"name": "shop-staging", "main": "a.js", "compatibility_date": "2026-01-01", "legacy_env": true,
      "configPath": "/shop/wrangler.jsonc", "userConfigPath": "/shop/wrangler.jsonc", "topLevelName": "shop",
      "definedEnvironments": ["staging"], "targetEnvironment": "staging"}"#;
    let options = |env| ResolveOptions { env: Some(env), redirected: true, ..ResolveOptions::default() };
    let (config, report) = resolve_as("wrangler.json", text, &options("staging")).unwrap();
    assert_eq!((config.worker_name(), report.notes.len()), ("shop-staging", 0), "{report}");
    let report = resolve_as("wrangler.json", text, &options("production")).unwrap_err();
    let message = &report.errors().next().unwrap().message;
    assert!(
        message.contains("This does not match the target environment \"staging\" that was used when building"),
        "{message}"
    );
    let own = resolve_as("wrangler.json", text, &ResolveOptions::default()).unwrap_err();
    assert!(own.errors().any(|note| note.message.starts_with("The \"legacy_env\" field is no longer supported")));
}

#[test]
fn names_of_durable_objects_missing_in_an_environment_are_warned_of_together() {
    let text = r#"{
      "durable_objects": {"bindings": [
        {"name": "A", "class_name": "C", "script_name": "s"}, {"name": "B", "class_name": "C", "script_name": "s"}
      ]},
      "env": {"e": {"durable_objects": {"bindings": []}}}
    }"#;
    assert_eq!(
        complaints(resolve_in(text, Some("e"))),
        [(
            Severity::Warning,
            "The following bindings are at the top level, but not on \"env.e\".\nThis is not what you probably want, since \
             \"durable_objects\" configuration is not inherited by environments.\nPlease add a binding for each to \
             \"env.e.durable_objects.bindings\":\n- A\n- B"
                .to_owned()
        )]
    );
}

#[test]
fn a_bad_date_at_the_top_level_is_an_error_in_every_environment() {
    let found = complaints(resolve_in(r#"{"compatibility_date": "soon", "env": {"a": {}}}"#, Some("a")));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, Severity::Error);
    let flags = complaints(resolve_in(r#"{"compatibility_flags": ["nope"], "env": {"a": {}}}"#, Some("a")));
    assert_eq!(flags, [(Severity::Error, "No such compatibility flag: nope".to_owned())]);
}
