//! Modules that are not bundled: taken as they are, TypeScript without its types.

use std::path::Path;

use crate::additional::Candidate;
use crate::collect::{Collection, as_identifier};
use crate::compile::compile;
use crate::diagnostic::Diagnostic;
use crate::fingerprint::Stamp;
use crate::jsx;
use crate::messages::translate;
use crate::options::{BundleOptions, slashed};
use crate::output::{Module, ModuleKind, ScriptFormat};
use crate::rules::module_kind;
use bytes::Bytes;

/// A script with its source map, if it had to be changed.
pub(crate) type Script = (Bytes, Option<Bytes>);

/// The entry point as it is, and its name among the modules.
pub(crate) fn main_module(collection: &Collection) -> Result<(String, Script), Vec<Diagnostic>> {
    let path = collection.options.entry_path();
    let root = collection.options.module_root();
    let name = slashed(path.strip_prefix(&root).unwrap_or(&path));
    Ok((name, script(collection, &path)?))
}

/// The additional modules as they are.
pub(crate) fn modules(collection: &Collection, candidates: &[Candidate]) -> Result<Vec<Module>, Vec<Diagnostic>> {
    let mut modules = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        if let Some(module) = module(collection, candidate)? {
            modules.push(module);
        }
    }
    Ok(modules)
}

fn module(collection: &Collection, candidate: &Candidate) -> Result<Option<Module>, Vec<Diagnostic>> {
    let Some(kind) = module_kind(candidate.kind) else {
        let text = format!("Python modules are not supported: {}", candidate.name);
        return Err(vec![Diagnostic::error(text)]);
    };
    let is_script = matches!(kind, ModuleKind::EsModule | ModuleKind::CommonJs);
    let name = match collection.format {
        ScriptFormat::Modules => candidate.name.clone(),
        // A script without imports has no use for other scripts, and sees the rest as globals.
        ScriptFormat::ServiceWorker if is_script => return Ok(None),
        ScriptFormat::ServiceWorker => as_identifier(&candidate.name),
    };
    let source = match is_script {
        true => script(collection, &candidate.path)?.0,
        false => read(collection, &candidate.path)?,
    };
    Ok(Some(Module { name, kind, source }))
}

fn read(collection: &Collection, path: &Path) -> Result<Bytes, Vec<Diagnostic>> {
    let (stamp, content) = Stamp::read(&collection.options.disk, path).map_err(|error| {
        vec![Diagnostic::error(format!("Could not read `{}`: {error}", collection.options.shown(path)))]
    })?;
    collection.found().files.insert(path.to_path_buf(), stamp);
    Ok(content)
}

fn script(collection: &Collection, path: &Path) -> Result<Script, Vec<Diagnostic>> {
    let content = read(collection, path)?;
    if !jsx::needs_compiling(path) {
        return Ok((content, None));
    }
    let Ok(source) = std::str::from_utf8(&content) else {
        let shown = collection.options.shown(path);
        return Err(vec![Diagnostic::error(format!("`{shown}` is not UTF-8 text"))]);
    };
    without_types(collection, path, source)
}

fn without_types(collection: &Collection, path: &Path, source: &str) -> Result<Script, Vec<Diagnostic>> {
    let options = &collection.options;
    let result = compile(collection, path, source);
    if !result.errors.is_empty() {
        return Err(result.errors.iter().filter_map(|error| translate(options, error)).collect());
    }
    if !result.helpers_used.is_empty() {
        let text =
            format!("`{}` uses syntax that needs helper code, which `no_bundle` cannot add", options.shown(path));
        return Err(vec![Diagnostic::error(text).with_hint("Remove `no_bundle` from your configuration")]);
    }
    let map = result.map.map(|map| with_source(options, path, &map.to_json_string()));
    Ok((Bytes::from(result.code), map))
}

/// The map with the name of its only source relative to the project.
fn with_source(options: &BundleOptions, path: &Path, map: &str) -> Bytes {
    let Ok(mut map) = serde_json::from_str::<serde_json::Value>(map) else {
        return Bytes::copy_from_slice(map.as_bytes());
    };
    map["sources"] = serde_json::json!([options.shown(path)]);
    Bytes::from(map.to_string())
}
