//! `triggers`: when `scheduled` runs.

use crate::raw::Node;
use crate::scope::Scope;

/// The cron expressions, in file order. `crons` may be `null` for none.
pub(crate) fn crons(scope: &Scope) -> Vec<String> {
    let Some(section) = scope.inherited("triggers").and_then(|field| field.section()) else { return Vec::new() };
    section.ignore(&["events"]);
    let crons = match section.get("crons") {
        None => Vec::new(),
        Some(field) => match &field.value.node {
            Node::Null => Vec::new(),
            Node::Array(_) => field.strings().unwrap_or_default(),
            _ => {
                field.error(format!("Expected \"{}\" to be of type array, but got {}.", field.path, section.json()));
                Vec::new()
            }
        },
    };
    section.finish();
    crons
}
