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
        Audience::Browser => page(
            status,
            &Page { headline: &headline(failure, &report), details: details(&report), number: number(failure) },
        ),
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
            let details = format!("<pre>{}</pre>\n", escape(text));
            page(status, &Page { headline: "The Worker cannot be built", details, number: None })
        }
        Audience::Json => typed(status, "application/json", json!({ "error": { "message": text } }).to_string()),
        Audience::Text => plain(status, text.to_owned()),
    }
}

/// A short text answer of edgeemu itself.
pub(crate) fn plain(status: StatusCode, text: impl Into<String>) -> Response<Body> {
    typed(status, "text/plain;charset=UTF-8", text.into())
}

pub(crate) fn typed(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
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

/// What a page says.
struct Page<'a> {
    headline: &'a str,
    /// HTML.
    details: String,
    /// Production's error number.
    number: Option<&'static str>,
}

fn page(status: StatusCode, page: &Page) -> Response<Body> {
    let production = page.number.map(|number| format!(" &middot; in production: {}", escape(number)));
    let body = format!(
        include_str!("error_page.html"),
        title = escape(page.headline.lines().next().unwrap_or("")),
        headline = escape(page.headline),
        details = page.details,
        production = production.unwrap_or_default(),
    );
    typed(status, "text/html;charset=UTF-8", body)
}

/// The line that failed, the way there, and what was behind it. Empty for what has no place in the code.
fn details(report: &ExceptionReport) -> String {
    let mut html = String::new();
    let line = report.source_line.as_deref().map(str::trim).filter(|line| !line.is_empty());
    if let (Some(line), Some(frame)) = (line, report.frames.first()) {
        let (place, line) = (place(frame), escape(line));
        html.push_str(&format!("<figure><figcaption>{place}</figcaption><pre>{line}</pre></figure>\n"));
    }
    if !report.frames.is_empty() {
        let frames: String = report.frames.iter().map(frame_row).collect();
        html.push_str(&format!("<h2>Stack</h2>\n<ol>\n{frames}</ol>\n"));
    }
    if let Some(cause) = &report.cause {
        html.push_str(&format!("<h2>Caused by</h2>\n<pre>{}</pre>\n", escape(&cause.stack())));
    }
    if !report.frames.is_empty() {
        let stack = escape(&report.stack());
        html.push_str(&format!("<details><summary>As text</summary><pre>{stack}</pre></details>\n"));
    }
    html
}

fn place(frame: &StackFrame) -> String {
    format!("{}:{}:{}", escape(&frame.file), frame.line, frame.column)
}

fn frame_row(frame: &StackFrame) -> String {
    let function = frame.function.as_deref().unwrap_or("(anonymous)");
    format!("<li><code>{}</code> <span>{}</span></li>\n", escape(function), place(frame))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
