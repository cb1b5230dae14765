//! Tests of the configuration as a whole.

mod bindings;
mod diagnostics;
mod discovery;
mod documentation;
mod environments;
mod example;
mod overrides;
mod robustness;
mod rules;
mod settings;
mod syntax;

use crate::{Config, RawConfig, Report, ResolveOptions, Severity, Source};

/// Resolves a text standing in `/shop/<file>`.
fn resolve_as(file: &str, text: &str, options: &ResolveOptions) -> Result<(Config, Report), Report> {
    RawConfig::parse(Source::new(format!("/shop/{file}"), text))?.resolve(options)
}

/// Resolves JSON at the top level, without asking for an entry point.
fn resolve(text: &str) -> Result<(Config, Report), Report> {
    resolve_in(text, None)
}

fn resolve_in(text: &str, env: Option<&str>) -> Result<(Config, Report), Report> {
    resolve_as("wrangler.jsonc", text, &ResolveOptions { env, entry_point_needed: false, ..ResolveOptions::default() })
}

/// The configuration of a text without errors.
fn config(text: &str) -> Config {
    match resolve(text) {
        Ok((config, _)) => config,
        Err(report) => panic!("{report}"),
    }
}

/// Every complaint as (severity, message), the one about a missing date left out.
fn complaints(outcome: Result<(Config, Report), Report>) -> Vec<(Severity, String)> {
    let report = match outcome {
        Ok((_, report)) | Err(report) => report,
    };
    let about_date = |message: &str| message.starts_with("No compatibility_date was specified");
    report
        .notes
        .into_iter()
        .filter(|note| !about_date(&note.message))
        .map(|note| (note.severity, note.message))
        .collect()
}

fn errors(text: &str) -> Vec<String> {
    of(Severity::Error, complaints(resolve(text)))
}

fn warnings(text: &str) -> Vec<String> {
    of(Severity::Warning, complaints(resolve(text)))
}

fn of(severity: Severity, complaints: Vec<(Severity, String)>) -> Vec<String> {
    complaints.into_iter().filter(|(found, _)| *found == severity).map(|(_, message)| message).collect()
}
