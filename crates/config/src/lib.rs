//! Wrangler configuration: text in, [`Config`] and complaints out. Reads no file, no clock and no environment
//! variable; the caller gives the texts.
//!
//! ```
//! use edgeemu_config::{RawConfig, ResolveOptions, Source};
//!
//! let source = Source::new("/shop/wrangler.jsonc", r#"{ "name": "shop", "main": "src/index.ts" }"#);
//! let raw = RawConfig::parse(source).expect("the text is JSON");
//! let (config, report) = raw.resolve(&ResolveOptions::default()).expect("no errors");
//! assert_eq!(config.worker_name(), "shop");
//! assert_eq!(report.warnings().count(), 1); // no compatibility_date
//! ```

mod bindings;
mod checks;
mod compat;
mod config;
mod date;
mod discovery;
mod dotenv;
mod field;
mod glob;
mod notes;
mod overrides;
mod paths;
mod raw;
mod render;
mod resolve;
mod scope;
mod sections;
mod settings;
mod simulation;
mod source;
mod suggest;

pub use bindings::*;
pub use compat::{CompatFlags, CompatOptions, EFFECTS, NEWEST_DATE, page as compatibility_page};
pub use config::Config;
pub use discovery::{Found, candidates, redirect_candidates};
pub use dotenv::{Dotenv, SecretFile, SecretFileKind, SelectOptions, announcement, merge, select_files};
pub use glob::{Glob, Reach};
pub use notes::{Note, Report, Severity};
pub use overrides::Overrides;
pub use raw::RawConfig;
pub use resolve::ResolveOptions;
pub use sections::{
    BundleSettings, ClassBackend, CustomBuild, DevSettings, Export, ExportState, Limits, Migration, ModuleType,
    Protocol, QueueConsumer, RenamedClass, Route, Rule, Site, TailConsumer, TransferredClass, fold_classes,
};
pub use settings::{D1_REPLICAS_MAX, D1Settings, R2Settings, Settings};
pub use simulation::{Judge, Judges, SimulationSettings};
pub use source::{Format, Place, Source, Span};
pub use suggest::nearest;

#[cfg(test)]
mod tests;
