//! `media`: the binding to media transformations.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// The binding to media transformations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// The name the Worker sees.
    pub binding: String,
}

impl Item for Media {
    const KEY: &'static str = "media";
    const LOCALITY: Locality = Locality::RemoteOnly("Media");

    fn parse(section: &Section) -> Option<Media> {
        Some(Media { binding: section.binding_string("binding")? })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<Media>(kind, &self.binding, "")
    }
}
