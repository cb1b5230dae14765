//! Finds the tests that are folders: a Worker with its configuration, in one of the rooms below or in `examples`.

use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};

use crate::case::{Outcome, block_on};
use crate::stage::Variant;
use crate::{checks, steps};

/// Where folders with tests are, seen from the folder of this file.
const ROOMS: [&str; 8] = ["bindings", "config", "events", "faults", "modules", "node", "web", "../examples"];
const CONFIGS: [&str; 3] = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/// A folder with a Worker.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) name: String,
    pub(crate) dir: PathBuf,
    pub(crate) config: PathBuf,
    /// Configurations of folders in it: Workers that run beside the first one.
    pub(crate) others: Vec<PathBuf>,
}

/// Every folder in every variant.
pub(crate) fn tests() -> Vec<Trial> {
    // Cargo runs tests in the folder of their package. The path that was there when they were compiled may be that of
    // another checkout with the same target directory.
    let root = &std::env::current_dir().expect("the suite runs in its own folder");
    let mut found = Vec::new();
    for room in ROOMS {
        visit(&root.join(room), room.trim_start_matches("../"), &mut found);
    }
    found
}

fn visit(dir: &Path, name: &str, found: &mut Vec<Trial>) {
    if let Some(config) = config_in(dir) {
        let others = below(dir).iter().filter_map(|dir| config_in(dir)).collect();
        let folder = Folder { name: name.to_owned(), dir: dir.to_owned(), config, others };
        found.extend(Variant::ALL.map(|variant| trial(folder.clone(), variant)));
        return;
    }
    let below = below(dir);
    if below.is_empty() {
        let text = format!("{} is no test: it has no wrangler.jsonc, wrangler.json or wrangler.toml", dir.display());
        found.push(Trial::test(name, move || Err(Failed::from(text))));
    }
    for dir in below {
        let last = dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        visit(&dir, &format!("{name}/{last}"), found);
    }
}

fn config_in(dir: &Path) -> Option<PathBuf> {
    CONFIGS.iter().map(|config| dir.join(config)).find(|config| config.exists())
}

/// The folders in a folder, by name.
fn below(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten();
    let mut below: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path()).filter(|path| path.is_dir())).collect();
    // Those have bugs on purpose; `anomalies.rs` looks for them.
    below.retain(|path| !path.ends_with("examples/anomalies"));
    below.sort();
    below
}

fn trial(folder: Folder, variant: Variant) -> Trial {
    let name = format!("{} [{}]", folder.name, variant.name());
    Trial::test(name, move || run(&folder, variant).map_err(Failed::from))
}

fn run(folder: &Folder, variant: Variant) -> Outcome {
    if folder.dir.join("package.json").exists() && !folder.dir.join("node_modules").exists() {
        return Err(format!("its packages are not installed: run `npm ci` in {}", folder.dir.display()));
    }
    block_on(async {
        if folder.dir.join("expect.json").exists() {
            steps::follow(folder, variant).await
        } else {
            checks::run(folder, variant).await
        }
    })
}
