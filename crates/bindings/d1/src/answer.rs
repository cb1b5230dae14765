//! What a database answers: rows and what was done, as values or as the text that JavaScript parses.

use crate::Value;
use crate::options::Shape;
use edgeemu_storage::sqlite::RowSink;
use edgeemu_storage::sqlite::rusqlite::types::ValueRef;
use edgeemu_storage::sqlite::rusqlite::{self, Row};
use serde_json::{Value as Json, json};

/// What a statement did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// How long it took by the world's clock, in milliseconds.
    pub duration_ms: u64,
    /// Rows that were inserted, updated or deleted.
    pub changes: u64,
    /// The key of the row that was inserted last, be it by an earlier request.
    pub last_row_id: i64,
    /// Whether the database is another one than before.
    pub changed_db: bool,
    /// The size of the database in bytes.
    pub size_after: u64,
    /// Rows that were looked at.
    pub rows_read: u64,
    /// Rows and entries of indexes that were written.
    pub rows_written: u64,
}

/// Which instance of a database has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Served {
    region: &'static str,
    colo: &'static str,
    is_primary: bool,
}

impl Served {
    pub(crate) const PRIMARY: Served = Served { region: "WNAM", colo: "DFW", is_primary: true };

    /// A replica in a region, and a location there.
    pub(crate) fn replica((region, colo): (&'static str, &'static str)) -> Served {
        Served { region, colo, is_primary: false }
    }
}

impl Meta {
    /// As a Worker sees it: production's keys in production's order.
    pub(crate) fn to_json(self, served: Served) -> Json {
        json!({
            "served_by": "edgeemu",
            "served_by_region": served.region,
            "served_by_colo": served.colo,
            "served_by_primary": served.is_primary,
            "timings": { "sql_duration_ms": self.duration_ms },
            "duration": self.duration_ms,
            "changes": self.changes,
            "last_row_id": self.last_row_id,
            "changed_db": self.changed_db,
            "size_after": self.size_after,
            "rows_read": self.rows_read,
            "rows_written": self.rows_written,
            "total_attempts": 1,
        })
    }
}

/// The rows of one statement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryResult {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// One value for each column.
    pub rows: Vec<Vec<Value>>,
    /// What was done.
    pub meta: Meta,
}

/// Collects what the statements of a request give.
pub(crate) trait Collector: RowSink {
    /// The statement is done.
    fn finish(&mut self, meta: &Meta);

    fn sink(&mut self) -> &mut dyn RowSink;
}

/// Results as values.
#[derive(Default)]
pub(crate) struct Values {
    pub(crate) results: Vec<QueryResult>,
    current: QueryResult,
}

impl RowSink for Values {
    fn columns(&mut self, names: &[&str]) {
        self.current.columns = names.iter().map(|name| (*name).to_owned()).collect();
    }

    fn row(&mut self, row: &Row<'_>, columns: usize) -> rusqlite::Result<()> {
        let values = (0..columns).map(|index| Ok(owned(row.get_ref(index)?)));
        self.current.rows.push(values.collect::<rusqlite::Result<_>>()?);
        Ok(())
    }
}

impl Collector for Values {
    fn finish(&mut self, meta: &Meta) {
        let result = std::mem::take(&mut self.current);
        self.results.push(QueryResult { meta: *meta, ..result });
    }

    fn sink(&mut self) -> &mut dyn RowSink {
        self
    }
}

/// Text that is not UTF-8 is made so, as in production.
fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

/// Results as a JSON list of `{ success, meta, results }`.
pub(crate) struct JsonText {
    text: Vec<u8>,
    shape: Shape,
    served: Served,
    /// The names of the columns as JSON, each with its colon.
    keys: Vec<Vec<u8>>,
    /// The rows of the statement that runs, in `shape`.
    rows: Vec<u8>,
}

impl JsonText {
    pub(crate) fn new(shape: Shape, served: Served) -> JsonText {
        JsonText { text: Vec::new(), shape, served, keys: Vec::new(), rows: Vec::new() }
    }

    /// All results.
    pub(crate) fn into_text(mut self) -> String {
        self.text.insert(0, b'[');
        self.text.push(b']');
        // Every piece was written from a `str`, or is ASCII.
        String::from_utf8(self.text).expect("JSON of strings is UTF-8")
    }
}

impl RowSink for JsonText {
    fn columns(&mut self, names: &[&str]) {
        self.keys = names.iter().map(|name| json_string(name)).collect();
        if self.shape == Shape::Arrays {
            self.rows.extend_from_slice(b"{\"columns\":[");
            self.rows.extend_from_slice(&self.keys.join(&b','));
            self.rows.extend_from_slice(b"],\"rows\":[");
        } else {
            self.rows.push(b'[');
        }
    }

    fn row(&mut self, row: &Row<'_>, columns: usize) -> rusqlite::Result<()> {
        let as_object = self.shape == Shape::Objects;
        if !self.rows.ends_with(b"[") {
            self.rows.push(b',');
        }
        self.rows.push(if as_object { b'{' } else { b'[' });
        for index in 0..columns {
            if index > 0 {
                self.rows.push(b',');
            }
            if as_object {
                self.rows.extend_from_slice(&self.keys[index]);
                self.rows.push(b':');
            }
            write_value(&mut self.rows, row.get_ref(index)?);
        }
        self.rows.push(if as_object { b'}' } else { b']' });
        Ok(())
    }
}

impl Collector for JsonText {
    fn finish(&mut self, meta: &Meta) {
        if !self.text.is_empty() {
            self.text.push(b',');
        }
        self.text.extend_from_slice(b"{\"success\":true,\"meta\":");
        self.text.extend_from_slice(meta.to_json(self.served).to_string().as_bytes());
        self.text.extend_from_slice(b",\"results\":");
        self.text.append(&mut self.rows);
        self.text.extend_from_slice(if self.shape == Shape::Arrays { b"]}}" } else { b"]}" });
    }

    fn sink(&mut self) -> &mut dyn RowSink {
        self
    }
}

fn write_value(text: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => text.extend_from_slice(b"null"),
        ValueRef::Integer(number) => text.extend_from_slice(number.to_string().as_bytes()),
        ValueRef::Real(number) if number.is_finite() => text.extend_from_slice(json!(number).to_string().as_bytes()),
        // JSON has no infinity, and neither has D1.
        ValueRef::Real(_) => text.extend_from_slice(b"null"),
        ValueRef::Text(bytes) => text.extend_from_slice(&json_string(&String::from_utf8_lossy(bytes))),
        ValueRef::Blob(bytes) => {
            let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
            text.push(b'[');
            text.extend_from_slice(numbers.join(",").as_bytes());
            text.push(b']');
        }
    }
}

fn json_string(text: &str) -> Vec<u8> {
    serde_json::to_vec(text).expect("a string is always JSON")
}
