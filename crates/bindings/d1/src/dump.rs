//! A database as SQL from which nothing is missing, and a database made of such SQL: how state is carried elsewhere.
//!
//! Unlike an export it has virtual tables, with the tables behind them, and the numbers of rows that have no other key.
//! Such SQL is run without the rules for Workers.

use crate::error::D1Error;
use crate::export::{ExportError, LineSink, REST, Table, creation, is_virtual, named, write_rows};
use crate::migrations::quoted;
use crate::store::Database;
use edgeemu_storage::sqlite::rusqlite::{self, Connection, OptionalExtension as _};
use edgeemu_storage::sqlite::{SqlError, StatementReader, describe};
use std::io::Read;

/// The longest statement that is read back, in bytes: a row of values at their limit, written as digits.
const STATEMENT_BYTES: usize = 64 * 1024 * 1024;

/// Tables that belong to others: SQLite's, the runtime's, and those behind virtual tables.
const TABLES: &str = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL \
    AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' \
    AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow') ORDER BY rowid";
const SHADOWS: &str = "SELECT name, '' FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow' ORDER BY name";
const SEQUENCE: &str = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'";

impl Database {
    /// The whole database as SQL, line by line.
    ///
    /// # Errors
    /// What SQLite says, and those of `sink`.
    pub fn dump(&self, sink: LineSink<'_>) -> Result<(), ExportError> {
        self.at_one_moment(|connection| write(connection, sink))
    }

    /// Puts the database that `source` describes in place of this one, in one transaction; gives the number of
    /// statements. Only for SQL that is trusted, such as that of [`dump`](Database::dump).
    ///
    /// # Errors
    /// What the source and SQLite say; the database is as before then.
    pub fn restore(&self, source: impl Read) -> Result<u64, D1Error> {
        self.engine().replace(|connection| {
            empty(connection).map_err(|error| sql_error(&error))?;
            let mut statements = StatementReader::new(source, STATEMENT_BYTES);
            let mut count = 0;
            while let Some(statement) =
                statements.next_statement().map_err(|error| D1Error::Malformed(error.to_string()))?
            {
                connection.execute_batch(statement).map_err(|error| sql_error(&error))?;
                count += 1;
            }
            Ok(count)
        })
    }
}

pub(crate) fn sql_error(error: &rusqlite::Error) -> D1Error {
    SqlError::Sqlite(describe(error)).into()
}

pub(crate) fn write(connection: &Connection, sink: LineSink<'_>) -> Result<(), ExportError> {
    sink("PRAGMA defer_foreign_keys=TRUE;")?;
    for table in named(connection, TABLES)? {
        sink(&creation(&table.sql))?;
        if !is_virtual(&table) {
            write_rows(connection, &table.name, rowid_of(connection, &table)?, sink)?;
        }
    }
    for Table { name, .. } in named(connection, SHADOWS)? {
        sink(&format!("DELETE FROM {};", quoted(&name)))?;
        write_rows(connection, &name, None, sink)?;
    }
    if connection.query_row(SEQUENCE, [], |_| Ok(())).optional()?.is_some() {
        sink("DELETE FROM sqlite_sequence;")?;
        write_rows(connection, "sqlite_sequence", None, sink)?;
    }
    for part in named(connection, REST)? {
        sink(&(part.sql + ";"))?;
    }
    Ok(())
}

/// A name for the numbers of a table's rows; `None` if its own columns say them, or if it has none.
fn rowid_of(connection: &Connection, table: &Table) -> rusqlite::Result<Option<&'static str>> {
    const HAS_ROWID: &str = "SELECT wr = 0 FROM pragma_table_list WHERE schema = 'main' AND name = ?";
    const COLUMNS: &str = "SELECT lower(name), upper(type) = 'INTEGER' AND pk = 1 FROM pragma_table_xinfo(?)";
    const KEYS: &str = "SELECT count(*) FROM pragma_table_xinfo(?) WHERE pk > 0";
    if !connection.query_row(HAS_ROWID, [&table.name], |row| row.get::<_, bool>(0))? {
        return Ok(None);
    }
    let mut statement = connection.prepare(COLUMNS)?;
    let columns = statement.query_map([&table.name], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)))?;
    let columns: Vec<_> = columns.collect::<rusqlite::Result<_>>()?;
    let keys: i64 = connection.query_row(KEYS, [&table.name], |row| row.get(0))?;
    if keys == 1 && columns.iter().any(|(_, is_key)| *is_key) {
        return Ok(None);
    }
    Ok(["rowid", "_rowid_", "oid"].into_iter().find(|alias| columns.iter().all(|(name, _)| name != alias)))
}

/// Removes everything but what belongs to the runtime.
fn empty(connection: &Connection) -> rusqlite::Result<()> {
    const PARTS: &str = "SELECT name, type FROM sqlite_schema WHERE type IN ('trigger', 'view')";
    const STATISTICS: &str =
        "SELECT name, '' FROM sqlite_schema WHERE type = 'table' AND name LIKE 'sqlite\\_stat%' ESCAPE '\\'";
    for part in named(connection, PARTS)? {
        connection.execute_batch(&format!("DROP {} {}", part.sql, quoted(&part.name)))?;
    }
    let (first, rest): (Vec<_>, Vec<_>) = named(connection, TABLES)?.into_iter().partition(is_virtual);
    for table in first.into_iter().chain(rest).chain(named(connection, STATISTICS)?) {
        connection.execute_batch(&format!("DROP TABLE {}", quoted(&table.name)))?;
    }
    if connection.query_row(SEQUENCE, [], |_| Ok(())).optional()?.is_some() {
        connection.execute_batch("DELETE FROM sqlite_sequence")?;
    }
    Ok(())
}
