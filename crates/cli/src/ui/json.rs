//! Messages as JSON for programs: one object for each line.

use std::path::Path;

use edgeemu::{Event, ExceptionReport, ExceptionSource, Level, LogEvent, LogKind};
use serde_json::{Value, json};

use super::message::Message;
use super::paint::plain;

/// The object for a message; what only a terminal needs has none.
pub(crate) fn render(message: &Message) -> Option<Value> {
    Some(match message {
        Message::Banner => json!({ "event": "start", "version": env!("CARGO_PKG_VERSION") }),
        Message::Note(text) => json!({ "event": "note", "text": text }),
        Message::Bindings(rows) => {
            let row = |row: &edgeemu::config::Binding| {
                let (kind, mode) = (row.kind.label(), row.mode.label());
                json!({ "name": row.name, "kind": kind, "resource": row.resource, "mode": mode })
            };
            json!({ "event": "bindings", "bindings": rows.iter().map(row).collect::<Vec<_>>() })
        }
        Message::Warning(text) => json!({ "event": "warning", "text": text }),
        Message::ConfigWarnings { text, report } => {
            json!({ "event": "warning", "text": text.trim_end(), "report": report })
        }
        Message::Ready { url, more_urls, colos } => {
            let colos = colos.iter().map(|(colo, url)| json!({ "colo": colo.as_str(), "url": url }));
            let colos: Vec<Value> = colos.collect();
            json!({ "event": "ready", "url": url, "more_urls": more_urls, "colos": colos, "pid": std::process::id() })
        }
        Message::S3Ready { url, key } => json!({
            "event": "s3_ready",
            "url": url,
            "access_key_id": key.id,
            "secret_access_key": key.secret,
        }),
        Message::ShuttingDown => json!({ "event": "shutdown" }),
        Message::Event(event) => self::event(event),
        Message::Starting | Message::Keys(_) | Message::Clear => return None,
    })
}

fn event(event: &Event) -> Value {
    match event {
        Event::Log(log) => self::log(log),
        Event::Request { method, path, status, reason, colo, duration } => json!({
            "event": "request",
            "method": method.as_str(),
            "path": path,
            "status": status,
            "reason": reason,
            "colo": colo.map(|colo| colo.to_string()),
            "duration_ms": millis(*duration),
        }),
        Event::Rebuilding { file } => json!({ "event": "rebuild", "file": shown(file) }),
        Event::BuildCommand { command } => json!({ "event": "build_command", "command": command }),
        Event::BuildOutput { text, error } => {
            json!({ "event": "build_output", "stream": if *error { "stderr" } else { "stdout" }, "text": plain(text) })
        }
        Event::Reloaded { duration } => json!({ "event": "reload", "duration_ms": millis(*duration) }),
        Event::BuildFailed { text } => json!({ "event": "build_failed", "text": text }),
        Event::Warning { text } => json!({ "event": "warning", "text": text }),
        Event::Debugger { url, waits } => json!({ "event": "debugger", "url": url, "waits": waits }),
        Event::ConfigChanged => json!({ "event": "config_changed" }),
    }
}

fn log(log: &LogEvent) -> Value {
    let mut line = match &log.kind {
        LogKind::Console { level, text } => json!({ "event": "log", "level": word(*level), "text": plain(text) }),
        LogKind::Notice { level, text } => json!({ "event": "notice", "level": word(*level), "text": text }),
        LogKind::Exception { source, report } => {
            let mut line = json!({ "event": "exception", "source": self::source(*source), "stack": report.stack() });
            if let (Some(line), Value::Object(report)) = (line.as_object_mut(), exception(report)) {
                line.extend(report);
            }
            line
        }
    };
    line["worker"] = log.worker.as_str().into();
    line["invocation"] = log.invocation.into();
    line["time_ms"] = log.time.as_millis().into();
    line
}

fn exception(report: &ExceptionReport) -> Value {
    let frames = report.frames.iter();
    let frames = frames.map(
        |frame| json!({ "function": frame.function, "file": frame.file, "line": frame.line, "column": frame.column }),
    );
    let frames: Vec<_> = frames.collect();
    let mut shown = json!({ "name": report.name, "message": report.message, "frames": frames });
    if let Some(cause) = &report.cause {
        shown["cause"] = exception(cause);
    }
    shown
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

fn source(source: ExceptionSource) -> &'static str {
    match source {
        ExceptionSource::Handler => "handler",
        ExceptionSource::Callback => "callback",
        ExceptionSource::UnhandledRejection => "unhandled_rejection",
        ExceptionSource::WaitUntil => "wait_until",
    }
}

/// Milliseconds with their fraction.
fn millis(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}
