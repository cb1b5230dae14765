//! Complaints that need the whole configuration.

use std::collections::BTreeMap;

use crate::bindings::{BindingKind, RunWorkerFirst};
use crate::compat::Complaint;
use crate::config::Config;
use crate::field::Field;
use crate::notes::Severity;
use crate::raw::Node;
use crate::scope::Scope;
use crate::sections::fold_classes;
use crate::source::Format;

/// Every name the Worker sees may be given once only.
pub(crate) fn unique_names(config: &Config, scope: &Scope) {
    let mut kinds: BTreeMap<String, Vec<BindingKind>> = BTreeMap::new();
    for row in config.bindings() {
        kinds.entry(row.name).or_default().push(row.kind);
    }
    for name in config.required_secrets.iter().flatten() {
        kinds.entry(name.clone()).or_default();
    }
    let mut any = false;
    for (name, kinds) in &kinds {
        let secret = config.required_secrets.iter().flatten().any(|required| required == name);
        for complaint in repetitions(name, kinds, secret) {
            any = true;
            match scope.notes.name_span(name) {
                Some(span) => scope.notes.error(span, complaint),
                None => scope.notes.absent(Severity::Error, complaint, None),
            }
        }
    }
    if any {
        scope.notes.absent(
            Severity::Error,
            "Bindings must have unique names, so that they can all be referenced in the worker.\nPlease change your \
             bindings to have unique names.",
            None,
        );
    }
}

/// One complaint per kind that has the name twice, and one if several kinds have it.
fn repetitions(name: &str, kinds: &[BindingKind], secret: bool) -> Vec<String> {
    let mut sorted = kinds.to_vec();
    sorted.sort_by_key(|kind| (rank(*kind), *kind));
    let mut labels: Vec<&str> = sorted.iter().map(|kind| kind.label()).chain(secret.then_some("Secret")).collect();
    let mut repeated: Vec<&str> = labels.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    labels.dedup();
    repeated.dedup();
    let together = match labels.as_slice() {
        [] | [_] => None,
        [first, second] => Some(format!("{first} and {second}")),
        [first @ .., last] => Some(format!("{}, and {last}", first.join(", "))),
    };
    let across = together.map(|list| format!("{name} assigned to {list} bindings."));
    let within = repeated.iter().map(|label| format!("{name} assigned to multiple {label} bindings."));
    across.into_iter().chain(within).collect()
}

/// Production's order of kinds in complaints, as far as it can be told from outside.
fn rank(kind: BindingKind) -> u8 {
    match kind {
        BindingKind::KvNamespace => 0,
        BindingKind::DurableObject => 1,
        BindingKind::Variable => 3,
        BindingKind::DispatchNamespace => 4,
        _ => 2,
    }
}

/// A Durable Object class of this very Worker should be created by a migration or an export.
pub(crate) fn durable_objects(config: &Config, scope: &Scope) {
    if !config.migrations.is_empty() || !config.exports.is_empty() {
        return undeclared_classes(config, scope);
    }
    let classes: Vec<&str> = own_classes(config);
    let Some(entry) = scope.declares("durable_objects").filter(|_| !classes.is_empty()) else { return };
    let file = &scope.notes.source.shown;
    scope.notes.warn(
        entry.key_span,
        format!(
            "In your {file} file, you have configured `durable_objects` exported by this Worker ({}), but no `migrations` \
             for them. This may not work as expected until you add a `migrations` section to your {file} file. Add the \
             following configuration:\n\n```\n{}\n```\n\nRefer to \
             https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/ for more details.",
            classes.join(", "),
            first_migration(&classes, scope.notes.source.format)
        ),
    );
}

/// The first migration that creates the classes, written in the file's format.
fn first_migration(classes: &[&str], format: Format) -> String {
    let quoted = classes.iter().map(|class| format!("\"{class}\"")).collect::<Vec<_>>().join(", ");
    match format {
        Format::Toml => format!("[[migrations]]\ntag = \"v1\"\nnew_sqlite_classes = [ {quoted} ]\n"),
        Format::Json => {
            format!("{:#}", serde_json::json!({ "migrations": [{ "tag": "v1", "new_sqlite_classes": classes }] }))
        }
    }
}

fn own_classes(config: &Config) -> Vec<&str> {
    let mut classes: Vec<&str> = Vec::new();
    for binding in config.bindings.durable_objects.iter().filter(|binding| binding.script_name.is_none()) {
        if !classes.contains(&binding.class_name.as_str()) {
            classes.push(&binding.class_name);
        }
    }
    classes
}

fn undeclared_classes(config: &Config, scope: &Scope) {
    let known = fold_classes(&config.migrations, &config.exports);
    for class in own_classes(config).into_iter().filter(|class| !known.contains_key(*class)) {
        let message = format!("No migration or export creates the Durable Object class: `{class}`");
        let hint = "it works locally with key-value storage; deploying it needs an entry in `migrations` or `exports`";
        match scope.declares("durable_objects") {
            Some(entry) => scope.notes.warn_hint(entry.key_span, message, hint),
            None => scope.notes.absent(Severity::Warning, message, Some(hint.to_owned())),
        }
    }
}

/// There must be a script or a directory of assets.
pub(crate) fn entry_point(config: &Config, scope: &Scope) {
    let entry_point_failed = scope.inherited("main").is_some() || scope.inherited("assets").is_some();
    if config.main.is_some() || config.bindings.assets.is_some() || config.site.is_some() || entry_point_failed {
        return;
    }
    let date = &config.compatibility_date;
    let json = |field: &str| {
        format!("```\n{{\n  \"name\": \"worker-name\",\n  \"compatibility_date\": \"{date}\",\n  {field}\n}}\n```")
    };
    scope.notes.absent(
        Severity::Error,
        format!(
            "Missing entry-point to Worker script or to assets directory\n\nIf there is code to deploy, you can either:\n\
             - Specify an entry-point to your Worker script via the command line (ex: `edgeemu dev src/index.ts`)\n\
             - Or create a \"wrangler.jsonc\" file containing:\n\n{}\n\nIf are uploading a directory of assets, you can \
             either:\n- Specify the path to the directory of assets via the command line: (ex: `edgeemu dev \
             --assets=./dist`)\n- Or create a \"wrangler.jsonc\" file containing:\n\n{}",
            json("\"main\": \"src/index.ts\""),
            json("\"assets\": { \"directory\": \"./dist\" }"),
        ),
        None,
    );
}

/// Assets without a script cannot be bound, nor asked after the script.
pub(crate) fn assets(config: &Config, scope: &Scope) {
    const ADD_MAIN: &str = "or provide a Worker script in your configuration file (`main`).";
    let Some(assets) = &config.bindings.assets else { return };
    let complain = |severity, message: String| match scope.declares("assets") {
        Some(entry) => scope.notes.at(severity, entry.key_span, message, None),
        None => scope.notes.absent(severity, message, None),
    };
    let first = assets.run_worker_first != RunWorkerFirst::Always(false);
    if config.main.is_none() && assets.binding.is_some() {
        let message = "Cannot use assets with a binding in an assets-only Worker.\nPlease remove the asset binding from your \
                       configuration file, ";
        complain(Severity::Error, format!("{message}{ADD_MAIN}"));
    }
    if config.main.is_none() && first {
        let message = "Cannot set run_worker_first without a Worker script.\nPlease remove run_worker_first from your \
                       configuration file, ";
        complain(Severity::Error, format!("{message}{ADD_MAIN}"));
    }
    if config.main.is_some() && assets.binding.is_none() && assets.run_worker_first == RunWorkerFirst::Always(true) {
        let message = "run_worker_first=true set without an assets binding\nSetting run_worker_first to true will always \
                       invoke your Worker script.\nTo fetch your assets from your Worker, please set the [assets.binding] \
                       key in your configuration file.\n\nRead more: \
                       https://developers.cloudflare.com/workers/static-assets/binding/#binding";
        complain(Severity::Warning, message.to_owned());
    }
}

/// Puts the runtime's complaint about date or flags at its place in the file.
pub(crate) fn compatibility(scope: &Scope, field: Option<&Field>, complaint: Complaint) {
    let Some(field) = field else {
        return scope.notes.absent(complaint.severity, complaint.message, complaint.hint);
    };
    let span = match (&field.value.node, complaint.flag) {
        (Node::Array(items), Some(at)) => items.get(at).map_or(field.value.span, |item| item.span),
        _ => field.value.span,
    };
    scope.notes.at(complaint.severity, span, complaint.message, complaint.hint);
}
