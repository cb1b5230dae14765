//! `vars` and `secrets`: the values a Worker finds under plain names.

use serde_json::{Map, Value as Json};

use crate::field::Field;
use crate::raw::{Node, Value};
use crate::scope::Scope;

/// The variables in file order. TOML dates are rejected, because a Worker could not tell them from strings.
pub(crate) fn vars(scope: &Scope) -> Map<String, Json> {
    let Some(field) = scope.repeated("vars") else { return Map::new() };
    warn_of_missing(scope, &field);
    let Some(section) = field.object() else { return Map::new() };
    for var in section.fields() {
        var.notes.remember_name(var.key, var.key_span);
        reject_dates(&var, var.value);
    }
    section.table.to_json()
}

fn reject_dates(var: &Field, value: &Value) {
    match &value.node {
        // The date in the advice is production's example, not the one that was written.
        Node::Date(_) => var.notes.error(
            value.span,
            format!(
                "The field \"{}\" is a TOML date, which is not supported. Please use a string instead, e.g. {} = \
                 \"2025-12-19\".",
                var.path, var.key
            ),
        ),
        Node::Array(items) => items.iter().for_each(|item| reject_dates(var, item)),
        Node::Table(table) => table.entries.iter().for_each(|entry| reject_dates(var, &entry.value)),
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => {}
    }
}

fn warn_of_missing(scope: &Scope, field: &Field) {
    let (Some(name), Some(above)) = (scope.environment(), scope.above("vars")) else { return };
    let (Node::Table(own), Node::Table(top)) = (&field.value.node, &above.value.node) else { return };
    let missing: Vec<&str> =
        top.entries.iter().map(|entry| entry.key.as_str()).filter(|key| own.get(key).is_none()).collect();
    if !missing.is_empty() {
        let list = missing.iter().map(|key| format!("\"{key}\"")).collect::<Vec<_>>().join(", ");
        field.warn(format!(
            "The following vars exist at the top level, but not on \"env.{name}.vars\": {list}\nThis is not what you \
             probably want, since \"vars\" is not inherited by environments.\nPlease add these vars to \"env.{name}.vars\"."
        ));
    }
}

/// The names under `secrets.required`; `None` when `secrets` is not configured, which means all secrets are taken.
pub(crate) fn required_secrets(scope: &Scope) -> Option<Vec<String>> {
    let section = scope.repeated("secrets")?.object()?;
    let required = section.strings("required");
    section.finish();
    Some(required.unwrap_or_default())
}
