//! Each complaint with its exact text.

use super::{errors, resolve, resolve_as, warnings};
use crate::{ResolveOptions, Severity};

/// Asserts that each text gives exactly the one complaint beside it.
fn each(find: fn(&str) -> Vec<String>, table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(find(text), [expected.to_owned()], "for {text}");
    }
}

#[test]
fn unknown_keys_are_warned_of_where_they_stand() {
    each(
        warnings,
        &[
            (r#"{"foo": 1, "bar": 2}"#, r#"Unexpected fields found in top-level field: "foo","bar""#),
            (r#"{"build": {"foo": 1}}"#, r#"Unexpected fields found in build field: "foo""#),
            (r#"{"dev": {"prot": 1}}"#, r#"Unexpected fields found in dev field: "prot""#),
            (
                r#"{"d1_databases": [{"binding": "DB", "foo": 1}]}"#,
                r#"Unexpected fields found in d1_databases[0] field: "foo""#,
            ),
            (r#"{"usage_model": "bundled"}"#, r#"Unexpected fields found in top-level field: "usage_model""#),
            (r#"{"webpack_config": "x"}"#, r#"Unexpected fields found in top-level field: "webpack_config""#),
        ],
    );
}

#[test]
fn misspelt_keys_get_a_hint() {
    let (_, report) = resolve(r#"{"kv_namespace": [], "compatability_date": "2026-01-01"}"#).unwrap();
    let note = &report.notes[1];
    assert_eq!(note.message, r#"Unexpected fields found in top-level field: "kv_namespace","compatability_date""#);
    assert_eq!(
        note.hint.as_deref(),
        Some("`kv_namespace`: did you mean `kv_namespaces`? `compatability_date`: did you mean `compatibility_date`?")
    );
    let (_, report) = resolve(r#"{"kv-namespaces": []}"#).unwrap();
    assert_eq!(report.notes[1].hint.as_deref(), Some("did you mean `kv_namespaces`?"));
}

#[test]
fn wrong_types_are_errors() {
    each(
        errors,
        &[
            (r#"{"name": 123}"#, r#"Expected "name" to be of type string but got 123."#),
            (r#"{"main": {"a": 1}}"#, r#"Expected "main" to be of type string but got {"a":1}."#),
            (r#"{"workers_dev": "yes"}"#, r#"Expected "workers_dev" to be of type boolean but got "yes"."#),
            (r#"{"dev": {"port": "x"}}"#, r#"Expected "dev.port" to be of type number but got "x"."#),
            (r#"{"dev": {"port": 99999}}"#, "`dev.port` must be at most 65535: 99999"),
            (r#"{"dev": {"port": 1.5}}"#, r#"Expected "dev.port" to be a whole number of at least 0 but got 1.5."#),
            (
                r#"{"compatibility_flags": "a"}"#,
                r#"Expected "compatibility_flags" to be of type string array but got "a"."#,
            ),
            (r#"{"triggers": {"crons": [1]}}"#, r#"Expected "triggers.crons.[0]" to be of type string but got 1."#),
            (
                r#"{"dev": {"local_protocol": "ftp"}}"#,
                r#"Expected "dev.local_protocol" field to be one of ["http","https"] but got "ftp"."#,
            ),
            (r#"{"vars": []}"#, r#"The field "vars" should be an object but got []."#),
            (r#"{"define": {"A.B": 1}}"#, r#"The field "define.A.B" should be a string but got 1."#),
            (r#"{"kv_namespaces": {}}"#, r#"The field "kv_namespaces" should be an array but got {}."#),
            (r#"{"kv_namespaces": ["A"]}"#, r#""kv_namespaces" bindings should be objects, but got "A""#),
            (r#"{"limits": {"cpu_ms": "1"}}"#, r#"Expected "limits.cpu_ms" to be of type number but got "1"."#),
            (r#"{"env": 1}"#, r#"The field "env" should be an object but got 1."#),
        ],
    );
}

#[test]
fn missing_required_fields_are_errors() {
    each(
        errors,
        &[
            (
                r#"{"kv_namespaces": [{"id": "x"}]}"#,
                r#""kv_namespaces[0]" bindings should have a string "binding" field but got {"id":"x"}."#,
            ),
            (
                r#"{"kv_namespaces": [{"binding": "A", "preview_id": 1}]}"#,
                r#""kv_namespaces[0]" bindings should, optionally, have a string "preview_id" field but got {"binding":"A","preview_id":1}."#,
            ),
            (
                r#"{"services": [{"binding": "A"}]}"#,
                r#""services[0]" bindings should have a string "service" field but got {"binding":"A"}."#,
            ),
            (
                r#"{"durable_objects": {}}"#,
                r#"The field "durable_objects" is missing the required "bindings" property."#,
            ),
            (
                r#"{"queues": {"consumers": [{"max_retries": 1}]}}"#,
                r#""queues.consumers[0]" should have a string "queue" field but got {"max_retries":1}."#,
            ),
            (
                r#"{"queues": {"consumers": [{"queue": "q", "type": "http_pull"}]}}"#,
                r#""queues.consumers[0].type" has an invalid value "http_pull". Only "worker" consumers can be configured in your Wrangler configuration."#,
            ),
            (
                r#"{"rules": [{"type": "Text"}]}"#,
                r#"Expected "rules[0].globs" to be an array of strings but got undefined"#,
            ),
            (r#"{"migrations": [{"new_classes": []}]}"#, r#""migrations[0].tag" is a required field."#),
            (
                r#"{"assets": {"binding": "A"}}"#,
                "The `assets` property in your configuration is missing the required `directory` property.",
            ),
            (
                r#"{"observability": {"logs": {"persist": true}}}"#,
                r#""observability.enabled" or "observability.logs.enabled" or "observability.traces.enabled" is required."#,
            ),
        ],
    );
}

#[test]
fn values_out_of_range_are_errors() {
    let long = "n".repeat(65);
    let workflow = format!(r#"{{"workflows": [{{"binding": "F", "name": "{long}", "class_name": "F"}}]}}"#);
    each(
        errors,
        &[
            (
                r#"{"name": "My_Worker"}"#,
                r#"Expected "name" to be of type string, alphanumeric and lowercase with dashes only but got "My_Worker"."#,
            ),
            (
                r#"{"r2_buckets": [{"binding": "B", "bucket_name": "A_b"}]}"#,
                "r2_buckets[0].bucket_name=\"A_b\" is invalid. Bucket names must begin and end with an alphanumeric \
                 character, only contain lowercase letters, numbers, and hyphens, and be between 3 and 63 characters long.",
            ),
            (
                r#"{"compatibility_date": "2024–01–01"}"#,
                "\"compatibility_date\" field should use ISO-8601 accepted hyphens (-) rather than en-dashes (–) or \
                 em-dashes (—).",
            ),
            (
                r#"{"compatibility_date": "2024-02-30"}"#,
                r#""compatibility_date" field should be a valid ISO-8601 date (YYYY-MM-DD), but got "2024-02-30"."#,
            ),
            (
                r#"{"compatibility_date": "2099-01-01"}"#,
                "This Worker requires compatibility date \"2099-01-01\", but the newest date supported by this server \
                 binary is \"2026-11-20\".",
            ),
            (r#"{"compatibility_flags": ["nodejs_compta"]}"#, "No such compatibility flag: nodejs_compta"),
            (
                r#"{"ratelimits": [{"name": "R", "namespace_id": "1", "simple": {"limit": 1, "period": 30}}]}"#,
                r#""ratelimits[0]" bindings "simple.period" must be either 10 or 60 but got 30."#,
            ),
            (
                r#"{"observability": {"enabled": true, "head_sampling_rate": 2}}"#,
                "\"observability.head_sampling_rate\" must be a value between 0 and 1.",
            ),
            (
                &workflow,
                "\"workflows[0]\" binding \"name\" field is invalid. Workflow names must be 1-64 characters long, start with a letter, \
                 number, or underscore, and may only contain letters, numbers, underscores, or hyphens.",
            ),
            (
                r#"{"d1_databases": [{"binding": "D", "migrations_pattern": "sql/*.sql"}]}"#,
                "`d1_databases[0].migrations_pattern` must start with `migrations/`: sql/*.sql",
            ),
        ],
    );
}

#[test]
fn keys_that_exclude_each_other_are_errors() {
    each(
        errors,
        &[
            (
                r#"{"route": "a.com/*", "routes": ["b.com/*"]}"#,
                r#"Expected exactly one of the following fields ["routes","route"]."#,
            ),
            (
                r#"{"migrations": [{"tag": "v1", "new_classes": ["A"]}], "exports": {"A": {"type": "durable-object"}}}"#,
                r#"Expected exactly one of the following fields ["migrations","exports"]."#,
            ),
            (
                r#"{"send_email": [{"name": "M", "destination_address": "a@b.c", "allowed_destination_addresses": ["a@b.c"]}]}"#,
                "\"send_email[0]\" bindings should have either a \"destination_address\" or \
                 \"allowed_destination_addresses\" field, but not both.",
            ),
            (
                r#"{"workflows": [{"binding": "A", "name": "f", "class_name": "F"}, {"binding": "B", "name": "f", "class_name": "G"}]}"#,
                r#""workflows" bindings must have unique "name" values; duplicate(s) found: "f""#,
            ),
            (
                r#"{"queues": {"consumers": [{"queue": "q"}, {"queue": "q"}]}}"#,
                "Queue has several consumers in this configuration: `q`",
            ),
            (
                r#"{"migrations": [{"tag": "v1", "new_classes": ["A"]}, {"tag": "v1", "new_classes": ["B"]}]}"#,
                "Migration tag is used twice: \"v1\"",
            ),
        ],
    );
}

#[test]
fn removed_keys_are_errors() {
    let found = errors(r#"{"legacy_env": true, "node_compat": true}"#);
    assert_eq!(
        found,
        [
            "The \"legacy_env\" field is no longer supported, so please remove it from your configuration \
             file.\nService environments have been removed, and each environment is now deployed as its own Worker named \
             \"<name>-<environment>\". This matches the behaviour of \"legacy_env = true\", which was the default, so \
             removing the field will not change how your Worker is deployed.\nRefer to \
             https://developers.cloudflare.com/workers/wrangler/environments/ for more information.",
            "Removed: \"node_compat\":\nThe \"node_compat\" field is no longer supported as of Wrangler v4. Instead, use \
             the `nodejs_compat` compatibility flag. This includes the functionality from legacy `node_compat` polyfills \
             and natively implemented Node.js APIs. See https://developers.cloudflare.com/workers/runtime-apis/nodejs for \
             more information.",
        ]
    );
    let found = warnings(r#"{"site": {"bucket": "public", "entry-point": "worker"}}"#);
    assert!(found[0].starts_with("Deprecation: \"site.entry-point\":\n"), "{found:?}");
}

#[test]
fn names_given_twice_are_errors() {
    const UNIQUE: &str = "Bindings must have unique names, so that they can all be referenced in the worker.\nPlease change \
                          your bindings to have unique names.";
    let same_kind = r#"{"kv_namespaces": [{"binding": "X"}, {"binding": "X"}]}"#;
    assert_eq!(errors(same_kind), ["X assigned to multiple KV Namespace bindings.", UNIQUE]);
    let two_kinds = r#"{"kv_namespaces": [{"binding": "X"}], "durable_objects": {"bindings": [{"name": "X", "class_name": "C", "script_name": "o"}]}}"#;
    assert_eq!(errors(two_kinds), ["X assigned to KV Namespace and Durable Object bindings.", UNIQUE]);
    let with_var = r#"{"kv_namespaces": [{"binding": "X"}], "vars": {"X": 1}}"#;
    assert_eq!(errors(with_var), ["X assigned to KV Namespace and Environment Variable bindings.", UNIQUE]);
    let with_secret = r#"{"kv_namespaces": [{"binding": "X"}], "secrets": {"required": ["X"]}}"#;
    assert_eq!(errors(with_secret), ["X assigned to KV Namespace and Secret bindings.", UNIQUE]);
    let report = resolve(same_kind).unwrap_err();
    let place = report.errors().next().unwrap().place.as_ref().unwrap();
    assert_eq!((place.line, place.column), (1, 50), "the second X is pointed at");
}

#[test]
fn routes_may_be_strings_or_objects() {
    each(
        errors,
        &[
            (
                r#"{"route": 5}"#,
                "Expected \"route\" to be either a string, or an object with shape { pattern, custom_domain, zone_id | \
                 zone_name, enabled, previews_enabled }, but got 5.",
            ),
            (r#"{"routes": "a"}"#, "Expected \"routes\" to be an array but got \"a\"."),
            (
                r#"{"routes": ["a", {"zone_id": "x"}]}"#,
                "Expected \"routes\" to be an array of either strings or objects with the shape { pattern, custom_domain, \
                 zone_id | zone_name, enabled, previews_enabled }, but these weren't valid: [\n  {\n    \"zone_id\": \
                 \"x\"\n  }\n].",
            ),
        ],
    );
    let routes =
        super::config(r#"{"routes": ["https://*.a.com/x", {"pattern": "b.com", "custom_domain": true}]}"#).routes;
    assert_eq!(routes[0].host(), Some("a.com"));
    assert!(routes[1].custom_domain);
}

#[test]
fn run_worker_first_rules_are_checked() {
    let assets = |rules: &str| errors(&format!(r#"{{"assets": {{"directory": "d", "run_worker_first": {rules}}}}}"#));
    assert_eq!(assets(r#"["/api/*", "!/api/docs/*"]"#), Vec::<String>::new());
    assert_eq!(assets("true"), Vec::<String>::new());
    assert_eq!(assets("[]"), ["No `run_worker_first` rules were provided; must provide at least 1 rule."]);
    assert_eq!(
        assets(r#"["!/a"]"#),
        ["Only negative `run_worker_first` rules were provided; must provide at least 1 non-negative rule"]
    );
    assert_eq!(
        assets(r#"["api", "!/b", "/a", "/a", "/c/*", "/c/d"]"#),
        [
            "Invalid routes in `run_worker_first`:\n'api': rules must start with '/' or '!/'\n'/a': rule is a duplicate; rules \
          must be unique\n'/c/d': rule '/c/*' makes it redundant"
        ]
    );
    let long = format!("/{}", "x".repeat(100));
    assert_eq!(
        assets(&format!("[\"{long}\"]")),
        [format!(
            "Invalid routes in `run_worker_first`:\n'{long}': all rules must be less than 100 characters in length"
        )]
    );
    let many: Vec<String> = (0..101).map(|number| format!("\"/{number}\"")).collect();
    assert_eq!(
        assets(&format!("[{}]", many.join(","))),
        ["Too many `run_worker_first` rules were provided; 101 rules provided exceeds max of 100."]
    );
    assert_eq!(
        assets("3"),
        ["The field \"assets.run_worker_first\" should be an array of strings or a boolean, but got 3."]
    );
}

#[test]
fn hyperdrive_connection_strings_are_checked_part_by_part() {
    let with = |text: &str| {
        errors(&format!(r#"{{"hyperdrive": [{{"binding": "PG", "id": "x", "localConnectionString": "{text}"}}]}}"#))
    };
    assert_eq!(with("postgres://u:p@localhost:5432/db"), Vec::<String>::new());
    assert_eq!(with("mysql://u:p@localhost/db"), Vec::<String>::new());
    for (text, expected) in [
        ("localhost", "You must provide a valid connection string"),
        ("mongo://u:p@h/db", "Only PostgreSQL-compatible or MySQL-compatible databases are currently supported."),
        ("postgres://u:p@/db", "You must provide a hostname or IP address"),
        ("postgres://u:p@h", "You must provide a database name"),
        ("postgres://:p@h/db", "You must provide a username"),
        ("postgres://u@h/db", "You must provide a password"),
        ("postgres://u:p@h:0/db", "The port of the connection string is not valid: 0"),
    ] {
        let found = with(text);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{text}: {found:?}");
    }
}

#[test]
fn a_missing_date_is_warned_of_and_the_newest_is_used() {
    let (config, report) = resolve("{}").unwrap();
    assert_eq!(config.compatibility_date, "2026-11-20");
    assert_eq!(
        report.notes[0].message,
        "No compatibility_date was specified. Using the default compatibility date: 2026-11-20."
    );
}

#[test]
fn a_missing_entry_point_is_an_error() {
    let report = resolve_as("wrangler.toml", "name = \"x\"\n", &ResolveOptions::default()).unwrap_err();
    let error = report.errors().next().unwrap();
    assert!(
        error.message.starts_with("Missing entry-point to Worker script or to assets directory\n\nIf there is code")
    );
    assert!(resolve_as("wrangler.toml", "[assets]\ndirectory = \"public\"\n", &ResolveOptions::default()).is_ok());
}

#[test]
fn durable_objects_without_a_lifecycle_are_warned_of() {
    let text = r#"{"durable_objects": {"bindings": [{"name": "A", "class_name": "Room"}]}}"#;
    assert_eq!(
        warnings(text),
        ["In your wrangler.jsonc file, you have configured `durable_objects` exported by this Worker (Room), but no \
          `migrations` for them. This may not work as expected until you add a `migrations` section to your wrangler.jsonc \
          file. Add the following configuration:\n\n```\n{\n  \"migrations\": [\n    {\n      \"tag\": \"v1\",\n      \
          \"new_sqlite_classes\": [\n        \"Room\"\n      ]\n    }\n  ]\n}\n```\n\nRefer to \
          https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/ for more details."]
    );
    let toml = "main = \"a.js\"\n[[durable_objects.bindings]]\nname = \"A\"\nclass_name = \"Room\"\n";
    let (_, report) = resolve_as("wrangler.toml", toml, &ResolveOptions::default()).unwrap();
    let snippet = "```\n[[migrations]]\ntag = \"v1\"\nnew_sqlite_classes = [ \"Room\" ]\n\n```";
    assert!(report.notes.iter().any(|note| note.message.contains(snippet)), "{report}");
    let foreign = r#"{"durable_objects": {"bindings": [{"name": "A", "class_name": "Room", "script_name": "other"}]}}"#;
    assert_eq!(warnings(foreign), Vec::<String>::new());
    let forgotten = r#"{"durable_objects": {"bindings": [{"name": "A", "class_name": "Room"}]}, "migrations": [{"tag": "v1", "new_classes": ["Other"]}]}"#;
    assert_eq!(warnings(forgotten), ["No migration or export creates the Durable Object class: `Room`"]);
}

#[test]
fn unsafe_is_warned_of_unless_silenced() {
    let text = r#"{"unsafe": {"bindings": [{"name": "X", "type": "ratelimit", "anything": 1}]}}"#;
    assert_eq!(warnings(text), ["\"unsafe\" fields are experimental and may change or break at any time."]);
    let options = ResolveOptions { quiet_unsafe: true, entry_point_needed: false, ..ResolveOptions::default() };
    let (_, report) = resolve_as("wrangler.jsonc", text, &options).unwrap();
    assert!(report.notes.iter().all(|note| !note.message.contains("unsafe")));
}

#[test]
fn remote_is_refused_ignored_aloud_or_needed() {
    each(
        errors,
        &[(
            r#"{"hyperdrive": [{"binding": "A", "id": "x", "remote": true}]}"#,
            "Hyperdrive bindings do not support accessing remote resources.",
        )],
    );
    each(
        warnings,
        &[
            (
                r#"{"kv_namespaces": [{"binding": "A", "remote": true}]}"#,
                "Remote resources are out of reach, local data is used instead: `A`",
            ),
            (
                r#"{"vectorize": [{"binding": "A", "index_name": "i"}]}"#,
                "Vectorize Index bindings do not support local development, and so parts of your Worker may not work \
                 correctly.",
            ),
            (
                r#"{"vpc_services": [{"binding": "A", "service_id": "i"}]}"#,
                "\"vpc_services\" bindings do not support local development, and so parts of your Worker may not work \
                 correctly.",
            ),
        ],
    );
}

#[test]
fn all_complaints_are_made_at_once() {
    let text = r#"{"name": 1, "main": 2, "foo": 3, "kv_namespaces": [{}], "dev": {"port": "x"}}"#;
    assert_eq!(errors(text).len(), 4);
    assert_eq!(warnings(text).len(), 1);
}

#[test]
fn the_report_renders_like_wranglers_with_an_excerpt_below_each_item() {
    let text = "name = \"shop\"\nmain = \"a.js\"\ncompatibility_date = \"2026-01-01\"\nkv_namespace = []\n\n\
                [vars]\nA = 1\n\n[env.staging]\nnme = \"x\"\n";
    let options = ResolveOptions { env: Some("staging"), ..ResolveOptions::default() };
    let (_, report) = resolve_as("wrangler.toml", text, &options).unwrap();
    assert_eq!(
        report.render(),
        r#"▲ [WARNING] Processing wrangler.toml configuration:
  - Unexpected fields found in top-level field: "kv_namespace"
      --> wrangler.toml:4:1
       |
     4 | kv_namespace = []
       | ^^^^^^^^^^^^
       = hint: did you mean `kv_namespaces`?

  - "env.staging" environment configuration
    - "vars" exists at the top level, but not on "env.staging".
      This is not what you probably want, since "vars" is not inherited by environments.
      Please add "vars" to "env.staging".
        --> wrangler.toml:6:2
         |
       6 | [vars]
         |  ^^^^
    - Unexpected fields found in env.staging field: "nme"
         --> wrangler.toml:10:1
          |
       10 | nme = "x"
          | ^^^
          = hint: did you mean `name`?
"#
    );
    assert_eq!(report.block(Severity::Error), None);
}

#[test]
fn the_report_is_json_for_programs() {
    let report = resolve(r#"{"compatibility_date": "2026-01-01", "name": 1}"#).unwrap_err();
    assert_eq!(
        report.to_json(),
        serde_json::json!({
            "file": "wrangler.jsonc",
            "errors": 1,
            "warnings": 0,
            "notes": [{
                "severity": "error",
                "message": "Expected \"name\" to be of type string but got 1.",
                "place": {
                    "file": "wrangler.jsonc", "line": 1, "column": 46, "indent": 45, "width": 1,
                    "excerpt": "{\"compatibility_date\": \"2026-01-01\", \"name\": 1}",
                },
            }],
        })
    );
}

#[test]
fn assets_without_a_script_cannot_be_bound_nor_asked_after_it() {
    let check = |text: &str| -> Vec<String> {
        let (Ok((_, report)) | Err(report)) = resolve_as("wrangler.json", text, &ResolveOptions::default());
        report.notes.into_iter().map(|note| note.message).collect()
    };
    let date = r#""compatibility_date": "2026-01-01""#;
    let found =
        check(&format!(r#"{{{date}, "assets": {{"directory": "d", "binding": "A", "run_worker_first": true}}}}"#));
    assert!(found[0].starts_with("Cannot use assets with a binding in an assets-only Worker.\n"), "{found:?}");
    assert!(found[1].starts_with("Cannot set run_worker_first without a Worker script.\n"), "{found:?}");
    let found =
        check(&format!(r#"{{{date}, "main": "a.js", "assets": {{"directory": "d", "run_worker_first": true}}}}"#));
    assert!(found[0].starts_with("run_worker_first=true set without an assets binding\n"), "{found:?}");
}

#[test]
fn kinds_with_words_of_their_own_use_them() {
    each(
        errors,
        &[
            (
                r#"{"durable_objects": {"bindings": [{"class_name": "D"}]}}"#,
                "\"durable_objects.bindings[0]\": {\"class_name\":\"D\"}\n- binding should have a string \"name\" field.",
            ),
            (r#"{"ai": {}}"#, "binding should have a string \"binding\" field."),
            (
                r#"{"vectorize": [{"binding": "V"}]}"#,
                r#""vectorize[0]" bindings must have an "index_name" field but got {"binding":"V"}."#,
            ),
            (
                r#"{"dispatch_namespaces": [{"binding": "D"}]}"#,
                r#""dispatch_namespaces[0]" should have a string "namespace" field but got {"binding":"D"}."#,
            ),
            (
                r#"{"ratelimits": [{"name": "R", "namespace_id": "1"}]}"#,
                r#""ratelimits[0]" bindings must have a "simple" configuration object but got {"name":"R","namespace_id":"1"}."#,
            ),
            (
                r#"{"queues": {"consumers": [{"queue": "q", "max_batch_size": "1"}]}}"#,
                r#""queues.consumers[0]" should, optionally, have a number "max_batch_size" field but got {"queue":"q","max_batch_size":"1"}."#,
            ),
            (r#"{"alias": {"./a.b": 1}}"#, r#"Expected alias["./a.b"] to be a string, but got number"#),
            (r#"{"text_blobs": {"A": 1}}"#, "Expected \"text_blobs['A']\" to be of type string but got 1."),
            (r#"{"migrations": 5}"#, "The optional \"migrations\" field should be an array, but got 5"),
            (
                r#"{"migrations": [{"tag": "v1", "renamed_classes": ["x"]}]}"#,
                "Expected \"migrations[0].renamed_classes\" to be an array of \"{from: string, to: string}\" objects but got \
                 [\"x\"].",
            ),
            (
                r#"{"triggers": {"crons": "x"}}"#,
                r#"Expected "triggers.crons" to be of type array, but got {"crons":"x"}."#,
            ),
            (r#"{"observability": 5}"#, "\"observability\" should be an object but got 5."),
        ],
    );
}

#[test]
fn a_name_given_to_three_kinds_is_one_complaint_and_twice_within_one_another() {
    let text = r#"{"vars": {"X": 1}, "d1_databases": [{"binding": "X"}],
      "kv_namespaces": [{"binding": "X"}, {"binding": "X"}]}"#;
    assert_eq!(
        errors(text)[..2],
        [
            "X assigned to KV Namespace, D1 Database, and Environment Variable bindings.",
            "X assigned to multiple KV Namespace bindings."
        ]
    );
}
