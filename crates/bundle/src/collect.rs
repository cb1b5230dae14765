//! What comes together while a Worker is bundled: modules beside the bundle, stamps of files, complaints.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::diagnostic::Diagnostic;
use crate::fingerprint::Stamp;
use crate::jsx::Jsx;
use crate::lessons::Lessons;
use crate::options::{BundleOptions, slashed};
use crate::output::{Module, ModuleKind, ScriptFormat};
use crate::rules::{Defaults, RuleSet};
use crate::tsconfig::TsconfigLookup;

/// The settings that importing goes by, and what it has found.
#[derive(Debug)]
pub(crate) struct Collection {
    /// The settings of the bundle.
    pub(crate) options: BundleOptions,
    /// The format of the Worker.
    pub(crate) format: ScriptFormat,
    /// The rules for imports.
    pub(crate) rules: RuleSet,
    /// The tsconfig of files.
    pub(crate) tsconfig: TsconfigLookup,
    /// What JSX becomes unless a tsconfig of its own says otherwise.
    pub(crate) jsx: Jsx,
    /// What earlier attempts have taught.
    lessons: Mutex<Lessons>,
    /// The additional modules: absolute path to name.
    pub(crate) additional: BTreeMap<PathBuf, String>,
    found: Mutex<Found>,
}

/// What importing has found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Modules beside the main one, by name.
    pub(crate) modules: BTreeMap<String, Module>,
    /// Files that were read.
    pub(crate) files: BTreeMap<PathBuf, Stamp>,
    /// Those of them that were bundled.
    pub(crate) sources: BTreeSet<PathBuf>,
    /// Folders in which a new file could be meant by an import.
    pub(crate) folders: BTreeSet<PathBuf>,
    /// Built-ins that the runtime may not provide, with the files that import them.
    pub(crate) node_imports: BTreeMap<String, BTreeSet<String>>,
    /// Imports that cannot work in a service worker.
    pub(crate) script_imports: BTreeSet<String>,
    /// In a rebuild, imports that mean nothing: the bundler reports them in a first build alone.
    pub(crate) unresolved: Option<BTreeSet<String>>,
    /// Complaints, by what they are about, so that each is made once and in the same order every time.
    pub(crate) diagnostics: BTreeMap<String, Diagnostic>,
}

impl Collection {
    /// A collection that has found nothing yet.
    pub(crate) fn new(options: &BundleOptions, format: ScriptFormat) -> Collection {
        let defaults = match options.settings.find_additional_modules {
            true => Defaults::AssetsAndScripts,
            false => Defaults::Assets,
        };
        let tsconfig = TsconfigLookup::new(options);
        Collection {
            rules: RuleSet::new(&options.rules, defaults),
            jsx: Jsx::of(options, &tsconfig, &options.entry_path()),
            lessons: Mutex::default(),
            tsconfig,
            additional: BTreeMap::new(),
            found: Mutex::default(),
            options: options.clone(),
            format,
        }
    }

    /// What has been found so far.
    pub(crate) fn found(&self) -> MutexGuard<'_, Found> {
        // A panic while the lock was held leaves a map without one entry, which is still a map.
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What earlier attempts have taught.
    pub(crate) fn lessons(&self) -> MutexGuard<'_, Lessons> {
        self.lessons.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the source file at `path` and remembers what it held.
    pub(crate) fn read_source(&self, path: &Path) -> anyhow::Result<String> {
        let (stamp, content) = Stamp::read(&self.options.disk, path)?;
        let mut found = self.found();
        found.files.insert(path.to_path_buf(), stamp);
        found.sources.insert(path.to_path_buf());
        drop(found);
        Ok(String::from_utf8(content.into())?)
    }

    /// Reads the file at `path`, which `specifier` names, as a module of its own and gives its name.
    pub(crate) fn add_module(&self, specifier: &str, path: &Path, kind: ModuleKind) -> anyhow::Result<String> {
        let (stamp, source) = Stamp::read(&self.options.disk, path)?;
        let basename = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let imported_as = match self.options.settings.preserve_file_names {
            true => specifier.to_owned(),
            false => format!("./{}-{basename}", stamp.digest()),
        };
        let name = match self.format {
            ScriptFormat::Modules => imported_as.strip_prefix("./").unwrap_or(&imported_as).to_owned(),
            ScriptFormat::ServiceWorker => as_identifier(&imported_as),
        };
        let mut found = self.found();
        found.files.insert(path.to_path_buf(), stamp);
        found.modules.insert(name.clone(), Module { name: name.clone(), kind, source });
        Ok(if self.format == ScriptFormat::Modules { imported_as } else { name })
    }

    /// Remembers that `importer` needs the built-in `name`.
    pub(crate) fn add_node_import(&self, name: &str, importer: Option<&str>) {
        let importer = importer.map(|path| self.options.shown(Path::new(path))).unwrap_or_default();
        self.found().node_imports.entry(name.to_owned()).or_default().insert(importer);
    }

    /// Remembers a complaint about `subject`.
    pub(crate) fn add_diagnostic(&self, subject: &str, diagnostic: Diagnostic) {
        self.found().diagnostics.insert(subject.to_owned(), diagnostic);
    }
}

/// The global that holds a collected module in a service worker.
pub(crate) fn as_identifier(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '$' { c } else { '_' }).collect()
}

/// The import of `path` from a module at the top of the bundle.
pub(crate) fn dotted(name: &str) -> String {
    format!("./{}", slashed(Path::new(name)))
}
