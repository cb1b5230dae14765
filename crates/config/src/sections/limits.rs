//! `limits`: how much one request may use.

use crate::scope::Scope;

/// How much one request may use. What is absent keeps production's default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limits {
    /// CPU milliseconds.
    pub cpu_ms: Option<f64>,
    /// Requests to the outside.
    pub subrequests: Option<u64>,
}

pub(crate) fn limits(scope: &Scope) -> Limits {
    let Some(section) = scope.inherited("limits").and_then(|field| field.section()) else { return Limits::default() };
    let limits = Limits { cpu_ms: section.number("cpu_ms"), subrequests: section.whole("subrequests") };
    section.finish();
    limits
}
