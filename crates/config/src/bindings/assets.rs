//! `assets`: static files served beside the Worker.

use std::path::PathBuf;

use crate::bindings::{Binding, BindingKind, Item, Locality, Shape, row};
use crate::field::{Field, Section};
use crate::raw::Node;
use crate::scope::Scope;

/// Static files served beside the Worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// Absolute path of the directory.
    pub directory: PathBuf,
    /// The name the Worker sees, if it wants to read assets itself.
    pub binding: Option<String>,
    /// How paths of HTML pages are normalised.
    pub html_handling: HtmlHandling,
    /// What is answered when no file matches.
    pub not_found_handling: NotFoundHandling,
    /// Which requests go to the Worker before the files.
    pub run_worker_first: RunWorkerFirst,
}

/// How paths of HTML pages are normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HtmlHandling {
    /// `auto-trailing-slash`: files without, directories with a slash.
    #[default]
    AutoTrailingSlash,
    /// `force-trailing-slash`.
    ForceTrailingSlash,
    /// `drop-trailing-slash`.
    DropTrailingSlash,
    /// `none`: only exact file names.
    None,
}

/// What is answered when no file matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NotFoundHandling {
    /// `none`: an empty 404.
    #[default]
    None,
    /// `single-page-application`: `/index.html` with status 200.
    SinglePageApplication,
    /// `404-page`: the nearest `404.html` with status 404.
    NotFoundPage,
}

/// Which requests go to the Worker before the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunWorkerFirst {
    /// All of them, or none.
    Always(bool),
    /// Those that match.
    Rules(StaticRouting),
}

/// The rules of `run_worker_first`. A negative match goes to the files, else a positive match goes to the Worker.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StaticRouting {
    /// Patterns whose requests go to the Worker.
    pub positive: Vec<String>,
    /// Patterns whose requests go to the files, without their `!`.
    pub negative: Vec<String>,
}

const HTML_HANDLING: [(&str, HtmlHandling); 4] = [
    ("auto-trailing-slash", HtmlHandling::AutoTrailingSlash),
    ("force-trailing-slash", HtmlHandling::ForceTrailingSlash),
    ("drop-trailing-slash", HtmlHandling::DropTrailingSlash),
    ("none", HtmlHandling::None),
];

const NOT_FOUND_HANDLING: [(&str, NotFoundHandling); 3] = [
    ("single-page-application", NotFoundHandling::SinglePageApplication),
    ("404-page", NotFoundHandling::NotFoundPage),
    ("none", NotFoundHandling::None),
];

impl Assets {
    /// Assets from a directory given on the command line, everything else at its default.
    pub fn in_directory(directory: impl Into<PathBuf>) -> Assets {
        Assets {
            directory: directory.into(),
            binding: None,
            html_handling: HtmlHandling::default(),
            not_found_handling: NotFoundHandling::default(),
            run_worker_first: RunWorkerFirst::Always(false),
        }
    }
}

impl Item for Assets {
    const KEY: &'static str = "assets";
    const LOCALITY: Locality = Locality::LocalOnly("Assets");

    fn parse(section: &Section) -> Option<Assets> {
        let directory = section.get("directory").map(|field| field.string());
        if directory.is_none() {
            section.notes.error_hint(
                section.span,
                "The `assets` property in your configuration is missing the required `directory` property.",
                "add `directory`, or name the directory on the command line with `--assets`",
            );
        }
        Some(Assets {
            binding: section.string("binding"),
            html_handling: chosen(section, "html_handling", &HTML_HANDLING).unwrap_or_default(),
            not_found_handling: chosen(section, "not_found_handling", &NOT_FOUND_HANDLING).unwrap_or_default(),
            run_worker_first: section.get("run_worker_first").map_or(RunWorkerFirst::Always(false), |field| first(&field)),
            ..Assets::in_directory(directory.flatten()?)
        })
    }

    /// Unlike other bindings, assets are inherited by environments.
    fn sections<'a>(scope: &Scope<'a>, _shape: Shape) -> Vec<Section<'a>> {
        scope.inherited(Self::KEY).and_then(|field| field.section()).into_iter().collect()
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<Assets>(kind, self.binding.as_deref().unwrap_or_default(), "")
    }
}

fn chosen<T: Copy>(section: &Section, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
    let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
    let word = section.one_of(key, &words)?;
    choices.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
}

fn first(field: &Field) -> RunWorkerFirst {
    match &field.value.node {
        Node::Bool(always) => RunWorkerFirst::Always(*always),
        Node::Array(_) => field.strings().map_or(RunWorkerFirst::Always(false), |rules| {
            if let Some(complaint) = complaint(&rules) {
                field.error(complaint);
            }
            RunWorkerFirst::Rules(StaticRouting::split(&rules))
        }),
        _ => {
            field.error(format!(
                "The field \"{}\" should be an array of strings or a boolean, but got {}.",
                field.path,
                field.json()
            ));
            RunWorkerFirst::Always(false)
        }
    }
}

impl StaticRouting {
    fn split(rules: &[String]) -> StaticRouting {
        let (negative, positive): (Vec<_>, Vec<_>) = rules.iter().partition(|rule| rule.starts_with('!'));
        StaticRouting {
            positive: positive.into_iter().cloned().collect(),
            negative: negative.into_iter().map(|rule| rule[1..].to_owned()).collect(),
        }
    }
}

/// Production's limits for `run_worker_first`.
const RULES_MAX: usize = 100;
const RULE_CHARS_MAX: usize = 100;

/// What is wrong with the rules as a whole, else with single rules, all in one complaint.
fn complaint(rules: &[String]) -> Option<String> {
    if rules.is_empty() {
        return Some("No `run_worker_first` rules were provided; must provide at least 1 rule.".to_owned());
    }
    if rules.len() > RULES_MAX {
        let count = rules.len();
        return Some(format!(
            "Too many `run_worker_first` rules were provided; {count} rules provided exceeds max of {RULES_MAX}."
        ));
    }
    let invalid: Vec<String> = rules
        .iter()
        .enumerate()
        .filter_map(|(at, rule)| Some(format!("\n'{rule}': {}", rule_complaint(rule, at, rules)?)))
        .collect();
    if !invalid.is_empty() {
        return Some(format!("Invalid routes in `run_worker_first`:{}", invalid.concat()));
    }
    rules.iter().all(|rule| rule.starts_with('!')).then(|| {
        "Only negative `run_worker_first` rules were provided; must provide at least 1 non-negative rule".to_owned()
    })
}

fn rule_complaint(rule: &str, at: usize, rules: &[String]) -> Option<String> {
    if !rule.starts_with('/') && !rule.starts_with("!/") {
        return Some("rules must start with '/' or '!/'".to_owned());
    }
    if rule.chars().count() > RULE_CHARS_MAX {
        return Some(format!("all rules must be less than {RULE_CHARS_MAX} characters in length"));
    }
    if rules[..at].iter().any(|other| other == rule) {
        return Some("rule is a duplicate; rules must be unique".to_owned());
    }
    let covers = |other: &&String| {
        *other != rule && other.strip_suffix('*').is_some_and(|start| start.ends_with('/') && rule.starts_with(start))
    };
    rules.iter().find(covers).map(|broader| format!("rule '{broader}' makes it redundant"))
}
