//! Packages that examples and fixtures import, installed only when their lock file changed.

use std::path::Path;
use std::time::SystemTime;

use crate::tree::Tree;

#[cfg(test)]
mod tests;

/// Installs exactly what the lock file says. Scripts of packages do not run: nothing an example imports needs one.
pub(crate) const COMMAND: [&str; 5] = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"];

/// Makes a place for the Python packages of a folder, and what fills it with exactly what `requirements.txt` says.
pub(crate) const PYTHON: [&[&str]; 2] = [
    &["python3", "-m", "venv", ".venv"],
    &[
        ".venv/bin/pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        "requirements.txt",
    ],
];
/// Written when a place is complete.
const COMPLETE: &str = ".venv/complete";

/// Folders whose Python packages are missing or older than what they should be.
pub(crate) fn outdated_python(root: &Path, tree: &Tree) -> Vec<String> {
    let locked = tree.paths().filter_map(|path| path.strip_suffix("/requirements.txt"));
    let is_outdated = |folder: &&str| {
        let changed = |path: &str| std::fs::metadata(root.join(folder).join(path)).ok()?.modified().ok();
        changed(COMPLETE).is_none_or(|installed| changed("requirements.txt").is_none_or(|locked| installed < locked))
    };
    locked.filter(is_outdated).map(str::to_owned).collect()
}

/// Notes that the Python packages of a folder are complete.
///
/// # Errors
/// When the note cannot be written.
pub(crate) fn note_python(folder: &Path) -> std::io::Result<()> {
    std::fs::write(folder.join(COMPLETE), "")
}

/// Folders whose packages are missing or older than their lock file.
pub(crate) fn outdated(root: &Path, tree: &Tree) -> Vec<String> {
    let locked = tree.paths().filter_map(|path| path.strip_suffix("/package-lock.json"));
    let ours = locked.filter(|folder| folder.starts_with("examples/") || folder.starts_with("tests/"));
    ours.filter(|folder| is_outdated(&root.join(folder))).map(str::to_owned).collect()
}

fn is_outdated(folder: &Path) -> bool {
    let changed = |path: &str| -> Option<SystemTime> { std::fs::metadata(folder.join(path)).ok()?.modified().ok() };
    // npm writes this file last, so that an installation that was cut short counts as none.
    match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Some(installed), Some(locked)) => installed < locked,
        _ => true,
    }
}
