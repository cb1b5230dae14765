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
    /// The source line without its line break; of a very long line the part around the column.
    pub excerpt: String,
    /// How many characters of the excerpt stand before the column.
    pub indent: usize,
    /// How many characters of the excerpt are meant, at least 1.
    pub width: usize,
}

/// The widest excerpt in characters. Generated files may have all their text in one line.
const EXCERPT_CHARS_MAX: usize = 160;

/// Counts lines and columns on the way through a text, so that many places together cost one pass.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    byte: usize,
    /// Line breaks before `byte`.
    lines: usize,
    /// Characters between the last line break and `byte`.
    chars: usize,
}

impl Cursor {
    fn move_to(&mut self, text: &str, byte: usize) {
        if byte < self.byte {
            *self = Cursor::default();
        }
        for char in text[self.byte..byte].chars() {
            (self.lines, self.chars) = if char == '\n' { (self.lines + 1, 0) } else { (self.lines, self.chars + 1) };
        }
        self.byte = byte;
    }

    /// Finds line, column and source line of a span. A span past the end points behind the last character.
    pub(crate) fn place(&mut self, text: &str, file: &str, span: Span) -> Place {
        let start = floor_boundary(text, span.start);
        let end = floor_boundary(text, span.end).max(start);
        self.move_to(text, start);
        let indent = if self.chars > EXCERPT_CHARS_MAX { EXCERPT_CHARS_MAX / 2 } else { self.chars };
        let from = text[..start].char_indices().rev().take(indent).last().map_or(start, |(at, _)| at);
        let line = |from: usize, to: usize, limit: usize| {
            text[from..to].chars().take_while(|char| *char != '\n').take(limit).collect::<String>()
        };
        let meant = line(start, end, EXCERPT_CHARS_MAX - indent);
        Place {
            file: file.to_owned(),
            line: self.lines + 1,
            column: self.chars + 1,
            excerpt: line(from, text.len(), EXCERPT_CHARS_MAX).trim_end_matches('\r').to_owned(),
            indent,
            width: meant.trim_end_matches('\r').chars().count().max(1),
        }
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
