//! Keys without local effect: their types are checked, their values are not used.

use crate::field::Field;
use crate::raw::Node;
use crate::scope::Scope;

/// Checks the type of one value.
type Check = fn(&Field);

const TEXT: Check = |field| drop(field.string());
const FLAG: Check = |field| {
    field.boolean();
};
const OBJECT: Check = |field| drop(field.section());
const LIST: Check = |field| {
    if !matches!(field.value.node, Node::Array(_)) {
        field.error(format!("The field \"{}\" should be an array but got {}.", field.path, field.json()));
    }
};

const INHERITED: [(&str, Check); 13] = [
    ("access", OBJECT),
    ("account_id", TEXT),
    ("cache", OBJECT),
    ("compliance_region", TEXT),
    ("first_party_worker", FLAG),
    ("logfwdr", OBJECT),
    ("logpush", FLAG),
    ("placement", OBJECT),
    ("preview_urls", FLAG),
    ("previews", OBJECT),
    ("python_modules", OBJECT),
    ("upload_source_maps", FLAG),
    ("workers_dev", FLAG),
];

const REPEATED: [(&str, Check); 3] = [("cloudchamber", OBJECT), ("connect", LIST), ("containers", LIST)];

/// Build tools write it, and nobody checks it.
const ANYTHING: Check = |_| {};

const TOP_ONLY: [(&str, Check); 11] = [
    ("$schema", TEXT),
    ("addresses", LIST),
    ("configPath", ANYTHING),
    ("definedEnvironments", ANYTHING),
    ("dependencies_instrumentation", OBJECT),
    ("keep_vars", FLAG),
    ("pages_build_output_dir", TEXT),
    ("send_metrics", FLAG),
    ("targetEnvironment", ANYTHING),
    ("topLevelName", ANYTHING),
    ("userConfigPath", ANYTHING),
];

/// Type-checks the keys that change nothing locally, and complains about removed ones. A generated file (`redirected`)
/// may still have `legacy_env`: its author cannot do anything about it.
pub(crate) fn ignored(scope: &Scope, redirected: bool) {
    for (key, check) in INHERITED {
        scope.inherited(key).iter().for_each(check);
    }
    for (key, check) in REPEATED {
        scope.repeated(key).iter().for_each(check);
    }
    for (key, check) in TOP_ONLY {
        scope.top_only(key).iter().for_each(check);
    }
    removed(scope, redirected);
}

const REMOVED: [(&str, &str); 2] = [
    (
        "legacy_env",
        "The \"legacy_env\" field is no longer supported, so please remove it from your configuration file.\nService \
         environments have been removed, and each environment is now deployed as its own Worker named \
         \"<name>-<environment>\". This matches the behaviour of \"legacy_env = true\", which was the default, so removing \
         the field will not change how your Worker is deployed.\nRefer to \
         https://developers.cloudflare.com/workers/wrangler/environments/ for more information.",
    ),
    (
        "node_compat",
        "Removed: \"node_compat\":\nThe \"node_compat\" field is no longer supported as of Wrangler v4. Instead, use the \
         `nodejs_compat` compatibility flag. This includes the functionality from legacy `node_compat` polyfills and \
         natively implemented Node.js APIs. See https://developers.cloudflare.com/workers/runtime-apis/nodejs for more \
         information.",
    ),
];

fn removed(scope: &Scope, redirected: bool) {
    for (key, message) in REMOVED {
        let is_forgiven = redirected && key == "legacy_env";
        if let Some(field) = scope.inherited(key).filter(|_| !is_forgiven) {
            field.notes.error(field.key_span, message);
        }
    }
}
