//! `edgeemu d1`: the data of D1 databases, while `edgeemu dev` runs and while it does not.

mod execute;
mod export;
mod import;
mod info;
mod migrations;
mod shell;
mod target;

use clap::Subcommand;

use crate::context::Context;
use crate::error::CliError;

const EXAMPLES: &str = "\
Examples:
  edgeemu d1 execute DB --command \"SELECT * FROM users\"
  edgeemu d1 migrations create DB \"add users\"
  edgeemu d1 migrations apply DB";

/// Read and write the local data of D1 databases
#[derive(Subcommand)]
#[command(after_help = EXAMPLES)]
pub(crate) enum D1Command {
    /// Run SQL
    Execute(execute::Execute),
    /// Write a database as SQL into a file
    Export(export::Export),
    /// Show what is known about a database
    Info(info::Info),
    /// Files of SQL that are applied once each
    #[command(subcommand)]
    Migrations(migrations::MigrationsCommand),
    /// Type SQL line by line
    Shell(shell::Shell),
}

impl D1Command {
    /// Whether stdout is for a program.
    pub(crate) fn is_json(&self) -> bool {
        match self {
            D1Command::Execute(args) => args.json,
            D1Command::Info(args) => args.json,
            D1Command::Export(_) | D1Command::Migrations(_) | D1Command::Shell(_) => false,
        }
    }
}

pub(crate) fn run(command: D1Command, context: &Context) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::internal("the event loop cannot be started").cause(error))?;
    runtime.block_on(async {
        match command {
            D1Command::Execute(args) => execute::run(&args, context).await,
            D1Command::Export(args) => export::run(args, context).await,
            D1Command::Info(args) => info::run(&args, context).await,
            D1Command::Migrations(command) => migrations::run(&command, context).await,
            D1Command::Shell(args) => shell::run(&args, context).await,
        }
    })
}
