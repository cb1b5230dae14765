//! `durable_objects`: a namespace of Durable Objects.

use crate::bindings::{Binding, BindingKind, Item, Locality, Shape, row};
use crate::field::{Field, Section};
use crate::scope::Scope;

/// A namespace of Durable Objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurableObjectBinding {
    /// The name the Worker sees.
    pub name: String,
    /// The exported class.
    pub class_name: String,
    /// The Worker that exports the class, when it is another one.
    pub script_name: Option<String>,
    /// Which environment of the other Worker is meant.
    pub environment: Option<String>,
}

impl Item for DurableObjectBinding {
    const KEY: &'static str = "durable_objects";
    const NAME: &'static str = "name";
    const LOCALITY: Locality = Locality::LocalOnly("Durable Object");

    fn parse(section: &Section) -> Option<DurableObjectBinding> {
        let name = section.binding_string("name");
        let class_name = section.binding_string("class_name");
        let script_name = section.binding_optional("script_name");
        let environment = section.binding_optional("environment");
        if let (Some(_), None, Some(field)) = (&environment, &script_name, section.get("environment")) {
            field.error(
                "binding has an \"environment\" field but no \"script_name\" field: an environment can only be chosen \
                 for another Worker",
            );
        }
        Some(DurableObjectBinding { name: name?, class_name: class_name?, script_name, environment })
    }

    fn sections<'a>(scope: &Scope<'a>, _shape: Shape) -> Vec<Section<'a>> {
        let Some(field) = scope.repeated(Self::KEY) else { return Vec::new() };
        let Some(bindings) = list(&field) else { return Vec::new() };
        if let Some(above) = scope.above(Self::KEY).and_then(|field| field.object()?.get("bindings")) {
            scope.warn_of_missing((&bindings, &above), "durable_objects", Self::NAME);
        }
        bindings.sections()
    }

    fn row(&self, kind: BindingKind) -> Binding {
        let shown = match &self.script_name {
            Some(script) => format!("{}, defined in {script}", self.class_name),
            None => self.class_name.clone(),
        };
        let local_id = match &self.script_name {
            Some(script) => format!("{script}-{}", self.class_name),
            None => self.class_name.clone(),
        };
        Binding { local_id, ..row::<DurableObjectBinding>(kind, &self.name, &shown) }
    }
}

fn list<'a>(field: &Field<'a>) -> Option<Field<'a>> {
    let section = field.object()?;
    let bindings = section.get("bindings");
    if bindings.is_none() {
        field.error(format!("The field \"{}\" is missing the required \"bindings\" array.", field.path));
    }
    section.finish();
    bindings
}
