//! The command line: commands, the flags they share, and flags of other tools that do nothing here.

use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use edgeemu::config::nearest;

use crate::commands::clock::Clock;
use crate::commands::d1::D1Command;
use crate::commands::dev::Dev;
use crate::commands::explore::{Explore, Replay, Shrink};
use crate::commands::init::Init;
use crate::commands::kv::KvCommand;
use crate::commands::r2::R2Command;
use crate::commands::seed::SeedCommand;
use crate::commands::state::StateCommand;

const EXAMPLES: &str = "\
Examples:
  edgeemu init shop              make a small project in the folder shop
  edgeemu dev                    run the Worker of this folder
  edgeemu kv key list --binding SESSIONS

`edgeemu <COMMAND> --help` says more about a command.";

/// Runs Cloudflare Workers on this machine.
#[derive(Parser)]
#[command(name = "edgeemu", version, disable_version_flag = true, disable_help_subcommand = true)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The flags of every command.
#[derive(Args, Clone)]
#[command(next_help_heading = "Project")]
pub(crate) struct Global {
    /// The configuration file; searched from here upwards if not given
    #[arg(short, long, global = true, value_name = "PATH")]
    pub(crate) config: Vec<PathBuf>,
    /// The environment of the configuration
    #[arg(short, long, global = true, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Read secrets from this file instead of .dev.vars and .env; may be repeated
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) env_file: Vec<PathBuf>,
    /// Run as if started in this folder
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) cwd: Option<PathBuf>,
    /// Print the version
    #[arg(short = 'v', short_alias = 'V', long, action = ArgAction::Version, help_heading = None)]
    version: Option<bool>,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Dev(Box<Dev>),
    Explore(Box<Explore>),
    Replay(Replay),
    #[command(visible_alias = "explain")]
    Shrink(Shrink),
    Init(Init),
    Clock(Clock),
    #[command(subcommand)]
    D1(Box<D1Command>),
    #[command(subcommand)]
    Kv(Box<KvCommand>),
    #[command(subcommand)]
    R2(Box<R2Command>),
    Seed(SeedCommand),
    #[command(subcommand)]
    State(Box<StateCommand>),
}

impl Cli {
    /// Whether stdout is for a program.
    pub(crate) fn is_json(&self) -> bool {
        match &self.command {
            Command::Clock(clock) => clock.is_json(),
            Command::D1(command) => command.is_json(),
            Command::Kv(command) => command.is_json(),
            Command::Dev(dev) => dev.json,
            Command::Explore(explore) => explore.is_json(),
            Command::Replay(replay) => replay.is_json(),
            Command::Shrink(shrink) => shrink.is_json(),
            Command::State(command) => command.is_json(),
            _ => false,
        }
    }
}

/// The command line, understood.
pub(crate) struct Parsed {
    pub(crate) cli: Cli,
    /// Flags that do nothing here, as the user wrote them.
    pub(crate) without_effect: Vec<String>,
}

/// A flag of `wrangler dev` that does nothing here.
struct Idle {
    name: &'static str,
    short: Option<char>,
    takes_value: bool,
}

const fn switch(name: &'static str) -> Idle {
    Idle { name, short: None, takes_value: false }
}

const fn setting(name: &'static str) -> Idle {
    Idle { name, short: None, takes_value: true }
}

const IDLE: [Idle; 16] = [
    switch("enable-containers"),
    setting("https-cert-path"),
    setting("https-key-path"),
    switch("install-skills"),
    switch("latest"),
    switch("live-reload"),
    Idle { name: "local", short: Some('l'), takes_value: false },
    setting("local-upstream"),
    switch("log-sanitize"),
    switch("no-live-reload"),
    setting("site"),
    setting("site-exclude"),
    setting("site-include"),
    switch("tunnel"),
    setting("tunnel-name"),
    switch("types"),
];

/// Reads the command line. `--help` and `--version` come back as errors with exit code 0.
pub(crate) fn parse() -> Result<Parsed, clap::Error> {
    let mut experimental = Vec::new();
    loop {
        let command = command(&experimental);
        let error = match command.clone().try_get_matches() {
            Ok(matches) => return understood(&matches, &experimental),
            Err(error) => error,
        };
        match experimental_flag(&error).filter(|name| !experimental.contains(name)) {
            Some(name) => experimental.push(name),
            None => return Err(with_suggestion(error, &command)),
        }
    }
}

fn command(experimental: &[String]) -> clap::Command {
    let idle = |idle: &Idle| {
        let flag = Arg::new(idle.name).long(idle.name).short(idle.short).hide(true).action(ArgAction::Append);
        if idle.takes_value { flag } else { optional_value(flag) }
    };
    let unknown =
        |name: &String| optional_value(Arg::new(name.clone()).long(name.clone()).hide(true).action(ArgAction::Append));
    Cli::command().mut_subcommand("dev", |dev| dev.args(IDLE.iter().map(idle)).args(experimental.iter().map(unknown)))
}

fn optional_value(flag: Arg) -> Arg {
    flag.num_args(0..=1).require_equals(true).default_missing_value("true")
}

/// The name of the experimental flag that is not known. There are many, and they come and go.
fn experimental_flag(error: &clap::Error) -> Option<String> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return None };
    let name = flag.strip_prefix("--")?;
    let name = name.split_once('=').map_or(name, |(name, _)| name);
    let bare = name.strip_prefix("no-").unwrap_or(name);
    (bare.starts_with("x-") || bare.starts_with("experimental-")).then(|| name.to_owned())
}

/// Commands of production's tool that mean production. Whoever writes one of them does not mean one of ours.
const OF_PRODUCTION: [&str; 8] =
    ["delete", "deploy", "deployments", "login", "publish", "rollback", "tail", "versions"];

/// Names the command that a misspelt one is nearest to, if clap has found none.
fn with_suggestion(mut error: clap::Error, command: &clap::Command) -> clap::Error {
    let invalid = error.get(ContextKind::InvalidSubcommand);
    if matches!(invalid, Some(ContextValue::String(word)) if OF_PRODUCTION.contains(&word.as_str())) {
        error.remove(ContextKind::SuggestedSubcommand);
        return error;
    }
    if error.kind() == ErrorKind::InvalidSubcommand
        && error.get(ContextKind::SuggestedSubcommand).is_none()
        && let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand)
        && let Some(near) = nearest_command(word, command)
    {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![near]));
    }
    error
}

/// Looks among the commands that stand beside the misspelt one: `edgeemu kv kye` means `key`.
fn nearest_command(word: &str, command: &clap::Command) -> Option<String> {
    let understood = command.clone().ignore_errors(true).try_get_matches().ok()?;
    let (mut command, mut matches) = (command, &understood);
    while let Some((name, below)) = matches.subcommand() {
        (command, matches) = (command.find_subcommand(name)?, below);
    }
    nearest(word, command.get_subcommands().map(clap::Command::get_name)).map(str::to_owned)
}

fn understood(matches: &ArgMatches, experimental: &[String]) -> Result<Parsed, clap::Error> {
    let cli = Cli::from_arg_matches(matches)?;
    let dev = matches.subcommand_matches("dev");
    let given = |name: &str| dev.is_some_and(|dev| dev.value_source(name) == Some(ValueSource::CommandLine));
    let names = IDLE.iter().map(|idle| idle.name).chain(experimental.iter().map(String::as_str));
    let without_effect = names.filter(|name| given(name)).map(|name| format!("--{name}")).collect();
    Ok(Parsed { cli, without_effect })
}
