//! What the tsconfig of a file says where the bundler does not ask it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxc_resolver::{
    ExtendsField, ResolveOptions, Resolver, TsConfig, TsconfigDiscovery, TsconfigOptions, TsconfigReferences,
};

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
        let discovery = match &options.tsconfig {
            Some(path) => TsconfigDiscovery::Manual(TsconfigOptions {
                config_file: normalized(&options.root.join(path)),
                references: TsconfigReferences::Auto,
            }),
            None => TsconfigDiscovery::Auto,
        };
        let settings = ResolveOptions { tsconfig: Some(discovery), ..ResolveOptions::default() };
        TsconfigLookup { resolver: Arc::new(Resolver::new(settings)) }
    }

    /// The tsconfig that counts for `file`. One that cannot be read counts as none; the bundler reports it.
    pub(crate) fn of(&self, file: &Path) -> Option<Arc<TsConfig>> {
        self.resolver.find_tsconfig(file).ok().flatten()
    }

    /// Whether the tsconfig leaves open what class fields mean. Production then goes by the newest language and defines
    /// them, where the bundler goes by the oldest and assigns them.
    pub(crate) fn leaves_fields_open(&self, file: &Path) -> bool {
        self.of(file).is_some_and(|config| {
            let compiler = &config.compiler_options;
            compiler.target.is_none() && compiler.use_define_for_class_fields.is_none()
        })
    }

    /// The tsconfig that counts for `file`, with class fields as production understands them.
    pub(crate) fn effective(&self, file: &Path) -> Option<Arc<TsConfig>> {
        let config = self.of(file)?;
        if !self.leaves_fields_open(file) {
            return Some(config);
        }
        let mut config = TsConfig::clone(&config);
        config.compiler_options.use_define_for_class_fields = Some(true);
        Some(Arc::new(config))
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
