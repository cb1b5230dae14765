//! `version_metadata`: the binding that tells a Worker its own version.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// The binding that tells a Worker its own version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionMetadata {
    /// The name the Worker sees.
    pub binding: String,
}

impl Item for VersionMetadata {
    const KEY: &'static str = "version_metadata";
    const LOCALITY: Locality = Locality::LocalOnly("Version Metadata");

    fn parse(section: &Section) -> Option<VersionMetadata> {
        Some(VersionMetadata { binding: section.binding_string("binding")? })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<VersionMetadata>(kind, &self.binding, "")
    }
}
