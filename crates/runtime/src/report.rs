//! Exceptions and log lines that leave an isolate, as data: how they look is decided by whoever shows them.

use std::sync::Arc;

use deno_core::error::JsError;
use edgeemu_world::Timestamp;

/// Where log events of a Worker go. Called on the lane's thread; must not block.
pub type LogSink = Arc<dyn Fn(LogEvent) + Send + Sync>;

/// One thing that a Worker said or that happened to it.
#[derive(Clone, Debug)]
pub struct LogEvent {
    /// Name of the Worker.
    pub worker: String,
    /// When, on the world's clock.
    pub time: Timestamp,
    /// The invocation it belongs to; 0 for global scope.
    pub invocation: u32,
    /// What it is.
    pub kind: LogKind,
}

/// What a log event carries.
#[derive(Clone, Debug)]
pub enum LogKind {
    /// A line of `console`.
    Console {
        /// Severity.
        level: Level,
        /// Formatted as `console` formats.
        text: String,
    },
    /// An exception that nobody caught.
    Exception {
        /// How it got away: thrown by a handler, by a callback, an unhandled rejection, or in `waitUntil`.
        source: ExceptionSource,
        /// The exception.
        report: ExceptionReport,
    },
    /// The runtime itself has something to say about the Worker.
    Notice {
        /// Severity.
        level: Level,
        /// One sentence.
        text: String,
    },
}

/// Severity of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `console.debug`
    Debug,
    /// `console.log`, `console.info`
    Info,
    /// `console.warn`
    Warn,
    /// `console.error`
    Error,
}

/// How an exception got away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionSource {
    /// A handler threw, or its promise rejected.
    Handler,
    /// A timer, listener or other callback threw.
    Callback,
    /// A promise was rejected and nobody handled it.
    UnhandledRejection,
    /// A promise given to `waitUntil` was rejected.
    WaitUntil,
}

/// An exception with its stack mapped to the sources the author wrote.
#[derive(Clone, Debug, Default)]
pub struct ExceptionReport {
    /// `TypeError`, …; `Error` if it has no name.
    pub name: String,
    /// Its message alone.
    pub message: String,
    /// First line as V8 prints it: `Uncaught TypeError: …` without the `Uncaught`.
    pub headline: String,
    /// The stack, innermost first.
    pub frames: Vec<StackFrame>,
    /// The source line of the innermost frame, if the source map holds the text.
    pub source_line: Option<String>,
    /// `cause` of the exception.
    pub cause: Option<Box<ExceptionReport>>,
    /// The exception as it crosses into another Worker, if one waits for it.
    pub(crate) thrown: Option<bytes::Bytes>,
}

/// One call of a stack.
#[derive(Clone, Debug)]
pub struct StackFrame {
    /// Function or method, if it has a name.
    pub function: Option<String>,
    /// Path of the source, relative to the project where the source map knows it.
    pub file: String,
    /// From 1.
    pub line: i64,
    /// From 1.
    pub column: i64,
}

impl ExceptionReport {
    /// An exception that the runtime raises itself.
    pub(crate) fn new(name: &str, message: &str) -> ExceptionReport {
        ExceptionReport {
            name: name.to_owned(),
            message: message.to_owned(),
            headline: format!("{name}: {message}"),
            ..ExceptionReport::default()
        }
    }

    pub(crate) fn from_js(error: &JsError) -> ExceptionReport {
        let name = error.name.clone().unwrap_or_else(|| "Error".to_owned());
        let headline = error.exception_message.strip_prefix("Uncaught ").unwrap_or(&error.exception_message);
        ExceptionReport {
            message: error.message.clone().unwrap_or_else(|| headline.to_owned()),
            name,
            headline: headline.strip_prefix("(in promise) ").unwrap_or(headline).to_owned(),
            frames: error.frames.iter().filter_map(frame).collect(),
            source_line: error.source_line.clone(),
            thrown: None,
            cause: error.cause.as_ref().map(|cause| Box::new(ExceptionReport::from_js(cause))),
        }
    }

    /// Headline and stack as text, in V8's form, with the causes below.
    #[must_use]
    pub fn stack(&self) -> String {
        let mut text = self.headline.clone();
        for frame in &self.frames {
            let place = format!("{}:{}:{}", frame.file, frame.line, frame.column);
            match &frame.function {
                Some(function) => text.push_str(&format!("\n    at {function} ({place})")),
                None => text.push_str(&format!("\n    at {place}")),
            }
        }
        if let Some(cause) = &self.cause {
            text.push_str("\n  [cause]: ");
            text.push_str(&cause.stack().replace('\n', "\n  "));
        }
        text
    }
}

/// Frames of the engine's own JavaScript say nothing to the author of a Worker.
fn frame(frame: &deno_core::error::JsStackFrame) -> Option<StackFrame> {
    let file = frame.file_name.as_deref()?;
    if crate::stack::is_of_engine(file) {
        return None;
    }
    let function = match (&frame.type_name, &frame.method_name, &frame.function_name) {
        (Some(owner), Some(method), _) => Some(format!("{owner}.{method}")),
        (_, _, name) => name.clone(),
    };
    Some(StackFrame {
        function: if frame.is_async { function.map(|name| format!("async {name}")) } else { function },
        file: file.strip_prefix("file:///").unwrap_or(file).to_owned(),
        line: frame.line_number.unwrap_or(0),
        column: frame.column_number.unwrap_or(0),
    })
}
