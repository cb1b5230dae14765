//! `images`: the binding to image transformations.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// The binding to image transformations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    /// The name the Worker sees.
    pub binding: String,
}

impl Item for Images {
    const KEY: &'static str = "images";
    const LOCALITY: Locality = Locality::RemoteOnly("Images");

    fn parse(section: &Section) -> Option<Images> {
        Some(Images { binding: section.binding_string("binding")? })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<Images>(kind, &self.binding, "")
    }
}
