//! One configuration that touches all common shapes, in JSONC.

use super::resolve_as;
use crate::*;
use std::path::Path;

pub(super) const TEXT: &str = r#"{
  // Comments and trailing commas are fine.
  "name": "shop", "main": "src/index.ts",
  "compatibility_date": "2026-08-01", "compatibility_flags": ["nodejs_compat"],
  "vars": { "GREETING": "hi", "LIMITS": { "max": 3 } },
  "kv_namespaces": [{ "binding": "KV", "id": "abc", "preview_id": "abc-dev" }],
  "r2_buckets": [{ "binding": "FILES", "bucket_name": "files" }],
  "d1_databases": [{ "binding": "DB", "database_name": "shop", "database_id": "uuid", "migrations_dir": "migrations" }],
  "durable_objects": { "bindings": [{ "name": "ROOM", "class_name": "Room" },
                                    { "name": "OTHER", "class_name": "Thing", "script_name": "backend" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Room"] }],
  "queues": { "producers": [{ "binding": "JOBS", "queue": "jobs" }],
              "consumers": [{ "queue": "jobs", "max_batch_size": 10, "max_batch_timeout": 5, "max_retries": 3, "dead_letter_queue": "jobs-dlq", "retry_delay": 2 }] },
  "workflows": [{ "binding": "FLOW", "name": "flow", "class_name": "Flow" }],
  "services": [{ "binding": "BACK", "service": "backend", "entrypoint": "Admin", "props": { "role": "x" } }],
  "triggers": { "crons": ["*/5 * * * *"] },
  "assets": { "directory": "./public", "binding": "ASSETS", "not_found_handling": "single-page-application", "run_worker_first": ["/api/*"] },
  "ratelimits": [{ "name": "RL", "namespace_id": "1", "simple": { "limit": 10, "period": 60 } }],
  "hyperdrive": [{ "binding": "PG", "id": "uuid", "localConnectionString": "postgres://u:p@localhost:5432/db" }],
  "analytics_engine_datasets": [{ "binding": "AE", "dataset": "events" }],
  "send_email": [{ "name": "MAIL", "destination_address": "a@b.c" }],
  "secrets_store_secrets": [{ "binding": "S", "store_id": "id", "secret_name": "n" }],
  "version_metadata": { "binding": "VERSION" }, "worker_loaders": [{ "binding": "LOADER" }],
  "tail_consumers": [{ "service": "tailer" }],
  "rules": [{ "type": "Text", "globs": ["**/*.md"], "fallthrough": true }],
  "build": { "command": "npm run build", "watch_dir": ["src"] },
  "define": { "__VERSION__": "'1.0'" }, "alias": { "moment": "./shims/moment.ts" },
  "limits": { "cpu_ms": 50 }, "observability": { "enabled": true }, "upload_source_maps": true,
  "dev": { "port": 8787, "ip": "0.0.0.0", "local_protocol": "http" },
  "secrets": { "required": ["API_KEY"] },
  "env": { "staging": { "vars": { "GREETING": "staging", "LIMITS": {} }, "kv_namespaces": [{ "binding": "KV", "id": "stg" }] } },
}"#;

fn shop() -> Config {
    let (config, report) = resolve_as("wrangler.jsonc", TEXT, &ResolveOptions::default()).unwrap();
    assert!(report.notes.is_empty(), "{report}");
    config
}

#[test]
fn the_whole_example_is_understood_without_a_complaint() {
    let config = shop();
    assert_eq!(config.worker_name(), "shop");
    assert_eq!(config.main.as_deref(), Some(Path::new("/shop/src/index.ts")));
    assert!(config.compat.enabled("nodejs_compat"));
    assert_eq!(config.crons, ["*/5 * * * *"]);
    assert_eq!(config.limits.cpu_ms, Some(50.0));
    assert_eq!(config.dev.port, Some(8787));
    assert_eq!(config.dev.ip.as_deref(), Some("0.0.0.0"));
    assert_eq!(config.dev.local_protocol, Some(Protocol::Http));
    assert_eq!(config.required_secrets, Some(vec!["API_KEY".to_owned()]));
    assert_eq!(config.build.command.as_deref(), Some("npm run build"));
    assert_eq!(config.build.watch_dirs, [Path::new("/shop/src")]);
    assert_eq!(config.bundle.define, [("__VERSION__".to_owned(), "'1.0'".to_owned())]);
    assert_eq!(config.bundle.alias, [("moment".to_owned(), "./shims/moment.ts".to_owned())]);
    assert_eq!(config.rules.iter().map(|rule| rule.module_type).collect::<Vec<_>>(), [ModuleType::Text]);
    assert_eq!(config.tail_consumers[0].service, "tailer");
    assert_eq!(fold_classes(&config.migrations, &config.exports).get("Room"), Some(&ClassBackend::Sqlite));
}

#[test]
fn every_binding_of_the_example_has_its_fields() {
    let config = shop();
    let bindings = &config.bindings;
    let kv = &bindings.kv_namespaces[0];
    assert_eq!((kv.id.as_deref(), kv.preview_id.as_deref(), kv.local_id()), (Some("abc"), Some("abc-dev"), "abc-dev"));
    assert_eq!(bindings.d1_databases[0].migrations_table, "d1_migrations");
    assert_eq!(bindings.durable_objects[1].script_name.as_deref(), Some("backend"));
    assert_eq!(bindings.services[0].props, Some(serde_json::json!({ "role": "x" })));
    let consumer = &config.queue_consumers[0];
    assert_eq!((consumer.max_batch_size, consumer.retry_delay_secs), (Some(10), Some(2.0)));
    assert_eq!(consumer.dead_letter_queue.as_deref(), Some("jobs-dlq"));
    let assets = bindings.assets.as_ref().unwrap();
    assert_eq!(assets.directory, Path::new("/shop/public"));
    assert_eq!(assets.not_found_handling, NotFoundHandling::SinglePageApplication);
    let rules = StaticRouting { positive: vec!["/api/*".to_owned()], negative: Vec::new() };
    assert_eq!(assets.run_worker_first, RunWorkerFirst::Rules(rules));
    assert_eq!((bindings.ratelimits[0].limit, bindings.ratelimits[0].period_secs), (10, 60));
    let database = bindings.hyperdrive[0].connection(&|_| None).unwrap();
    assert_eq!((database.host.as_str(), database.port, database.database.as_str()), ("localhost", 5432, "db"));
}

#[test]
fn the_start_table_lists_every_binding() {
    let mut config = shop();
    config.add_secrets([("API_KEY".to_owned(), "s3cret".to_owned()), ("UNLISTED".to_owned(), "x".to_owned())]);
    let rows: Vec<String> = config
        .bindings()
        .iter()
        .map(|row| format!("env.{} ({}) {} {}", row.name, row.resource, row.kind.label(), row.mode.label()))
        .collect();
    assert_eq!(
        rows,
        [
            "env.AE (events) Analytics Engine Dataset local",
            "env.ASSETS () Assets local",
            "env.DB (shop) D1 Database local",
            "env.ROOM (Room) Durable Object local",
            "env.OTHER (Thing, defined in backend) Durable Object local",
            "env.PG (uuid) Hyperdrive Config local",
            "env.KV (abc-dev) KV Namespace local",
            "env.JOBS (jobs) Queue local",
            "env.FILES (files) R2 Bucket local",
            "env.RL (10 requests/60s) Rate Limit local",
            "env.S (id/n) Secrets Store Secret local",
            "env.MAIL (a@b.c) Send Email local",
            "env.BACK (backend#Admin) Worker local",
            "env.VERSION () Worker Version Metadata local",
            "env.LOADER () Worker Loader local",
            "env.FLOW (flow) Workflow local",
            "env.GREETING (\"hi\") Environment Variable local",
            "env.LIMITS ({\"max\":3}) Environment Variable local",
            "env.API_KEY (\"(hidden)\") Environment Variable local",
        ]
    );
}

#[test]
fn in_staging_every_list_that_is_not_repeated_is_absent_and_warned_of() {
    let options = ResolveOptions { env: Some("staging"), ..ResolveOptions::default() };
    let (config, report) = resolve_as("wrangler.jsonc", TEXT, &options).unwrap();
    assert_eq!(config.worker_name(), "shop-staging");
    assert_eq!(config.vars.get("GREETING").unwrap(), "staging");
    let mut absent: Vec<&str> =
        report.warnings().filter_map(|note| note.message.strip_prefix('"')?.split('"').next()).collect();
    absent.sort_unstable();
    assert_eq!(
        absent,
        [
            "analytics_engine_datasets",
            "d1_databases",
            "define",
            "durable_objects",
            "hyperdrive",
            "queues",
            "r2_buckets",
            "ratelimits",
            "secrets",
            "secrets_store_secrets",
            "send_email",
            "services",
            "tail_consumers",
            "version_metadata",
            "worker_loaders",
            "workflows",
        ]
    );
    assert!(config.bindings.assets.is_some() && !config.crons.is_empty() && !config.migrations.is_empty());
}
