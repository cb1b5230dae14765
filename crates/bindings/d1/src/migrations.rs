//! Migrations: files of SQL that are applied once each, in the order of their numbers.

use crate::D1Error;
use crate::options::{Request, Statement};
use crate::store::Database;
use crate::{Value, split_statements};
use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::{Place, Sqlite, SqliteOptions, describe};
use edgeemu_world::World;
use std::cmp::Ordering;

/// A file of SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its path below the folder of migrations, with `/` between the parts: what the table remembers.
    pub name: String,
    /// What is in it.
    pub sql: String,
}

/// Why a file of SQL cannot be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Wrangler could not process the provided SQL file, as it contains several transactions.\nD1 runs your SQL in a \
     transaction for you.\nPlease export an SQL file from your SQLite database and try again."
)]
pub struct SeveralTransactions;

/// The statements of a file. A dump of SQLite is one transaction, which every request is anyway: that is taken off.
///
/// # Errors
/// When there is a second transaction in it.
pub fn prepare_file(sql: &str) -> Result<Vec<Statement>, SeveralTransactions> {
    let mut ends = Ends::default();
    let mut statements = Vec::new();
    for statement in split_statements(sql).into_iter().map(normalized) {
        if !ends.takes_off(&statement)? {
            statements.push(Statement::new(statement));
        }
    }
    Ok(statements)
}

/// Finds the beginning and the end of the one transaction that a file may be.
#[derive(Default)]
pub(crate) struct Ends {
    has_begun: bool,
}

impl Ends {
    /// Whether the statement is the beginning or the end of the file's own transaction.
    pub(crate) fn takes_off(&mut self, sql: &str) -> Result<bool, SeveralTransactions> {
        if is_one_of(sql, &["BEGIN", "BEGIN TRANSACTION"]) {
            return if std::mem::replace(&mut self.has_begun, true) { Err(SeveralTransactions) } else { Ok(true) };
        }
        let is_end = || is_one_of(sql, &["COMMIT", "COMMIT TRANSACTION", "END", "END TRANSACTION"]);
        Ok(self.has_begun && is_end())
    }
}

pub(crate) fn normalized(statement: &str) -> String {
    statement.trim_end_matches(';').trim_end().replace("\r\n", "\n")
}

fn is_one_of(sql: &str, texts: &[&str]) -> bool {
    const LONGEST: usize = 200;
    if sql.len() > LONGEST {
        return false;
    }
    let plain: Vec<_> = sql.split_whitespace().collect();
    texts.iter().any(|text| plain.join(" ").eq_ignore_ascii_case(text))
}

/// The order of migrations: by the number each part of the path begins with, those with a number first, then by name.
#[must_use]
pub fn in_order(first: &str, second: &str) -> Ordering {
    let parts = |name: &str| name.split('/').map(|part| (leading_number(part), part.to_owned())).collect::<Vec<_>>();
    let (first, second) = (parts(first), parts(second));
    for ((number, name), (other_number, other_name)) in first.iter().zip(&second) {
        let by_number = match (number, other_number) {
            (Some(number), Some(other)) => number.cmp(other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        let order = by_number.then_with(|| name.cmp(other_name));
        if order != Ordering::Equal {
            return order;
        }
    }
    first.len().cmp(&second.len())
}

/// The number of the migration after these, and its name: `0003_add_users.sql`.
#[must_use]
pub fn numbered<'a>(names: impl IntoIterator<Item = &'a str>, message: &str) -> (u64, String) {
    let last = names.into_iter().filter_map(leading_number).max().unwrap_or_default();
    let number = last.saturating_add(1);
    (number, format!("{number:04}_{}.sql", message.replace(' ', "_")))
}

/// What a new migration begins with: its number, and the time by the world's clock.
///
/// # Errors
/// What SQLite says, whose calendar this is.
pub fn first_line(world: &World, number: u64) -> Result<String, StorageError> {
    const NOW: &str = "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
    let sqlite = Sqlite::open(world, &SqliteOptions::at(Place::Memory))?;
    let now: String = sqlite
        .query_row(NOW, [], |row| row.get(0))
        .map_err(|error| StorageError::Sqlite { place: Place::Memory.path(), reason: describe(&error) })?;
    Ok(format!("-- Migration number: {number:04} \t {now}\n"))
}

fn leading_number(part: &str) -> Option<u64> {
    let end = part.find(|char: char| !char.is_ascii_digit()).unwrap_or(part.len());
    part[..end].parse().ok()
}

/// Makes the table that remembers migrations, unless it is there.
#[must_use]
pub fn table_statement(table: &str) -> Statement {
    Statement::new(format!(
        "CREATE TABLE IF NOT EXISTS {}(\n\t\tid         INTEGER PRIMARY KEY AUTOINCREMENT,\n\t\tname       TEXT \
         UNIQUE,\n\t\tapplied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL\n)",
        quoted(table)
    ))
}

/// Asks for the names of those that were applied, in the order in which they were.
#[must_use]
pub fn applied_statement(table: &str) -> Statement {
    Statement::new(format!("SELECT name FROM {} ORDER BY id", quoted(table)))
}

/// A migration and the note that it was applied, as one request.
///
/// # Errors
/// When there are several transactions in it.
pub fn apply_statements(table: &str, migration: &Migration) -> Result<Vec<Statement>, SeveralTransactions> {
    let mut statements = prepare_file(&migration.sql)?;
    statements.push(Statement {
        sql: format!("INSERT INTO {}(name) VALUES (?)", quoted(table)),
        params: vec![Value::Text(migration.name.clone())],
    });
    Ok(statements)
}

pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Database {
    /// Applies those of `migrations` that were not applied yet, and gives their names. Each is a transaction; the first
    /// that fails ends it.
    ///
    /// # Errors
    /// The name of the migration that failed, and why.
    pub fn migrate(&self, table: &str, migrations: &[Migration]) -> Result<Vec<String>, (String, D1Error)> {
        let unnamed = |error| (String::new(), error);
        let run = |statements| self.query(Request { statements, ..Request::default() });
        run(vec![table_statement(table)]).map_err(unnamed)?;
        let found = run(vec![applied_statement(table)]).map_err(unnamed)?;
        let is_applied = |name: &str| found[0].rows.iter().any(|row| row[0] == Value::Text(name.to_owned()));
        let mut wanted: Vec<_> = migrations.iter().filter(|migration| !is_applied(&migration.name)).collect();
        wanted.sort_by(|first, second| in_order(&first.name, &second.name));
        let mut applied = Vec::new();
        for migration in wanted {
            let failed = |error| (migration.name.clone(), error);
            let statements =
                apply_statements(table, migration).map_err(|error| failed(D1Error::Malformed(error.to_string())))?;
            run(statements).map_err(failed)?;
            applied.push(migration.name.clone());
        }
        Ok(applied)
    }
}
