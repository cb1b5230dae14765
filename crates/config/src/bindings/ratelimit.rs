//! `ratelimits`: a counter that says no after so many calls in a window.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;
use crate::raw::Node;

/// A rate limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimit {
    /// The name the Worker sees.
    pub name: String,
    /// Limits with the same namespace share their counters.
    pub namespace_id: String,
    /// Calls allowed per window.
    pub limit: u64,
    /// Length of the window in seconds: 10 or 60.
    pub period_secs: u64,
}

impl Item for RateLimit {
    const KEY: &'static str = "ratelimits";
    const NAME: &'static str = "name";
    const LOCALITY: Locality = Locality::LocalOnly("Rate Limit");

    fn parse(section: &Section) -> Option<RateLimit> {
        let name = section.binding_string("name");
        let namespace_id = section.worded_string("namespace_id", "bindings must have a string");
        let (limit, period_secs) = simple(section)?;
        Some(RateLimit { name: name?, namespace_id: namespace_id?, limit, period_secs })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        let shown = format!("{} requests/{}s", self.limit, self.period_secs);
        Binding { local_id: self.namespace_id.clone(), ..row::<RateLimit>(kind, &self.name, &shown) }
    }
}

fn simple(section: &Section) -> Option<(u64, u64)> {
    let simple = match section.get("simple").map(|field| (matches!(field.value.node, Node::Table(_)), field)) {
        Some((true, field)) => field.section()?,
        other => {
            let span = other.map_or(section.span, |(_, field)| field.value.span);
            let message = format!("\"{}\" bindings must have a \"simple\" configuration object but got {}.", section.path, section.json());
            section.notes.error(span, message);
            return None;
        }
    };
    let (limit, period) = (count(section, &simple, "limit"), count(section, &simple, "period"));
    if let (Some(seconds), Some(field)) = (period, simple.get("period"))
        && !matches!(seconds, 10 | 60)
    {
        field.error(format!("\"{}\" bindings \"simple.period\" must be either 10 or 60 but got {}.", section.path, field.json()));
    }
    simple.finish();
    Some((limit?, period?))
}

/// A number of `simple` that must be there.
fn count(section: &Section, simple: &Section, key: &'static str) -> Option<u64> {
    let field = simple.get(key);
    let problem = match field.as_ref().map(|field| &field.value.node) {
        Some(Node::Number(_)) => return field?.whole(),
        Some(_) => "must be a number",
        None => "is required and must be a number",
    };
    let span = field.as_ref().map_or(simple.span, |field| field.value.span);
    let message = format!("\"{}\" bindings \"simple.{key}\" {problem} but got {}.", section.path, simple.json());
    section.notes.error(span, message);
    None
}
