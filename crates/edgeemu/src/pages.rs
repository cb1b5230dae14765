//! What a client gets when the Worker gives no response: a page for browsers, JSON or text for others.

use edgeemu_runtime::{Body, ExceptionReport, Failure, StackFrame};
use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::json;

/// Who asked, as far as it decides the form of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A browser: a readable page.
    Browser,
    /// A program that wants JSON.
    Json,
    /// Everybody else: text.
    Text,
}

impl Audience {
    /// Judges by `Accept` and `User-Agent`, as `wrangler dev` does.
    pub(crate) fn of(headers: &HeaderMap) -> Audience {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        let accept = text(ACCEPT).to_ascii_lowercase();
        if accept.contains("text/html") && !text(USER_AGENT).starts_with("curl/") {
            Audience::Browser
        } else if accept.contains("json") {
            Audience::Json
        } else {
            Audience::Text
        }
    }
}

/// The answer for a failure.
pub(crate) fn failure(failure: &Failure, audience: Audience) -> Response<Body> {
    let status = match failure {
        Failure::CpuExceeded | Failure::MemoryExceeded | Failure::IsolateReplaced => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let report = ExceptionReport::of(failure);
    let mut response = match audience {
        Audience::Browser => page(status, &headline(failure, &report), &report),
        Audience::Json => json_error(status, failure, &report),
        Audience::Text => plain(status, text(failure, &report)),
    };
    if matches!(failure, Failure::IsolateReplaced) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("0"));
    }
    response
}

/// The answer while the Worker's code cannot be built.
pub(crate) fn build_failed(text: &str, audience: Audience) -> Response<Body> {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    match audience {
        Audience::Browser => {
            let report = ExceptionReport { headline: text.to_owned(), ..ExceptionReport::default() };
            page(status, "The Worker cannot be built", &report)
        }
        Audience::Json => typed(status, "application/json", json!({ "error": { "message": text } }).to_string()),
        Audience::Text => plain(status, text.to_owned()),
    }
}

/// A short text answer of edgeemu itself.
pub(crate) fn plain(status: StatusCode, text: impl Into<String>) -> Response<Body> {
    typed(status, "text/plain;charset=UTF-8", text.into())
}

pub(crate) fn typed(status: StatusCode, content_type: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Production's error number, which people search for.
fn number(failure: &Failure) -> Option<&'static str> {
    match failure {
        Failure::CpuExceeded | Failure::MemoryExceeded => Some("Error 1102: Worker exceeded resource limits"),
        Failure::Exception(_) | Failure::Hung => Some("Error 1101: Worker threw JavaScript exception"),
        _ => None,
    }
}

fn headline(failure: &Failure, report: &ExceptionReport) -> String {
    match failure {
        Failure::Exception(_) => report.headline.clone(),
        other => other.to_string(),
    }
}

fn text(failure: &Failure, report: &ExceptionReport) -> String {
    match failure {
        Failure::Exception(_) => report.stack(),
        Failure::CpuExceeded | Failure::MemoryExceeded => {
            format!("{}\n{failure}", number(failure).unwrap_or_default())
        }
        other => other.to_string(),
    }
}

fn json_error(status: StatusCode, failure: &Failure, report: &ExceptionReport) -> Response<Body> {
    let frames: Vec<_> = report
        .frames
        .iter()
        .map(|frame| {
            json!({ "function": frame.function, "file": frame.file, "line": frame.line, "column": frame.column })
        })
        .collect();
    let body = json!({
        "error": {
            "name": report.name,
            "message": report.message,
            "stack": text(failure, report),
            "frames": frames,
            "production": number(failure),
        }
    });
    typed(status, "application/json", body.to_string())
}

fn page(status: StatusCode, title: &str, report: &ExceptionReport) -> Response<Body> {
    let mut frames = String::new();
    for frame in &report.frames {
        frames.push_str(&frame_row(frame));
    }
    let source = report.source_line.as_deref().map(|line| format!("<pre class=\"line\">{}</pre>", escape(line)));
    let cause = report.cause.as_ref().map(|cause| format!("<h2>Caused by</h2><pre>{}</pre>", escape(&cause.stack())));
    let body = format!(
        include_str!("error_page.html"),
        title = escape(title.lines().next().unwrap_or("")),
        headline = escape(title),
        source = source.unwrap_or_default(),
        frames = frames,
        cause = cause.unwrap_or_default(),
        stack = escape(&report.stack()),
    );
    typed(status, "text/html;charset=UTF-8", body)
}

fn frame_row(frame: &StackFrame) -> String {
    let function = frame.function.as_deref().unwrap_or("(anonymous)");
    format!(
        "<li><code>{}</code> <span>{}:{}:{}</span></li>\n",
        escape(function),
        escape(&frame.file),
        frame.line,
        frame.column
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
