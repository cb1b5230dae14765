//! What bundling gives: the modules the runtime loads.

use std::path::PathBuf;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;

/// A Worker ready to be loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// How the main module is to be run.
    pub format: ScriptFormat,
    /// The name of the main module, which is one of `modules`.
    pub main: String,
    /// Every module, the main one first, the others by name.
    pub modules: Vec<Module>,
    /// The source map of the main module; its `sources` are paths relative to the project folder.
    pub source_map: Option<Bytes>,
    /// What the entry point exports by name (`export *` not followed); empty for a service worker.
    pub exports: Vec<String>,
    /// Files whose change asks for another bundle, sorted.
    pub inputs: Vec<PathBuf>,
    /// What the user should know although the bundle works.
    pub warnings: Vec<Diagnostic>,
}

/// How a Worker is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScriptFormat {
    /// ES modules with a default export.
    Modules,
    /// A script that calls `addEventListener`.
    ServiceWorker,
}

/// One module of a Worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// What imports call it, without a leading `./`; in a service worker the global that holds it.
    pub name: String,
    /// What an import of it gives.
    pub kind: ModuleKind,
    /// Its content.
    pub source: Bytes,
}

/// What an import of a module gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ModuleKind {
    /// An ES module (in a service worker: the script).
    EsModule,
    /// A CommonJS module; its `module.exports` is the default export.
    CommonJs,
    /// A string.
    Text,
    /// An `ArrayBuffer`.
    Data,
    /// A `WebAssembly.Module`.
    CompiledWasm,
    /// The parsed value.
    Json,
}
