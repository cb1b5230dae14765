//! `pipelines`: a stream of records that production writes to R2.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// A pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// The name the Worker sees.
    pub binding: String,
    /// The stream, or the older `pipeline`.
    pub stream: String,
}

impl Item for Pipeline {
    const KEY: &'static str = "pipelines";
    const LOCALITY: Locality = Locality::LocalOrRemote;

    fn parse(section: &Section) -> Option<Pipeline> {
        let binding = section.binding_string("binding");
        let older = section.binding_optional("pipeline");
        if let Some(field) = section.get("pipeline") {
            field.warn(format!("The \"pipeline\" field is deprecated, use \"stream\": `{}`", field.path));
        }
        let stream = match section.get("stream").is_none().then_some(older).flatten() {
            Some(older) => Some(older),
            None => section.worded_string("stream", "bindings must have a string"),
        };
        Some(Pipeline { binding: binding?, stream: stream? })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<Pipeline>(kind, &self.binding, &self.stream)
    }
}
