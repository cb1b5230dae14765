//! `cargo xtask oracle`: the folders of the suite on Cloudflare's own runtime, as far as it is published.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the scripts are that know wrangler and Miniflare.
const FOLDER: &str = "crates/xtask/oracle";

/// Installs without a lock file: every package that is named has an exact version, and what they bring along differs from
/// system to system.
const INSTALL: [&str; 5] = ["install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];

/// Runs the folders whose names contain one of `words`, or all.
///
/// # Errors
/// When Node or npm fails, or a behaviour differs that the folder's `differs.json` does not name.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), String> {
    let folder = root.join(FOLDER);
    if !folder.join("node_modules/wrangler").exists() {
        perform(Command::new("npm").args(INSTALL).current_dir(&folder))?;
    }
    perform(Command::new(node(&folder)).arg(folder.join("run.mjs")).args(words).current_dir(root))
}

/// The Node that came with the packages, because wrangler wants a newer one than some systems have.
fn node(folder: &Path) -> PathBuf {
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let own = folder.join(format!("node_modules/node-{system}-{arch}/bin/node"));
    if own.exists() { own } else { PathBuf::from("node") }
}

fn perform(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program}: {status}")) }
}
