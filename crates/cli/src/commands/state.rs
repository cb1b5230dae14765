//! `edgeemu state`: all local data at once, while `edgeemu dev` runs and while it does not.

mod diff;
mod export;
mod import;
mod reset;
mod target;

use clap::Subcommand;

use crate::context::Context;
use crate::error::CliError;

pub(super) use target::{Opened, Place, told};

const EXAMPLES: &str = "\
Examples:
  edgeemu state export fixtures/state
  edgeemu state diff fixtures/state
  edgeemu state import .wrangler/state
  edgeemu state reset --only kv/SESSIONS";

/// Carry, compare and remove local data
#[derive(Subcommand)]
#[command(after_help = EXAMPLES)]
pub(crate) enum StateCommand {
    /// Write everything into a folder or a tar file
    Export(export::Export),
    /// Put an archive, or what `wrangler dev` has left, in place of what is here
    Import(import::Import),
    /// Show what is different from an archive
    Diff(diff::Diff),
    /// Remove data
    Reset(reset::Reset),
}

impl StateCommand {
    /// Whether stdout is for a program.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self, StateCommand::Diff(args) if args.json)
    }
}

pub(crate) fn run(command: StateCommand, context: &Context) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::internal("the event loop cannot be started").cause(error))?;
    runtime.block_on(async {
        match command {
            StateCommand::Export(args) => export::run(args, context).await,
            StateCommand::Import(args) => import::run(args, context).await,
            StateCommand::Diff(args) => diff::run(args, context).await,
            StateCommand::Reset(args) => reset::run(args, context).await,
        }
    })
}
