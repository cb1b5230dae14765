//! `data_blobs`: a binary file as a global of a Worker in service-worker format.

use std::path::PathBuf;

use crate::bindings::{Binding, BindingKind, Item, Locality, Shape, not_a_path, row};
use crate::field::Section;
use crate::paths::absolute;
use crate::scope::Scope;

/// A binary file under a global name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataBlob {
    /// The global name.
    pub name: String,
    /// Absolute path of the file.
    pub path: PathBuf,
}

impl Item for DataBlob {
    const KEY: &'static str = "data_blobs";
    const LOCALITY: Locality = Locality::LocalOnly("Data Blob");

    /// Never called: the entries of the map are strings, not tables.
    fn parse(_section: &Section) -> Option<DataBlob> {
        None
    }

    fn all(scope: &Scope, _shape: Shape) -> Vec<DataBlob> {
        let Some(field) = scope.top_only(Self::KEY) else { return Vec::new() };
        field.string_map(not_a_path).into_iter().map(|(name, path)| DataBlob { name, path: absolute(scope.notes.source.dir(), path.as_ref()) }).collect()
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<DataBlob>(kind, &self.name, &self.path.to_string_lossy())
    }
}
