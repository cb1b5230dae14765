//! What is bundled and how: the settings of one Worker that matter to its modules.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use edgeemu_config::{BundleSettings, Rule};
use edgeemu_world::Disk;

/// The settings of one bundle. Paths that are not absolute are relative to `root`.
#[derive(Clone, Debug)]
pub struct BundleOptions {
    /// The file the Worker starts from (`main`).
    pub entry: PathBuf,
    /// The project folder: where the configuration is, where aliases are resolved, what paths in messages start from.
    pub root: PathBuf,
    /// The folder additional modules are searched in and named after (`base_dir`); the entry point's folder if absent.
    pub base_dir: Option<PathBuf>,
    /// Whether the entry point is an ES module even if it has no default export: a file of tests.
    pub is_module: bool,
    /// The configuration file, which is never taken for an additional module.
    pub config_path: Option<PathBuf>,
    /// The user's module rules. The default rules are added behind them.
    pub rules: Vec<Rule>,
    /// What the configuration says about bundling.
    pub settings: BundleSettings,
    /// How much of `node:*` the runtime provides.
    pub nodejs_compat: NodejsCompat,
    /// The flag `global_navigator`: `navigator.userAgent` is known while bundling.
    pub global_navigator: bool,
    /// What `process.env.NODE_ENV` is replaced by; `development` if absent.
    pub node_env: Option<String>,
    /// Conditions for `exports` of packages; `workerd, worker, browser` if absent (`WRANGLER_BUILD_CONDITIONS`).
    pub conditions: Option<Vec<String>>,
    /// The platform packages are resolved for (`WRANGLER_BUILD_PLATFORM`).
    pub platform: BuildPlatform,
    /// Where finished bundles are kept between runs; nothing is kept if absent.
    pub cache_dir: Option<PathBuf>,
    /// Where files are read from. Package resolution always looks at the real disk.
    pub disk: Disk,
}

/// How the Worker's compatibility date and flags treat Node.js built-ins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodejsCompat {
    /// No flag: a `node:` import is a warning, a bare built-in an error.
    #[default]
    Off,
    /// `nodejs_als`: `node:async_hooks` alone.
    AsyncLocalStorage,
    /// `nodejs_compat` before 2024-09-23: built-ins are known by their `node:` name alone.
    PrefixOnly,
    /// `nodejs_compat` from 2024-09-23 on: bare names mean the built-ins, and `require()` of them works.
    Full,
}

impl From<bool> for NodejsCompat {
    fn from(on: bool) -> NodejsCompat {
        if on { NodejsCompat::Full } else { NodejsCompat::Off }
    }
}

/// The platform that decides about main fields, the `browser` field and one condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BuildPlatform {
    /// Main fields `browser`, `module`, `main`; the condition `browser`.
    #[default]
    Browser,
    /// Main fields `main`, `module`; the condition `node`.
    Node,
    /// No main fields, no condition.
    Neutral,
}

impl BundleOptions {
    /// The settings of a project without any configuration, on the real disk.
    #[must_use]
    pub fn new(entry: impl Into<PathBuf>, root: impl Into<PathBuf>) -> BundleOptions {
        BundleOptions {
            entry: entry.into(),
            root: root.into(),
            base_dir: None,
            is_module: false,
            config_path: None,
            rules: Vec::new(),
            settings: BundleSettings::default(),
            nodejs_compat: NodejsCompat::Off,
            global_navigator: true,
            node_env: None,
            conditions: None,
            platform: BuildPlatform::Browser,
            cache_dir: None,
            disk: Disk::real(),
        }
    }

    /// The entry point as an absolute path.
    pub(crate) fn entry_path(&self) -> PathBuf {
        normalized(&self.root.join(&self.entry))
    }

    /// The folder additional modules are named after, as an absolute path.
    pub(crate) fn module_root(&self) -> PathBuf {
        match &self.base_dir {
            Some(dir) => normalized(&self.root.join(dir)),
            None => self.entry_path().parent().map(Path::to_path_buf).unwrap_or_default(),
        }
    }

    /// `path` as messages show it: relative to the project with `/`, or as it is if it lies outside.
    pub(crate) fn shown(&self, path: &Path) -> String {
        slashed(path.strip_prefix(&self.root).unwrap_or(path))
    }

    /// Conditions for the `exports` of packages.
    pub(crate) fn condition_names(&self) -> Vec<String> {
        let default = || ["workerd", "worker", "browser"].map(String::from).to_vec();
        self.conditions.clone().unwrap_or_else(default)
    }

    /// Every name that is replaced while bundling, with the expression that replaces it.
    pub(crate) fn defines(&self) -> BTreeMap<String, String> {
        let node_env = serde_json::Value::from(self.node_env.as_deref().unwrap_or("development")).to_string();
        let mut defines = BTreeMap::new();
        for name in ["process.env.NODE_ENV", "global.process.env.NODE_ENV", "globalThis.process.env.NODE_ENV"] {
            defines.insert(name.to_owned(), node_env.clone());
        }
        if self.global_navigator {
            defines.insert("navigator.userAgent".to_owned(), "\"Cloudflare-Workers\"".to_owned());
        }
        defines.extend(self.settings.define.iter().cloned());
        defines
    }

    /// What is imported instead of `specifier`, if it has an alias.
    pub(crate) fn alias_of(&self, specifier: &str) -> Option<&str> {
        let target = self.settings.alias.iter().find(|(name, _)| name == specifier);
        target.map(|(_, target)| target.as_str())
    }
}

/// `path` with `/` between its parts on every system.
pub(crate) fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// `path` without `.` and `..`, decided by its text alone.
pub(crate) fn normalized(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut parts = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts
}
