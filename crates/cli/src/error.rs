//! Why a command failed: a kind that decides the exit code, a message, what is behind it, and what to do next.

use std::fmt::Display;
use std::process::ExitCode;

use serde_json::{Value, json};

/// Who can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The command line is wrong.
    Usage,
    /// The project, its data or the machine is not as it has to be.
    User,
    /// edgeemu itself is at fault.
    Internal,
}

/// A failed command.
#[derive(Debug)]
pub(crate) struct CliError {
    /// Boxed, because every result has room for it.
    details: Box<Details>,
}

#[derive(Debug)]
struct Details {
    kind: Kind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
    /// The complaints about a configuration, for programs.
    report: Option<Value>,
    /// How the message is shown to people.
    layout: Layout,
    /// The exit code, if the kind does not say it all.
    code: Option<u8>,
}

/// How a message is shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Behind a mark, with causes and hints below.
    Marked,
    /// It carries its own marks and places.
    Finished,
    /// It stands for itself.
    Plain,
}

impl CliError {
    pub(crate) fn usage(message: impl Into<String>) -> CliError {
        CliError::new(Kind::Usage, message.into())
    }

    pub(crate) fn user(message: impl Into<String>) -> CliError {
        CliError::new(Kind::User, message.into())
    }

    pub(crate) fn internal(message: impl Into<String>) -> CliError {
        CliError::new(Kind::Internal, message.into())
            .hint("this is a fault of edgeemu: please report it with what you did")
    }

    /// A plain answer that still fails the command, for example that there is no such key.
    pub(crate) fn answer(message: impl Into<String>) -> CliError {
        CliError::user(message).laid_out(Layout::Plain)
    }

    fn new(kind: Kind, message: String) -> CliError {
        let (causes, hints, layout) = (Vec::new(), Vec::new(), Layout::Marked);
        CliError { details: Box::new(Details { kind, message, causes, hints, report: None, layout, code: None }) }
    }

    fn laid_out(mut self, layout: Layout) -> CliError {
        self.details.layout = layout;
        self
    }

    /// Ends the program with this code.
    pub(crate) fn exit(mut self, code: u8) -> CliError {
        self.details.code = Some(code);
        self
    }

    /// Adds what is behind it.
    pub(crate) fn cause(mut self, cause: impl Display) -> CliError {
        self.details.causes.push(cause.to_string());
        self
    }

    /// Adds what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> CliError {
        self.details.hints.push(hint.into());
        self
    }

    /// The complaints about a configuration: the message is their finished text.
    pub(crate) fn report(mut self, report: Value) -> CliError {
        self.details.report = Some(report);
        self.laid_out(Layout::Finished)
    }

    pub(crate) fn layout(&self) -> Layout {
        self.details.layout
    }

    pub(crate) fn message(&self) -> &str {
        &self.details.message
    }

    pub(crate) fn causes(&self) -> &[String] {
        &self.details.causes
    }

    pub(crate) fn hints(&self) -> &[String] {
        &self.details.hints
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.details.code.unwrap_or(match self.details.kind {
            Kind::Usage => 2,
            Kind::User => 1,
            Kind::Internal => 70,
        }))
    }

    /// The event that programs read.
    pub(crate) fn to_json(&self) -> Value {
        let kind = match self.details.kind {
            Kind::Usage => "usage",
            Kind::User => "user",
            Kind::Internal => "internal",
        };
        let mut event = json!({
            "event": "error",
            "kind": kind,
            "message": self.details.message,
            "causes": self.details.causes,
            "hints": self.details.hints,
        });
        if let Some(report) = &self.details.report {
            event["report"] = report.clone();
        }
        event
    }
}
