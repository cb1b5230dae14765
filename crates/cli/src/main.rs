//! The program `edgeemu`: runs Workers on this machine and looks after their data.

mod args;
mod commands;
mod context;
mod environment;
mod error;
mod failures;
mod trace;
mod ui;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use args::Parsed;
use context::Context;
use edgeemu::World;
use error::CliError;

fn main() -> ExitCode {
    ui::terminal::restore_on_panic();
    let world = World::real();
    let parsed = match args::parse() {
        Ok(parsed) => parsed,
        // Also how `--help` and `--version` come back.
        Err(answer) => return usage(&answer),
    };
    let json = parsed.cli.is_json();
    let errors = ui::errors::Errors::new(&world, json);
    let run = AssertUnwindSafe(|| Context::new(world, &parsed).and_then(|context| run(&context, parsed)));
    match catch_unwind(run) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            errors.show(&error);
            error.exit_code()
        }
        // The panic has been printed by its hook.
        Err(_) => CliError::internal("").exit_code(),
    }
}

fn run(context: &Context, parsed: Parsed) -> Result<(), CliError> {
    trace::start(&context.environment)?;
    commands::run(parsed.cli.command, context)
}

fn usage(answer: &clap::Error) -> ExitCode {
    // A terminal that is gone cannot be told anything.
    let _gone = answer.print();
    u8::try_from(answer.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}
