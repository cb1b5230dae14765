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
    kind: Kind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
    /// The complaints about a configuration, for programs.
    report: Option<Value>,
    /// The message carries its own marks and places.
    is_laid_out: bool,
    /// The message stands for itself.
    is_plain: bool,
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
        CliError { is_plain: true, ..CliError::new(Kind::User, message.into()) }
    }

    fn new(kind: Kind, message: String) -> CliError {
        let (causes, hints) = (Vec::new(), Vec::new());
        CliError { kind, message, causes, hints, report: None, is_laid_out: false, is_plain: false }
    }

    /// Adds what is behind it.
    pub(crate) fn cause(mut self, cause: impl Display) -> CliError {
        self.causes.push(cause.to_string());
        self
    }

    /// Adds what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> CliError {
        self.hints.push(hint.into());
        self
    }

    /// The complaints about a configuration: the message is their finished text.
    pub(crate) fn report(mut self, report: Value) -> CliError {
        self.report = Some(report);
        self.is_laid_out = true;
        self
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    pub(crate) fn is_laid_out(&self) -> bool {
        self.is_laid_out
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn causes(&self) -> &[String] {
        &self.causes
    }

    pub(crate) fn hints(&self) -> &[String] {
        &self.hints
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Usage => 2,
            Kind::User => 1,
            Kind::Internal => 70,
        })
    }

    /// The event that programs read.
    pub(crate) fn to_json(&self) -> Value {
        let kind = match self.kind {
            Kind::Usage => "usage",
            Kind::User => "user",
            Kind::Internal => "internal",
        };
        let mut event = json!({
            "event": "error",
            "kind": kind,
            "message": self.message,
            "causes": self.causes,
            "hints": self.hints,
        });
        if let Some(report) = &self.report {
            event["report"] = report.clone();
        }
        event
    }
}
