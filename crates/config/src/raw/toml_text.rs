//! TOML text into the value tree.

use serde_json::Number;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::{Entry, Node, Table, Value, number};
use crate::notes::Notes;
use crate::source::Span;

/// Reads a TOML document; every syntax error becomes a note.
pub(super) fn parse(text: &str, notes: &Notes) -> Option<Table> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - body.len();
    let (document, mut errors) = DeTable::parse_recoverable(body);
    errors.sort_by_key(|error| error.span().map_or(body.len(), |span| span.start));
    for error in &errors {
        let span = error.span().unwrap_or(body.len()..body.len());
        notes.error(Span::new(offset + span.start, offset + span.end), sentence(error.message()));
    }
    let reader = Reader { offset, notes };
    errors.is_empty().then(|| reader.table(document.get_ref()))
}

/// Parser messages start in lower case or upper case depending on the rule; ours start in upper case.
fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

struct Reader<'a> {
    offset: usize,
    notes: &'a Notes<'a>,
}

impl Reader<'_> {
    fn span(&self, range: &std::ops::Range<usize>) -> Span {
        Span::new(self.offset + range.start, self.offset + range.end)
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        let mut entries: Vec<Entry> = table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                key_span: self.span(&key.span()),
                value: self.value(value),
            })
            .collect();
        // The parser sorts by name; people and the start table expect file order.
        entries.sort_by_key(|entry| entry.key_span.start);
        Table { entries }
    }

    fn value(&self, value: &Spanned<DeValue<'_>>) -> Value {
        let span = self.span(&value.span());
        let node = match value.get_ref() {
            DeValue::String(text) => Node::String(text.to_string()),
            DeValue::Boolean(value) => Node::Bool(*value),
            DeValue::Datetime(date) => Node::Date(date.to_string()),
            DeValue::Array(items) => Node::Array(items.iter().map(|item| self.value(item)).collect()),
            DeValue::Table(table) => Node::Table(self.table(table)),
            DeValue::Integer(value) => self.or_complain(integer(value), span, value.as_str()),
            DeValue::Float(value) => {
                self.or_complain(value.as_str().parse().ok().and_then(number), span, value.as_str())
            }
        };
        Value { node, span }
    }

    fn or_complain(&self, number: Option<Number>, span: Span, text: &str) -> Node {
        number.map(Node::Number).unwrap_or_else(|| {
            self.notes.error(span, format!("Number cannot be written as JSON: {text}"));
            Node::Null
        })
    }
}

fn integer(value: &DeInteger<'_>) -> Option<Number> {
    let digits = value.as_str();
    i64::from_str_radix(digits, value.radix())
        .map(Number::from)
        .or_else(|_| u64::from_str_radix(digits, value.radix()).map(Number::from))
        .ok()
}
