//! One Worker's way from its entry point to its modules, and what is remembered for the next time.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use edgeemu_world::Disk;

use crate::additional::{self, Candidate, Search};
use crate::as_is;
use crate::built_in::{Built, BuiltIn, Graph, stem};
use crate::bundler::waited_for;
use crate::cache::CacheEntry;
use crate::collect::Collection;
use crate::complaints;
use crate::diagnostic::{BundleError, Diagnostic};
use crate::fingerprint::{Change, Fingerprint, Stamp};
use crate::options::BundleOptions;
use crate::output::{Bundle, Module, ModuleKind, ScriptFormat};
use crate::rules::{Defaults, RuleSet};
use crate::syntax;

/// The state of one Worker's bundling.
pub(crate) struct Work {
    options: BundleOptions,
    last: Option<Last>,
    /// Most Workers are started and never edited, so the first bundle is made for speed alone.
    graph: Graph,
}

/// The last bundle that worked.
struct Last {
    bundle: Bundle,
    fingerprint: Fingerprint,
    /// Absent if it kept no graph, the bundle came from the cache or nothing was bundled.
    built_in: Option<BuiltIn>,
}

/// The entry point looked at before anything else.
struct Entry {
    format: ScriptFormat,
    exports: Vec<String>,
    warning: Option<Diagnostic>,
    /// Of the content that was looked at.
    digest: String,
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Work {
    /// Nothing has been bundled yet.
    pub(crate) fn new(options: &BundleOptions) -> Work {
        let mut options = options.clone();
        // The bundler knows files by the names they have once links are followed.
        let links = Links::of(&options);
        options.entry = links.followed(&options.entry_path());
        options.base_dir = options.base_dir.map(|path| links.followed(&path));
        options.config_path = options.config_path.map(|path| links.followed(&path));
        options.root = links.to;
        Work { options, last: None, graph: Graph::Dropped }
    }

    /// The bundle, made with as little effort as what changed allows.
    pub(crate) async fn bundle(&mut self) -> Result<Bundle, BundleError> {
        let last = self.last.take();
        let graph = std::mem::replace(&mut self.graph, Graph::Kept);
        let Some(last) = last else {
            return self.first(graph).await;
        };
        match last.fingerprint.compare(&self.options.disk) {
            Change::Nothing => {
                let bundle = last.bundle.clone();
                self.last = Some(last);
                Ok(bundle)
            }
            Change::Content(changed) => self.again(last, &changed).await,
            Change::Structure => self.anew(graph).await,
        }
    }

    async fn first(&mut self, graph: Graph) -> Result<Bundle, BundleError> {
        let kept = CacheEntry::of(&self.options).and_then(|entry| entry.load(&self.options.disk));
        match kept {
            Some((bundle, fingerprint)) => {
                self.last = Some(Last { bundle: bundle.clone(), fingerprint, built_in: None });
                Ok(bundle)
            }
            None => self.anew(graph).await,
        }
    }

    /// Bundles from nothing.
    async fn anew(&mut self, graph: Graph) -> Result<Bundle, BundleError> {
        let entry = self.entry()?;
        let mut collection = Collection::new(&self.options, entry.format);
        let search = self.search();
        self.fail_if(&collection, search.errors.clone())?;
        if self.options.settings.no_bundle {
            return self.as_is(&collection, &entry, &search);
        }
        if self.options.settings.find_additional_modules && entry.format == ScriptFormat::ServiceWorker {
            return Err(self.failure(&collection, vec![complaints::additional_in_script()]));
        }
        collection.additional = search.candidates.iter().map(|c| (c.path.clone(), c.name.clone())).collect();
        let collection = Arc::new(collection);
        let built_in = BuiltIn::new(Arc::clone(&collection), graph);
        let mut built_in = built_in.map_err(|errors| self.failure(&collection, errors))?;
        let built = built_in.run(None).await.map_err(|errors| self.failure(&collection, errors))?;
        if !self.is_current(&collection, &entry) {
            return Box::pin(self.anew(graph)).await;
        }
        let bundle = self.assemble(&collection, &entry, &search.candidates, built)?;
        Ok(self.remember(&collection, &search, bundle, (graph == Graph::Kept).then_some(built_in)))
    }

    /// Bundles after the content of `changed` has changed, reading nothing else again if that is safe.
    async fn again(&mut self, last: Last, changed: &[PathBuf]) -> Result<Bundle, BundleError> {
        let Some(mut built_in) = last.built_in else { return self.anew(Graph::Kept).await };
        let collection = Arc::clone(built_in.collection());
        let entry = self.entry()?;
        let bundled_only = {
            let found = collection.found();
            changed.iter().all(|path| found.sources.contains(path)) && last.bundle.warnings.is_empty()
        };
        if !bundled_only || entry.format != collection.format || !collection.additional.is_empty() {
            return self.anew(Graph::Kept).await;
        }
        let built = built_in.run(Some(changed)).await;
        let complete = collection.found().unresolved.as_ref().is_none_or(BTreeSet::is_empty);
        let built = match built {
            Ok(built) if complete && self.is_current(&collection, &entry) => built,
            // A first build says everything there is to say.
            _ => return self.anew(Graph::Kept).await,
        };
        let bundle = self.assemble(&collection, &entry, &[], built)?;
        Ok(self.remember(&collection, &Search::default(), bundle, Some(built_in)))
    }

    fn as_is(&mut self, collection: &Collection, entry: &Entry, search: &Search) -> Result<Bundle, BundleError> {
        let main = as_is::main_module(collection).map_err(|errors| self.failure(collection, errors))?;
        let (main, (source, source_map)) = main;
        let others = as_is::modules(collection, &search.candidates);
        let others = others.map_err(|errors| self.failure(collection, errors))?;
        let mut modules = vec![Module { name: main.clone(), kind: ModuleKind::EsModule, source }];
        modules.extend(others);
        let bundle = Bundle {
            format: entry.format,
            main,
            modules,
            source_map,
            exports: entry.exports.clone(),
            inputs: Vec::new(),
            warnings: self.warnings(collection, entry, Vec::new()),
        };
        Ok(self.remember(collection, search, bundle, None))
    }

    /// Looks at the entry point.
    fn entry(&self) -> Result<Entry, BundleError> {
        let path = self.options.entry_path();
        let shown = self.options.shown(&path);
        if path.extension().is_some_and(|ending| ending == "py") {
            let error = Diagnostic::error(format!("Python Workers are not supported: {shown}"));
            return Err(BundleError::single(error, vec![path]));
        }
        let read = Stamp::read(&self.options.disk, &path).and_then(|(stamp, content)| {
            let text = String::from_utf8(content.into());
            Ok((stamp, text.map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))?))
        });
        let (stamp, source) =
            read.map_err(|error| BundleError::single(complaints::entry(&shown, &error), vec![path.clone()]))?;
        let exports = syntax::exports_of(&source, &path);
        let (format, warning) = match self.options.is_module {
            true => (ScriptFormat::Modules, None),
            false => syntax::format_of(&exports, &shown),
        };
        Ok(Entry { format, exports, warning, digest: stamp.digest().to_owned() })
    }

    /// Whether the entry point that was bundled is the one that was looked at: an editor may have been in the middle of
    /// writing it.
    fn is_current(&self, collection: &Collection, entry: &Entry) -> bool {
        let found = collection.found();
        found.files.get(&self.options.entry_path()).is_none_or(|stamp| stamp.digest() == entry.digest)
    }

    fn search(&self) -> Search {
        if !self.options.settings.no_bundle && !self.options.settings.find_additional_modules {
            return Search::default();
        }
        additional::search(&self.options, &RuleSet::new(&self.options.rules, Defaults::AssetsAndScripts))
    }

    fn assemble(
        &self,
        collection: &Collection,
        entry: &Entry,
        candidates: &[Candidate],
        built: Built,
    ) -> Result<Bundle, BundleError> {
        self.fail_if(collection, complaints::about(collection))?;
        let main = format!("{}.js", stem(&self.options.entry_path()));
        let mut modules = as_is::modules(collection, candidates).map_err(|errors| self.failure(collection, errors))?;
        modules.extend(collection.found().modules.values().filter(|m| mentions(&built.code, &m.name)).cloned());
        modules.sort_by(|a, b| a.name.cmp(&b.name));
        modules.dedup_by(|a, b| a.name == b.name);
        let source = built.code;
        modules.insert(0, Module { name: main.clone(), kind: ModuleKind::EsModule, source });
        Ok(Bundle {
            format: entry.format,
            main,
            modules,
            source_map: built.source_map,
            exports: entry.exports.clone(),
            inputs: Vec::new(),
            warnings: self.warnings(collection, entry, built.warnings),
        })
    }

    fn warnings(&self, collection: &Collection, entry: &Entry, built: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut warnings: Vec<Diagnostic> = entry.warning.clone().into_iter().collect();
        warnings.extend(collection.rules.warnings.clone());
        warnings.extend(complaints::node_warnings(collection));
        warnings.extend(built);
        warnings
    }

    /// Completes `bundle` with what it depends on, and keeps it in memory and on disk.
    fn remember(
        &mut self,
        collection: &Collection,
        search: &Search,
        mut bundle: Bundle,
        built_in: Option<BuiltIn>,
    ) -> Bundle {
        let fingerprint = self.fingerprint(collection, search);
        bundle.inputs = fingerprint.inputs();
        if let Some(entry) = CacheEntry::of(&self.options) {
            entry.store(&self.options.disk, &bundle, &fingerprint);
        }
        self.last = Some(Last { bundle: bundle.clone(), fingerprint, built_in });
        bundle
    }

    fn fingerprint(&self, collection: &Collection, search: &Search) -> Fingerprint {
        let disk = &self.options.disk;
        let files = collection.found().files.clone();
        let sources: Vec<PathBuf> = files.keys().filter(|path| is_source(path)).cloned().collect();
        let mut fingerprint = Fingerprint::new(disk, &self.options.root, files);
        for source in &sources {
            for tsconfig in collection.tsconfig.chain(source) {
                fingerprint.add_setting(disk, &tsconfig);
            }
        }
        for folder in search.folders.iter().chain(&collection.found().folders) {
            fingerprint.add_folder(disk, folder);
        }
        fingerprint
    }

    fn fail_if(&self, collection: &Collection, errors: Vec<Diagnostic>) -> Result<(), BundleError> {
        if errors.is_empty() { Ok(()) } else { Err(self.failure(collection, errors)) }
    }

    /// A failure to be tried again when one of the files read so far changes. What was found on the way comes first:
    /// it is the cause more often than the consequence.
    fn failure(&self, collection: &Collection, errors: Vec<Diagnostic>) -> BundleError {
        let mut diagnostics = complaints::about(collection);
        diagnostics.extend(errors);
        let mut seen: Vec<Diagnostic> = Vec::new();
        diagnostics.retain(|one| {
            let new = !seen.contains(one);
            seen.push(one.clone());
            new
        });
        let read = self.fingerprint(collection, &Search::default()).inputs();
        BundleError { diagnostics, inputs: waited_for(&self.options, read) }
    }
}

/// The project folder before and after links are followed.
struct Links {
    disk: Disk,
    from: PathBuf,
    to: PathBuf,
}

impl Links {
    fn of(options: &BundleOptions) -> Links {
        let from = options.root.clone();
        let to = options.disk.canonicalize(&from).unwrap_or_else(|_| from.clone());
        Links { disk: options.disk.clone(), from, to }
    }

    /// `path` with links followed; if it does not exist, at least those up to the project folder.
    fn followed(&self, path: &Path) -> PathBuf {
        let path = self.from.join(path);
        let moved = path.strip_prefix(&self.from).map_or_else(|_| path.clone(), |rest| self.to.join(rest));
        self.disk.canonicalize(&path).unwrap_or(moved)
    }
}

/// Only scripts have a tsconfig, and those of packages have none.
fn is_source(path: &Path) -> bool {
    !crate::fingerprint::in_node_modules(path)
}

/// Whether the bundle still refers to a collected module: an edit may have removed the import.
fn mentions(code: &Bytes, name: &str) -> bool {
    let needle = name.as_bytes();
    code.windows(needle.len()).any(|window| window == needle)
}
