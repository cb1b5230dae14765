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
        let namespace_id = section.binding_string("namespace_id");
        let (limit, period_secs) = simple(section)?;
        Some(RateLimit { name: name?, namespace_id: namespace_id?, limit, period_secs })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        let shown = format!("{} requests/{}s", self.limit, self.period_secs);
        Binding { local_id: self.namespace_id.clone(), ..row::<RateLimit>(kind, &self.name, &shown) }
    }
}

fn simple(section: &Section) -> Option<(u64, u64)> {
    let simple = section.required("simple")?.section()?;
    let limit = simple.required("limit").and_then(|field| field.whole());
    let period = simple.required("period").and_then(|field| match &field.value.node {
        Node::Number(number) if matches!(number.as_u64(), Some(10 | 60)) => number.as_u64(),
        _ => {
            field.error(format!("Expected \"{}\" field to be one of [10,60] but got {}.", field.path, field.json()));
            None
        }
    });
    simple.finish();
    Some((limit?, period?))
}
