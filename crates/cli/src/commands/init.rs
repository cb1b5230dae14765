//! `edgeemu init`: a small project that runs at once.

mod files;

use std::path::{Path, PathBuf};

use clap::Args;

use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::{confirm, print};

const EXAMPLES: &str = "\
Examples:
  edgeemu init shop
  cd shop && edgeemu dev

The project runs without `npm install`; installing gives your editor the types.";

const OTHER_CONFIGURATIONS: [&str; 2] = ["wrangler.json", "wrangler.toml"];

/// Make a small TypeScript project
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Init {
    /// The folder to make, which also names the Worker; this folder if not given
    #[arg(value_name = "NAME")]
    name: Option<PathBuf>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(crate) fn run(args: &Init, context: &Context) -> Result<(), CliError> {
    let dir = args.name.as_ref().map_or_else(|| context.cwd.clone(), |name| context.cwd.join(name));
    let worker = worker_name(&dir);
    let files = files::project(&worker);
    refuse_to_overwrite(&dir, &files, context)?;
    let question = format!("Write {} files into {}?", files.len(), dir.display());
    // A name says where to; without one somebody may stand in the wrong folder.
    if args.name.is_none() && !args.yes && !context.environment.ci && !confirm(&question)? {
        return print(b"Nothing was written.\n");
    }
    let disk = context.world.disk();
    for (name, content) in &files {
        let path = dir.join(name);
        let folder = path.parent().unwrap_or(&dir);
        let written = disk.create_dir_all(folder).and_then(|()| disk.write_replacing(&path, content.as_bytes()));
        written.map_err(|error| CliError::user(format!("cannot write `{}`", path.display())).cause(error))?;
    }
    print(summary(&worker, args.name.as_deref(), &files).as_bytes())
}

/// The folder's name as a Worker may be called: lower case, digits and dashes.
fn worker_name(dir: &Path) -> String {
    let name = dir.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let plain = |char: char| if char.is_ascii_alphanumeric() || char == '_' { char } else { '-' };
    let name: String = name.chars().map(plain).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "my-worker".to_owned() } else { name.to_owned() }
}

fn refuse_to_overwrite(dir: &Path, files: &[(&str, String)], context: &Context) -> Result<(), CliError> {
    let exists = |name: &&str| context.world.disk().exists(&dir.join(name));
    // Another configuration would decide instead of the one written here.
    let names = files.iter().map(|(name, _)| *name).chain(OTHER_CONFIGURATIONS);
    let there: Vec<_> = names.filter(exists).collect();
    if there.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = there.iter().map(|name| format!("`{name}`")).collect();
    Err(CliError::user(format!("these files exist already in `{}`: {}", dir.display(), names.join(", ")))
        .hint("nothing was written; give the name of a new folder: `edgeemu init my-worker`"))
}

fn summary(worker: &str, dir: Option<&Path>, files: &[(&str, String)]) -> String {
    let mut text = format!("Made the Worker `{worker}`:\n");
    for (name, _) in files {
        let path = dir.map_or_else(|| PathBuf::from(name), |dir| dir.join(name));
        text.push_str(&format!("  {}\n", path.display()));
    }
    text.push_str("\nNext:\n");
    if let Some(dir) = dir {
        text.push_str(&format!("  cd {}\n", dir.display()));
    }
    text.push_str("  edgeemu dev          run it\n  npm install          types for your editor (not needed to run)\n");
    text
}
