//! Reading one value or one table of the tree, with production's complaints about its type.

use std::cell::RefCell;

use crate::notes::{Notes, Severity};
use crate::raw::{Node, Table, Value};
use crate::source::Span;
use crate::suggest::did_you_mean;

/// A value under a key, with the path it is called by in complaints.
#[derive(Clone)]
pub(crate) struct Field<'a> {
    pub(crate) notes: &'a Notes<'a>,
    pub(crate) path: String,
    /// The key alone; a path cannot be taken apart, because keys may contain dots.
    pub(crate) key: &'a str,
    pub(crate) value: &'a Value,
    pub(crate) key_span: Span,
}

impl<'a> Field<'a> {
    pub(crate) fn json(&self) -> String {
        self.value.to_json().to_string()
    }

    pub(crate) fn error(&self, message: impl Into<String>) {
        self.notes.error(self.value.span, message);
    }

    pub(crate) fn warn(&self, message: impl Into<String>) {
        self.notes.warn(self.key_span, message);
    }

    fn wrong_type<T>(&self, expected: &str) -> Option<T> {
        let message = format!("Expected \"{}\" to be of type {expected} but got {}.", self.path, self.json());
        let hint =
            matches!(self.value.node, Node::Date(_)).then(|| "a date is a string here: put it in quotes".to_owned());
        self.complain(message, hint);
        None
    }

    pub(crate) fn string(&self) -> Option<String> {
        match &self.value.node {
            Node::String(text) => Some(text.clone()),
            _ => self.wrong_type("string"),
        }
    }

    pub(crate) fn is_string(&self) -> bool {
        matches!(self.value.node, Node::String(_))
    }

    pub(crate) fn boolean(&self) -> Option<bool> {
        match &self.value.node {
            Node::Bool(value) => Some(*value),
            _ => self.wrong_type("boolean"),
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match &self.value.node {
            Node::Number(number) => number.as_f64(),
            _ => self.wrong_type("number"),
        }
    }

    /// A whole number that is not negative, such as a port or a count.
    pub(crate) fn whole(&self) -> Option<u64> {
        self.number()?;
        match &self.value.node {
            Node::Number(number) if number.as_u64().is_some() => number.as_u64(),
            _ => {
                self.error(format!(
                    "Expected \"{}\" to be a whole number of at least 0 but got {}.",
                    self.path,
                    self.json()
                ));
                None
            }
        }
    }

    pub(crate) fn one_of(&self, allowed: &[&str]) -> Option<String> {
        match &self.value.node {
            Node::String(text) if allowed.contains(&text.as_str()) => Some(text.clone()),
            other => {
                let list = allowed.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(",");
                let message =
                    format!("Expected \"{}\" field to be one of [{list}] but got {}.", self.path, self.json());
                match other {
                    Node::String(text) => self.complain(message, did_you_mean(text, allowed.iter().copied())),
                    _ => self.error(message),
                }
                None
            }
        }
    }

    pub(crate) fn complain(&self, message: String, hint: Option<String>) {
        match hint {
            Some(hint) => self.notes.error_hint(self.value.span, message, hint),
            None => self.error(message),
        }
    }

    pub(crate) fn strings(&self) -> Option<Vec<String>> {
        let Node::Array(items) = &self.value.node else {
            self.error(format!("Expected \"{}\" to be an array of strings but got {}", self.path, self.json()));
            return None;
        };
        for (index, item) in items.iter().enumerate().filter(|(_, item)| as_text(item).is_none()) {
            let path = format!("{}.[{index}]", self.path);
            let message = format!("Expected \"{path}\" to be of type string but got {}.", item.to_json());
            self.notes.error(item.span, message);
        }
        let texts: Vec<String> = items.iter().filter_map(as_text).collect();
        (texts.len() == items.len()).then_some(texts)
    }

    /// A map whose values are all strings. `complaint` words what is wrong with one that is not.
    pub(crate) fn string_map(&self, complaint: fn(&Field<'a>) -> String) -> Vec<(String, String)> {
        let Some(section) = self.object() else { return Vec::new() };
        let mut map = Vec::new();
        for field in section.fields() {
            match as_text(field.value) {
                Some(text) => map.push((field.key.to_owned(), text)),
                None => field.error(complaint(&field)),
            }
        }
        map
    }

    /// What JavaScript's `typeof` says of the value.
    pub(crate) fn type_of(&self) -> &'static str {
        match &self.value.node {
            Node::Bool(_) => "boolean",
            Node::Number(_) => "number",
            Node::String(_) => "string",
            Node::Null | Node::Date(_) | Node::Array(_) | Node::Table(_) => "object",
        }
    }

    /// A table with a fixed set of keys.
    pub(crate) fn section(&self) -> Option<Section<'a>> {
        match &self.value.node {
            Node::Table(table) => Some(Section::new(self, table)),
            _ => {
                self.error(format!("\"{}\" should be an object but got {}.", self.path, self.json()));
                None
            }
        }
    }

    /// A table whose complaint is worded as for a binding.
    pub(crate) fn object(&self) -> Option<Section<'a>> {
        match &self.value.node {
            Node::Table(table) => Some(Section::new(self, table)),
            _ => {
                self.error(format!("The field \"{}\" should be an object but got {}.", self.path, self.json()));
                None
            }
        }
    }

    /// The tables of an array, each with its index in the path.
    pub(crate) fn sections(&self) -> Vec<Section<'a>> {
        let Node::Array(items) = &self.value.node else {
            self.error(format!("The field \"{}\" should be an array but got {}.", self.path, self.json()));
            return Vec::new();
        };
        items.iter().enumerate().filter_map(|(index, item)| self.item(index, item)).collect()
    }

    fn item(&self, index: usize, item: &'a Value) -> Option<Section<'a>> {
        let path = format!("{}[{index}]", self.path);
        let field = Field { notes: self.notes, path, key: self.key, value: item, key_span: item.span };
        match &item.node {
            Node::Table(table) => Some(Section::new(&field, table)),
            _ => {
                field.error(format!("\"{}\" bindings should be objects, but got {}", self.path, field.json()));
                None
            }
        }
    }
}

fn as_text(value: &Value) -> Option<String> {
    match &value.node {
        Node::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// A table that is being read; at the end it names the keys nobody asked for.
pub(crate) struct Section<'a> {
    pub(crate) notes: &'a Notes<'a>,
    pub(crate) path: String,
    pub(crate) table: &'a Table,
    /// The whole table, for complaints about what is missing.
    pub(crate) span: Span,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    pub(crate) fn new(field: &Field<'a>, table: &'a Table) -> Section<'a> {
        // In TOML a table is scattered; the place of its name says more than the place of its first key.
        let span = if field.value.span.start < field.value.span.end { field.value.span } else { field.key_span };
        Section { notes: field.notes, path: field.path.clone(), table, span, asked: RefCell::default() }
    }

    pub(crate) fn get(&self, key: &'static str) -> Option<Field<'a>> {
        self.asked.borrow_mut().push(key);
        let entry = self.table.get(key)?;
        let path = format!("{}.{key}", self.path);
        Some(Field { notes: self.notes, path, key: &entry.key, value: &entry.value, key_span: entry.key_span })
    }

    /// Every entry, for tables whose keys the user chooses.
    pub(crate) fn fields(&self) -> impl Iterator<Item = Field<'a>> + '_ {
        self.table.entries.iter().map(|entry| Field {
            notes: self.notes,
            path: format!("{}.{}", self.path, entry.key),
            key: &entry.key,
            value: &entry.value,
            key_span: entry.key_span,
        })
    }

    pub(crate) fn string(&self, key: &'static str) -> Option<String> {
        self.get(key)?.string()
    }

    pub(crate) fn boolean(&self, key: &'static str) -> Option<bool> {
        self.get(key)?.boolean()
    }

    pub(crate) fn number(&self, key: &'static str) -> Option<f64> {
        self.get(key)?.number()
    }

    pub(crate) fn whole(&self, key: &'static str) -> Option<u64> {
        self.get(key)?.whole()
    }

    pub(crate) fn strings(&self, key: &'static str) -> Option<Vec<String>> {
        self.get(key)?.strings()
    }

    pub(crate) fn one_of(&self, key: &'static str, allowed: &[&str]) -> Option<String> {
        self.get(key)?.one_of(allowed)
    }

    /// Reads and type-checks keys that change nothing locally.
    pub(crate) fn ignore(&self, keys: &[&'static str]) {
        self.asked.borrow_mut().extend(keys);
    }

    pub(crate) fn required(&self, key: &'static str) -> Option<Field<'a>> {
        let field = self.get(key);
        if field.is_none() {
            self.notes.error(self.span, format!("\"{}.{key}\" is a required field.", self.path));
        }
        field
    }

    /// A string that a binding must have.
    pub(crate) fn binding_string(&self, key: &'static str) -> Option<String> {
        self.worded_string(key, "bindings should have a string")
    }

    /// A string that a binding must have, where production has its own words for its absence.
    pub(crate) fn worded_string(&self, key: &'static str, words: &str) -> Option<String> {
        let field = self.get(key);
        let text = field.as_ref().and_then(|field| as_text(field.value));
        if text.is_none() {
            let span = field.map_or(self.span, |field| field.value.span);
            self.notes.error(span, self.binding_complaint(words, key));
        }
        text
    }

    /// The name a binding is known by, without a complaint when it is missing.
    pub(crate) fn binding_name(&self, key: &'static str) -> Option<String> {
        as_text(self.get(key)?.value)
    }

    /// A string that a binding may have.
    pub(crate) fn binding_optional(&self, key: &'static str) -> Option<String> {
        let field = self.get(key)?;
        as_text(field.value).or_else(|| {
            field.error(self.binding_complaint("bindings should, optionally, have a string", key));
            None
        })
    }

    /// A yes or no that a binding may have.
    pub(crate) fn binding_flag(&self, key: &'static str) -> Option<bool> {
        let field = self.get(key)?;
        match &field.value.node {
            Node::Bool(value) => Some(*value),
            _ => {
                field.error(self.binding_complaint("bindings should, optionally, have a boolean", key));
                None
            }
        }
    }

    fn binding_complaint(&self, words: &str, key: &str) -> String {
        // Production words it differently where there is one binding instead of a list.
        if !self.path.ends_with(']') && words == "bindings should have a string" {
            return format!("binding should have a string \"{key}\" field.");
        }
        format!("\"{}\" {words} \"{key}\" field but got {}.", self.path, self.json())
    }

    /// The whole table as JSON.
    pub(crate) fn json(&self) -> String {
        serde_json::Value::Object(self.table.to_json()).to_string()
    }

    /// Names the keys that were not asked for.
    pub(crate) fn finish(self) {
        let asked = self.asked.into_inner();
        unexpected(self.notes, &format!("{} field", self.path), self.table, &asked);
    }

    /// Refuses the keys that were not asked for.
    pub(crate) fn refuse_others(self) {
        let asked = self.asked.into_inner();
        refuse_unexpected(self.notes, &format!("{} field", self.path), self.table, &asked);
    }
}

/// How many misspelt keys of one table get a hint.
const HINTS_MAX: usize = 10;

/// Warns about the keys of a table that nobody knows, all in one complaint, with the nearest known key as a hint.
pub(crate) fn unexpected(notes: &Notes, place: &str, table: &Table, known: &[&'static str]) {
    if let Some(Strangers { span, message, hint }) = Strangers::among(table, place, known) {
        notes.at(Severity::Warning, span, message, hint);
    }
}

/// Refuses the keys of a table that nobody knows. If none that is known looks like them, the hint names them all.
pub(crate) fn refuse_unexpected(notes: &Notes, place: &str, table: &Table, known: &[&'static str]) {
    if let Some(Strangers { span, message, hint }) = Strangers::among(table, place, known) {
        let list = || known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let hint = hint.unwrap_or_else(|| format!("there is {}", list()));
        notes.at(Severity::Error, span, message, Some(hint));
    }
}

/// Keys of a table that nobody knows.
struct Strangers {
    /// The first of them.
    span: Span,
    message: String,
    hint: Option<String>,
}

impl Strangers {
    fn among(table: &Table, place: &str, known: &[&'static str]) -> Option<Strangers> {
        let strangers: Vec<_> = table.entries.iter().filter(|entry| !known.contains(&entry.key.as_str())).collect();
        let span = strangers.first()?.key_span;
        let list = strangers.iter().map(|entry| format!("\"{}\"", entry.key)).collect::<Vec<_>>().join(",");
        let message = format!("Unexpected fields found in {place}: {list}");
        let hints: Vec<String> = strangers
            .iter()
            .take(HINTS_MAX)
            .filter_map(|entry| {
                let hint = did_you_mean(&entry.key, known.iter().copied())?;
                Some(if strangers.len() == 1 { hint } else { format!("`{}`: {hint}", entry.key) })
            })
            .collect();
        Some(Strangers { span, message, hint: (!hints.is_empty()).then(|| hints.join(" ")) })
    }
}
