//! The clock over HTTP: `GET` reads it, `POST` with a JSON object moves it. The members are done in this order:
//! `mode`, `freeze`, `advance` or `advance_ms`, `run_until_idle`, `resume`.

use std::time::Duration;

use edgeemu_runtime::{Body, LaneClosed};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::clock::ClockHandle;
use crate::pages;
use crate::time::{TimeMode, parse_span};

/// How far `run_until_idle` goes if nobody says it: an interval never ends.
const LIMIT: Duration = Duration::from_secs(24 * 3600);

/// What may stand in the object.
const MEMBERS: [&str; 7] = ["mode", "freeze", "advance", "advance_ms", "run_until_idle", "limit", "resume"];

/// What is to be done.
#[derive(Default)]
struct Command {
    mode: Option<TimeMode>,
    freeze: bool,
    advance: Option<Duration>,
    run_until_idle: Option<Duration>,
    resume: bool,
}

pub(super) async fn answer(clock: &ClockHandle, request: Request<Body>) -> Response<Body> {
    let before = clock.now();
    if request.method() == Method::POST {
        let Ok(body) = request.into_body().collect().await else {
            return pages::plain(StatusCode::BAD_REQUEST, "the body ended early");
        };
        let Ok(body) = serde_json::from_slice::<Value>(&body) else {
            return pages::plain(StatusCode::BAD_REQUEST, "the body is not JSON");
        };
        let command = match command(&body) {
            Ok(command) => command,
            Err(reason) => return pages::plain(StatusCode::BAD_REQUEST, reason),
        };
        if apply(clock, &command).await.is_err() {
            return pages::plain(StatusCode::SERVICE_UNAVAILABLE, "the emulator is shutting down");
        }
    }
    let now = clock.now();
    let state = json!({
        "now_ms": now.as_millis(),
        "frozen": clock.is_frozen(),
        "mode": clock.mode().to_string(),
        "passed_ms": u64::try_from((now - before).as_millis()).unwrap_or(u64::MAX),
    });
    pages::typed(StatusCode::OK, "application/json", state.to_string())
}

fn command(body: &Value) -> Result<Command, String> {
    let Some(members) = body.as_object() else { return Err("the body is not a JSON object".to_owned()) };
    if let Some(unknown) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(format!("the clock has no `{unknown}`; it has {}", MEMBERS.join(", ")));
    }
    let is_on = |name: &str| body[name].as_bool().unwrap_or(false);
    let millis = body["advance_ms"].as_u64().map(Duration::from_millis);
    let limit = span(body, "limit")?.unwrap_or(LIMIT);
    Ok(Command {
        mode: body["mode"].as_str().map(str::parse).transpose().map_err(|error| format!("{error}"))?,
        freeze: is_on("freeze"),
        advance: span(body, "advance")?.or(millis),
        run_until_idle: is_on("run_until_idle").then_some(limit),
        resume: is_on("resume"),
    })
}

/// `"61s"`, or a number of seconds.
fn span(body: &Value, name: &str) -> Result<Option<Duration>, String> {
    match &body[name] {
        Value::Null => Ok(None),
        Value::String(text) => parse_span(text).map(Some),
        other => parse_span(&other.to_string()).map(Some),
    }
}

async fn apply(clock: &ClockHandle, command: &Command) -> Result<(), LaneClosed> {
    if let Some(mode) = command.mode {
        // A text that names a mode names a possible one.
        let _possible = clock.set_mode(mode);
    }
    if command.freeze {
        clock.freeze();
    }
    if let Some(duration) = command.advance {
        clock.advance(duration).await?;
    }
    if let Some(limit) = command.run_until_idle {
        clock.run_until_idle(limit).await?;
    }
    if command.resume {
        clock.resume();
    }
    Ok(())
}
