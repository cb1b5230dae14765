//! `dispatch_namespaces`: Workers chosen by name at run time.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// A namespace of Workers chosen by name at run time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchNamespace {
    /// The name the Worker sees.
    pub binding: String,
    /// The namespace.
    pub namespace: String,
    /// The Worker that outgoing requests of dispatched Workers pass through.
    pub outbound: Option<Outbound>,
}

/// The Worker that outgoing requests of dispatched Workers pass through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbound {
    /// The name of the Worker.
    pub service: String,
    /// The names of the parameters it receives.
    pub parameters: Vec<String>,
}

impl Item for DispatchNamespace {
    const KEY: &'static str = "dispatch_namespaces";
    const LOCALITY: Locality = Locality::RemoteOnly("Dispatch Namespace");

    fn parse(section: &Section) -> Option<DispatchNamespace> {
        let binding = section.binding_string("binding");
        let namespace = section.worded_string("namespace", "should have a string");
        let outbound = outbound(section);
        Some(DispatchNamespace { binding: binding?, namespace: namespace?, outbound })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<DispatchNamespace>(kind, &self.binding, &self.namespace)
    }
}

fn outbound(section: &Section) -> Option<Outbound> {
    let outbound = section.get("outbound")?.section()?;
    outbound.ignore(&["environment"]);
    let service = outbound.required("service").and_then(|field| field.string());
    let parameters = outbound.strings("parameters").unwrap_or_default();
    outbound.finish();
    Some(Outbound { service: service?, parameters })
}
