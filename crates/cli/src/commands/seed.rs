//! `edgeemu seed`: data to begin with, from files.

use std::path::PathBuf;

use clap::Args;
use edgeemu::Seed;
use edgeemu::config::nearest;

use super::state::{Opened, Place};
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;

const EXAMPLE: &str = "\
Example of a file:
  {
    \"kv\": { \"SESSIONS\": { \"user:1\": \"Ada\", \"user:2\": { \"json\": { \"name\": \"Bob\" }, \"expirationTtl\": 3600 } } },
    \"d1\": { \"DB\": [{ \"file\": \"schema.sql\" }, { \"rows\": { \"users\": [{ \"id\": 1, \"name\": \"Ada\" }] } }] },
    \"r2\": { \"FILES\": { \"logo.png\": { \"file\": \"logo.png\", \"httpMetadata\": { \"contentType\": \"image/png\" } } } }
  }";

/// Put data into KV, D1 and R2
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct SeedCommand {
    /// JSON files with comments; all are read before anything is written
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &SeedCommand, context: &Context) -> Result<(), CliError> {
    let read = |file: &PathBuf| Seed::read(context.world.disk(), &context.cwd.join(file));
    let seeds: Vec<_> = args.files.iter().map(read).collect::<Result<_, _>>()?;
    let opened = args.place.open(context)?;
    seeds.iter().try_for_each(|seed| check_names(seed, &opened))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::internal("the event loop cannot be started").cause(error))?;
    for seed in seeds {
        let carried = runtime.block_on(opened.data.seed(seed, |kind, name| opened.id_of(kind, name)))?;
        super::state::told(&carried)?;
    }
    opened.close()?;
    print(b"Done.\n")
}

/// A misspelt name would make data that nobody finds.
fn check_names(seed: &Seed, opened: &Opened) -> Result<(), CliError> {
    for (kind, name) in seed.names() {
        if opened.is_declared(kind, name) {
            continue;
        }
        let error =
            CliError::user(format!("the configuration has no {} binding named `{name}`", kind.name().to_uppercase()));
        let known = opened.bindings(kind);
        let error = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        };
        return Err(if known.is_empty() {
            error
        } else {
            error.hint(format!("the configuration declares: {}", known.join(", ")))
        });
    }
    Ok(())
}
