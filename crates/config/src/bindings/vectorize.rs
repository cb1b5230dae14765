//! `vectorize`: a vector index.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// A vector index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vectorize {
    /// The name the Worker sees.
    pub binding: String,
    /// The index.
    pub index_name: String,
}

impl Item for Vectorize {
    const KEY: &'static str = "vectorize";
    const LOCALITY: Locality = Locality::RemoteOnly("Vectorize Index");

    fn parse(section: &Section) -> Option<Vectorize> {
        let binding = section.binding_string("binding");
        let fields = Vectorize {
            binding: String::new(),
            index_name: section.worded_string("index_name", "bindings must have an")?,
        };
        Some(Vectorize { binding: binding?, ..fields })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<Vectorize>(kind, &self.binding, &self.index_name)
    }
}
