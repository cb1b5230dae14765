//! From what the file says to what it means: the environment is chosen, defaults are filled in, every complaint is made.

use std::path::Path;

use crate::bindings::Bindings;
use crate::checks;
use crate::compat::{CompatFlags, CompatOptions, NEWEST_DATE};
use crate::config::Config;
use crate::date;
use crate::notes::{Note, Notes, Report, Severity};
use crate::overrides::Overrides;
use crate::paths::absolute;
use crate::raw::{Node, RawConfig, Table};
use crate::scope::Scope;
use crate::sections;
use crate::suggest::did_you_mean;

/// How a configuration is resolved.
#[derive(Debug, Clone)]
pub struct ResolveOptions<'a> {
    /// The environment to use, from `--env` or `CLOUDFLARE_ENV`.
    pub env: Option<&'a str>,
    /// The settings of the command line.
    pub overrides: Overrides,
    /// Whether an entry point or assets must be there; data commands do without.
    pub entry_point_needed: bool,
    /// Whether this file was reached through a redirect, and may therefore not contain `env`.
    pub redirected: bool,
    /// Whether experimental compatibility flags are allowed.
    pub experimental: bool,
    /// The newest supported compatibility date, used when the file names none.
    pub newest_date: &'a str,
    /// Whether the warning about `unsafe` is left out (`WRANGLER_DISABLE_EXPERIMENTAL_WARNING`).
    pub quiet_unsafe: bool,
}

impl Default for ResolveOptions<'_> {
    fn default() -> Self {
        ResolveOptions {
            env: None,
            overrides: Overrides::default(),
            entry_point_needed: true,
            redirected: false,
            experimental: false,
            newest_date: NEWEST_DATE,
            quiet_unsafe: false,
        }
    }
}

impl RawConfig {
    /// Works out what the configuration means. Both outcomes carry every complaint; with an error among them there is
    /// no [`Config`].
    pub fn resolve(&self, options: &ResolveOptions) -> Result<(Config, Report), Report> {
        let mut report = Report { file: self.source.shown.clone(), notes: self.notes.clone() };
        let config = self.resolve_into(options, &mut report.notes);
        if options.quiet_unsafe {
            report.notes.retain(|note| !note.message.starts_with("\"unsafe\" fields are experimental"));
        }
        if report.has_errors() { Err(report) } else { Ok((config, report)) }
    }

    fn resolve_into(&self, options: &ResolveOptions, notes: &mut Vec<Note>) -> Config {
        let (top_notes, muted) = (Notes::new(&self.source, None), Notes::muted(&self.source));
        let named = self.choose(options, &top_notes);
        let top = Scope::top(&top_notes, &muted, &self.root);
        let config = read(&top, options);
        if let Some((name, own)) = named {
            let own_notes = Notes::new(&self.source, Some(name));
            let scope = Scope::named(&own_notes, &muted, name, (own, &self.root));
            let config = finish(read(&scope, options), &scope, options);
            top.finish();
            scope.finish();
            notes.extend(top_notes.into_list());
            notes.extend(own_notes.into_list());
            return config;
        }
        let config = finish(config, &top, options);
        top.finish();
        notes.extend(top_notes.into_list());
        config
    }

    /// The table of the chosen environment. Complains when it is not there.
    fn choose<'a>(&'a self, options: &ResolveOptions<'a>, notes: &Notes) -> Option<(&'a str, &'a Table)> {
        let environments = self.root.get("env");
        if let (Some(entry), true) = (environments, options.redirected) {
            notes.error(entry.key_span, redirected_environments(&self.environments()));
        }
        let table = environments.and_then(|entry| match &entry.value.node {
            Node::Table(table) => Some(table),
            _ => {
                notes.error(
                    entry.value.span,
                    format!("The field \"env\" should be an object but got {}.", entry.value.to_json()),
                );
                None
            }
        });
        let name = options.env.filter(|name| !name.is_empty())?;
        if options.redirected {
            self.compare_target(name, notes);
            return None;
        }
        let Some(table) = table else {
            if environments.is_none() {
                let message = self.unknown_environment(name, "");
                notes.absent(Severity::Warning, message, Some("the top level is used".to_owned()));
            }
            return None;
        };
        let Some(entry) = table.get(name) else {
            let known = self.environments();
            let hint = did_you_mean(name, known.iter().copied());
            let known = serde_json::Value::from(known);
            let known = format!("The available configured environment names are: {known}\n");
            let message = self.unknown_environment(name, &known);
            match environments {
                Some(section) => notes.at(Severity::Error, section.key_span, message, hint),
                None => notes.absent(Severity::Error, message, hint),
            }
            return None;
        };
        match &entry.value.node {
            Node::Table(own) => Some((name, own)),
            _ => {
                let json = entry.value.to_json();
                notes.error(entry.value.span, format!("The field \"env.{name}\" should be an object but got {json}."));
                None
            }
        }
    }

    /// A generated file is made for one environment; asking for another one is a mistake.
    fn compare_target(&self, name: &str, notes: &Notes) {
        let Some(entry) = self.root.get("targetEnvironment") else { return };
        match &entry.value.node {
            Node::String(target) if !target.is_empty() && target != name => notes.error(
                entry.value.span,
                format!(
                    "You have specified the environment \"{name}\" via the `--env/-e` CLI argument or the CLOUDFLARE_ENV \
                     environment variable.\nThis does not match the target environment \"{target}\" that was used when \
                     building the application.\nPerhaps you need to re-run the custom build of the project with \"{name}\" \
                     as the selected environment?"
                ),
            ),
            _ => {}
        }
    }

    /// Production's text; `known` is the line that lists the names there are.
    fn unknown_environment(&self, name: &str, known: &str) -> String {
        format!(
            "No environment found in configuration with name \"{name}\".\nBefore using `--env={name}` there should be an \
             equivalent environment section in the configuration.\n{known}\nConsider adding an environment configuration \
             section to the {} file:\n```\n[env.{name}]\n```",
            self.source.shown
        )
    }
}

fn redirected_environments(names: &[&str]) -> String {
    let list: Vec<String> = names.iter().map(|name| format!("\t- {name}\n")).collect();
    format!(
        "Redirected configurations cannot include environments but the following have been found:\n{}\n\nSuch configurations \
         are generated by tools, meaning that one of the tools\nyour application is using is generating the incorrect \
         configuration.\nReport this issue to the tool's author so that this can be fixed there.",
        list.concat()
    )
}

/// Reads every key of one scope.
fn read(scope: &Scope, options: &ResolveOptions) -> Config {
    let source = scope.notes.source;
    let dir = source.dir();
    scope.top_only("env");
    sections::ignored(scope, options.redirected);
    sections::observability(scope);
    let text = |key| scope.inherited(key).and_then(|field| field.string());
    let main = text("main").map(|path| absolute(dir, Path::new(&path)));
    let main_place = scope.inherited("main").map(|field| scope.notes.place(field.value.span));
    let base_dir = text("base_dir").map(|path| absolute(dir, Path::new(&path)));
    let name = name(scope, options);
    let mut bindings = Bindings::read(scope);
    if let Some(assets) = &mut bindings.assets {
        assets.directory = absolute(dir, &assets.directory);
    }
    Config {
        name,
        environment: options.env.filter(|name| !name.is_empty()).map(str::to_owned),
        path: source.path.clone(),
        config_dir: dir.to_owned(),
        base_dir: base_dir.unwrap_or_default(),
        main,
        main_place,
        compatibility_date: written_date(scope),
        compatibility_flags: written_flags(scope),
        compat: CompatFlags::default(),
        vars: sections::vars(scope),
        secrets: Vec::new(),
        required_secrets: sections::required_secrets(scope),
        bindings,
        rules: sections::Rule::read(scope),
        bundle: sections::BundleSettings::read(scope),
        build: sections::CustomBuild::read(scope),
        dev: sections::DevSettings::read(scope),
        routes: sections::routes(scope),
        crons: sections::crons(scope),
        limits: sections::limits(scope),
        migrations: sections::migrations(scope),
        exports: sections::exports(scope),
        queue_consumers: sections::queue_consumers(scope),
        tail_consumers: sections::tail_consumers(scope),
        site: sections::site(scope),
        pinned_vars: Vec::new(),
    }
}

fn name(scope: &Scope, options: &ResolveOptions) -> Option<String> {
    let field = scope.inherited("name");
    let name = field.as_ref().and_then(|field| field.string());
    if let (Some(field), Some(name)) = (&field, &name)
        && !is_worker_name(name)
    {
        field.error(format!(
            "Expected \"{}\" to be of type string, alphanumeric and lowercase with dashes only but got {}.",
            field.path,
            field.json()
        ));
    }
    // A build tool has put the environment into the name already.
    match options.env.filter(|env| !env.is_empty() && !options.redirected && scope.declares_no_own_name()) {
        Some(env) => name.map(|name| format!("{name}-{env}")),
        None => name,
    }
}

/// Empty, or `[a-z0-9_][a-z0-9-_]*`.
fn is_worker_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().all(|byte| letter(byte) || byte == b'-') && !name.starts_with('-')
}

/// Puts the command line on top and makes the complaints that need the whole picture.
fn finish(mut config: Config, scope: &Scope, options: &ResolveOptions) -> Config {
    options.overrides.apply(&mut config);
    if config.base_dir.as_os_str().is_empty() {
        let dir = config.main.as_deref().and_then(Path::parent).unwrap_or(&config.config_dir);
        config.base_dir = dir.to_owned();
    }
    compatibility(&mut config, scope, options);
    checks::unique_names(&config, scope);
    checks::durable_objects(&config, scope);
    if options.entry_point_needed {
        checks::entry_point(&config, scope);
        checks::assets(&config, scope);
    }
    config
}

fn written_flags(scope: &Scope) -> Vec<String> {
    let Some(field) = scope.inherited("compatibility_flags") else { return Vec::new() };
    match &field.value.node {
        Node::Array(_) => field.strings().unwrap_or_default(),
        _ => {
            let json = field.json();
            field.error(format!("Expected \"{}\" to be of type string array but got {json}.", field.path));
            Vec::new()
        }
    }
}

/// The date in the file, empty when there is none or it is not a date.
fn written_date(scope: &Scope) -> String {
    let Some(field) = scope.inherited("compatibility_date") else { return String::new() };
    let text = field.string().unwrap_or_default();
    match date::complaint(&field.path, &text) {
        // What is not even a string has been complained about.
        Some(complaint) if !text.is_empty() || field.is_string() => field.error(complaint),
        Some(_) => {}
        None => return text,
    }
    String::new()
}

fn compatibility(config: &mut Config, scope: &Scope, options: &ResolveOptions) {
    let overrides = &options.overrides;
    let (date, flags) = (scope.inherited("compatibility_date"), scope.inherited("compatibility_flags"));
    match &overrides.compatibility_date {
        Some(given) => {
            if let Some(complaint) = date::complaint("compatibility_date", given) {
                scope.notes.absent(Severity::Error, complaint, None);
            }
            config.compatibility_date = if date::is_date(given) { given.clone() } else { String::new() };
        }
        None if date.is_none() => no_date(scope, options.newest_date),
        None => {}
    }
    if config.compatibility_date.is_empty() {
        options.newest_date.clone_into(&mut config.compatibility_date);
    }
    let replaced = !overrides.compatibility_flags.is_empty();
    if replaced {
        config.compatibility_flags.clone_from(&overrides.compatibility_flags);
    }
    let compat_options = CompatOptions { newest_date: options.newest_date, experimental: options.experimental };
    let (compat, complaints) =
        CompatFlags::examine(&config.compatibility_date, &config.compatibility_flags, &compat_options);
    config.compat = compat;
    let date_in_file = date.filter(|_| overrides.compatibility_date.is_none());
    for complaint in complaints {
        let field = if complaint.flag.is_some() { flags.as_ref().filter(|_| !replaced) } else { date_in_file.as_ref() };
        checks::compatibility(scope, field, complaint);
    }
}

fn no_date(scope: &Scope, newest: &str) {
    scope.notes.absent(
        Severity::Warning,
        format!("No compatibility_date was specified. Using the default compatibility date: {newest}."),
        Some(format!("add `compatibility_date` with the value \"{newest}\" to {}", scope.notes.source.shown)),
    );
}

/// Every key the top level may have, as the readers above ask for them.
#[cfg(test)]
pub(crate) fn known_keys() -> Vec<&'static str> {
    let source = crate::Source::new("/wrangler.json", "{}");
    let (notes, root) = (Notes::muted(&source), Table::default());
    let scope = Scope::top(&notes, &notes, &root);
    let config = read(&scope, &ResolveOptions::default());
    finish(config, &scope, &ResolveOptions::default());
    scope.asked()
}
