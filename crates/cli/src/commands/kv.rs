//! `edgeemu kv`: the data of KV namespaces, while `edgeemu dev` runs and while it does not.

mod bulk;
mod key;
mod places;
mod target;

use clap::Subcommand;
use edgeemu::StateAccess;

use crate::context::Context;
use crate::error::CliError;
use target::{Intent, Target};

const EXAMPLES: &str = "\
Examples:
  edgeemu kv key put user:1 Ada --binding SESSIONS --ttl 3600
  edgeemu kv key get user:1 --binding SESSIONS --text
  edgeemu kv bulk put pairs.json --binding SESSIONS
  edgeemu kv why user:1 --binding SESSIONS --colo SFO";

/// Read and write the local data of KV namespaces
#[derive(Subcommand)]
#[command(after_help = EXAMPLES)]
pub(crate) enum KvCommand {
    /// One key
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Many keys, named in a file
    #[command(subcommand)]
    Bulk(bulk::BulkCommand),
    Why(places::Why),
    Versions(places::Versions),
    Timeline(places::Timeline),
    Tell(places::Tell),
}

impl KvCommand {
    /// Whether stdout is for a program.
    pub(crate) fn is_json(&self) -> bool {
        match self {
            KvCommand::Why(args) => args.json,
            KvCommand::Versions(args) => args.json,
            KvCommand::Timeline(args) => args.json,
            KvCommand::Key(_) | KvCommand::Bulk(_) | KvCommand::Tell(_) => false,
        }
    }
}

pub(crate) fn run(command: KvCommand, context: &Context) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::internal("the event loop cannot be started").cause(error))?;
    runtime.block_on(async {
        match command {
            KvCommand::Key(command) => key::run(command, context).await,
            KvCommand::Bulk(command) => bulk::run(command, context).await,
            KvCommand::Why(args) => places::why(&args, context).await,
            KvCommand::Versions(args) => places::versions(&args, context).await,
            KvCommand::Timeline(args) => places::timeline(&args, context).await,
            KvCommand::Tell(args) => places::tell(&args, context).await,
        }
    })
}

/// One namespace with its data open.
struct Namespace {
    id: String,
    data: StateAccess,
}

impl Namespace {
    fn open(target: &Target, intent: Intent, context: &Context) -> Result<Namespace, CliError> {
        let located = target.locate(intent, context)?;
        let data = match intent {
            Intent::Write => StateAccess::open(&context.world, &located.state_dir)?,
            Intent::Read | Intent::ReadMany => StateAccess::open_to_read(&context.world, &located.state_dir)?,
        };
        Ok(Namespace { data, id: located.id })
    }

    fn close(self) -> Result<(), CliError> {
        Ok(self.data.close()?)
    }
}
