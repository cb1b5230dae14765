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
}

impl From<rusqlite::Error> for ExportError {
    fn from(error: rusqlite::Error) -> ExportError {
        ExportError::Sqlite(describe(&error))
    }
}

impl Database {
    /// The database as SQL, a statement on each line: tables with their rows, then indexes, triggers and views.
    ///
    /// # Errors
    /// For a database with virtual tables, and what SQLite says.
    pub fn export(&self, options: &ExportOptions) -> Result<String, ExportError> {
        self.trusted(|connection| {
            // One moment of the database for all of it.
            connection.execute_batch("BEGIN")?;
            let text = export(connection, options);
            connection.execute_batch("COMMIT")?;
            text
        })
    }
}

struct Table {
    name: String,
    sql: String,
}

fn export(connection: &Connection, options: &ExportOptions) -> Result<String, ExportError> {
    const TABLES: &str = "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE type = 'table' \
        ORDER BY tbl_name = 'sqlite_sequence', rowid";
    const REST: &str = "SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL \
        AND type IN ('index', 'trigger', 'view') ORDER BY rowid";
    let is_wanted = |name: &str| options.tables.is_empty() || options.tables.iter().any(|wanted| wanted == name);
    let mut lines = vec!["PRAGMA defer_foreign_keys=TRUE;".to_owned()];
    for table in named(connection, TABLES)? {
        if is_wanted(&table.name) {
            write_table(connection, &table, options, &mut lines)?;
        }
    }
    if !options.no_schema {
        let rest = named(connection, REST)?;
        lines.extend(rest.into_iter().filter(|part| is_wanted(&part.name)).map(|part| part.sql + ";"));
    }
    Ok(lines.join("\n"))
}

fn named(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<Table>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok(Table { name: row.get(0)?, sql: row.get(1)? }))?;
    rows.collect()
}

fn write_table(
    connection: &Connection,
    table: &Table,
    options: &ExportOptions,
    lines: &mut Vec<String>,
) -> Result<(), ExportError> {
    match table.name.as_str() {
        "sqlite_sequence" if !options.no_schema => lines.push("DELETE FROM sqlite_sequence;".to_owned()),
        "sqlite_sequence" => {}
        name if name.starts_with("sqlite_stat") => {
            lines.extend((!options.no_schema).then(|| "ANALYZE sqlite_schema;".to_owned()));
            return Ok(());
        }
        name if name.starts_with("sqlite_") || name.starts_with("_cf_") => return Ok(()),
        _ if table.sql.starts_with("CREATE VIRTUAL TABLE") => return Err(ExportError::VirtualTable),
        _ if !options.no_schema => lines.push(creation(&table.sql)),
        _ => {}
    }
    if !options.no_data {
        write_rows(connection, &table.name, lines)?;
    }
    Ok(())
}

fn creation(sql: &str) -> String {
    match sql.strip_prefix("CREATE TABLE ") {
        Some(quoted) if quoted.starts_with(['"', '\'']) => format!("CREATE TABLE IF NOT EXISTS {quoted};"),
        _ => format!("{sql};"),
    }
}

fn write_rows(connection: &Connection, table: &str, lines: &mut Vec<String>) -> rusqlite::Result<()> {
    const COLUMNS: &str = "SELECT name, hidden FROM pragma_table_xinfo(?)";
    let mut statement = connection.prepare(COLUMNS)?;
    let columns = statement.query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    let columns: Vec<_> = columns.collect::<rusqlite::Result<_>>()?;
    let stored = columns.iter().filter(|(_, hidden)| *hidden == 0).map(|(name, _)| quoted(name));
    let list = stored.collect::<Vec<_>>().join(",");
    // Columns that are computed cannot be inserted: the others have to be named then.
    let named = if columns.iter().any(|(_, hidden)| *hidden != 0) { format!(" ({list})") } else { String::new() };
    let mut statement = connection.prepare(&format!("SELECT {list} FROM {}", quoted(table)))?;
    let count = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let values = (0..count).map(|index| Ok(literal(row.get_ref(index)?)));
        let values = values.collect::<rusqlite::Result<Vec<_>>>()?.join(",");
        lines.push(format!("INSERT INTO {}{named} VALUES({values});", quoted(table)));
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
        ValueRef::Text(text) => text_literal(&String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => {
            let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            format!("X'{}'", hex.concat())
        }
    }
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
