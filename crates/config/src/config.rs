//! What the configuration means: everything resolved, every default filled in.

use std::path::PathBuf;

use serde_json::{Map, Value as Json};

use crate::bindings::{Binding, BindingKind, Bindings, Mode};
use crate::compat::CompatFlags;
use crate::sections::{
    BundleSettings, CustomBuild, DevSettings, Export, Limits, Migration, QueueConsumer, Route, Rule, Site, TailConsumer,
};
use crate::source::Place;

/// One Worker, ready to be built and started.
#[derive(Debug, Clone)]
pub struct Config {
    /// The Worker's name, with `-<environment>` behind it where an environment has no name of its own.
    pub name: Option<String>,
    /// The chosen environment.
    pub environment: Option<String>,
    /// The configuration file.
    pub path: PathBuf,
    /// The directory of the configuration file.
    pub config_dir: PathBuf,
    /// Absolute path of the entry point. Absent for assets without a Worker.
    pub main: Option<PathBuf>,
    /// Where `main` stands in the file; absent if the script comes from the command line.
    pub main_place: Option<Place>,
    /// Absolute directory that module names are relative to; the directory of `main` when not set.
    pub base_dir: PathBuf,
    /// The compatibility date, `YYYY-MM-DD`.
    pub compatibility_date: String,
    /// The flags as written.
    pub compatibility_flags: Vec<String>,
    /// What date and flags add up to.
    pub compat: CompatFlags,
    /// The variables in order.
    pub vars: Map<String, Json>,
    /// The secrets, once they were given to [`Config::add_secrets`], in order.
    pub secrets: Vec<(String, String)>,
    /// The names under `secrets.required`; `None` when not configured, which means all secrets are taken.
    pub required_secrets: Option<Vec<String>>,
    /// All other bindings by kind.
    pub bindings: Bindings,
    /// The user's module rules, in file order.
    pub rules: Vec<Rule>,
    /// How modules are found and put together.
    pub bundle: BundleSettings,
    /// The project's own build command.
    pub build: CustomBuild,
    /// Where the local server listens.
    pub dev: DevSettings,
    /// Which addresses lead to the Worker.
    pub routes: Vec<Route>,
    /// The cron expressions of `triggers`.
    pub crons: Vec<String>,
    /// How much one request may use.
    pub limits: Limits,
    /// The history of Durable Object classes.
    pub migrations: Vec<Migration>,
    /// The declarative form of that history.
    pub exports: Vec<Export>,
    /// Queues whose messages the Worker receives.
    pub queue_consumers: Vec<QueueConsumer>,
    /// Workers that are told what this Worker did.
    pub tail_consumers: Vec<TailConsumer>,
    /// A legacy Workers Site.
    pub site: Option<Site>,
    /// Variables from the command line, which win over secrets.
    pub(crate) pinned_vars: Vec<String>,
}

/// Variables longer than this are cut in the start table.
const SHOWN_CHARS_MAX: usize = 40;

impl Config {
    /// The name to use where one is needed: the configured one, else `worker`.
    pub fn worker_name(&self) -> &str {
        self.name.as_deref().unwrap_or("worker")
    }

    /// Every binding the Worker sees, as rows of the start table: resources first, then variables and secrets.
    pub fn bindings(&self) -> Vec<Binding> {
        let mut rows = self.bindings.rows();
        // Assets without a binding name are served, but not seen by the Worker.
        rows.retain(|row| !row.name.is_empty());
        rows.extend(self.vars.iter().map(|(name, value)| variable(name, shown(value))));
        rows.extend(self.secrets.iter().map(|(name, _)| variable(name, "\"(hidden)\"".to_owned())));
        rows
    }

    /// Takes secrets over: they win over variables of the same name, never over other bindings nor over variables
    /// from the command line. With `secrets.required` only the names listed there are taken.
    pub fn add_secrets(&mut self, secrets: impl IntoIterator<Item = (String, String)>) {
        let rows = self.bindings.rows();
        for (name, value) in secrets {
            let wanted = self.required_secrets.as_ref().is_none_or(|required| required.contains(&name));
            if !wanted || self.pinned_vars.contains(&name) || rows.iter().any(|row| row.name == name) {
                continue;
            }
            self.vars.shift_remove(&name);
            self.secrets.retain(|(known, _)| *known != name);
            self.secrets.push((name, value));
        }
    }

    /// Production's warning about names under `secrets.required` without a value, `None` when all have one.
    pub fn missing_secrets(&self) -> Option<String> {
        let given = |name: &&String| !self.secrets.iter().any(|(known, _)| known == *name);
        let missing: Vec<&str> = self.required_secrets.iter().flatten().filter(given).map(String::as_str).collect();
        (!missing.is_empty()).then(|| {
            format!(
                "Missing required secrets: {}. Add them to .dev.vars, .env, or set as environment variables.",
                missing.join(", ")
            )
        })
    }
}

fn variable(name: &str, resource: String) -> Binding {
    Binding { name: name.to_owned(), kind: BindingKind::Variable, resource, local_id: String::new(), mode: Mode::Local }
}

/// Text in quotes, cut when long; other values as JSON.
fn shown(value: &Json) -> String {
    match value {
        Json::String(text) if text.chars().count() > SHOWN_CHARS_MAX => {
            format!("\"{}...\"", text.chars().take(SHOWN_CHARS_MAX - 3).collect::<String>())
        }
        Json::String(text) => format!("\"{text}\""),
        other => other.to_string(),
    }
}
