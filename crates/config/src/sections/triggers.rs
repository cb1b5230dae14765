//! `triggers`: when `scheduled` runs.

use crate::raw::Node;
use crate::scope::Scope;

/// The cron expressions, in file order. `crons` may be `null` for none.
pub(crate) fn crons(scope: &Scope) -> Vec<String> {
    let Some(section) = scope.inherited("triggers").and_then(|field| field.section()) else { return Vec::new() };
    section.ignore(&["events"]);
    let crons = match section.get("crons") {
        Some(field) if field.value.node != Node::Null => field.strings().unwrap_or_default(),
        _ => Vec::new(),
    };
    section.finish();
    crons
}
