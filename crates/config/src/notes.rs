//! Complaints about a configuration: collected all at once, never one at a time.

use std::cell::RefCell;

use serde::Serialize;

use crate::source::{Cursor, Place, Source, Span};

/// How bad a complaint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth reading; the Worker still starts.
    Warning,
    /// The Worker cannot start.
    Error,
}

/// One complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Warning or error.
    pub severity: Severity,
    /// Production's text where production has one. May have several lines.
    pub message: String,
    /// The named environment the complaint belongs to, if it is not about the top level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Where the cause stands, when it stands in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// All complaints about one configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The file as it is shown, as in `Processing wrangler.toml configuration:`.
    pub file: String,
    /// The complaints in the order they were found.
    pub notes: Vec<Note>,
}

impl Report {
    /// A report without complaints.
    pub fn new(file: impl Into<String>) -> Report {
        Report { file: file.into(), notes: Vec::new() }
    }

    /// Whether any complaint stops the Worker from starting.
    pub fn has_errors(&self) -> bool {
        self.notes.iter().any(|note| note.severity == Severity::Error)
    }

    /// The errors, in the order they were found.
    pub fn errors(&self) -> impl Iterator<Item = &Note> {
        self.of(Severity::Error)
    }

    /// The warnings, in the order they were found.
    pub fn warnings(&self) -> impl Iterator<Item = &Note> {
        self.of(Severity::Warning)
    }

    pub(crate) fn of(&self, severity: Severity) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |note| note.severity == severity)
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.render())
    }
}

impl std::error::Error for Report {}

/// How many complaints one scope may make.
const NOTES_MAX: usize = 1_000;

/// The collector that readers of the configuration complain to.
///
/// An inherited value is read a second time for a named environment; the muted twin swallows complaints that the
/// top level already made.
pub(crate) struct Notes<'a> {
    pub(crate) source: &'a Source,
    environment: Option<String>,
    muted: bool,
    list: RefCell<Vec<Note>>,
    cursor: RefCell<Cursor>,
    /// The worst severity that was not kept.
    dropped: RefCell<Option<Severity>>,
    /// Where each binding's name stands, for complaints about names that collide.
    names: RefCell<Vec<(String, Span)>>,
}

impl<'a> Notes<'a> {
    pub(crate) fn new(source: &'a Source, environment: Option<&str>) -> Notes<'a> {
        Notes {
            source,
            environment: environment.map(str::to_owned),
            muted: false,
            list: RefCell::default(),
            cursor: RefCell::default(),
            dropped: RefCell::default(),
            names: RefCell::default(),
        }
    }

    pub(crate) fn muted(source: &'a Source) -> Notes<'a> {
        Notes {
            source,
            environment: None,
            muted: true,
            list: RefCell::default(),
            cursor: RefCell::default(),
            dropped: RefCell::default(),
            names: RefCell::default(),
        }
    }

    pub(crate) fn error(&self, span: Span, message: impl Into<String>) {
        self.push(Severity::Error, Some(span), message.into(), None);
    }

    pub(crate) fn warn(&self, span: Span, message: impl Into<String>) {
        self.push(Severity::Warning, Some(span), message.into(), None);
    }

    pub(crate) fn error_hint(&self, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.push(Severity::Error, Some(span), message.into(), Some(hint.into()));
    }

    pub(crate) fn warn_hint(&self, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.push(Severity::Warning, Some(span), message.into(), Some(hint.into()));
    }

    /// A complaint about something that is not in the file at all.
    pub(crate) fn absent(&self, severity: Severity, message: impl Into<String>, hint: Option<String>) {
        self.push(severity, None, message.into(), hint);
    }

    pub(crate) fn at(&self, severity: Severity, span: Span, message: String, hint: Option<String>) {
        self.push(severity, Some(span), message, hint);
    }

    /// Remembers where a binding's name stands.
    pub(crate) fn remember_name(&self, name: &str, span: Span) {
        self.names.borrow_mut().push((name.to_owned(), span));
    }

    /// Where a name stands that was remembered; the last place when there are several.
    pub(crate) fn name_span(&self, name: &str) -> Option<Span> {
        self.names.borrow().iter().rev().find(|(known, _)| known == name).map(|(_, span)| *span)
    }

    /// Where a span stands, for complaints that are made later.
    pub(crate) fn place(&self, span: Span) -> Place {
        self.cursor.borrow_mut().place(&self.source.text, &self.source.shown, span)
    }

    /// Keeps the first thousand complaints: nobody reads more, and a generated file may give millions.
    fn push(&self, severity: Severity, span: Option<Span>, message: String, hint: Option<String>) {
        if self.muted {
            return;
        }
        if self.list.borrow().len() >= NOTES_MAX {
            let mut dropped = self.dropped.borrow_mut();
            *dropped = (*dropped).max(Some(severity));
            return;
        }
        let place = span.map(|span| self.place(span));
        self.list.borrow_mut().push(Note { severity, message, environment: self.environment.clone(), place, hint });
    }

    pub(crate) fn into_list(self) -> Vec<Note> {
        let mut list = self.list.into_inner();
        list.extend(self.dropped.into_inner().map(|severity| Note {
            severity,
            message: format!("Only the first {NOTES_MAX} complaints are shown"),
            environment: self.environment,
            place: None,
            hint: None,
        }));
        list
    }
}
