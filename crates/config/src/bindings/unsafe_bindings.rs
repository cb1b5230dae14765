//! `unsafe`: bindings by internal type name.

use crate::bindings::{Binding, BindingKind, Item, Locality, Shape, row};
use crate::field::Section;
use crate::scope::Scope;

/// A binding by internal type name.
#[derive(Debug, Clone, PartialEq)]
pub struct UnsafeBinding {
    /// The name the Worker sees.
    pub name: String,
    /// The internal type, such as `ratelimit`.
    pub kind: String,
    /// Everything the configuration says about it.
    pub declared: serde_json::Map<String, serde_json::Value>,
}

impl Item for UnsafeBinding {
    const KEY: &'static str = "unsafe";
    const NAME: &'static str = "name";
    const LOCALITY: Locality = Locality::LocalOnly("Unsafe");

    fn parse(section: &Section) -> Option<UnsafeBinding> {
        let (name, kind) = (section.binding_string("name"), section.binding_string("type"));
        Some(UnsafeBinding { name: name?, kind: kind?, declared: section.table.to_json() })
    }

    /// The fields depend on the internal type, so none of them is unexpected.
    fn all(scope: &Scope, shape: Shape) -> Vec<UnsafeBinding> {
        Self::sections(scope, shape).iter().filter_map(Self::parse).collect()
    }

    fn sections<'a>(scope: &Scope<'a>, _shape: Shape) -> Vec<Section<'a>> {
        let Some(field) = scope.repeated(Self::KEY) else { return Vec::new() };
        field.warn("\"unsafe\" fields are experimental and may change or break at any time.");
        let Some(section) = field.object() else { return Vec::new() };
        section.ignore(&["metadata", "capnp"]);
        let bindings = section.get("bindings");
        section.finish();
        bindings.map(|bindings| bindings.sections()).unwrap_or_default()
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<UnsafeBinding>(kind, &self.name, &self.kind)
    }
}
