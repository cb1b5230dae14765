//! A light lexical reading of Rust and JavaScript: comments and strings apart from code, and where functions begin
//! and end. It knows tokens and brackets, not grammar, which is all the house rules need.

#[cfg(test)]
mod tests;

mod javascript;
mod rust;

/// A source text split into what runs and what is said about it.
///
/// Both texts have the same number of bytes and the same lines as the original; what belongs to the other is blank.
#[derive(Debug)]
pub(crate) struct Source {
    /// Code with comments and the contents of strings blanked out.
    pub(crate) code: String,
    /// Comments alone.
    pub(crate) comments: String,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// The name, or `(anonymous)`.
    pub(crate) name: String,
    /// The line of its name, counted from 1.
    pub(crate) line: usize,
    /// Lines from the name to the closing brace.
    pub(crate) lines: usize,
    /// Parameters without the receiver; `None` where the language leaves shaping them to options objects.
    pub(crate) parameters: Option<usize>,
}

impl Source {
    /// Reads Rust.
    pub(crate) fn rust(text: &str) -> Source {
        rust::split(text)
    }

    /// Reads JavaScript.
    pub(crate) fn javascript(text: &str) -> Source {
        javascript::split(text)
    }

    /// Reads a file by its extension; `None` when it is neither Rust nor JavaScript.
    pub(crate) fn of(path: &str, text: &str) -> Option<Source> {
        match path.rsplit('.').next() {
            Some("rs") => Some(Source::rust(text)),
            Some("js" | "mjs") => Some(Source::javascript(text)),
            _ => None,
        }
    }
}

pub(crate) use javascript::functions as javascript_functions;
pub(crate) use rust::{functions as rust_functions, without_test_modules};

/// Sorts bytes into code and comments; whichever a byte does not belong to receives a blank.
struct Splitter<'a> {
    bytes: &'a [u8],
    at: usize,
    code: Vec<u8>,
    comments: Vec<u8>,
}

impl<'a> Splitter<'a> {
    fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        Splitter { bytes, at: 0, code: Vec::with_capacity(bytes.len()), comments: Vec::with_capacity(bytes.len()) }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    fn code(&mut self) {
        let byte = self.bytes[self.at];
        self.code.push(byte);
        self.comments.push(blank(byte));
        self.at += 1;
    }

    fn comment(&mut self) {
        let byte = self.bytes[self.at];
        self.code.push(blank(byte));
        self.comments.push(byte);
        self.at += 1;
    }

    fn skip(&mut self) {
        let byte = self.bytes[self.at];
        self.code.push(blank(byte));
        self.comments.push(blank(byte));
        self.at += 1;
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|byte| byte != b'\n') {
            self.comment();
        }
    }

    /// A quoted run from the opening quote to the closing one; quotes stay code so that expressions keep their shape.
    fn quoted(&mut self, quote: u8) {
        self.code();
        while let Some(byte) = self.peek(0) {
            if byte == quote {
                return self.code();
            }
            if byte == b'\\' && self.peek(1).is_some() {
                self.skip();
            }
            self.skip();
        }
    }

    fn finish(self) -> Source {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Source { code: text(self.code), comments: text(self.comments) }
    }
}

/// Blanks keep line breaks, so that line numbers stay true, and turn everything else into one space per byte.
fn blank(byte: u8) -> u8 {
    if byte == b'\n' { byte } else { b' ' }
}

/// Whether a byte can be part of a name.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The line of a byte offset, counted from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

/// Offsets at which `word` stands as a whole word.
pub(crate) fn find_words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = code.as_bytes();
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = at.checked_sub(1).map(|i| bytes[i]);
        let after = bytes.get(at + word.len()).copied();
        let open = |neighbour: Option<u8>, edge: u8| !is_word(edge) || !neighbour.is_some_and(is_word);
        let last = word.as_bytes()[word.len() - 1];
        open(before, word.as_bytes()[0]) && open(after, last)
    })
}

/// The name that starts at `at`, after blanks.
pub(crate) fn name_at(code: &str, at: usize) -> &str {
    let rest = code[at..].trim_start();
    let end = rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len());
    &rest[..end]
}

/// The offset of the bracket that closes the one at `open`.
fn closing(code: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in code.iter().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Counts lines without counting from the top for every function.
struct LineIndex(Vec<usize>);

impl LineIndex {
    fn new(code: &str) -> Self {
        LineIndex(code.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    fn line(&self, offset: usize) -> usize {
        1 + self.0.partition_point(|newline| *newline < offset)
    }
}
