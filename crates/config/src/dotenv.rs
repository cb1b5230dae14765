//! `.dev.vars` and `.env`: files with one `NAME=value` per line.

mod select;

use std::collections::BTreeMap;

use crate::notes::{Note, Severity};
use crate::source::{Cursor, Span};

pub use select::{SecretFile, SecretFileKind, SelectOptions, announcement, merge, select_files};

/// The content of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dotenv {
    /// Names and values in file order. A name that stands twice keeps its last value.
    pub entries: Vec<(String, String)>,
    /// Lines that were not understood, as warnings: production skips them silently.
    pub notes: Vec<Note>,
}

impl Dotenv {
    /// Reads a file. `shown` is its name in complaints. Values may stand in single, double or back quotes and then
    /// contain line breaks and `#`; in double quotes `\n` and `\r` are line breaks.
    pub fn parse(text: &str, shown: &str) -> Dotenv {
        let mut reader = Reader { text, shown, at: 0, cursor: Cursor::default(), result: Dotenv::default() };
        if text.starts_with('\u{feff}') {
            reader.at = '\u{feff}'.len_utf8();
        }
        while reader.at < text.len() {
            reader.line();
        }
        reader.result
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Replaces `$NAME`, `${NAME}` and `${NAME:-default}` by earlier values, else by `outside`, else by nothing.
    /// `\$` is a dollar sign.
    #[must_use]
    pub fn expanded(mut self, outside: &BTreeMap<String, String>) -> Dotenv {
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in &mut self.entries {
            *value = expand(value, &|name| known.get(name).or_else(|| outside.get(name)).cloned());
            known.insert(name.clone(), value.clone());
        }
        self
    }
}

struct Reader<'a> {
    text: &'a str,
    shown: &'a str,
    at: usize,
    cursor: Cursor,
    result: Dotenv,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn line_end(&self) -> usize {
        self.rest().find(['\n', '\r']).map_or(self.text.len(), |offset| self.at + offset)
    }

    fn skip(&mut self, blank: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(blank).len();
    }

    fn line(&mut self) {
        self.skip(char::is_whitespace);
        let (start, end) = (self.at, self.line_end());
        if self.rest().is_empty() || self.rest().starts_with('#') {
            self.at = end;
            return;
        }
        let Some(name) = self.name() else {
            self.complain(start, end, "Line is not `NAME=value`", Some("comments begin with `#`"));
            self.at = end;
            return;
        };
        self.skip(|char| char == ' ' || char == '\t');
        let value = self.quoted().unwrap_or_else(|| self.plain());
        match self.result.entries.iter_mut().find(|(known, _)| *known == name) {
            Some(entry) => entry.1 = value,
            None => self.result.entries.push((name, value)),
        }
    }

    /// `NAME=` or `export NAME=`, or the older `NAME: `. Leaves the position behind it.
    fn name(&mut self) -> Option<String> {
        let line = &self.text[self.at..self.line_end()];
        let exported = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map(str::trim_start);
        let body = exported.unwrap_or(line);
        let length = body.find(|char: char| !(char.is_ascii_alphanumeric() || "_.-".contains(char)))?;
        let (name, rest) = body.split_at(length);
        let trimmed = rest.trim_start_matches([' ', '\t']);
        let value = trimmed
            .strip_prefix('=')
            .or_else(|| rest.strip_prefix(':').filter(|rest| rest.starts_with([' ', '\t'])))?;
        let name = (!name.is_empty()).then(|| name.to_owned())?;
        self.at += line.len() - value.len();
        Some(name)
    }

    /// A quoted value and nothing but a comment behind it.
    fn quoted(&mut self) -> Option<String> {
        let quote = self.rest().chars().next().filter(|char| "\"'`".contains(*char))?;
        let body = &self.rest()[1..];
        let Some(close) = closing(body, quote) else {
            let (start, end) = (self.at, self.line_end());
            self.complain(start, end, "Quote is not closed", Some("the quote becomes part of the value"));
            return None;
        };
        let behind = &body[close + 1..];
        let line = behind.split(['\n', '\r']).next().unwrap_or_default().trim_start();
        if !(line.is_empty() || line.starts_with('#')) {
            return None;
        }
        let inside = &body[..close];
        let value = if quote == '"' { inside.replace("\\n", "\n").replace("\\r", "\r") } else { inside.to_owned() };
        self.at += 1 + close + 1;
        self.at = self.line_end();
        Some(value)
    }

    /// Everything up to the end of the line or a comment.
    fn plain(&mut self) -> String {
        let line = &self.text[self.at..self.line_end()];
        let value = line.split('#').next().unwrap_or_default().trim();
        let unquoted = ['"', '\'', '`'].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
        let value = unquoted.unwrap_or(value).to_owned();
        self.at = self.line_end();
        value
    }

    fn complain(&mut self, start: usize, end: usize, message: &str, hint: Option<&str>) {
        let place = self.cursor.place(self.text, self.shown, Span::new(start, end));
        self.result.notes.push(Note {
            severity: Severity::Warning,
            message: message.to_owned(),
            environment: None,
            place: Some(place),
            hint: hint.map(str::to_owned),
        });
    }
}

/// Where the quote is closed; a backslash protects a quote.
fn closing(body: &str, quote: char) -> Option<usize> {
    let mut protected = false;
    for (at, char) in body.char_indices() {
        match char {
            _ if protected => protected = false,
            '\\' => protected = true,
            _ if char == quote => return Some(at),
            _ => {}
        }
    }
    None
}

fn expand(value: &str, lookup: &dyn Fn(&str) -> Option<String>) -> String {
    let mut result = String::new();
    let mut rest = value;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        if let Some(plain) = before.strip_suffix('\\') {
            result.push_str(plain);
            result.push('$');
            rest = &from[1..];
            continue;
        }
        result.push_str(before);
        let (name, default, length) = reference(&from[1..]);
        if name.is_empty() {
            result.push('$');
        } else {
            let found = lookup(name).filter(|found| default.is_none() || !found.is_empty());
            result.push_str(&found.or_else(|| default.map(str::to_owned)).unwrap_or_default());
        }
        rest = &from[1 + length..];
    }
    result + rest
}

/// Name, default and length of a reference whose `$` has been read. No name when it is not one.
fn reference(text: &str) -> (&str, Option<&str>, usize) {
    let word =
        |text: &str| text.find(|char: char| !(char.is_ascii_alphanumeric() || char == '_')).unwrap_or(text.len());
    let Some(body) = text.strip_prefix('{') else {
        let length = word(text);
        return (&text[..length], None, length);
    };
    let Some(close) = body.find('}') else { return ("", None, 0) };
    let inside = &body[..close];
    let name = &inside[..word(inside)];
    let default = inside[name.len()..].strip_prefix(":-").or_else(|| inside[name.len()..].strip_prefix('-'));
    (name, default, close + 2)
}

#[cfg(test)]
mod tests;
