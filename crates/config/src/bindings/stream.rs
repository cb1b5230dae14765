//! `stream`: the binding to Stream video.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// The binding to Stream video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// The name the Worker sees.
    pub binding: String,
}

impl Item for Stream {
    const KEY: &'static str = "stream";
    const LOCALITY: Locality = Locality::RemoteOnly("Stream");

    fn parse(section: &Section) -> Option<Stream> {
        Some(Stream { binding: section.binding_string("binding")? })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<Stream>(kind, &self.binding, "")
    }
}
