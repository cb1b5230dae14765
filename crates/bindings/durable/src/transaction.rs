//! What an object writes as one: the turns of its event loop, and transactions that it asks for.

use crate::error::DurableError;
use crate::store::{Open, Store};
use edgeemu_storage::sqlite::SqlError;

/// What is open in the database of one object.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// A transaction has begun that ends with the turn.
    is_open: bool,
    /// The transactions that were asked for, each inside of the one before it.
    asked: Vec<Asked>,
    last: u32,
    pub(crate) alarm_changed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    id: u32,
    /// It may last longer than the turn.
    is_async: bool,
}

impl Store {
    /// Whether a transaction that was asked for is open.
    #[must_use]
    pub fn is_in_transaction(&self) -> bool {
        !self.turn.borrow().asked.is_empty()
    }

    /// Whether there is anything for [`commit_turn`](Store::commit_turn) to do.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        let turn = self.turn.borrow();
        turn.is_open && !turn.asked.iter().any(|asked| asked.is_async)
    }

    /// The turn is over: what it wrote becomes durable, all of it or nothing. A transaction that goes on beyond the
    /// turn is left alone.
    ///
    /// # Errors
    /// Why nothing of it was written; the object has to be reset then.
    pub fn commit_turn(&self) -> Result<(), DurableError> {
        if !self.is_dirty() {
            return Ok(());
        }
        let done = self.commit();
        match &done {
            Ok(()) => self.output().open(),
            Err(_) => self.rollback_turn(),
        }
        done
    }

    fn commit(&self) -> Result<(), DurableError> {
        const CRITICAL: &str = "Cannot commit transaction due to an earlier SQL critical error";
        let open = self.open()?;
        if !open.sql.is_in_transaction() {
            return Err(DurableError::Sql(SqlError::Sqlite(CRITICAL.to_owned())));
        }
        let changed = std::mem::take(&mut self.turn.borrow_mut().alarm_changed);
        let alarm = if changed { self.stored_alarm()? } else { None };
        let (key, name) = (self.alarm_key(), self.name());
        if alarm.is_some() {
            self.alarms().set(&key, name.as_deref(), alarm)?;
        }
        open.sql.commit().map_err(violated)?;
        let last = self.turn.borrow().last;
        *self.turn.borrow_mut() = Turn { last, ..Turn::default() };
        if changed && alarm.is_none() {
            self.alarms().set(&key, None, None)?;
        }
        Ok(())
    }

    /// Undoes everything that is not committed, transactions that were asked for included. What waits to leave never
    /// does.
    pub fn rollback_turn(&self) {
        self.undo_turn();
        self.renew_output();
    }

    pub(crate) fn undo_turn(&self) {
        let last = self.turn.borrow().last;
        *self.turn.borrow_mut() = Turn { last, ..Turn::default() };
        let Some(open) = self.opened() else { return };
        open.forget();
        // A transaction that cannot be undone ends with the connection.
        let _ended = open.sql.rollback();
    }

    /// Begins what the turn writes, if it has not begun.
    pub(crate) fn begin_write(&self, open: &Open, confirmed: bool) -> Result<(), DurableError> {
        let mut turn = self.turn.borrow_mut();
        if !turn.is_open {
            open.sql.begin()?;
            turn.is_open = true;
        }
        // What leaves while a transaction is open belongs to the transaction, which may wait for it.
        if confirmed && !turn.asked.iter().any(|asked| asked.is_async) {
            self.output().shut();
        }
        Ok(())
    }

    pub(crate) fn begin_write_sql(&self, open: &Open) -> Result<(), SqlError> {
        self.begin_write(open, true).map_err(|error| match error {
            DurableError::Sql(error) => error,
            other => SqlError::Sqlite(other.to_string()),
        })
    }

    /// Begins a transaction inside of what is open; gives its number. `is_async`: it may last longer than the turn, so
    /// that what the turn wrote before it is committed now.
    ///
    /// # Errors
    /// What the disk says.
    pub fn begin_transaction(&self, is_async: bool) -> Result<u32, DurableError> {
        let open = self.open()?;
        if is_async && !self.is_in_transaction() {
            self.commit_turn()?;
        }
        let mut turn = self.turn.borrow_mut();
        if !turn.is_open {
            open.sql.begin()?;
            turn.is_open = true;
        }
        open.sql.savepoint(turn.asked.len() + 1)?;
        turn.last += 1;
        let id = turn.last;
        turn.asked.push(Asked { id, is_async });
        Ok(id)
    }

    /// Ends the transaction `id`: keeps what was written in it, or undoes it. One that is over stays as it is.
    ///
    /// # Errors
    /// [`DurableError::NestedTransaction`] if another one is open inside of it, or what the disk says.
    pub fn end_transaction(&self, id: u32, keep: bool) -> Result<(), DurableError> {
        let mut turn = self.turn.borrow_mut();
        let Some(place) = turn.asked.iter().position(|asked| asked.id == id) else { return Ok(()) };
        if place + 1 < turn.asked.len() {
            return Err(DurableError::NestedTransaction);
        }
        let open = self.open()?;
        let depth = turn.asked.len();
        if !open.sql.is_in_transaction() {
            // An error ended all of it; the end of the turn will say so.
            turn.asked.pop();
            return Ok(());
        }
        if keep {
            open.sql.release(depth)?;
        } else {
            open.sql.rollback_to(depth)?;
            open.forget();
        }
        turn.asked.pop();
        if turn.asked.is_empty() && keep {
            self.output().shut();
        }
        Ok(())
    }
}

/// A constraint that was deferred is the object's own fault.
fn violated(error: SqlError) -> DurableError {
    match error {
        SqlError::Sqlite(text) if text.contains("SQLITE_CONSTRAINT") => DurableError::Constraint(text),
        other => DurableError::Sql(other),
    }
}
