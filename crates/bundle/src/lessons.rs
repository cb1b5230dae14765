//! What a failed attempt teaches about files, so that the next one can read them as production does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rolldown_error::{BuildDiagnostic, EventKind};

use crate::imports::is_typescript;
use crate::old_scripts;
use crate::options::BundleOptions;

/// What has been learned so far.
#[derive(Debug, Default)]
pub(crate) struct Lessons {
    /// Names that a TypeScript file hands on although no value has them: they are types.
    types: BTreeMap<PathBuf, BTreeSet<String>>,
    /// Scripts that only an old language allows.
    old_scripts: BTreeSet<PathBuf>,
}

impl Lessons {
    /// Learns from the messages of a failed attempt; whether another one may go better.
    pub(crate) fn learn(&mut self, options: &BundleOptions, messages: &[BuildDiagnostic]) -> bool {
        // All of them have to be looked at: what is not learned now costs another attempt.
        messages.iter().filter(|message| self.learn_one(options, message)).count() > 0
    }

    fn learn_one(&mut self, options: &BundleOptions, message: &BuildDiagnostic) -> bool {
        let Some(path) = message.id().map(PathBuf::from) else { return false };
        match message.kind() {
            EventKind::MissingExportError if is_typescript(&path) => {
                match missing_name(&message.to_message_with(&Default::default())) {
                    Some(name) => self.types.entry(path).or_default().insert(name.to_owned()),
                    None => false,
                }
            }
            EventKind::ParseError if !is_typescript(&path) && !self.old_scripts.contains(&path) => {
                let source = options.disk.read_to_string(&path);
                source.is_ok_and(|source| old_scripts::renewed(&path, &source).is_some())
                    && self.old_scripts.insert(path)
            }
            _ => false,
        }
    }

    /// The names that the file at `path` hands on and that are types.
    pub(crate) fn types_of(&self, path: &Path) -> Option<&BTreeSet<String>> {
        self.types.get(path)
    }

    /// Whether the file at `path` has to be written anew.
    pub(crate) fn is_old_script(&self, path: &Path) -> bool {
        self.old_scripts.contains(path)
    }
}

/// The name in `"name" is not exported by …`.
pub(crate) fn missing_name(message: &str) -> Option<&str> {
    let (name, _) = message.strip_prefix('"')?.split_once("\" is not exported by ")?;
    Some(name)
}
