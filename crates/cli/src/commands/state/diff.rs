//! `edgeemu state diff`: what is different.

use std::path::PathBuf;

use clap::Args;
use edgeemu::{Archive, Difference, StatePart};
use serde_json::{Map, Value, json};

use super::target::{Only, Place};
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;

/// Show what is different between an archive and the local data, or between two archives
///
/// Ends with exit code 1 if something is.
#[derive(Args)]
pub(crate) struct Diff {
    /// The archive
    #[arg(value_name = "ARCHIVE")]
    before: PathBuf,
    /// Another archive instead of the local data
    #[arg(value_name = "OTHER")]
    after: Option<PathBuf>,
    /// This part alone: `kv`, `d1`, `r2`, or `kv/NAME` with a binding or an id; may be repeated
    #[arg(long, value_name = "PART")]
    only: Vec<Only>,
    /// Print a JSON object for each difference
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(args: Diff, context: &Context) -> Result<(), CliError> {
    let world = &context.world;
    let opened = args.place.open_to_read(context)?;
    let filter = opened.filter(&args.only);
    let before = Archive::open(world, &context.cwd.join(&args.before))?;
    let after = match &args.after {
        Some(path) => Archive::open(world, &context.cwd.join(path))?,
        None => opened.data.snapshot(world, &filter).await?,
    };
    if args.after.is_none() {
        opened.warn_of_objects("compared", &args.only, context);
    }
    opened.close()?;
    let (mut count, mut printed, mut last) = (0_u64, Ok(()), None);
    before.diff(&after, world, &filter, &mut |difference| {
        count += 1;
        if printed.is_ok() {
            let text = if args.json { as_json(&difference) } else { as_text(&difference, last.as_ref()) };
            printed = print(text.as_bytes());
        }
        last = Some(difference.part);
    })?;
    printed?;
    match count {
        0 if args.json => Ok(()),
        0 => print(b"No differences.\n"),
        1 => Err(CliError::answer("1 difference")),
        _ => Err(CliError::answer(format!("{count} differences"))),
    }
}

fn as_json(difference: &Difference) -> String {
    let details: Map<String, Value> = difference
        .details
        .iter()
        .map(|(name, before, after)| (name.clone(), json!({ "before": before, "after": after })))
        .collect();
    let Difference { part, sign, what, .. } = difference;
    let line = json!({ "in": part.to_string(), "sign": sign.mark().to_string(), "what": what, "details": details });
    format!("{line}\n")
}

/// Under a heading for each namespace, database and bucket.
fn as_text(difference: &Difference, last: Option<&StatePart>) -> String {
    let heading = if last == Some(&difference.part) { String::new() } else { format!("{}\n", difference.part) };
    let detail = |(name, before, after): &(String, Value, Value)| format!("      {name}: {before} → {after}\n");
    let details: String = difference.details.iter().map(detail).collect();
    format!("{heading}  {} {}\n{details}", difference.sign.mark(), difference.what)
}
