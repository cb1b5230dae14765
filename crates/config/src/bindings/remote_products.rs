//! Products that production only reaches over the network: accepted, listed, not emulated.

use crate::bindings::{Binding, BindingKind, Item, Locality, Shape, row};
use crate::field::{Field, Section};
use crate::raw::Node;
use crate::scope::Scope;

/// The keys, in the order they are read.
const KEYS: [&str; 9] = [
    "agent_memory",
    "ai_search",
    "ai_search_namespaces",
    "artifacts",
    "flagship",
    "unsafe_hello_world",
    "vpc_networks",
    "vpc_services",
    "websearch",
];

/// A binding to a product without local emulation.
#[derive(Debug, Clone, PartialEq)]
pub struct RemoteProduct {
    /// The name the Worker sees.
    pub binding: String,
    /// The configuration key, such as `vpc_services`.
    pub product: &'static str,
    /// Everything the configuration says about it.
    pub declared: serde_json::Map<String, serde_json::Value>,
}

impl Item for RemoteProduct {
    const KEY: &'static str = "remote products";
    const LOCALITY: Locality = Locality::RemoteOnly("Remote");

    /// Never called: the key decides which product it is, see `all`.
    fn parse(_section: &Section) -> Option<RemoteProduct> {
        None
    }

    fn all(scope: &Scope, _shape: Shape) -> Vec<RemoteProduct> {
        let mut found = Vec::new();
        for key in KEYS {
            let Some(field) = scope.repeated(key) else { continue };
            found.extend(tables(&field).into_iter().filter_map(|section| product(key, &section)));
        }
        found
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<RemoteProduct>(kind, &self.binding, self.product)
    }
}

fn tables<'a>(field: &Field<'a>) -> Vec<Section<'a>> {
    match &field.value.node {
        Node::Table(_) => field.object().into_iter().collect(),
        _ => field.sections(),
    }
}

fn product(key: &'static str, section: &Section) -> Option<RemoteProduct> {
    let binding = section.binding_string("binding")?;
    section.notes.warn(
        section.span,
        format!("\"{key}\" bindings do not support local development, and so parts of your Worker may not work correctly."),
    );
    Some(RemoteProduct { binding, product: key, declared: section.table.to_json() })
}
