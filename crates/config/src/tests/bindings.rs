//! What bindings fall back to, and what secrets and variables add.

use super::{config, resolve};
use crate::{BindingKind, ConnectionString, HyperdriveError, Mode};

#[test]
fn local_identities_fall_back_step_by_step() {
    let bindings = config(
        r#"{
          "kv_namespaces": [{"binding": "A"}, {"binding": "B", "id": "b"}, {"binding": "C", "id": "c", "preview_id": "p"}],
          "r2_buckets": [{"binding": "RA"}, {"binding": "RB", "bucket_name": "bbb"}, {"binding": "RC", "bucket_name": "ccc", "preview_bucket_name": "ppp"}],
          "d1_databases": [{"binding": "DA"}, {"binding": "DB", "database_id": "b"}, {"binding": "DC", "database_id": "c", "preview_database_id": "p"}],
          "queues": {"producers": [{"binding": "QA"}, {"binding": "QB", "queue": "b"}]}
        }"#,
    )
    .bindings;
    let ids = |kind| -> Vec<String> {
        bindings.rows().into_iter().filter(|row| row.kind == kind).map(|row| row.local_id).collect()
    };
    assert_eq!(ids(BindingKind::KvNamespace), ["A", "b", "p"]);
    assert_eq!(ids(BindingKind::R2Bucket), ["RA", "bbb", "ppp"]);
    assert_eq!(ids(BindingKind::D1Database), ["DA", "b", "p"]);
    assert_eq!(ids(BindingKind::Queue), ["QA", "b"]);
    assert_eq!(bindings.d1_databases[0].migrations_dir, "./migrations");
}

#[test]
fn long_variables_are_cut_in_the_start_table() {
    let config = config(&format!(r#"{{"vars": {{"A": "{}", "B": [1]}}}}"#, "x".repeat(41)));
    let rows = config.bindings();
    assert_eq!(rows[0].resource, format!("\"{}...\"", "x".repeat(37)));
    assert_eq!(rows[1].resource, "[1]");
}

#[test]
fn secrets_win_over_variables_and_over_nothing_else() {
    let mut config = config(r#"{"vars": {"A": 1, "B": 2}, "kv_namespaces": [{"binding": "KV"}]}"#);
    config
        .add_secrets([("A", "s"), ("KV", "s"), ("NEW", "s")].map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(config.vars.keys().collect::<Vec<_>>(), ["B"]);
    assert_eq!(config.secrets, [("A".to_owned(), "s".to_owned()), ("NEW".to_owned(), "s".to_owned())]);
    assert_eq!(config.missing_secrets(), None);
}

#[test]
fn required_secrets_that_are_missing_are_named() {
    let mut config = config(r#"{"secrets": {"required": ["A", "B", "C"]}}"#);
    config.add_secrets([("B".to_owned(), "x".to_owned())]);
    assert_eq!(
        config.missing_secrets().as_deref(),
        Some("Missing required secrets: A, C. Add them to .dev.vars, .env, or set as environment variables.")
    );
}

#[test]
fn every_other_kind_of_binding_is_read() {
    let (config, _) = resolve(
        r#"{
          "ai": {"binding": "AI"}, "browser": {"binding": "BR"}, "images": {"binding": "IM"}, "media": {"binding": "ME"},
          "stream": {"binding": "ST"}, "vectorize": [{"binding": "VE", "index_name": "i"}],
          "dispatch_namespaces": [{"binding": "DI", "namespace": "n", "outbound": {"service": "o", "parameters": ["p"]}}],
          "mtls_certificates": [{"binding": "MT", "certificate_id": "c"}], "pipelines": [{"binding": "PI", "stream": "s"}],
          "flagship": [{"binding": "FL"}], "websearch": {"binding": "WS"},
          "wasm_modules": {"WA": "a.wasm"}, "text_blobs": {"TE": "a.txt"}, "data_blobs": {"DA": "a.bin"},
          "unsafe": {"bindings": [{"name": "UN", "type": "x"}]}
        }"#,
    )
    .unwrap();
    let rows = config.bindings();
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["AI", "BR", "DA", "DI", "IM", "ME", "MT", "PI", "FL", "WS", "ST", "TE", "UN", "VE", "WA"]);
    assert_eq!(rows[0].mode, Mode::NotSupported);
    assert_eq!(config.bindings.dispatch_namespaces[0].outbound.as_ref().unwrap().parameters, ["p"]);
}

#[test]
fn connection_strings_are_taken_apart() {
    let database = ConnectionString::parse("postgresql://us%40er:p%3Aw@[::1]:6543/my%20db?sslmode=require").unwrap();
    assert_eq!(
        (database.user.as_str(), database.password.as_str(), database.host.as_str(), database.port),
        ("us@er", "p:w", "::1", 6543)
    );
    assert_eq!((database.database.as_str(), database.query.as_str()), ("my db", "sslmode=require"));
    assert_eq!(ConnectionString::parse("mysql://u:p@h/d").unwrap().port, 3306);
    assert_eq!(ConnectionString::parse("postgres://u:p@h:/d?x").unwrap().port, 5432);
    assert_eq!(ConnectionString::parse("postgres://u:100%@h/d").unwrap().password, "100%");
}

#[test]
fn a_hyperdrive_connection_comes_from_the_environment_first() {
    let config = config(r#"{"hyperdrive": [{"binding": "PG", "id": "x"}]}"#);
    let hyperdrive = &config.bindings.hyperdrive[0];
    assert!(matches!(hyperdrive.connection(&|_| None), Err(HyperdriveError::Missing { .. })));
    let older =
        |name: &str| (name == "WRANGLER_HYPERDRIVE_LOCAL_CONNECTION_STRING_PG").then(|| "mysql://u:p@h/d".to_owned());
    assert_eq!(hyperdrive.connection(&older).unwrap().host, "h");
}

#[test]
fn migrations_add_up_to_classes() {
    let config = config(
        r#"{"migrations": [
          {"tag": "1", "new_classes": ["A", "B"], "new_sqlite_classes": ["C"]},
          {"tag": "2", "renamed_classes": [{"from": "A", "to": "A2"}], "deleted_classes": ["B"]},
          {"tag": "3", "transferred_classes": [{"from": "X", "from_script": "s", "to": "Y"}]}
        ]}"#,
    );
    let classes = crate::fold_classes(&config.migrations, &config.exports);
    let shown: Vec<String> = classes.iter().map(|(class, backend)| format!("{class} {backend:?}")).collect();
    assert_eq!(shown, ["A2 KeyValue", "C Sqlite", "Y Sqlite"]);
}

#[test]
fn exports_declare_classes() {
    let config = super::config(
        r#"{"exports": {
          "A": {"type": "durable-object", "storage": "legacy-kv"}, "B": {"type": "durable-object", "state": "created", "storage": "sqlite"},
          "C": {"type": "durable-object", "state": "renamed", "renamed_to": "B"}, "D": {"type": "worker", "cache": {"enabled": true}}
        }}"#,
    );
    let classes = crate::fold_classes(&config.migrations, &config.exports);
    let shown: Vec<String> = classes.iter().map(|(class, backend)| format!("{class} {backend:?}")).collect();
    assert_eq!(shown, ["A KeyValue", "B Sqlite"]);
    assert_eq!(
        super::errors(r#"{"exports": {"A": {"type": "durable-object", "state": "renamed"}}}"#),
        ["\"exports.A.renamed_to\" is a required field."]
    );
}
