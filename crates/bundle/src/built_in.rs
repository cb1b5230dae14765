//! The built-in bundler: rolldown with the settings that reproduce production's.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use rolldown_common::bundler_options::{
    AttachDebugInfo, BundlerOptions, BundlerTransformOptions, CodeSplittingMode, CommentsOptions, Either,
    ExperimentalOptions, InlineConstOption, InputItem, ModuleType, OptimizationOption, OutputFormat, Platform,
    RawMinifyOptions, ResolveOptions, SourceMapType, TsConfig,
};
use rolldown_common::{Output, ScanMode};
use rolldown_error::{BatchedBuildDiagnostic, BuildDiagnostic};

use crate::collect::Collection;
use crate::compile::TARGET;
use crate::diagnostic::Diagnostic;
use crate::imports::Imports;
use crate::messages::translate;
use crate::options::{BuildPlatform, BundleOptions};
use crate::output::ScriptFormat;

/// One run of the bundler.
#[derive(Debug)]
pub(crate) struct Built {
    /// The main module.
    pub(crate) code: Bytes,
    /// Its source map.
    pub(crate) source_map: Option<Bytes>,
    /// What the bundler had to say.
    pub(crate) warnings: Vec<Diagnostic>,
}

/// What the bundler keeps when it has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Graph {
    /// Nothing: it runs once.
    Dropped,
    /// A copy of every module, so that the next run reads only those that changed. Costs a tenth of the time.
    Kept,
}

/// The bundler with what it remembers between runs.
pub(crate) struct BuiltIn {
    bundler: rolldown::Bundler,
    collection: Arc<Collection>,
}

impl BuiltIn {
    /// A bundler that has not run yet.
    pub(crate) fn new(collection: Arc<Collection>, graph: Graph) -> Result<BuiltIn, Vec<Diagnostic>> {
        let settings = settings(&collection, graph);
        let plugins: Vec<rolldown_plugin::__inner::SharedPluginable> =
            vec![Arc::new(Imports::new(Arc::clone(&collection)))];
        let bundler = rolldown::Bundler::with_plugins(settings, plugins);
        let bundler = bundler.map_err(|batch| errors(&collection.options, &batch.into_vec()))?;
        Ok(BuiltIn { bundler, collection })
    }

    /// What the bundler has found.
    pub(crate) fn collection(&self) -> &Arc<Collection> {
        &self.collection
    }

    /// Bundles. With `changed` the modules of all other files are taken from the run before.
    pub(crate) async fn run(&mut self, changed: Option<&[PathBuf]>) -> Result<Built, Vec<Diagnostic>> {
        let mode = || match changed {
            Some(paths) => ScanMode::Partial(paths.iter().map(|path| path.to_string_lossy().as_ref().into()).collect()),
            None => ScanMode::Full,
        };
        self.collection.found().unresolved = changed.map(|_| BTreeSet::new());
        let options = &self.collection.options;
        let output = loop {
            match self.bundler.incremental_generate(mode()).await.map_err(BatchedBuildDiagnostic::into_vec) {
                Ok(output) => break output,
                // Every lesson is learned once, so this ends.
                Err(messages) if self.collection.lessons().learn(options, &messages) => {}
                Err(messages) => return Err(errors(options, &messages)),
            }
        };
        let (fatal, warnings) = split(options, &output.warnings);
        if !fatal.is_empty() {
            return Err(fatal);
        }
        let chunk = output.assets.iter().find_map(|asset| match asset {
            Output::Chunk(chunk) if chunk.is_entry => Some(chunk),
            _ => None,
        });
        match chunk {
            Some(chunk) => Ok(Built {
                code: Bytes::from(chunk.code.clone()),
                source_map: source_map(&output.assets, &chunk.filename),
                warnings,
            }),
            None => Err(vec![Diagnostic::error("The bundler gave no module for the entry point")]),
        }
    }
}

/// The text of the chunk's map. The bundler has already written it once, and it is longer than the chunk.
fn source_map(assets: &[Output], chunk: &str) -> Option<Bytes> {
    assets.iter().find_map(|asset| match asset {
        Output::Asset(asset) if asset.filename.strip_suffix(".map") == Some(chunk) => {
            Some(Bytes::copy_from_slice(asset.source.as_bytes()))
        }
        _ => None,
    })
}

fn errors(options: &BundleOptions, messages: &[BuildDiagnostic]) -> Vec<Diagnostic> {
    let translated: Vec<Diagnostic> = messages.iter().filter_map(|one| translate(options, one)).collect();
    match translated.is_empty() {
        true => vec![Diagnostic::error("The bundler failed without saying why")],
        false => translated,
    }
}

/// Errors among what the bundler calls warnings, and the real warnings.
fn split(options: &BundleOptions, messages: &[BuildDiagnostic]) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    use crate::diagnostic::Severity;
    let translated = messages.iter().filter_map(|one| translate(options, one));
    translated.partition(|one| one.severity == Severity::Error)
}

/// The stem of the main module's name.
pub(crate) fn stem(entry: &Path) -> String {
    entry.file_stem().map_or_else(|| "index".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

fn settings(collection: &Collection, graph: Graph) -> BundlerOptions {
    let options = &collection.options;
    let entry = options.entry_path();
    let scripts = [".js", ".mjs", ".cjs"].map(|ending| (ending.to_owned(), ModuleType::Jsx));
    BundlerOptions {
        input: Some(vec![InputItem { name: Some(stem(&entry)), import: entry.to_string_lossy().into_owned() }]),
        cwd: Some(options.root.clone()),
        // Source maps name sources relative to this folder.
        dir: Some(".".to_owned()),
        platform: Some(platform(options.platform)),
        format: Some(match collection.format {
            ScriptFormat::Modules => OutputFormat::Esm,
            ScriptFormat::ServiceWorker => OutputFormat::Iife,
        }),
        sourcemap: Some(SourceMapType::Hidden),
        module_types: Some(scripts.into_iter().collect()),
        resolve: Some(ResolveOptions { condition_names: Some(options.condition_names()), ..ResolveOptions::default() }),
        define: Some(options.defines().into_iter().collect()),
        minify: Some(RawMinifyOptions::Bool(options.settings.minify)),
        keep_names: Some(options.settings.keep_names),
        code_splitting: Some(CodeSplittingMode::Bool(false)),
        // Production declares what stands at the top of a module with `var`: a module of a cycle that looks at another
        // one too early sees nothing, where it would throw otherwise.
        top_level_var: Some(true),
        // Production inlines constants only when it minifies.
        optimization: Some(OptimizationOption {
            inline_const: (!options.settings.minify).then_some(InlineConstOption::Bool(false)),
            ..OptimizationOption::default()
        }),
        comments: Some(CommentsOptions { legal: true, annotation: false, jsdoc: false }),
        transform: Some(BundlerTransformOptions {
            target: Some(Either::Left(TARGET.to_owned())),
            jsx: Some(Either::Right(collection.jsx.options())),
            ..BundlerTransformOptions::default()
        }),
        tsconfig: Some(options.settings.tsconfig.clone().map_or(TsConfig::Auto(true), TsConfig::Manual)),
        experimental: Some(ExperimentalOptions {
            incremental_build: Some(graph == Graph::Kept),
            attach_debug_info: Some(AttachDebugInfo::None),
            ..ExperimentalOptions::default()
        }),
        ..BundlerOptions::default()
    }
}

fn platform(platform: BuildPlatform) -> Platform {
    match platform {
        BuildPlatform::Browser => Platform::Browser,
        BuildPlatform::Node => Platform::Node,
        BuildPlatform::Neutral => Platform::Neutral,
    }
}
