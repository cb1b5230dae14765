//! One configuration text: where it came from, how it is written, and how a position in it is shown.

use std::path::{Path, PathBuf};

use serde::Serialize;

/// How a configuration text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// TOML, as in `wrangler.toml`.
    Toml,
    /// JSON with comments and trailing commas, legal in both `wrangler.json` and `wrangler.jsonc`.
    Json,
}

impl Format {
    /// The format a file name asks for: `.toml` is TOML, everything else JSON.
    pub fn of(path: &Path) -> Format {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some(extension) if extension.eq_ignore_ascii_case("toml") => Format::Toml,
            _ => Format::Json,
        }
    }
}

/// A configuration text and the file it was read from.
#[derive(Debug, Clone)]
pub struct Source {
    /// Absolute path of the file. Relative paths inside the configuration start at its directory.
    pub path: PathBuf,
    /// The whole text.
    pub text: String,
    /// How the text is written.
    pub format: Format,
    /// The file as it is named in complaints, usually relative to where the user stands.
    pub shown: String,
}

impl Source {
    /// A source whose format follows the file name, shown by its file name.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Source {
        let path = path.into();
        let format = Format::of(&path);
        let shown = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy()).into_owned();
        Source { path, text: text.into(), format, shown }
    }

    /// The same source, named differently in complaints.
    #[must_use]
    pub fn shown_as(mut self, shown: impl Into<String>) -> Source {
        self.shown = shown.into();
        self
    }

    /// The directory that relative paths in this file start from.
    pub fn dir(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// Where a stretch of bytes stands in the text.
    pub(crate) fn place(&self, span: Span) -> Place {
        place_in(&self.text, &self.shown, span)
    }
}

/// A stretch of bytes in a configuration text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Span {
        Span { start, end: end.max(start) }
    }
}

/// A position in a file with the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file as it is shown to the user.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The source line, without its line break.
    pub excerpt: String,
    /// How many characters the caret underlines, at least 1.
    pub width: usize,
}

/// Finds line, column and source line of a span. A span past the end points behind the last character.
pub(crate) fn place_in(text: &str, file: &str, span: Span) -> Place {
    let start = floor_boundary(text, span.start);
    let end = floor_boundary(text, span.end).max(start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let excerpt = text[line_start..line_end].trim_end_matches('\r');
    let before = text[line_start..start].chars().count();
    let width = text[start..end.min(line_end)].trim_end_matches('\r').chars().count().max(1);
    Place {
        file: file.to_owned(),
        line: text[..line_start].matches('\n').count() + 1,
        column: before + 1,
        excerpt: excerpt.to_owned(),
        width,
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
