//! `edgeemu state export`: everything as files.

use std::path::PathBuf;

use clap::Args;

use super::target::{Only, Place, told};
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;

/// Write all local data into a folder or a tar file
#[derive(Args)]
pub(crate) struct Export {
    /// The folder, or a file whose name ends with `.tar`; an archive that is there is replaced
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// This part alone: `kv`, `d1`, `r2`, or `kv/NAME` with a binding or an id; may be repeated
    #[arg(long, value_name = "PART")]
    only: Vec<Only>,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(args: Export, context: &Context) -> Result<(), CliError> {
    let opened = args.place.open_to_read(context)?;
    let filter = opened.filter(&args.only);
    let carried = opened.data.export(&context.world, &context.cwd.join(&args.path), &filter).await?;
    opened.warn_of_objects("exported", &args.only, context);
    opened.close()?;
    if carried.is_empty() {
        return print(format!("There is no data; `{}` is an empty archive.\n", args.path.display()).as_bytes());
    }
    told(&carried)?;
    print(format!("Exported to `{}`.\n", args.path.display()).as_bytes())
}
