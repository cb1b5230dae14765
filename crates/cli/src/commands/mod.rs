//! The commands, one file each.

pub(crate) mod clock;
pub(crate) mod d1;
pub(crate) mod dev;
pub(crate) mod explore;
pub(crate) mod init;
pub(crate) mod kv;
pub(crate) mod r2;
mod running;
pub(crate) mod seed;
pub(crate) mod state;

use crate::args::Command;
use crate::context::Context;
use crate::error::CliError;

pub(crate) fn run(command: Command, context: &Context) -> Result<(), CliError> {
    match command {
        Command::Clock(args) => clock::run(&args, context),
        Command::D1(command) => d1::run(*command, context),
        Command::Dev(args) => dev::run(*args, context),
        Command::Explore(args) => explore::run(&args, context),
        Command::Replay(args) => explore::replay(&args, context),
        Command::Shrink(args) => explore::shrink(&args, context),
        Command::Init(args) => init::run(&args, context),
        Command::Kv(command) => kv::run(*command, context),
        Command::R2(command) => r2::run(*command, context),
        Command::Seed(args) => seed::run(&args, context),
        Command::State(command) => state::run(*command, context),
    }
}
