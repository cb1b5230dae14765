//! A database as SQL text that makes it again.

use crate::migrations::quoted;
use crate::store::Database;
use edgeemu_storage::sqlite::describe;
use edgeemu_storage::sqlite::rusqlite::types::ValueRef;
use edgeemu_storage::sqlite::rusqlite::{self, Connection};

/// What is exported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportOptions {
    /// These tables alone; all if empty.
    pub tables: Vec<String>,
    /// Leaves out what makes tables, indexes, triggers and views.
    pub no_schema: bool,
    /// Leaves out the rows.
    pub no_data: bool,
}

/// Why a database cannot be exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// FTS5 and the like keep their rows in tables that are not theirs alone.
    #[error("D1 Export error: cannot export databases with Virtual Tables (fts5)")]
    VirtualTable,
    /// SQLite.
    #[error("D1 Export error: {0}")]
    Sqlite(String),
    /// Whoever takes the SQL takes no more.
    #[error("the SQL cannot be written: {0}")]
    Sink(#[from] std::io::Error),
}

impl From<rusqlite::Error> for ExportError {
    fn from(error: rusqlite::Error) -> ExportError {
        ExportError::Sqlite(describe(&error))
    }
}

/// Takes a database as SQL, line by line.
pub type LineSink<'a> = &'a mut dyn FnMut(&str) -> Result<(), ExportError>;

impl Database {
    /// The database as SQL, a statement on each line: tables with their rows, then indexes, triggers and views.
    ///
    /// # Errors
    /// For a database with virtual tables, and what SQLite says.
    pub fn export(&self, options: &ExportOptions) -> Result<String, ExportError> {
        let mut text = String::new();
        self.export_lines(options, &mut |line| {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line);
            Ok(())
        })?;
        Ok(text)
    }

    /// As [`export`](Database::export), without holding more than a line in memory.
    ///
    /// # Errors
    /// As [`export`](Database::export), and those of `sink`.
    pub fn export_lines(&self, options: &ExportOptions, sink: LineSink<'_>) -> Result<(), ExportError> {
        self.at_one_moment(|connection| write(connection, options, sink))
    }

    /// One moment of the database for all that `run` sees.
    pub(crate) fn at_one_moment<T>(
        &self,
        run: impl FnOnce(&Connection) -> Result<T, ExportError>,
    ) -> Result<T, ExportError> {
        self.trusted(|connection| {
            connection.execute_batch("BEGIN")?;
            let done = run(connection);
            connection.execute_batch("COMMIT")?;
            done
        })
    }
}

pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) sql: String,
}

/// What comes behind the tables, with the name of the table that each is about.
pub(crate) const REST: &str = "SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL \
    AND type IN ('index', 'trigger', 'view') ORDER BY rowid";

fn write(connection: &Connection, options: &ExportOptions, sink: LineSink<'_>) -> Result<(), ExportError> {
    const TABLES: &str = "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE type = 'table' \
        ORDER BY tbl_name = 'sqlite_sequence', rowid";
    let is_wanted = |name: &str| options.tables.is_empty() || options.tables.iter().any(|wanted| wanted == name);
    let tables: Vec<_> = named(connection, TABLES)?.into_iter().filter(|table| is_wanted(&table.name)).collect();
    let is_ours = |table: &Table| table.name.starts_with("sqlite_") || table.name.starts_with("_cf_");
    if tables.iter().any(|table| !is_ours(table) && is_virtual(table)) {
        return Err(ExportError::VirtualTable);
    }
    sink("PRAGMA defer_foreign_keys=TRUE;")?;
    for table in tables {
        write_table(connection, &table, options, sink)?;
    }
    if !options.no_schema {
        for part in named(connection, REST)?.into_iter().filter(|part| is_wanted(&part.name)) {
            sink(&(part.sql + ";"))?;
        }
    }
    Ok(())
}

pub(crate) fn named(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<Table>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok(Table { name: row.get(0)?, sql: row.get(1)? }))?;
    rows.collect()
}

pub(crate) fn is_virtual(table: &Table) -> bool {
    table.sql.get(..20).is_some_and(|start| start.eq_ignore_ascii_case("CREATE VIRTUAL TABLE"))
}

fn write_table(
    connection: &Connection,
    table: &Table,
    options: &ExportOptions,
    sink: LineSink<'_>,
) -> Result<(), ExportError> {
    match table.name.as_str() {
        "sqlite_sequence" if !options.no_schema => sink("DELETE FROM sqlite_sequence;")?,
        "sqlite_sequence" => {}
        name if name.starts_with("sqlite_stat") && options.no_schema => return Ok(()),
        name if name.starts_with("sqlite_stat") => return sink("ANALYZE sqlite_schema;"),
        name if name.starts_with("sqlite_") || name.starts_with("_cf_") => return Ok(()),
        _ if !options.no_schema => sink(&creation(&table.sql))?,
        _ => {}
    }
    if options.no_data { Ok(()) } else { write_rows(connection, &table.name, None, sink) }
}

pub(crate) fn creation(sql: &str) -> String {
    match sql.strip_prefix("CREATE TABLE ") {
        Some(quoted) if quoted.starts_with(['"', '\'']) => format!("CREATE TABLE IF NOT EXISTS {quoted};"),
        _ => format!("{sql};"),
    }
}

/// Writes the rows of a table; `rowid` is the name under which the number of a row is written too.
pub(crate) fn write_rows(
    connection: &Connection,
    table: &str,
    rowid: Option<&str>,
    sink: LineSink<'_>,
) -> Result<(), ExportError> {
    const COLUMNS: &str = "SELECT name, hidden FROM pragma_table_xinfo(?)";
    let mut statement = connection.prepare(COLUMNS)?;
    let columns = statement.query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    let columns: Vec<_> = columns.collect::<rusqlite::Result<_>>()?;
    let stored = columns.iter().filter(|(_, hidden)| *hidden == 0).map(|(name, _)| quoted(name));
    let list = rowid.map(str::to_owned).into_iter().chain(stored).collect::<Vec<_>>().join(",");
    // Columns that are computed cannot be inserted: the others have to be named then.
    let is_named = rowid.is_some() || columns.iter().any(|(_, hidden)| *hidden != 0);
    let named = if is_named { format!(" ({list})") } else { String::new() };
    let mut statement = connection.prepare(&format!("SELECT {list} FROM {}", quoted(table)))?;
    let count = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let values = (0..count).map(|index| Ok(literal(row.get_ref(index)?)));
        let values = values.collect::<rusqlite::Result<Vec<_>>>()?.join(",");
        sink(&format!("INSERT INTO {}{named} VALUES({values});", quoted(table)))?;
    }
    Ok(())
}

fn literal(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        // What is infinite or has a fraction reads back as a real number.
        ValueRef::Real(number) if number.is_infinite() => if number > 0.0 { "1e999" } else { "-1e999" }.to_owned(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) if !text.contains('\0') => text_literal(text),
            // SQL ends at a zero byte, and what is not UTF-8 would come back as something else.
            _ => format!("CAST({} AS TEXT)", blob_literal(text)),
        },
        ValueRef::Blob(bytes) => blob_literal(bytes),
    }
}

fn blob_literal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let hex: String = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
    format!("X'{}'", hex.to_ascii_uppercase())
}

/// Line breaks are written as characters of their own, so that each statement stays on its line.
fn text_literal(text: &str) -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', "''"));
    if !text.contains(['\n', '\r']) {
        return quote(text);
    }
    let newline = ["\\n", "\\012"].into_iter().find(|mark| !text.contains(mark)).unwrap_or("\\n(lf)");
    let carriage = ["\\r", "\\015"].into_iter().find(|mark| !text.contains(mark)).unwrap_or("\\r(cr)");
    let marked = quote(&text.replace('\n', newline).replace('\r', carriage));
    let once = if text.contains('\n') { format!("replace({marked},'{newline}',char(10))") } else { marked };
    if text.contains('\r') { format!("replace({once},'{carriage}',char(13))") } else { once }
}
