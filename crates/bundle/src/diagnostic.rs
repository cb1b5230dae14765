//! Messages about the user's code: what is wrong, where, and what to do.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Severity {
    /// There is no bundle.
    Error,
    /// There is one, but it may not do what was meant.
    Warning,
}

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// The file, relative to the project folder, with `/`.
    pub file: String,
    /// The line, the first being 1.
    pub line: usize,
    /// The column in UTF-16 units, the first being 1.
    pub column: usize,
    /// The text of the line.
    pub text: String,
}

/// One message about the user's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where, if it is about a place.
    pub location: Option<Location>,
    /// What to do about it.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error that is not about a place.
    pub(crate) fn error(message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Error, message: message.into(), location: None, hints: Vec::new() }
    }

    /// A warning that is not about a place.
    pub(crate) fn warning(message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(message) }
    }

    /// The same with one more thing to do.
    #[must_use]
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hints.push(hint.into());
        self
    }
}

impl Location {
    /// The line with its number, and a caret below the column.
    fn excerpt(&self) -> String {
        let number = self.line.to_string();
        // A tab stays a tab so that the caret stands below the same place whatever a tab is worth.
        let blank = |c: char| if c == '\t' { '\t' } else { ' ' };
        let mut before = String::new();
        let mut units = 0;
        for c in self.text.chars().take_while(|c| *c != '\n') {
            if units + 1 >= self.column {
                break;
            }
            units += c.len_utf16();
            before.push(blank(c));
        }
        format!("    {number} | {}\n    {} | {before}^", self.text, " ".repeat(number.len()))
    }
}

/// A long minified line says nothing and fills the screen.
const LONGEST_LINE: usize = 240;

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(place) = &self.location {
            write!(f, "\n\n  {}:{}:{}", place.file, place.line, place.column)?;
            if !place.text.is_empty() && place.text.len() <= LONGEST_LINE {
                write!(f, "\n{}", place.excerpt())?;
            }
        }
        for hint in &self.hints {
            write!(f, "\n\n  {}", hint.replace('\n', "\n  "))?;
        }
        Ok(())
    }
}

/// Why there is no bundle.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", shown(diagnostics))]
pub struct BundleError {
    /// At least one error, then warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// Files whose change asks for another try, sorted.
    pub inputs: Vec<PathBuf>,
}

impl BundleError {
    /// An error of one message, to be tried again when one of `inputs` changes.
    pub(crate) fn single(diagnostic: Diagnostic, inputs: Vec<PathBuf>) -> BundleError {
        BundleError { diagnostics: vec![diagnostic], inputs }
    }
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
    errors.map(Diagnostic::to_string).collect::<Vec<_>>().join("\n\n")
}
