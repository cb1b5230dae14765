//! A file of tests: bundled, started, and asked for its tests.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use edgeemu_bundle::Bundler;
use edgeemu_cache::Caches;
use edgeemu_config::BundleSettings;
use edgeemu_runtime::{BindingValue, Limits, Module, ModuleKind, Script, Syntax};

use edgeemu_world::World;

use super::ExploreError;
use super::play::ask_tests;
use super::story::Described;
use super::theatre::{Role, Theatre};
use crate::error::BuildError;
use crate::project::Project;

/// What tests import, and what it is called inside: a name that the bundler leaves alone.
const API: &str = "edgeemu/test";
const API_MODULE: &str = "cloudflare:edgeemu-test";
const API_SOURCE: &str = include_str!("api.js");

/// The tests of a file as a Worker of their own.
pub(super) async fn script(project: &Project, file: &Path) -> Result<Arc<Script>, ExploreError> {
    let options = crate::script::bundle_options(project.config(), &project.options().world, None)?;
    let options = edgeemu_bundle::BundleOptions {
        entry: file.to_path_buf(),
        base_dir: None,
        is_module: true,
        settings: BundleSettings {
            alias: vec![(API.to_owned(), API_MODULE.to_owned())],
            tsconfig: options.settings.tsconfig.clone(),
            ..BundleSettings::default()
        },
        ..options
    };
    let bundle = Bundler::new(options).bundle().await.map_err(BuildError::from)?;
    let main = bundle.main.clone();
    let mut modules = Vec::new();
    for module in bundle.modules {
        let mut module = crate::script::module(module)?;
        if module.name == main {
            let handlers = format!("\nexport {{ default }} from {API_MODULE:?};\n");
            module.source = [module.source.as_ref(), handlers.as_bytes()].concat().into();
        }
        modules.push(module);
    }
    let source = Bytes::from_static(API_SOURCE.as_bytes());
    modules.push(Module { name: API_MODULE.to_owned(), kind: ModuleKind::EsModule, source });
    Ok(Arc::new(Script {
        name: "tests".to_owned(),
        syntax: Syntax::Modules,
        main,
        modules,
        source_map: bundle.source_map,
        bindings: Vec::new(),
        flags: project.config().compat.names().map(str::to_owned).collect(),
        limits: Limits::default(),
        outside: edgeemu_runtime::Outside::Network,
        classes: Vec::new(),
        caches: Caches::new(&World::simulated(0)),
    }))
}

/// The tests that a file describes.
pub(super) fn list(theatre: &Theatre) -> Result<Vec<Described>, ExploreError> {
    let actor = theatre.actor(Role::Tests).map_err(BuildError::from)?;
    let answer = ask_tests(theatre, &actor).map_err(ExploreError::Tests)?;
    serde_json::from_slice(&answer).map_err(|error| ExploreError::Tests(format!("the options of a test: {error}")))
}

/// Takes away what a run cannot decide, so that nothing happens behind its back.
pub(super) fn keep_inside(value: &mut BindingValue) {
    if matches!(value, BindingValue::R2(_)) {
        *value = BindingValue::Unsupported { kind: "R2 Bucket, in a simulation".to_owned() };
    }
}
