//! `edgeemu clock`: moves the time of a running `edgeemu dev`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use edgeemu::{TimeMode, Timestamp, parse_span};
use serde_json::{Value, json};

use super::running::{self, span};
use crate::context::{Context, Wanted};
use crate::error::CliError;
use crate::ui::ask::print;

const EXAMPLES: &str = "\
Examples:
  edgeemu clock                  what time is it there?
  edgeemu clock advance 61s      timers and expirations on the way happen in order
  edgeemu clock mode x60         a minute in a second";

/// Read and move the time of a running `edgeemu dev`
#[derive(Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Clock {
    #[command(subcommand)]
    what: Option<ClockCommand>,
    #[command(flatten)]
    place: Target,
}

/// Which server is meant, and how the answer is printed.
#[derive(Args)]
struct Target {
    /// The folder given to `edgeemu dev --persist-to`
    #[arg(long, value_name = "DIR", global = true)]
    persist_to: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum ClockCommand {
    /// Print the time
    Now,
    /// Let time pass: 250ms, 61s, 5m, 2h, 1d
    Advance {
        #[arg(value_name = "TIME", value_parser = written_span)]
        time: String,
    },
    /// Stop the time
    Freeze,
    /// Let time run again
    Resume,
    /// Go from event to event until nothing waits for time
    RunUntilIdle {
        /// Go no further than this; an interval never ends
        #[arg(long, value_name = "TIME", default_value = "1d", value_parser = written_span)]
        limit: String,
    },
    /// Let time pass in another way: real, x60, frozen or virtual
    Mode {
        #[arg(value_name = "MODE")]
        mode: TimeMode,
    },
}

/// Checked here, understood there.
fn written_span(text: &str) -> Result<String, String> {
    parse_span(text).map(|_| text.to_owned())
}

impl Clock {
    /// Whether stdout is for a program.
    pub(crate) fn is_json(&self) -> bool {
        self.place.json
    }
}

pub(crate) fn run(args: &Clock, context: &Context) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::internal("the event loop cannot be started").cause(error))?;
    runtime.block_on(ask(args, context))
}

async fn ask(args: &Clock, context: &Context) -> Result<(), CliError> {
    let project = context.project(Wanted::default())?;
    let state_dir = context.state_dir(&project, args.place.persist_to.as_deref());
    let running = running::find(context, &state_dir, "the time")?;
    let order = match &args.what {
        None | Some(ClockCommand::Now) => None,
        Some(ClockCommand::Advance { time }) => Some(json!({ "advance": time })),
        Some(ClockCommand::Freeze) => Some(json!({ "freeze": true })),
        Some(ClockCommand::Resume) => Some(json!({ "resume": true })),
        Some(ClockCommand::RunUntilIdle { limit }) => Some(json!({ "run_until_idle": true, "limit": limit })),
        Some(ClockCommand::Mode { mode }) => Some(json!({ "mode": mode.to_string() })),
    };
    let state = match &order {
        None => running.get("clock", &[]).await?,
        Some(order) => running.post("clock", &[], order).await?,
    };
    let text = if args.place.json { state.to_string() } else { told(&state, order.is_some()) };
    print(format!("{text}\n").as_bytes())
}

fn told(state: &Value, has_moved: bool) -> String {
    let now = state["now_ms"].as_i64().unwrap_or_default();
    let mode = match state["mode"].as_str().unwrap_or_default() {
        "real" => "running".to_owned(),
        "frozen" => "frozen".to_owned(),
        "virtual" => "virtual: it goes from event to event".to_owned(),
        other => format!("running {other}"),
    };
    let passed = state["passed_ms"].as_i64().filter(|_| has_moved).unwrap_or_default();
    let passed = if passed > 0 { format!(", {} later", span(passed)) } else { String::new() };
    format!("{}{passed} ({mode})", Timestamp::from_millis(now).http_date())
}
