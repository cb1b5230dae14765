//! What the file says: one tree of values for TOML and JSON, every value with its place. No meaning yet.

mod jsonc_text;
mod toml_text;

use serde_json::Number;

use crate::notes::{Note, Notes, Report, Severity};
use crate::source::{Format, Source, Span};

/// A configuration text that has been read but not yet understood.
#[derive(Debug, Clone)]
pub struct RawConfig {
    pub(crate) source: Source,
    pub(crate) root: Table,
    pub(crate) notes: Vec<Note>,
}

impl RawConfig {
    /// Reads the text. Broken TOML or JSON gives every syntax error the parser can find, each with its place.
    pub fn parse(source: Source) -> Result<RawConfig, Report> {
        let notes = Notes::new(&source, None);
        let root = match source.format {
            Format::Toml => toml_text::parse(&source.text, &notes),
            Format::Json => jsonc_text::parse(&source.text, &notes),
        };
        let notes = notes.into_list();
        match root {
            Some(root) if notes.iter().all(|note| note.severity == Severity::Warning) => {
                Ok(RawConfig { source, root, notes })
            }
            _ => Err(Report { file: source.shown, notes }),
        }
    }

    /// The configuration of a project without a configuration file, as if an empty file stood in `dir`.
    pub fn empty(dir: &std::path::Path) -> RawConfig {
        let source = Source::new(dir.join("wrangler.jsonc"), "{}");
        RawConfig { source, root: Table::default(), notes: Vec::new() }
    }

    /// The text this was read from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The values as they stand, for files that are no configuration but are read as one.
    pub fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
        self.root.to_json()
    }

    /// The names of the environments the file declares, in file order.
    pub fn environments(&self) -> Vec<&str> {
        match self.root.get("env").map(|entry| &entry.value.node) {
            Some(Node::Table(table)) => table.entries.iter().map(|entry| entry.key.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Value {
    pub(crate) node: Node,
    pub(crate) span: Span,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    /// A TOML date or time, which JSON does not have.
    Date(String),
    Array(Vec<Value>),
    Table(Table),
}

/// Keys and values in file order, each key once.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Table {
    pub(crate) entries: Vec<Entry>,
}

/// One key and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Value,
}

impl Table {
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

impl Value {
    /// The value as JSON, in the form `JSON.stringify` would give it.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.node {
            Node::Null => serde_json::Value::Null,
            Node::Bool(value) => (*value).into(),
            Node::Number(number) => number.clone().into(),
            Node::String(text) | Node::Date(text) => text.clone().into(),
            Node::Array(items) => items.iter().map(Value::to_json).collect(),
            Node::Table(table) => table.to_json().into(),
        }
    }
}

impl Value {
    /// The string under a key, when this is a table that has one there.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        match &self.node {
            Node::Table(table) => match &table.get(key)?.value.node {
                Node::String(text) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Table {
    pub(crate) fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
        self.entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect()
    }
}

/// A floating point number the way JavaScript prints it: `1.0` is `1`. `None` for infinities and NaN.
fn number(value: f64) -> Option<Number> {
    /// From here on not every integer is a double any more.
    const SAFE_MAX: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= SAFE_MAX {
        #[expect(clippy::cast_possible_truncation, reason = "an integer within 2^53 fits an i64 exactly")]
        return Some(Number::from(value as i64));
    }
    Number::from_f64(value)
}
