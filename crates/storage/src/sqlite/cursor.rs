//! A statement that has begun and gives its rows one after another, one ahead of whoever reads them.
#![allow(unsafe_code, reason = "a statement that outlives the call which began it has to stand beside its connection")]

use super::counts::Counts;
use super::regulated::{Regulated, SqlError, check_without_columns};
use super::statements::first_statement;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{CachedStatement, Row, Rows, StatementStatus};
use std::fmt;
use std::ptr::NonNull;
use std::rc::Rc;

/// What has to happen before the first statement that writes.
type BeforeWrite<'a> = &'a mut dyn FnMut() -> Result<(), SqlError>;

/// The rows of one statement. It ran up to its first row when it was made; the others are found when they are asked
/// for. Dropping it ends the statement.
pub struct Cursor {
    database: Rc<Regulated>,
    running: Option<Running>,
    columns: Vec<String>,
    /// The row that comes next: statements are one row ahead, as in production.
    ahead: Option<Vec<Value>>,
    given: u64,
    counts: Counts,
}

/// A statement on its way. The pointer owns the statement, which borrows from the connection of `Cursor::database`.
struct Running {
    rows: Option<Rows<'static>>,
    statement: NonNull<CachedStatement<'static>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // The rows borrow from the statement, so they go first.
        self.rows = None;
        // SAFETY: made by `Box::into_raw` in `begin`, and freed here alone.
        drop(unsafe { Box::from_raw(self.statement.as_ptr()) });
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        // Before the connection that it stands on.
        self.running = None;
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cursor").field("columns", &self.columns).field("counts", &self.counts).finish()
    }
}

impl Regulated {
    /// Runs every statement in `sql` but the last, and begins that one with `parameters`. `before_write` is called
    /// before each statement that may write.
    ///
    /// # Errors
    /// What production says.
    pub fn cursor(
        self: &Rc<Self>,
        sql: &str,
        parameters: &[Value],
        before_write: BeforeWrite<'_>,
    ) -> Result<Cursor, SqlError> {
        // A refusal of an earlier statement says nothing about this one.
        self.gate.take_transaction_refused();
        if sql.len() > super::regulator::SQL_BYTES as usize {
            return Err(self.refused(self.connection().prepare(sql).map(drop).err().as_ref()));
        }
        let mut rest = sql;
        loop {
            let (text, after) = first_statement(rest);
            check_without_columns(text)?;
            rest = after.trim_start();
            if rest.is_empty() {
                return self.begin_cursor(text, parameters, before_write);
            }
            let statement = self.connection().prepare(text).map_err(|error| self.refused(Some(&error)))?;
            if statement.parameter_count() > 0 {
                return Err(SqlError::ParametersBeforeLast);
            }
            drop(statement);
            let mut cursor = self.begin_cursor(text, &[], before_write)?;
            while cursor.next_row()?.is_some() {}
        }
    }

    fn begin_cursor(
        self: &Rc<Self>,
        sql: &str,
        parameters: &[Value],
        before_write: BeforeWrite<'_>,
    ) -> Result<Cursor, SqlError> {
        let refused = |error: rusqlite::Error| self.refused(Some(&error));
        let mut statement = self.connection().prepare_cached(sql).map_err(refused)?;
        if statement.parameter_count() != parameters.len() {
            return Err(SqlError::ParameterCount);
        }
        for (index, value) in parameters.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value).map_err(refused)?;
        }
        if !statement.readonly() {
            before_write()?;
        }
        statement.reset_status(StatementStatus::FullscanStep);
        let changes = self.connection().total_changes();
        let mut cursor = Cursor {
            database: Rc::clone(self),
            running: Some(Running::start(statement)),
            columns: Vec::new(),
            ahead: None,
            given: 0,
            counts: Counts::default(),
        };
        cursor.step()?;
        // A statement that writes does so before it gives its first row.
        cursor.counts.rows_written = self.connection().total_changes() - changes;
        Ok(cursor)
    }
}

impl Running {
    fn start(statement: CachedStatement<'_>) -> Running {
        let boxed = Box::into_raw(Box::new(statement)).cast::<CachedStatement<'static>>();
        let statement = NonNull::new(boxed).expect("a box is never null");
        // SAFETY: the statement stays where it is until `drop`, which ends the rows first. It borrows from the
        // connection in the `Rc` that the cursor holds for longer than this.
        let rows = unsafe { &mut *statement.as_ptr() }.raw_query();
        Running { rows: Some(rows), statement }
    }

    fn statement(&self) -> &CachedStatement<'static> {
        // SAFETY: valid until `drop`; the rows use it only while they step, which needs `&mut self`.
        unsafe { self.statement.as_ref() }
    }
}

impl Cursor {
    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// What production says, if the statement fails on its way to the row after it. There are no more rows then.
    pub fn next_row(&mut self) -> Result<Option<Vec<Value>>, SqlError> {
        let Some(row) = self.ahead.take() else { return Ok(None) };
        self.step()?;
        Ok(Some(row))
    }

    /// The names of the columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Whether there is no other row.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.ahead.is_none()
    }

    /// What the statement did so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    fn step(&mut self) -> Result<(), SqlError> {
        let Some(running) = self.running.as_mut() else { return Ok(()) };
        let Some(rows) = running.rows.as_mut() else { return Ok(()) };
        let found = match rows.next() {
            Ok(Some(row)) => values(row).map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        if self.columns.is_empty() {
            // Only after the first step: a change of the schema may have given a kept statement other columns.
            self.columns = running.statement().column_names().map(str::to_owned).collect();
        }
        self.given += u64::from(matches!(found, Ok(Some(_))));
        let scanned = u64::try_from(running.statement().get_status(StatementStatus::FullscanStep)).unwrap_or_default();
        // A scan steps from row to row, one time less than there are rows.
        self.counts.rows_read = if scanned > 0 { scanned + 1 } else { self.given };
        match found {
            Ok(Some(row)) => self.ahead = Some(row),
            Ok(None) => self.running = None,
            Err(error) => {
                self.running = None;
                return Err(self.database.refused(Some(&error)));
            }
        }
        Ok(())
    }
}

/// Text that is not UTF-8 is made so, as in production.
fn values(row: &Row<'_>) -> rusqlite::Result<Vec<Value>> {
    let own = |value: ValueRef<'_>| match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    };
    (0..row.as_ref().column_count()).map(|index| row.get_ref(index).map(own)).collect()
}
