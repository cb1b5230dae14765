//! Which configuration file is used. Only names are worked out here; the caller looks whether they exist.

use std::path::{Path, PathBuf};

use crate::notes::{Note, Report, Severity};
use crate::paths::absolute;
use crate::raw::{Node, RawConfig};
use crate::source::{Cursor, Format, Source};

/// The names of a configuration file. Each is searched up the whole tree before the next.
const NAMES: [&str; 3] = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/// Where a build tool leaves the path of the configuration it generated.
const REDIRECT: &str = ".wrangler/deploy/config.json";

/// Every place a configuration file may stand, in the order they are tried, beginning with `wrangler.json` in `start`.
pub fn candidates(start: &Path) -> Vec<PathBuf> {
    NAMES.iter().flat_map(|name| start.ancestors().map(move |dir| dir.join(name))).collect()
}

/// Every place a redirect file may stand, in the order they are tried.
pub fn redirect_candidates(start: &Path) -> Vec<PathBuf> {
    start.ancestors().map(|dir| dir.join(REDIRECT)).collect()
}

/// The files that were found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The user's configuration file.
    pub user: Option<PathBuf>,
    /// The redirect file, which names the configuration to use instead.
    pub redirect: Option<PathBuf>,
}

impl Found {
    /// Looks from `start` upwards.
    pub fn search(start: &Path, exists: &dyn Fn(&Path) -> bool) -> Found {
        let first = |places: Vec<PathBuf>| places.into_iter().find(|place| exists(place));
        Found { user: first(candidates(start)), redirect: first(redirect_candidates(start)) }
    }

    /// The directory of the user's configuration: `.dev.vars`, `.env` and `.wrangler` stand there, also when a redirect
    /// leads elsewhere.
    pub fn user_dir(&self) -> Option<&Path> {
        let of_redirect = || self.redirect.as_deref().and_then(|path| path.ancestors().nth(3));
        self.user.as_deref().and_then(Path::parent).or_else(of_redirect)
    }

    /// The configuration that a redirect file names. `text` is the content of [`Found::redirect`].
    pub fn follow(&self, text: &str, exists: &dyn Fn(&Path) -> bool) -> Result<PathBuf, Report> {
        let redirect = self.redirect.clone().unwrap_or_else(|| PathBuf::from(REDIRECT));
        let source =
            Source { path: redirect.clone(), text: text.to_owned(), format: Format::Json, shown: REDIRECT.to_owned() };
        let raw = RawConfig::parse(source)?;
        let target = target(&raw, text)?;
        let dir = redirect.ancestors().nth(3);
        if !exists(&target) {
            let shown = dir.and_then(|dir| target.strip_prefix(dir).ok()).unwrap_or(&target).display();
            let message = format!(
                "There is a deploy configuration at \"{REDIRECT}\".\nBut the redirected configuration path it points to, \
                 \"{shown}\", does not exist."
            );
            return Err(refuse(&raw, message));
        }
        match (&self.user, dir) {
            (Some(user), Some(dir)) if user.parent() != Some(dir) => Err(refuse(&raw, apart(user, &redirect))),
            _ => Ok(target),
        }
    }
}

/// The user's configuration and the generated one belong to different projects.
fn apart(user: &Path, redirect: &Path) -> String {
    let expected = user.with_file_name(REDIRECT);
    let (user, redirect, expected) = (user.display(), redirect.display(), expected.display());
    format!(
        "Found both a user configuration file at \"{user}\"\nand a deploy configuration file at \"{redirect}\".\nBut these \
         do not share the same base path so it is not clear which should be used.\n\nA deploy configuration file is generated \
         by a build tool to redirect Wrangler to the configuration it generated.\nIt is only applied when it sits alongside \
         the user configuration file, which here would be \"{expected}\".\n\nPlease either delete \"{redirect}\" if it is \
         left over from a previous build,\nor try running this command from the directory containing the configuration you \
         want to use.\nSee https://developers.cloudflare.com/workers/wrangler/configuration/#generated-wrangler-configuration"
    )
}

/// The path under `configPath`, relative to the redirect file.
fn target(raw: &RawConfig, text: &str) -> Result<PathBuf, Report> {
    match raw.root.get("configPath").map(|entry| &entry.value.node) {
        Some(Node::String(path)) => Ok(absolute(raw.source.dir(), Path::new(path))),
        _ => Err(refuse(
            raw,
            format!(
                "A deploy configuration file was found at \"{REDIRECT}\".\nBut this is not valid - the required \"configPath\" \
             property was not found.\nInstead this file contains:\n```\n{}\n```",
                text.trim()
            ),
        )),
    }
}

fn refuse(raw: &RawConfig, message: String) -> Report {
    let place = raw
        .root
        .get("configPath")
        .map(|entry| Cursor::default().place(&raw.source.text, &raw.source.shown, entry.value.span));
    let note = Note { severity: Severity::Error, message, environment: None, place, hint: None };
    Report { file: raw.source.shown.clone(), notes: vec![note] }
}
