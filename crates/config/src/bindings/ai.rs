//! `ai`: the binding to Workers AI.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// The binding to Workers AI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ai {
    /// The name the Worker sees.
    pub binding: String,
}

impl Item for Ai {
    const KEY: &'static str = "ai";
    const LOCALITY: Locality = Locality::RemoteOnly("AI");

    fn parse(section: &Section) -> Option<Ai> {
        section.ignore(&["staging"]);
        Some(Ai { binding: section.binding_string("binding")? })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<Ai>(kind, &self.binding, "")
    }
}
