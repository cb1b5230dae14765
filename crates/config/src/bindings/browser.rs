//! `browser`: the binding to a headless browser.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// The binding to a headless browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    /// The name the Worker sees.
    pub binding: String,
}

impl Item for Browser {
    const KEY: &'static str = "browser";
    const LOCALITY: Locality = Locality::RemoteOnly("Browser Run");

    fn parse(section: &Section) -> Option<Browser> {
        Some(Browser { binding: section.binding_string("binding")? })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<Browser>(kind, &self.binding, "")
    }
}
