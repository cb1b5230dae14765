//! Modules that are found by searching a folder instead of following imports.

use std::path::{Path, PathBuf};

use edgeemu_config::ModuleType;

use crate::diagnostic::Diagnostic;
use crate::options::{BundleOptions, slashed};
use crate::rules::{RuleSet, Verdict};

/// A file that a rule speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its path relative to the searched folder, with `/`.
    pub(crate) name: String,
    /// What it becomes.
    pub(crate) kind: ModuleType,
}

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// The files that become modules, by name.
    pub(crate) candidates: Vec<Candidate>,
    /// Every folder that was looked into.
    pub(crate) folders: Vec<PathBuf>,
    /// What is wrong with what was found.
    pub(crate) errors: Vec<Diagnostic>,
}

/// Folders that hold the state of tools, never modules.
const SKIPPED_FOLDERS: &[&str] = &[".wrangler", ".edgeemu", ".git"];

/// Searches the module folder for files that match `rules`. The entry point and the configuration are left out.
pub(crate) fn search(options: &BundleOptions, rules: &RuleSet) -> Search {
    let root = options.module_root();
    let entry = options.entry_path();
    let config = options.config_path.as_ref().map(|path| options.root.join(path));
    let mut search = Search::default();
    let mut pending = vec![root.clone()];
    while let Some(folder) = pending.pop() {
        let entries = options.disk.list(&folder).unwrap_or_default();
        for found in entries {
            if found.is_dir {
                if !SKIPPED_FOLDERS.contains(&found.name.as_str()) {
                    pending.push(found.path);
                }
            } else if found.path != entry && Some(&found.path) != config.as_ref() {
                search.consider(found.path, &root, rules);
            }
        }
        search.folders.push(folder);
    }
    search.candidates.sort_by(|a, b| a.name.cmp(&b.name));
    search
}

impl Search {
    fn consider(&mut self, path: PathBuf, root: &Path, rules: &RuleSet) {
        let name = slashed(path.strip_prefix(root).unwrap_or(&path));
        match rules.of_path(&name) {
            Verdict::Take(kind) => self.candidates.push(Candidate { path, name, kind }),
            Verdict::Hidden(text) => self.errors.push(Diagnostic::error(text)),
            Verdict::Leave => {}
        }
    }
}
