//! Module rules: which files are taken as modules instead of being bundled, and as what.

use edgeemu_config::{Glob, ModuleType, Reach, Rule};

use crate::diagnostic::Diagnostic;
use crate::output::ModuleKind;

/// What the runtime makes of a module; nothing for Python.
pub(crate) fn module_kind(module_type: ModuleType) -> Option<ModuleKind> {
    match module_type {
        ModuleType::EsModule => Some(ModuleKind::EsModule),
        ModuleType::CommonJs => Some(ModuleKind::CommonJs),
        ModuleType::CompiledWasm => Some(ModuleKind::CompiledWasm),
        ModuleType::Text => Some(ModuleKind::Text),
        ModuleType::Data => Some(ModuleKind::Data),
        ModuleType::PythonModule | ModuleType::PythonRequirement => None,
    }
}

fn is_script(module_type: ModuleType) -> bool {
    matches!(module_type, ModuleType::EsModule | ModuleType::CommonJs)
}

fn named(module_type: ModuleType, globs: &[&str]) -> Rule {
    Rule { module_type, globs: globs.iter().map(|glob| (*glob).to_owned()).collect(), fallthrough: None }
}

/// The rule as messages show it.
fn as_json(rule: &Rule) -> String {
    let mut shown = serde_json::json!({ "type": rule.module_type.label(), "globs": rule.globs });
    if let Some(fallthrough) = rule.fallthrough {
        shown["fallthrough"] = fallthrough.into();
    }
    shown.to_string()
}

/// Which default rules stand behind the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defaults {
    /// Text, data and WebAssembly.
    Assets,
    /// Those and scripts, for modules that are searched instead of imported.
    AssetsAndScripts,
}

fn default_rules(defaults: Defaults, user: &[Rule]) -> Vec<Rule> {
    let mut rules = vec![
        named(ModuleType::Text, &["**/*.txt", "**/*.html", "**/*.sql"]),
        named(ModuleType::Data, &["**/*.bin"]),
        named(ModuleType::CompiledWasm, &["**/*.wasm", "**/*.wasm?module"]),
    ];
    if defaults == Defaults::AssetsAndScripts {
        let scripts =
            [named(ModuleType::EsModule, &["**/*.js", "**/*.mjs"]), named(ModuleType::CommonJs, &["**/*.cjs"])];
        // Nobody is told that these were hidden: production knows them only where no rule speaks of their type.
        rules.extend(scripts.into_iter().filter(|rule| user.iter().all(|own| own.module_type != rule.module_type)));
    }
    rules
}

/// A rule ready for matching.
#[derive(Clone, Debug)]
struct Ready {
    rule: Rule,
    specifiers: Vec<Glob>,
    paths: Vec<Glob>,
}

impl Ready {
    fn new(rule: Rule) -> Ready {
        let ready = |reach| rule.globs.iter().map(|glob| Glob::new(glob, reach)).collect();
        Ready { specifiers: ready(Reach::Anything), paths: ready(Reach::Folders), rule }
    }
}

/// What the rules say about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It becomes a module of this kind.
    Take(ModuleType),
    /// It matches a rule that an earlier one hides.
    Hidden(String),
    /// No rule speaks of it.
    Leave,
}

/// The user's rules with the default ones behind them, after `fallthrough` has been applied.
#[derive(Clone, Debug)]
pub(crate) struct RuleSet {
    rules: Vec<Ready>,
    hidden: Vec<Ready>,
    /// One for every kind of rule that hides others without saying so.
    pub(crate) warnings: Vec<Diagnostic>,
}

impl RuleSet {
    /// Puts the default rules behind `user` and drops what is hidden.
    pub(crate) fn new(user: &[Rule], defaults: Defaults) -> RuleSet {
        let mut all = user.to_vec();
        all.extend(default_rules(defaults, user));
        let closing = |at: usize| {
            all[..at].iter().position(|r| r.module_type == all[at].module_type && r.fallthrough != Some(true))
        };
        let mut set = RuleSet { rules: Vec::new(), hidden: Vec::new(), warnings: Vec::new() };
        let mut complaints: Vec<(usize, Vec<usize>)> = Vec::new();
        for (at, rule) in all.iter().enumerate() {
            let Some(closed_by) = closing(at) else {
                set.rules.push(Ready::new(rule.clone()));
                continue;
            };
            set.hidden.push(Ready::new(rule.clone()));
            if all[closed_by].fallthrough != Some(false) {
                match complaints.iter_mut().find(|(by, _)| *by == closed_by) {
                    Some((_, hidden)) => hidden.push(at),
                    None => complaints.push((closed_by, vec![at])),
                }
            }
        }
        for (closed_by, hidden) in complaints {
            set.warnings.push(hiding_warning(&all, user.len(), closed_by, &hidden));
        }
        set
    }

    /// What happens to an import of `specifier`.
    pub(crate) fn of_specifier(&self, specifier: &str) -> Verdict {
        taken(&self.rules, specifier, |ready| &ready.specifiers)
            .or_else(|| self.hidden(specifier))
            .unwrap_or(Verdict::Leave)
    }

    /// What happens to the file at `path`, which is relative to the folder that is searched. A file that a hidden rule
    /// matches is refused here even if another rule would take it.
    pub(crate) fn of_path(&self, path: &str) -> Verdict {
        self.hidden(path).or_else(|| taken(&self.rules, path, |ready| &ready.paths)).unwrap_or(Verdict::Leave)
    }

    fn hidden(&self, text: &str) -> Option<Verdict> {
        let hiding = self.hidden.iter().find(|ready| ready.specifiers.iter().any(|glob| glob.matches(text)));
        hiding.map(|ready| Verdict::Hidden(hidden_text(text, &ready.rule)))
    }
}

impl Verdict {
    /// Scripts are bundled unless they are searched for.
    pub(crate) fn without_scripts(self) -> Verdict {
        match self {
            Verdict::Take(module_type) if is_script(module_type) => Verdict::Leave,
            other => other,
        }
    }
}

fn taken(rules: &[Ready], text: &str, globs: impl Fn(&Ready) -> &Vec<Glob>) -> Option<Verdict> {
    let taking = rules.iter().find(|ready| globs(ready).iter().any(|glob| glob.matches(text)));
    taking.map(|ready| Verdict::Take(ready.rule.module_type))
}

fn hiding_warning(all: &[Rule], users: usize, closed_by: usize, hidden: &[usize]) -> Diagnostic {
    let origin = if closed_by >= users { "default " } else { "" };
    let mut text = format!(
        "The {origin}module rule {} does not have a fallback, the following rules will be ignored:",
        as_json(&all[closed_by])
    );
    for at in hidden {
        text += &format!("\n {}{}", as_json(&all[*at]), if *at >= users { " (DEFAULT)" } else { "" });
    }
    text += "\n\nAdd `fallthrough = true` to rule to allow next rule to be used or `fallthrough = false` to silence \
             this warning";
    Diagnostic::warning(text)
}

fn hidden_text(file: &str, rule: &Rule) -> String {
    format!(
        "The file {file} matched a module rule in your configuration ({}), but was ignored because a previous rule \
         with the same type was not marked as `fallthrough = true`.",
        as_json(rule)
    )
}

#[cfg(test)]
mod tests;
