//! From a Worker's entry point to the modules the runtime loads, the way production's tools do it.
//!
//! [`Bundler`] reads the project, follows imports, removes types and gives a [`Bundle`]. The work is done in process
//! by rolldown; nothing has to be installed. What is wrong comes back as [`Diagnostic`]s with places.

mod additional;
mod as_is;
mod built_in;
mod bundler;
mod cache;
mod collect;
mod compile;
mod complaints;
mod diagnostic;
mod fingerprint;
mod imports;
mod jsx;
mod lessons;
mod loading;
mod messages;
mod node_builtins;
mod old_scripts;
mod options;
mod output;
mod patterns;
mod rules;
mod syntax;
mod text;
mod tsconfig;
mod work;

pub use bundler::Bundler;
pub use diagnostic::{BundleError, Diagnostic, Location, Severity};
pub use options::{BuildPlatform, BundleOptions, NodejsCompat};
pub use output::{Bundle, Module, ModuleKind, ScriptFormat};

#[cfg(test)]
mod tests;
