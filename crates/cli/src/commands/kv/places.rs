//! `edgeemu kv why`, `versions`, `timeline`: what the locations of a running `edgeemu dev` know, and what production would
//! show in them.

use std::path::PathBuf;

use clap::Args;
use edgeemu::Colo;
use serde_json::Value;

use super::{Intent, Target};
use crate::commands::running::{self, span};
use crate::context::{Context, Wanted};
use crate::error::CliError;
use crate::ui::ask::print;

/// Say what a location would answer for a key, and why
#[derive(Args)]
pub(crate) struct Why {
    /// The key
    key: String,
    #[command(flatten)]
    target: Target,
    /// The location; all of them if not given
    #[arg(long, help_heading = None)]
    colo: Option<Colo>,
    /// The `cacheTtl` of the reader, in seconds
    #[arg(long, value_name = "SECONDS", help_heading = None)]
    cache_ttl: Option<i64>,
    /// Print one JSON object
    #[arg(long, help_heading = None)]
    pub(super) json: bool,
}

/// Show what was written to a key since it was first asked for
#[derive(Args)]
pub(crate) struct Versions {
    /// The key
    key: String,
    #[command(flatten)]
    target: Target,
    /// Print one JSON object
    #[arg(long, help_heading = None)]
    pub(super) json: bool,
}

/// Show what happened lately, by location
#[derive(Args)]
pub(crate) struct Timeline {
    /// Only what has to do with this key
    key: Option<String>,
    #[command(flatten)]
    target: Target,
    /// Print one JSON object
    #[arg(long, help_heading = None)]
    pub(super) json: bool,
}

/// Tell every location of what was written so far, with `--kv-consistency stale-until-told`
#[derive(Args)]
pub(crate) struct Tell {
    /// The folder given to `edgeemu dev --persist-to`
    #[arg(long, value_name = "DIR")]
    persist_to: Option<PathBuf>,
}

pub(super) async fn tell(args: &Tell, context: &Context) -> Result<(), CliError> {
    let project = context.project(Wanted::default())?;
    let running =
        running::find(context, &context.state_dir(&project, args.persist_to.as_deref()), "what locations know")?;
    running.post("kv/tell", &[], &Value::Null).await?;
    print(b"Every location knows what was written.\n")
}

/// Asks the running server. `rest`: the query besides the namespace.
async fn ask(target: &Target, (action, rest): (&str, &[(&str, &str)]), context: &Context) -> Result<Value, CliError> {
    let located = target.locate(Intent::Read, context)?;
    let running = running::find(context, &located.state_dir, "what locations keep")?;
    let query: Vec<(&str, &str)> = [("namespace", located.id.as_str())].iter().chain(rest).copied().collect();
    Ok(running.get(&format!("kv/{action}"), &query).await?)
}

pub(super) async fn why(args: &Why, context: &Context) -> Result<(), CliError> {
    let (colo, ttl) = (args.colo.map(|colo| colo.to_string()), args.cache_ttl.map(|ttl| ttl.to_string()));
    let mut query = vec![("key", args.key.as_str())];
    query.extend(colo.as_deref().map(|colo| ("colo", colo)));
    query.extend(ttl.as_deref().map(|ttl| ("cache_ttl", ttl)));
    let answer = ask(&args.target, ("why", &query), context).await?;
    if args.json {
        return print(format!("{answer}\n").as_bytes());
    }
    let lines = list(&answer["answers"]).iter().filter_map(|answer| answer["text"].as_str());
    print(lines.map(|line| format!("{line}\n")).collect::<String>().as_bytes())
}

pub(super) async fn versions(args: &Versions, context: &Context) -> Result<(), CliError> {
    let answer = ask(&args.target, ("versions", &[("key", &args.key)]), context).await?;
    if args.json {
        return print(format!("{answer}\n").as_bytes());
    }
    let versions = list(&answer["versions"]);
    if versions.is_empty() {
        return print(format!("nobody has asked for `{}` since the server started\n", args.key).as_bytes());
    }
    let now = answer["now_ms"].as_i64().unwrap_or_default();
    print(versions.iter().map(|version| version_line(version, now)).collect::<String>().as_bytes())
}

fn version_line(version: &Value, now: i64) -> String {
    let number = version["version"].as_u64().unwrap_or_default();
    let what = match version["kind"].as_str().unwrap_or_default() {
        "absent" => "not there before".to_owned(),
        "found" => "there before".to_owned(),
        kind => match version["colo"].as_str() {
            Some(colo) => format!("{kind} in {colo}"),
            None => format!("{kind} from outside"),
        },
    };
    let ago = version["at_ms"].as_i64().map(|at| format!("{} ago", span(now - at))).unwrap_or_default();
    let marks = [("expired", "  expired"), ("current", "  current")];
    let marks: String = marks.iter().filter(|(name, _)| version[*name] == true).map(|(_, mark)| *mark).collect();
    format!("{:<5}{what:<20}{ago:>14}{marks}\n", format!("v{number}"))
}

pub(super) async fn timeline(args: &Timeline, context: &Context) -> Result<(), CliError> {
    let query: Vec<(&str, &str)> = args.key.iter().map(|key| ("key", key.as_str())).collect();
    let answer = ask(&args.target, ("timeline", &query), context).await?;
    if args.json {
        return print(format!("{answer}\n").as_bytes());
    }
    let events = list(&answer["events"]);
    if events.is_empty() {
        return print(b"nothing has happened since the server started\n");
    }
    let mut colos: Vec<&str> = events.iter().filter_map(|event| event["colo"].as_str()).collect();
    colos.sort_unstable();
    colos.dedup();
    let now = answer["now_ms"].as_i64().unwrap_or_default();
    print(events.iter().map(|event| event_line(event, &colos, now)).collect::<String>().as_bytes())
}

/// One event: each location has its own column.
fn event_line(event: &Value, colos: &[&str], now: i64) -> String {
    let at = event["at_ms"].as_i64().unwrap_or(now);
    let colo = event["colo"].as_str();
    let column = colo.and_then(|colo| colos.iter().position(|known| *known == colo)).unwrap_or_default();
    let width = 5 * colos.len().max(1);
    let place = format!("{}{}", " ".repeat(5 * column), colo.unwrap_or("outside"));
    let operation = event["operation"].as_str().unwrap_or_default();
    let key = event["key"].as_str().unwrap_or_default();
    let ago = format!("-{}", span(now - at));
    format!("{ago:>12}  {place:<width$}  {operation:<6} {key}  {}\n", outcome(event, at))
}

/// What came of it.
fn outcome(event: &Value, at: i64) -> String {
    if event["operation"] == "list" {
        let stored = event["stored_ms"].as_i64().map(|stored| format!(", a list {} old", span(at - stored)));
        let stale = if event["stale"] == true { ", STALE" } else { "" };
        return format!("{} keys{}{stale}", event["count"], stored.unwrap_or_default());
    }
    let mut text = format!("v{}", event["version"]);
    if event["operation"] == "get" {
        if event["exists"] == false {
            text.push_str(" (nothing)");
        }
        if let Some(stale) = event["stale_ms"].as_i64() {
            text.push_str(&format!("  STALE by {}", span(stale)));
        }
        if let Some(stored) = event["stored_ms"].as_i64() {
            text.push_str(&format!("  kept for {}", span(at - stored)));
        }
        if let Some(stale) = event["production"]["stale_ms"].as_i64() {
            let version = &event["production"]["version"];
            text.push_str(&format!("  production may answer v{version}, stale by {}", span(stale)));
        }
    }
    if event["too_fast"] == true {
        text.push_str("  within a second of another write");
    }
    text
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
