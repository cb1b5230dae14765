//! `durable_objects`: a namespace of Durable Objects.

use crate::bindings::{Binding, BindingKind, Item, Locality, Shape, row};
use crate::field::{Field, Section};
use crate::scope::{Scope, missing_names};

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
        let name = section.binding_name("name");
        let class_name = section.binding_name("class_name");
        require(section, &[("name", name.is_some()), ("class_name", class_name.is_some())]);
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
            warn_of_missing(scope, &bindings, &above);
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

/// Complaints about one binding stand together below its heading.
fn require(section: &Section, present: &[(&str, bool)]) {
    let missing: Vec<String> = present
        .iter()
        .filter(|(_, present)| !present)
        .map(|(key, _)| format!("\n- binding should have a string \"{key}\" field."))
        .collect();
    if !missing.is_empty() {
        let message = format!("\"{}\": {}{}", section.path, section.json(), missing.concat());
        section.notes.error(section.span, message);
    }
}

fn warn_of_missing(scope: &Scope, own: &Field, above: &Field) {
    let missing = missing_names(own, above, DurableObjectBinding::NAME);
    let (Some(environment), false) = (scope.environment(), missing.is_empty()) else { return };
    own.warn(format!(
        "The following bindings are at the top level, but not on \"env.{environment}\".\nThis is not what you probably \
         want, since \"durable_objects\" configuration is not inherited by environments.\nPlease add a binding for each to \
         \"env.{environment}.durable_objects.bindings\":\n- {}",
        missing.join("\n- ")
    ));
}

fn list<'a>(field: &Field<'a>) -> Option<Field<'a>> {
    let section = field.object()?;
    let bindings = section.get("bindings");
    if bindings.is_none() {
        field.error(format!("The field \"{}\" is missing the required \"bindings\" property.", field.path));
    }
    section.finish();
    bindings
}
