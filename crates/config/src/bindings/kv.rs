//! `kv_namespaces`: a Workers KV namespace.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// A Workers KV namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KvNamespace {
    /// The name the Worker sees.
    pub binding: String,
    /// `id` as written.
    pub id: Option<String>,
    /// `preview_id` as written.
    pub preview_id: Option<String>,
}

impl KvNamespace {
    /// The identity of the local data: `preview_id`, else `id`, else the binding name.
    pub fn local_id(&self) -> &str {
        self.preview_id.as_deref().or(self.id.as_deref()).unwrap_or(&self.binding)
    }
}

impl Item for KvNamespace {
    const KEY: &'static str = "kv_namespaces";
    const LOCALITY: Locality = Locality::LocalOrRemote;

    fn parse(section: &Section) -> Option<KvNamespace> {
        let (id, preview_id) = (section.binding_optional("id"), section.binding_optional("preview_id"));
        Some(KvNamespace { binding: section.binding_string("binding")?, id, preview_id })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<KvNamespace>(kind, &self.binding, self.local_id())
    }
}
