//! `edgeemu state import`: an archive, or what `wrangler dev` has left, in place of what is here.

use std::path::{Path, PathBuf};

use clap::Args;
use edgeemu::{Archive, StateFilter, WranglerState, wrangler_state_dir};

use super::target::{Only, Opened, Place, told};
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::{confirm, print, warn};

/// Put an archive in place of what is here
///
/// Namespaces, databases and buckets that are not in the archive stay as they are.
#[derive(Args)]
pub(crate) struct Import {
    /// An archive, or a folder `.wrangler/state/v3`
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// This part alone: `kv`, `d1`, `r2`, or `kv/NAME` with a binding or an id; may be repeated
    #[arg(long, value_name = "PART")]
    only: Vec<Only>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(args: Import, context: &Context) -> Result<(), CliError> {
    let path = context.cwd.join(&args.path);
    if !context.world.disk().exists(&path) {
        return Err(CliError::user(format!("there is no `{}`", args.path.display())));
    }
    let opened = args.place.open(context)?;
    let filter = opened.filter(&args.only);
    let (archive, unnamed, classes) = match wrangler_state_dir(context.world.disk(), &path) {
        Some(v3) => {
            let found = WranglerState::read(&context.world, &v3, &opened.declared())?;
            (found.archive, found.unnamed, found.classes)
        }
        None => (Archive::open(&context.world, &path)?, Vec::new(), Vec::new()),
    };
    if !args.yes && !context.environment.ci && !may_replace(&archive, &opened, (&filter, context)).await? {
        return print(b"Nothing was imported.\n");
    }
    let carried = opened.data.import(&context.world, &archive, &filter).await?;
    opened.warn_of_objects("replaced", &args.only, context);
    if !classes.is_empty() && args.only.is_empty() {
        warn(
            context,
            &format!("Durable Objects are not imported; these classes were left out: {}", classes.join(", ")),
        );
    }
    opened.close()?;
    told(&carried)?;
    print(format!("Imported from `{}`.\n", args.path.display()).as_bytes())?;
    if unnamed.is_empty() { Ok(()) } else { Err(not_named(&unnamed, &args.path)) }
}

/// Asks if something would be replaced.
async fn may_replace(
    archive: &Archive,
    opened: &Opened,
    (filter, context): (&StateFilter, &Context),
) -> Result<bool, CliError> {
    let coming = archive.parts(&context.world)?;
    let here = opened.data.parts(filter).await?;
    let replaced: Vec<_> = coming.iter().filter(|part| here.contains(part)).map(ToString::to_string).collect();
    if replaced.is_empty() {
        return Ok(true);
    }
    confirm(&format!("This replaces all data in {}. Continue?", replaced.join(", ")))
}

/// The rest was imported.
fn not_named(files: &[PathBuf], path: &Path) -> CliError {
    let names: Vec<_> = files.iter().map(|file| format!("`{}`", file.display())).collect();
    let message = format!("files in `{}` whose names are not known were left out", path.display());
    CliError::user(message)
        .cause(names.join(", "))
        .hint("declare the databases in the configuration with the `database_id` they had, then import again")
}
