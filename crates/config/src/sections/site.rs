//! `site`: legacy Workers Sites.

use std::path::{Path, PathBuf};

use crate::paths::absolute;
use crate::scope::Scope;

/// A legacy Workers Site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Absolute path of the directory with the files.
    pub bucket: PathBuf,
    /// Globs of files to take; all when empty.
    pub include: Vec<String>,
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
}

pub(crate) fn site(scope: &Scope) -> Option<Site> {
    let section = scope.top_only("site")?.section()?;
    if let Some(field) = section.get("entry-point") {
        let entry = field.string().unwrap_or_default();
        let main = if Path::new(&entry).extension().is_some() { entry } else { format!("{entry}/index.js") };
        field.warn(format!(
            "Deprecation: \"site.entry-point\":\nDelete the `site.entry-point` field, then add the top level `main` field to \
             your configuration file:\n```\nmain = \"{main}\"\n```"
        ));
    }
    let bucket = section.required("bucket").and_then(|field| field.string());
    let include = section.strings("include").unwrap_or_default();
    let exclude = section.strings("exclude").unwrap_or_default();
    section.finish();
    Some(Site { bucket: absolute(scope.notes.source.dir(), bucket?.as_ref()), include, exclude })
}
