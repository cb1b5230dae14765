//! `rules`: what kind of module a file is, by its path.

use crate::field::Section;
use crate::scope::Scope;

/// What an import gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModuleType {
    /// A JavaScript module.
    EsModule,
    /// A CommonJS module.
    CommonJs,
    /// A `WebAssembly.Module`.
    CompiledWasm,
    /// A string.
    Text,
    /// An `ArrayBuffer`.
    Data,
    /// A Python module.
    PythonModule,
    /// A Python package by name.
    PythonRequirement,
}

const TYPES: [(&str, ModuleType); 7] = [
    ("ESModule", ModuleType::EsModule),
    ("CommonJS", ModuleType::CommonJs),
    ("CompiledWasm", ModuleType::CompiledWasm),
    ("Text", ModuleType::Text),
    ("Data", ModuleType::Data),
    ("PythonModule", ModuleType::PythonModule),
    ("PythonRequirement", ModuleType::PythonRequirement),
];

const BAD_TYPE: &str = "bindings should have a string \"type\" field, which contains one of \"ESModule\", \"CommonJS\", \
                        \"CompiledWasm\", \"Text\", or \"Data\".";

fn globs(section: &Section) -> Option<Vec<String>> {
    let field = section.get("globs");
    if field.is_none() {
        let message = format!("Expected \"{}.globs\" to be an array of strings but got undefined", section.path);
        section.notes.error(section.span, message);
    }
    field?.strings()
}

impl ModuleType {
    /// The name in the configuration.
    pub fn label(self) -> &'static str {
        TYPES.iter().find(|(_, kind)| *kind == self).map_or("", |(label, _)| label)
    }
}

/// Files that match one of the globs are modules of one type. What counts when several rules speak of a file, and the
/// rules that are there without being written, are the bundler's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The type of the modules.
    pub module_type: ModuleType,
    /// `*` stands for anything within a path segment, `**/` for any directories, everything else for itself.
    pub globs: Vec<String>,
    /// Whether later rules of the same type still count. Not saying so means no, with a warning if it hides a rule.
    pub fallthrough: Option<bool>,
}

impl Rule {
    pub(crate) fn read(scope: &Scope) -> Vec<Rule> {
        let Some(field) = scope.inherited("rules") else { return Vec::new() };
        let mut rules = Vec::new();
        for section in field.sections() {
            let labels: Vec<&str> = TYPES.iter().map(|(label, _)| *label).collect();
            let label = section.binding_name("type").filter(|label| labels.contains(&label.as_str()));
            if label.is_none() {
                let span = section.get("type").map_or(section.span, |field| field.value.span);
                section.notes.error(span, BAD_TYPE);
            }
            let globs = globs(&section);
            let fallthrough = section.boolean("fallthrough");
            let kind = label.and_then(|label| TYPES.iter().find(|(known, _)| *known == label));
            if let (Some((_, module_type)), Some(globs)) = (kind, globs) {
                rules.push(Rule { module_type: *module_type, globs, fallthrough });
            }
            section.finish();
        }
        rules
    }
}
