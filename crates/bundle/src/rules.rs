//! Module rules: which files are taken as modules instead of being bundled, and as what.

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::glob::{Glob, Reach};
use crate::output::ModuleKind;

/// What a file that matches a rule becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RuleKind {
    /// An ES module.
    #[serde(rename = "ESModule")]
    EsModule,
    /// A CommonJS module.
    #[serde(rename = "CommonJS")]
    CommonJs,
    /// A `WebAssembly.Module`.
    CompiledWasm,
    /// A string.
    Text,
    /// An `ArrayBuffer`.
    Data,
    /// A Python module, which edgeemu cannot run.
    PythonModule,
    /// A Python requirement, which edgeemu cannot run.
    PythonRequirement,
}

impl RuleKind {
    /// What the runtime makes of it; nothing for Python.
    pub(crate) fn module_kind(self) -> Option<ModuleKind> {
        match self {
            RuleKind::EsModule => Some(ModuleKind::EsModule),
            RuleKind::CommonJs => Some(ModuleKind::CommonJs),
            RuleKind::CompiledWasm => Some(ModuleKind::CompiledWasm),
            RuleKind::Text => Some(ModuleKind::Text),
            RuleKind::Data => Some(ModuleKind::Data),
            RuleKind::PythonModule | RuleKind::PythonRequirement => None,
        }
    }

    fn is_script(self) -> bool {
        matches!(self, RuleKind::EsModule | RuleKind::CommonJs)
    }
}

/// One entry of `rules` in the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What matching files become.
    #[serde(rename = "type")]
    pub kind: RuleKind,
    /// Patterns of file names.
    pub globs: Vec<String>,
    /// Whether later rules of the same kind still count. Absent means no, with a warning when that hides a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallthrough: Option<bool>,
}

impl Rule {
    fn named(kind: RuleKind, globs: &[&str]) -> Rule {
        Rule { kind, globs: globs.iter().map(|glob| (*glob).to_owned()).collect(), fallthrough: None }
    }

    fn as_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Which default rules stand behind the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defaults {
    /// Text, data and WebAssembly.
    Assets,
    /// Those and scripts, for modules that are searched instead of imported.
    AssetsAndScripts,
}

fn default_rules(defaults: Defaults) -> Vec<Rule> {
    let mut rules = vec![
        Rule::named(RuleKind::Text, &["**/*.txt", "**/*.html", "**/*.sql"]),
        Rule::named(RuleKind::Data, &["**/*.bin"]),
        Rule::named(RuleKind::CompiledWasm, &["**/*.wasm", "**/*.wasm?module"]),
    ];
    if defaults == Defaults::AssetsAndScripts {
        rules.push(Rule::named(RuleKind::EsModule, &["**/*.js", "**/*.mjs"]));
        rules.push(Rule::named(RuleKind::CommonJs, &["**/*.cjs"]));
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
    Take(RuleKind),
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
        all.extend(default_rules(defaults));
        let closing = |at: usize| all[..at].iter().position(|r| r.kind == all[at].kind && r.fallthrough != Some(true));
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
        self.verdict(specifier, |ready| &ready.specifiers)
    }

    /// What happens to the file at `path`, which is relative to the folder that is searched.
    pub(crate) fn of_path(&self, path: &str) -> Verdict {
        self.verdict(path, |ready| &ready.paths)
    }

    fn verdict(&self, text: &str, globs: impl Fn(&Ready) -> &Vec<Glob>) -> Verdict {
        let matching = |ready: &&Ready| globs(ready).iter().any(|glob| glob.matches(text));
        if let Some(ready) = self.rules.iter().find(matching) {
            return Verdict::Take(ready.rule.kind);
        }
        match self.hidden.iter().find(matching) {
            Some(ready) => Verdict::Hidden(hidden_text(text, &ready.rule)),
            None => Verdict::Leave,
        }
    }
}

impl Verdict {
    /// Scripts are bundled unless they are searched for.
    pub(crate) fn without_scripts(self) -> Verdict {
        match self {
            Verdict::Take(kind) if kind.is_script() => Verdict::Leave,
            other => other,
        }
    }
}

fn hiding_warning(all: &[Rule], users: usize, closed_by: usize, hidden: &[usize]) -> Diagnostic {
    let origin = if closed_by >= users { "default " } else { "" };
    let mut text = format!(
        "The {origin}module rule {} does not have a fallback, the following rules will be ignored:",
        all[closed_by].as_json()
    );
    for at in hidden {
        text += &format!("\n {}{}", all[*at].as_json(), if *at >= users { " (DEFAULT)" } else { "" });
    }
    text += "\n\nAdd `fallthrough = true` to rule to allow next rule to be used or `fallthrough = false` to silence \
             this warning";
    Diagnostic::warning(text)
}

fn hidden_text(file: &str, rule: &Rule) -> String {
    format!(
        "The file {file} matched a module rule in your configuration ({}), but was ignored because a previous rule \
         with the same type was not marked as `fallthrough = true`.",
        rule.as_json()
    )
}

#[cfg(test)]
mod tests;
