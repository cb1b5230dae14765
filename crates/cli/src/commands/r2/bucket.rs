//! `edgeemu r2 bucket`: which buckets there are and what is in them.

use clap::{Args, Subcommand};
use serde_json::json;

use super::target::Place;
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;

/// What to do with buckets.
#[derive(Subcommand)]
pub(crate) enum BucketCommand {
    /// Print the buckets of the configuration and those that have data, as JSON
    List(List),
    /// Print how much is in a bucket, as JSON
    Info(Info),
}

/// Print the buckets as JSON
#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    place: Place,
}

/// Print how much is in a bucket, as JSON
#[derive(Args)]
pub(crate) struct Info {
    /// The bucket, or the name of its binding
    bucket: String,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(command: BucketCommand, context: &Context) -> Result<(), CliError> {
    match command {
        BucketCommand::List(args) => list(&args, context).await,
        BucketCommand::Info(args) => info(&args, context).await,
    }
}

async fn list(args: &List, context: &Context) -> Result<(), CliError> {
    let opened = args.place.open(context)?;
    let mut names = opened.data.r2_buckets().await?;
    names.extend(opened.declared.iter().map(|bucket| bucket.local_id().to_owned()));
    names.sort();
    names.dedup();
    let shown: Vec<_> = names
        .iter()
        .map(|name| {
            let mut shown = json!({ "name": name });
            if let Some(bucket) = opened.declared.iter().find(|bucket| bucket.local_id() == name) {
                shown["binding"] = bucket.binding.as_str().into();
            }
            shown
        })
        .collect();
    opened.close()?;
    print(format!("{:#}\n", json!(shown)).as_bytes())
}

async fn info(args: &Info, context: &Context) -> Result<(), CliError> {
    let opened = args.place.open(context)?;
    let bucket = opened.bucket(&args.bucket)?;
    let (objects, bytes) = opened.data.r2_usage(&bucket).await?;
    opened.close()?;
    let shown = json!({ "name": bucket, "object_count": objects, "bucket_size": bytes });
    print(format!("{shown:#}\n").as_bytes())
}
