//! `edgeemu dev`: runs a Worker and its local server until it is told to stop.

mod announce;
mod options;
mod session;
mod signals;

pub(crate) use signals::Signals;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use edgeemu::config::Protocol;
use edgeemu::{Colo, KvConsistency, TimeMode};

use crate::context::Context;
use crate::error::CliError;
use crate::ui::LogLevel;

const EXAMPLES: &str = "\
Examples:
  edgeemu dev
  edgeemu dev src/worker.ts --port 0
  edgeemu dev --env staging --var LOG:verbose
  edgeemu dev --colos FRA,SFO --kv-consistency documented
  edgeemu dev --json | jq 'select(.event == \"exception\")'

Flags of `wrangler dev` that have no meaning here are accepted and named in a warning.";

/// Run the Worker and serve it on this machine
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Dev {
    /// The script to run, instead of `main` of the configuration
    #[arg(value_name = "SCRIPT")]
    script: Option<PathBuf>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    worker: Worker,
    #[command(flatten)]
    build: Build,
    #[command(flatten)]
    network: Network,
    #[command(flatten)]
    output: Output,
    /// Write one JSON object per line to stdout, for programs
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// Where the server listens and what it serves besides the Worker.
#[derive(Args)]
#[command(next_help_heading = "Server")]
struct Server {
    /// The port; 0 takes any free one [default: 8787, or the next free one]
    #[arg(long)]
    port: Option<u16>,
    /// The address to listen on [default: localhost]
    #[arg(long)]
    ip: Option<String>,
    /// How the server speaks
    #[arg(long, value_enum)]
    local_protocol: Option<Scheme>,
    /// The protocol the Worker sees in `request.url`
    #[arg(long, value_enum)]
    upstream_protocol: Option<Scheme>,
    /// The host the Worker sees in `request.url`
    #[arg(long)]
    host: Option<String>,
    /// A route of the Worker; may be repeated
    #[arg(long, alias = "routes", value_name = "PATTERN")]
    route: Vec<String>,
    /// Serve these static files
    #[arg(long, value_name = "DIR")]
    assets: Option<PathBuf>,
    /// Keep data in this folder
    #[arg(long, value_name = "DIR")]
    persist_to: Option<PathBuf>,
    /// Serve the R2 buckets through the S3 API on this port; 0 takes any free one
    #[arg(long, value_name = "PORT")]
    r2_s3_port: Option<u16>,
    /// The access key of the S3 API [default: edgeemu:edgeemu-secret]
    #[arg(long, value_name = "ID:SECRET", value_parser = options::pair)]
    r2_s3_key: Option<(String, String)>,
    /// The port for debuggers; 0 takes any free one [default: 9229, or the next free one]
    #[arg(long, value_name = "PORT")]
    inspector_port: Option<u16>,
    /// The address for debuggers [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    inspector_ip: Option<String>,
    /// Wait for a debugger before the first line of the Worker
    #[arg(long)]
    inspect_brk: bool,
    /// Let requests of the Worker reach this machine alone
    #[arg(long)]
    offline: bool,
    /// Answer `/__scheduled` by running the `scheduled` handler
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    test_scheduled: Option<bool>,
    /// Not supported: edgeemu runs everything on this machine
    #[arg(short, long, hide = true)]
    remote: bool,
}

/// What the Worker is.
#[derive(Args)]
#[command(next_help_heading = "Worker")]
struct Worker {
    /// The name of the Worker
    #[arg(long)]
    name: Option<String>,
    /// The compatibility date, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    compatibility_date: Option<String>,
    /// A compatibility flag; may be repeated
    #[arg(long, alias = "compatibility-flags", value_name = "FLAG")]
    compatibility_flag: Vec<String>,
    /// A variable of the Worker; may be repeated
    #[arg(long, value_name = "NAME:VALUE", value_parser = options::pair)]
    var: Vec<(String, String)>,
}

/// Where the Worker runs, and how time passes there.
#[derive(Args, Clone)]
#[command(next_help_heading = "Network and time")]
struct Network {
    /// The locations to run in, as airports: FRA,SFO
    #[arg(long, value_name = "COLOS", value_delimiter = ',')]
    colos: Vec<Colo>,
    /// The location of requests that name none [default: the first]
    #[arg(long)]
    colo: Option<Colo>,
    /// Give each location a port of its own
    #[arg(long)]
    colo_ports: bool,
    /// What reads of KV see of writes elsewhere: strong, dev, documented, adversarial or delay=10s [default: dev]
    #[arg(long, value_name = "PROFILE")]
    kv_consistency: Option<KvConsistency>,
    /// How time passes: real, x60, frozen or virtual [default: real]
    #[arg(long, value_name = "MODE")]
    time: Option<TimeMode>,
}

/// How the Worker is put together.
#[derive(Args)]
#[command(next_help_heading = "Build")]
struct Build {
    /// Run the modules as they are
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    no_bundle: Option<bool>,
    /// Make the code small
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    minify: Option<bool>,
    /// Replace a global name in the code; may be repeated
    #[arg(long, value_name = "NAME:VALUE", value_parser = options::pair)]
    define: Vec<(String, String)>,
    /// Import another module in place of this one; may be repeated
    #[arg(long, value_name = "NAME:MODULE", value_parser = options::pair)]
    alias: Vec<(String, String)>,
    /// The tsconfig.json to follow
    #[arg(long, value_name = "PATH")]
    tsconfig: Option<PathBuf>,
    /// The function that makes a JSX element
    #[arg(long, value_name = "NAME")]
    jsx_factory: Option<String>,
    /// The function that makes a JSX fragment
    #[arg(long, value_name = "NAME")]
    jsx_fragment: Option<String>,
}

/// What is printed.
#[derive(Args)]
#[command(next_help_heading = "Output")]
struct Output {
    /// How much to print
    #[arg(long, value_enum)]
    log_level: Option<LogLevel>,
    /// The line of keys at the bottom of the terminal
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    show_interactive_dev_session: Option<bool>,
}

/// A protocol by name.
#[derive(Clone, Copy, ValueEnum)]
enum Scheme {
    Http,
    Https,
}

impl From<Scheme> for Protocol {
    fn from(scheme: Scheme) -> Protocol {
        match scheme {
            Scheme::Http => Protocol::Http,
            Scheme::Https => Protocol::Https,
        }
    }
}

pub(crate) fn run(args: Dev, context: &Context) -> Result<(), CliError> {
    if args.server.remote {
        return Err(CliError::usage("`--remote` is not supported: edgeemu runs everything on this machine")
            .hint("leave it out; bindings work on local data"));
    }
    let plan = options::plan(args, context)?;
    // Everything that takes processor time has threads of its own; this one waits for signals, keys and files.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::internal("the event loop cannot be started").cause(error))?;
    let ended = runtime.block_on(session::run(plan, context));
    // What is still under way in the background must not hold up the end.
    runtime.shutdown_background();
    ended
}
