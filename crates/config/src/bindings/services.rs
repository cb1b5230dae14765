//! `services`: a binding to another Worker, or to an entrypoint of this one.

use serde_json::Value;

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// A binding to another Worker.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// The name the Worker sees.
    pub binding: String,
    /// The name of the other Worker.
    pub service: String,
    /// The named entrypoint; the default export when absent.
    pub entrypoint: Option<String>,
    /// What the callee finds in `ctx.props`.
    pub props: Option<Value>,
    /// Which environment of the other Worker is meant (deprecated).
    pub environment: Option<String>,
}

impl Item for Service {
    const KEY: &'static str = "services";
    const LOCALITY: Locality = Locality::LocalOrRemote;

    fn parse(section: &Section) -> Option<Service> {
        section.ignore(&["dev"]);
        let binding = section.binding_string("binding");
        let service = section.binding_string("service");
        let entrypoint = section.binding_optional("entrypoint");
        let environment = section.binding_optional("environment");
        let props = section.get("props").and_then(|field| field.section()).map(|props| Value::Object(props.table.to_json()));
        Some(Service { binding: binding?, service: service?, entrypoint, props, environment })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        let shown = match &self.entrypoint {
            Some(entrypoint) => format!("{}#{entrypoint}", self.service),
            None => self.service.clone(),
        };
        row::<Service>(kind, &self.binding, &shown)
    }
}
