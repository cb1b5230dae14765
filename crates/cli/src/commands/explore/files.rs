//! Files of tests and of plans, found and written.

use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::error::CliError;

/// What files of tests end with.
const ENDINGS: [&str; 4] = [".explore.js", ".explore.mjs", ".explore.ts", ".explore.mts"];
/// Folders whose files of tests are found without being named.
const FOLDERS: [&str; 4] = [".", "test", "tests", "src"];

/// The named files of tests, or those of the project.
pub(super) fn of_tests(named: &[PathBuf], context: &Context) -> Result<Vec<PathBuf>, CliError> {
    let disk = context.world.disk();
    let mut files = Vec::new();
    for name in named {
        let path = context.cwd.join(name);
        match disk.metadata(&path) {
            Ok(found) if found.is_dir => files.extend(in_folder(&path, context)),
            Ok(_) => files.push(path),
            Err(_) => return Err(CliError::user(format!("no such file of tests: `{}`", name.display())).exit(2)),
        }
    }
    if named.is_empty() {
        files.extend(FOLDERS.iter().flat_map(|folder| in_folder(&context.cwd.join(folder), context)));
    }
    if files.is_empty() {
        return Err(CliError::user("there are no files of tests here")
            .hint("name one, or call it something like `logout.explore.js`")
            .hint("docs/simulation.md shows what is in it")
            .exit(2));
    }
    let canonical = |path: PathBuf| disk.canonicalize(&path).unwrap_or(path);
    Ok(files.into_iter().map(canonical).collect())
}

fn in_folder(folder: &Path, context: &Context) -> Vec<PathBuf> {
    let entries = context.world.disk().list(folder).unwrap_or_default();
    let is_test = |name: &str| ENDINGS.iter().any(|ending| name.ends_with(ending));
    let mut names: Vec<String> =
        entries.into_iter().filter(|entry| !entry.is_dir && is_test(&entry.name)).map(|entry| entry.name).collect();
    names.sort();
    names.into_iter().map(|name| folder.join(name)).collect()
}

/// The file of tests that a plan is for.
pub(super) fn of_plan(named: &str, plan: &Path, context: &Context) -> Result<PathBuf, CliError> {
    let beside = plan.parent().map(|folder| folder.join(named));
    let found = [Some(context.cwd.join(named)), beside].into_iter().flatten();
    let mut found = found.filter(|path| context.world.disk().exists(path));
    found.next().ok_or_else(|| {
        CliError::user(format!("the plan is for the tests in `{named}`, which is not there"))
            .hint("run this where the file of tests is, as `edgeemu explore` was")
            .exit(2)
    })
}

/// Writes a file and the folders above it.
pub(super) fn write(context: &Context, path: &Path, text: &str) -> Result<(), CliError> {
    let disk = context.world.disk();
    let folder = path.parent().map_or(Ok(()), |folder| disk.create_dir_all(folder));
    folder
        .and_then(|()| disk.write_replacing(path, text.as_bytes()))
        .map_err(|error| CliError::user(format!("`{}` cannot be written", path.display())).cause(error))
}
