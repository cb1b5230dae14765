//! What the command line says on top of the file.

use std::path::{Path, PathBuf};

use crate::bindings::Assets;
use crate::config::Config;
use crate::paths::absolute;
use crate::sections::{Protocol, Route};

/// Settings from the command line. What is `None` or empty was not given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    /// The directory that relative paths given here start from; the configuration file's directory when empty.
    pub cwd: PathBuf,
    /// `--name`.
    pub name: Option<String>,
    /// The script argument.
    pub main: Option<PathBuf>,
    /// `--assets`.
    pub assets: Option<PathBuf>,
    /// `--compatibility-date`.
    pub compatibility_date: Option<String>,
    /// `--compatibility-flag`, instead of those in the file.
    pub compatibility_flags: Vec<String>,
    /// `--var NAME:VALUE`.
    pub vars: Vec<(String, String)>,
    /// `--define NAME:VALUE`.
    pub define: Vec<(String, String)>,
    /// `--alias NAME:VALUE`.
    pub alias: Vec<(String, String)>,
    /// `--ip`.
    pub ip: Option<String>,
    /// `--port`.
    pub port: Option<u16>,
    /// `--inspector-port`.
    pub inspector_port: Option<u16>,
    /// `--inspector-ip`.
    pub inspector_ip: Option<String>,
    /// `--local-protocol`.
    pub local_protocol: Option<Protocol>,
    /// `--upstream-protocol`.
    pub upstream_protocol: Option<Protocol>,
    /// `--host`.
    pub host: Option<String>,
    /// `--route`, instead of those in the file.
    pub routes: Vec<String>,
    /// `--no-bundle`.
    pub no_bundle: Option<bool>,
    /// `--minify`.
    pub minify: Option<bool>,
    /// `--tsconfig`.
    pub tsconfig: Option<PathBuf>,
    /// `--jsx-factory`.
    pub jsx_factory: Option<String>,
    /// `--jsx-fragment`.
    pub jsx_fragment: Option<String>,
}

impl Overrides {
    fn path(&self, config_dir: &Path, path: &Path) -> PathBuf {
        absolute(if self.cwd.as_os_str().is_empty() { config_dir } else { &self.cwd }, path)
    }

    /// Puts the settings over a configuration that has been read. Date and flags are not among them, because they
    /// are checked together with what the file says.
    pub(crate) fn apply(&self, config: &mut Config) {
        let dir = config.config_dir.clone();
        if let Some(name) = &self.name {
            config.name = Some(name.clone());
        }
        if let Some(main) = &self.main {
            config.main = Some(self.path(&dir, main));
            config.main_place = None;
        }
        if let Some(directory) = &self.assets {
            let directory = self.path(&dir, directory);
            let assets = config.bindings.assets.get_or_insert_with(|| Assets::in_directory(&directory));
            assets.directory = directory;
        }
        for (name, value) in &self.vars {
            config.vars.insert(name.clone(), value.clone().into());
        }
        config.pinned_vars = self.vars.iter().map(|(name, _)| name.clone()).collect();
        if !self.routes.is_empty() {
            config.routes = self.routes.iter().map(Route::pattern).collect();
        }
        self.apply_dev(config);
        self.apply_bundle(config, &dir);
    }

    fn apply_dev(&self, config: &mut Config) {
        let dev = &mut config.dev;
        dev.ip = self.ip.clone().or(dev.ip.take());
        dev.port = self.port.or(dev.port);
        dev.inspector_port = self.inspector_port.or(dev.inspector_port);
        dev.inspector_ip = self.inspector_ip.clone().or(dev.inspector_ip.take());
        dev.local_protocol = self.local_protocol.or(dev.local_protocol);
        dev.upstream_protocol = self.upstream_protocol.or(dev.upstream_protocol);
        dev.host = self.host.clone().or(dev.host.take());
    }

    fn apply_bundle(&self, config: &mut Config, dir: &Path) {
        let bundle = &mut config.bundle;
        if let Some(no_bundle) = self.no_bundle {
            bundle.no_bundle = no_bundle;
            bundle.find_additional_modules |= no_bundle;
        }
        bundle.minify = self.minify.unwrap_or(bundle.minify);
        if let Some(tsconfig) = &self.tsconfig {
            bundle.tsconfig = Some(self.path(dir, tsconfig));
        }
        if let Some(factory) = &self.jsx_factory {
            bundle.jsx_factory.clone_from(factory);
        }
        if let Some(fragment) = &self.jsx_fragment {
            bundle.jsx_fragment.clone_from(fragment);
        }
        replace(&mut bundle.define, &self.define);
        replace(&mut bundle.alias, &self.alias);
    }
}

fn replace(list: &mut Vec<(String, String)>, with: &[(String, String)]) {
    for (name, value) in with {
        match list.iter_mut().find(|(known, _)| known == name) {
            Some(entry) => entry.1.clone_from(value),
            None => list.push((name.clone(), value.clone())),
        }
    }
}
