//! `edgeemu r2`: the data of R2 buckets, while `edgeemu dev` runs and while it does not.

mod bucket;
mod object;
mod target;

use clap::Subcommand;

use crate::context::Context;
use crate::error::CliError;

const EXAMPLES: &str = "\
Examples:
  edgeemu r2 object put photos/cat.jpg --file cat.jpg --content-type image/jpeg
  edgeemu r2 object get photos/cat.jpg --pipe > cat.jpg
  edgeemu r2 object list photos --prefix 2026/";

/// Read and write the local data of R2 buckets
#[derive(Subcommand)]
#[command(after_help = EXAMPLES)]
pub(crate) enum R2Command {
    /// One object, or all of a bucket
    #[command(subcommand)]
    Object(object::ObjectCommand),
    /// Buckets
    #[command(subcommand)]
    Bucket(bucket::BucketCommand),
}

pub(crate) fn run(command: R2Command, context: &Context) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::internal("the event loop cannot be started").cause(error))?;
    runtime.block_on(async {
        match command {
            R2Command::Object(command) => object::run(command, context).await,
            R2Command::Bucket(command) => bucket::run(command, context).await,
        }
    })
}
