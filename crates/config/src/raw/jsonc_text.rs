//! JSON text, with comments and trailing commas, into the value tree.

use std::collections::BTreeMap;

use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::Number;

use super::{Entry, Node, Table, Value, number};
use crate::notes::Notes;
use crate::source::Span;

/// Comments and trailing commas, nothing else beyond JSON.
const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a JSON document whose root is an object; a syntax error becomes a note.
pub(super) fn parse(text: &str, notes: &Notes) -> Option<Table> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let reader = Reader { offset: text.len() - body.len(), notes };
    let parsed = match parse_to_ast(body, &CollectOptions::default(), &OPTIONS) {
        Ok(parsed) => parsed,
        Err(error) => {
            notes.error(reader.span(error.range()), error.kind().to_string());
            return None;
        }
    };
    match parsed.value {
        Some(ast::Value::Object(object)) => Some(reader.table(&object)),
        Some(other) => {
            notes.error(reader.span(other.range()), "The configuration should be an object");
            None
        }
        None => {
            notes.error_hint(Span::default(), "The configuration is empty", "an empty configuration is written `{}`");
            None
        }
    }
}

struct Reader<'a> {
    offset: usize,
    notes: &'a Notes<'a>,
}

impl Reader<'_> {
    fn span(&self, range: Range) -> Span {
        Span::new(self.offset + range.start, self.offset + range.end)
    }

    fn table(&self, object: &ast::Object<'_>) -> Table {
        let mut table = Table::default();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for property in &object.properties {
            let key_span = self.span(property.name.range());
            let entry = Entry { key: property.name.as_str().to_owned(), key_span, value: self.value(&property.value) };
            if let Some(known) = places.get(&entry.key) {
                self.notes.warn(key_span, format!("Duplicate key, the last one is used: `{}`", entry.key));
                table.entries[*known] = entry;
            } else {
                places.insert(entry.key.clone(), table.entries.len());
                table.entries.push(entry);
            }
        }
        table
    }

    fn value(&self, value: &ast::Value<'_>) -> Value {
        let span = self.span(value.range());
        let node = match value {
            ast::Value::StringLit(text) => Node::String(text.value.to_string()),
            ast::Value::BooleanLit(value) => Node::Bool(value.value),
            ast::Value::NullKeyword(_) => Node::Null,
            ast::Value::Object(object) => Node::Table(self.table(object)),
            ast::Value::Array(array) => Node::Array(array.elements.iter().map(|item| self.value(item)).collect()),
            ast::Value::NumberLit(literal) => self.number(literal.value, span),
        };
        Value { node, span }
    }

    fn number(&self, text: &str, span: Span) -> Node {
        let parsed = text
            .parse::<i64>()
            .map(Number::from)
            .or_else(|_| text.parse::<u64>().map(Number::from))
            .ok()
            .or_else(|| text.parse().ok().and_then(number));
        parsed.map(Node::Number).unwrap_or_else(|| {
            self.notes.error(span, format!("Number out of range: {text}"));
            Node::Null
        })
    }
}
