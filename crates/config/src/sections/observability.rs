//! `observability`: checked, but without local effect.

use crate::field::Section;
use crate::scope::Scope;

/// Checks the section.
pub(crate) fn observability(scope: &Scope) {
    let Some(section) = scope.inherited("observability").and_then(|field| field.section()) else { return };
    let enabled = section.boolean("enabled").is_some();
    rate(&section);
    let logs = part(&section, "logs", &["invocation_logs", "persist"]);
    let traces = part(&section, "traces", &["persist"]);
    if !(enabled || logs || traces || section.table.get("enabled").is_some()) {
        section.notes.error(
            section.span,
            format!("\"{0}.enabled\" or \"{0}.logs.enabled\" or \"{0}.traces.enabled\" is required.", section.path),
        );
    }
    section.finish();
}

/// Checks `logs` or `traces`; answers whether it says `enabled`.
fn part(section: &Section, key: &'static str, flags: &[&'static str]) -> bool {
    let Some(part) = section.get(key).and_then(|field| field.section()) else { return false };
    let enabled = part.get("enabled");
    let present = enabled.is_some();
    enabled.and_then(|field| field.boolean());
    rate(&part);
    for flag in flags {
        part.boolean(flag);
    }
    part.strings("destinations");
    part.finish();
    present
}

fn rate(section: &Section) {
    let Some(field) = section.get("head_sampling_rate") else { return };
    if let Some(rate) = field.number()
        && !(0.0..=1.0).contains(&rate)
    {
        field.error(format!("\"{}\" must be a value between 0 and 1.", field.path));
    }
}
