//! `workflows`: a Workflow.

use crate::bindings::{Binding, BindingKind, Item, Locality, Shape, row};
use crate::field::Section;
use crate::raw::Node;
use crate::scope::Scope;

/// Production's limit for a Workflow's name, in characters.
const NAME_CHARS_MAX: usize = 64;
/// More steps than this are allowed but warned of.
const STEPS_WARN: u64 = 25_000;

/// A Workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// The name the Worker sees.
    pub binding: String,
    /// The name of the Workflow, unique within the configuration.
    pub name: String,
    /// The exported class.
    pub class_name: String,
    /// The Worker that exports the class, when it is another one.
    pub script_name: Option<String>,
    /// The most steps an instance may take.
    pub steps_max: Option<u64>,
    /// Cron expressions that start instances.
    pub schedules: Vec<String>,
}

impl Item for Workflow {
    const KEY: &'static str = "workflows";
    const LOCALITY: Locality = Locality::LocalOnly("Workflow");

    fn parse(section: &Section) -> Option<Workflow> {
        let binding = section.binding_string("binding");
        let name = section.binding_string("name");
        let class_name = section.binding_string("class_name");
        let script_name = section.binding_optional("script_name");
        if let (Some(text), Some(field)) = (&name, section.get("name"))
            && !is_name(text)
        {
            field.error(format!(
                "\"{}\" binding \"name\" field is invalid. Workflow names must be 1-{NAME_CHARS_MAX} characters long, start \
                 with a letter, number, or underscore, and may only contain letters, numbers, underscores, or hyphens.",
                section.path
            ));
        }
        let (steps_max, schedules) = (steps_max(section), schedules(section));
        Some(Workflow { binding: binding?, name: name?, class_name: class_name?, script_name, steps_max, schedules })
    }

    fn all(scope: &Scope, shape: Shape) -> Vec<Workflow> {
        let mut seen: Vec<String> = Vec::new();
        let mut found = Vec::new();
        for section in Self::sections(scope, shape) {
            let name = section.table.get("name").map(|entry| entry.value.clone());
            if let Some((Node::String(text), span)) = name.map(|value| (value.node, value.span)) {
                if seen.contains(&text) {
                    section.notes.error(span, format!("\"workflows\" bindings must have unique \"name\" values; duplicate(s) found: \"{text}\""));
                }
                seen.push(text);
            }
            found.extend(super::read_one::<Workflow>(section));
        }
        found
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<Workflow>(kind, &self.binding, &self.name)
    }
}

/// `[a-zA-Z0-9_][a-zA-Z0-9-_]*`, 1 to 64 characters.
fn is_name(text: &str) -> bool {
    let fits = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    fits && !text.starts_with('-') && (1..=NAME_CHARS_MAX).contains(&text.len())
}

fn steps_max(section: &Section) -> Option<u64> {
    let limits = section.get("limits")?.section()?;
    let steps = limits.whole("steps");
    if let (Some(steps), Some(field)) = (steps, limits.get("steps"))
        && steps > STEPS_WARN
    {
        field.warn(format!("\"{}\" is higher than {STEPS_WARN}, which may not be available to you: {steps}", field.path));
    }
    limits.finish();
    steps
}

fn schedules(section: &Section) -> Vec<String> {
    let Some(field) = section.get("schedules") else { return Vec::new() };
    match &field.value.node {
        Node::String(cron) => vec![cron.clone()],
        _ => field.strings().unwrap_or_default(),
    }
}
