//! What the tsconfig of a file says where the bundler does not ask it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxc_resolver::{
    CompilerOptions, ExtendsField, ResolveOptions, Resolver, TsConfig, TsconfigDiscovery, TsconfigOptions,
    TsconfigReferences,
};

use crate::fingerprint::in_node_modules;
use crate::options::{BundleOptions, normalized};

/// Finds the tsconfig of files. Cloning shares what was read.
#[derive(Clone)]
pub(crate) struct TsconfigLookup {
    resolver: Arc<Resolver>,
}

impl std::fmt::Debug for TsconfigLookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TsconfigLookup").finish_non_exhaustive()
    }
}

impl TsconfigLookup {
    /// A lookup that has read nothing yet.
    pub(crate) fn new(options: &BundleOptions) -> TsconfigLookup {
        let discovery = match &options.settings.tsconfig {
            Some(path) => TsconfigDiscovery::Manual(TsconfigOptions {
                config_file: normalized(&options.root.join(path)),
                references: TsconfigReferences::Auto,
            }),
            None => TsconfigDiscovery::Auto,
        };
        let settings = ResolveOptions { tsconfig: Some(discovery), ..ResolveOptions::default() };
        TsconfigLookup { resolver: Arc::new(Resolver::new(settings)) }
    }

    /// The tsconfig that counts for `file`; none for installed packages. One that cannot be read counts as none; the
    /// bundler reports it.
    pub(crate) fn of(&self, file: &Path) -> Option<Arc<TsConfig>> {
        if in_node_modules(file) {
            return None;
        }
        self.resolver.find_tsconfig(file).ok().flatten()
    }

    /// Whether production reads the tsconfig of a TypeScript file in another way than the bundler does.
    pub(crate) fn is_read_differently(&self, file: &Path) -> bool {
        in_node_modules(file)
            || self
                .of(file)
                .is_some_and(|config| leaves_fields_open(&config.compiler_options) || wants_metadata(&config))
    }

    /// The tsconfig that counts for `file`, as production understands it.
    pub(crate) fn effective(&self, file: &Path) -> Option<Arc<TsConfig>> {
        let config = self.of(file)?;
        let mut read = TsConfig::clone(&config);
        let compiler = &mut read.compiler_options;
        if leaves_fields_open(compiler) {
            compiler.use_define_for_class_fields = Some(true);
        }
        compiler.emit_decorator_metadata = None;
        Some(Arc::new(read))
    }

    /// Whether `experimentalDecorators` is on for `file`.
    pub(crate) fn has_legacy_decorators(&self, file: &Path) -> bool {
        self.of(file).is_some_and(|config| config.compiler_options.experimental_decorators == Some(true))
    }

    /// The tsconfig of `file` and every file it may be extended by, existing or not.
    pub(crate) fn chain(&self, file: &Path) -> Vec<PathBuf> {
        let mut chain = Vec::new();
        if let Some(config) = self.of(file) {
            self.add_chain(&config.path, &mut chain);
        }
        chain
    }

    fn add_chain(&self, path: &Path, chain: &mut Vec<PathBuf>) {
        if chain.iter().any(|known| known == path) {
            return;
        }
        chain.push(path.to_path_buf());
        let Ok(config) = self.resolver.resolve_tsconfig(path) else { return };
        let extends = match &config.extends {
            Some(ExtendsField::Single(one)) => vec![one.clone()],
            Some(ExtendsField::Multiple(many)) => many.clone(),
            None => return,
        };
        let folder = path.parent().unwrap_or(path);
        for candidate in extends.iter().flat_map(|name| candidates(folder, name)) {
            self.add_chain(&candidate, chain);
        }
    }
}

/// Whether it is open what class fields mean. Production then goes by the newest language and defines them, where the
/// bundler goes by the oldest and assigns them.
fn leaves_fields_open(compiler: &CompilerOptions) -> bool {
    compiler.target.is_none() && compiler.use_define_for_class_fields.is_none()
}

/// Production does not write types down for decorators, so code that relies on them must not work here either.
fn wants_metadata(config: &TsConfig) -> bool {
    config.compiler_options.emit_decorator_metadata == Some(true)
}

/// The files that `extends: name` may mean in a tsconfig in `folder`.
fn candidates(folder: &Path, name: &str) -> Vec<PathBuf> {
    let relative = name.starts_with('.') || Path::new(name).is_absolute();
    let bases: Vec<PathBuf> = match relative {
        true => vec![normalized(&folder.join(name))],
        false => folder.ancestors().map(|above| above.join("node_modules").join(name)).collect(),
    };
    let spellings = |base: PathBuf| {
        let with_ending = PathBuf::from(format!("{}.json", base.display()));
        let inside = base.join("tsconfig.json");
        [base, with_ending, inside]
    };
    bases.into_iter().flat_map(spellings).collect()
}
