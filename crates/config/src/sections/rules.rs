//! `rules`: what kind of module a file is, by its path.

use crate::field::Section;
use crate::glob;
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

/// Files that match one of the globs are modules of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The type of the modules.
    pub module_type: ModuleType,
    /// `*` stands for anything within a path segment, `**/` for any directories, everything else for itself.
    pub globs: Vec<String>,
    /// Whether later rules of the same type still count.
    pub fallthrough: bool,
}

impl Rule {
    fn new(module_type: ModuleType, globs: &[&str]) -> Rule {
        Rule { module_type, globs: globs.iter().map(|glob| (*glob).to_owned()).collect(), fallthrough: false }
    }

    /// Whether a path matches. Separators are `/`; a leading `./` does not matter.
    pub fn matches(&self, path: &str) -> bool {
        let path = path.strip_prefix("./").unwrap_or(path);
        self.globs.iter().any(|glob| glob::matches(glob.strip_prefix("./").unwrap_or(glob), path))
    }
}

/// The user's rules followed by the default ones. Of each type the first rule without `fallthrough` is the last that
/// counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    user: Vec<Rule>,
    active: Vec<Rule>,
    ignored: Vec<Rule>,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules::new(Vec::new())
    }
}

impl Rules {
    /// The user's rules and the defaults for imports: Text, Data and CompiledWasm.
    pub fn new(user: Vec<Rule>) -> Rules {
        let defaults = [
            Rule::new(ModuleType::Text, &["**/*.txt", "**/*.html", "**/*.sql"]),
            Rule::new(ModuleType::Data, &["**/*.bin"]),
            Rule::new(ModuleType::CompiledWasm, &["**/*.wasm", "**/*.wasm?module"]),
        ];
        Rules::with_defaults(user, &defaults)
    }

    /// The rules for collecting modules without imports (`no_bundle`, `find_additional_modules`): the same and
    /// JavaScript files.
    #[must_use]
    pub fn for_collection(&self) -> Rules {
        let defaults = [
            Rule::new(ModuleType::Text, &["**/*.txt", "**/*.html", "**/*.sql"]),
            Rule::new(ModuleType::Data, &["**/*.bin"]),
            Rule::new(ModuleType::CompiledWasm, &["**/*.wasm", "**/*.wasm?module"]),
            Rule::new(ModuleType::EsModule, &["**/*.js", "**/*.mjs"]),
            Rule::new(ModuleType::CommonJs, &["**/*.cjs"]),
        ];
        Rules::with_defaults(self.user.clone(), &defaults)
    }

    fn with_defaults(user: Vec<Rule>, defaults: &[Rule]) -> Rules {
        let mut rules = Rules { user, active: Vec::new(), ignored: Vec::new() };
        let mut ended: Vec<ModuleType> = Vec::new();
        for rule in rules.user.iter().chain(defaults) {
            if ended.contains(&rule.module_type) {
                rules.ignored.push(rule.clone());
                continue;
            }
            if !rule.fallthrough {
                ended.push(rule.module_type);
            }
            rules.active.push(rule.clone());
        }
        rules
    }

    /// The rules of the configuration, without the defaults.
    pub fn user(&self) -> &[Rule] {
        &self.user
    }

    /// The rules that count, in order.
    pub fn active(&self) -> &[Rule] {
        &self.active
    }

    /// The type of the module at a path, if a rule says so.
    pub fn module_type(&self, path: &str) -> Option<ModuleType> {
        self.active.iter().find(|rule| rule.matches(path)).map(|rule| rule.module_type)
    }

    /// The rule that would match the path if no earlier rule of its type had ended the matching; what to tell the user
    /// is in [`Rules::ignored_message`].
    pub fn ignored_match(&self, path: &str) -> Option<&Rule> {
        match self.module_type(path) {
            Some(_) => None,
            None => self.ignored.iter().find(|rule| rule.matches(path)),
        }
    }

    /// Production's text for a file that only an ignored rule matches.
    pub fn ignored_message(path: &str, rule: &Rule) -> String {
        format!(
            "The file {path} matched a module rule in your configuration ({}), but was ignored because a previous rule \
             with the same type was not marked as `fallthrough = true`.",
            serde_json::json!({ "type": rule.module_type.label(), "globs": rule.globs }),
        )
    }

    pub(crate) fn read(scope: &Scope) -> Rules {
        let Some(field) = scope.inherited("rules") else { return Rules::default() };
        let mut user: Vec<Rule> = Vec::new();
        for section in field.sections() {
            let labels: Vec<&str> = TYPES.iter().map(|(label, _)| *label).collect();
            let label = section.binding_name("type").filter(|label| labels.contains(&label.as_str()));
            if label.is_none() {
                let span = section.get("type").map_or(section.span, |field| field.value.span);
                section.notes.error(span, BAD_TYPE);
            }
            let globs = globs(&section);
            let fallthrough = section.boolean("fallthrough").unwrap_or(false);
            let kind = label.and_then(|label| TYPES.iter().find(|(known, _)| *known == label));
            if let (Some((label, kind)), Some(globs)) = (kind, globs) {
                if user.iter().any(|rule| rule.module_type == *kind && !rule.fallthrough) {
                    section.notes.warn_hint(
                        section.span,
                        format!("Rule is ignored, an earlier rule for the same type ends the matching: `{label}`"),
                        "mark the earlier rule `fallthrough = true`",
                    );
                }
                user.push(Rule { module_type: *kind, globs, fallthrough });
            }
            section.finish();
        }
        Rules::new(user)
    }
}
