//! `edgeemu state reset`: removes data.

use clap::Args;

use super::target::{Only, Place};
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::{confirm, print};

/// Remove all local data, or a part of it
#[derive(Args)]
pub(crate) struct Reset {
    /// This part alone: `kv`, `d1`, `r2`, or `kv/NAME` with a binding or an id; may be repeated
    #[arg(long, value_name = "PART")]
    only: Vec<Only>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(args: Reset, context: &Context) -> Result<(), CliError> {
    let opened = args.place.open_to_read(context)?;
    let filter = opened.filter(&args.only);
    let parts = opened.data.parts(&filter).await?;
    opened.warn_of_objects("removed", &args.only, context);
    if parts.is_empty() {
        opened.close()?;
        return print(b"There is no data.\n");
    }
    let names = parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if !args.yes && !context.environment.ci && !confirm(&format!("This removes all data in {names}. Continue?"))? {
        return print(b"Nothing was removed.\n");
    }
    opened.data.reset(&filter).await?;
    opened.close()?;
    print(format!("Removed all data in {names}.\n").as_bytes())
}
