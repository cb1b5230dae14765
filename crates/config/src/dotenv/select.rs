//! Which of the files are read, and what they add up to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Dotenv;

/// Which rules a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretFileKind {
    /// `.dev.vars`: values as they stand.
    DevVars,
    /// `.env`: values with `$NAME` expanded.
    DotEnv,
}

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFile {
    /// Where it stands.
    pub path: PathBuf,
    /// Which rules it follows.
    pub kind: SecretFileKind,
}

/// What the choice of files depends on.
#[derive(Debug, Clone, Copy)]
pub struct SelectOptions<'a> {
    /// The directory of the user's configuration.
    pub dir: &'a Path,
    /// The chosen environment.
    pub env: Option<&'a str>,
    /// `--env-file`, absolute paths.
    pub env_files: &'a [PathBuf],
    /// Whether `.env` is left alone (`CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV=false`).
    pub dot_env_off: bool,
}

/// The files to read, in the order in which later values win. Files given by `--env-file` are listed whether they exist
/// or not, so that a missing one can be complained about.
pub fn select_files(options: &SelectOptions, exists: &dyn Fn(&Path) -> bool) -> Vec<SecretFile> {
    if !options.env_files.is_empty() {
        return options.env_files.iter().map(|path| file(path.clone(), SecretFileKind::DotEnv)).collect();
    }
    let env = options.env.filter(|env| !env.is_empty());
    let place = |name: String| options.dir.join(name);
    let dev_vars = env.map(|env| format!(".dev.vars.{env}")).into_iter().chain([".dev.vars".to_owned()]);
    if let Some(path) = dev_vars.map(place).find(|path| exists(path)) {
        return vec![file(path, SecretFileKind::DevVars)];
    }
    if options.dot_env_off {
        return Vec::new();
    }
    let mut names = vec![".env".to_owned(), ".env.local".to_owned()];
    names.extend(env.map(|env| format!(".env.{env}")));
    names.extend(env.map(|env| format!(".env.{env}.local")));
    names.into_iter().map(place).filter(|path| exists(path)).map(|path| file(path, SecretFileKind::DotEnv)).collect()
}

fn file(path: PathBuf, kind: SecretFileKind) -> SecretFile {
    SecretFile { path, kind }
}

/// `Using secrets defined in .dev.vars`, the line production logs for a file.
pub fn announcement(file: &SecretFile) -> String {
    let name = file.path.file_name().unwrap_or(file.path.as_os_str());
    format!("Using secrets defined in {}", name.to_string_lossy())
}

/// The values of all files together, later files winning. Values of `.env` files are expanded with the values before
/// them and with `process`, the environment variables of the program. `process` itself is merged in, weakest, when
/// `include_process` is set (`CLOUDFLARE_INCLUDE_PROCESS_ENV=true`, or `secrets` is configured).
pub fn merge(
    files: Vec<(SecretFileKind, Dotenv)>,
    process: &BTreeMap<String, String>,
    include_process: bool,
) -> Vec<(String, String)> {
    let mut merged: Vec<(String, String)> = Vec::new();
    if include_process && files.iter().all(|(kind, _)| *kind == SecretFileKind::DotEnv) {
        merged.extend(process.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    for (kind, content) in files {
        let outside =
            || process.iter().map(|(name, value)| (name.clone(), value.clone())).chain(merged.iter().cloned());
        let content = match kind {
            SecretFileKind::DotEnv => content.expanded(&outside().collect()),
            SecretFileKind::DevVars => content,
        };
        for (name, value) in content.entries {
            merged.retain(|(known, _)| *known != name);
            merged.push((name, value));
        }
    }
    merged
}
