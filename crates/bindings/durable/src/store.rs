//! The storage of one object.

use crate::alarms::{AlarmKey, Alarms};
use crate::durable::{Backend, Namespace};
use crate::error::DurableError;
use crate::id::ObjectId;
use crate::limits;
use crate::output::OutputGate;
use crate::stores::{OpenFile, OpenFiles};
use crate::transaction::Turn;
use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::rusqlite::{self, Connection, OptionalExtension};
use edgeemu_storage::sqlite::{
    Cursor, Guard, Place, Regulated, SqlError, SqliteOptions, describe, rusqlite::types::Value,
};
use edgeemu_world::{Timestamp, World};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// The row of `_cf_METADATA` that holds the alarm, in nanoseconds since 1970.
const ALARM_KEY: i64 = 1;
const NANOS_PER_MILLI: i64 = 1_000_000;

/// The storage of one object, its alarm included. What is written in one turn is one transaction, which
/// [`commit_turn`](Store::commit_turn) ends.
#[derive(Debug)]
pub struct Store {
    namespace: Namespace,
    id: ObjectId,
    name: RefCell<Option<String>>,
    alarms: Alarms,
    database: Rc<Database>,
    pub(crate) turn: RefCell<Turn>,
    output: RefCell<OutputGate>,
    /// While the handler runs, the alarm it runs for counts as gone, but is kept until it succeeds.
    running_alarm: Cell<Option<Timestamp>>,
}

/// What a store is made from.
pub(crate) struct StoreOptions {
    pub(crate) world: World,
    pub(crate) sqlite: SqliteOptions,
    pub(crate) namespace: Namespace,
    pub(crate) id: ObjectId,
    pub(crate) name: Option<String>,
    pub(crate) alarms: Alarms,
    pub(crate) open: Rc<OpenFiles>,
}

impl Store {
    pub(crate) fn new(options: StoreOptions) -> Store {
        let database = Database {
            world: options.world,
            sqlite: options.sqlite,
            key: (Arc::clone(options.namespace.unique_key()), options.id),
            files: options.open,
            used: Rc::default(),
            open: RefCell::default(),
        };
        Store {
            namespace: options.namespace,
            id: options.id,
            name: RefCell::new(options.name),
            alarms: options.alarms,
            database: Rc::new(database),
            turn: RefCell::default(),
            output: RefCell::default(),
            running_alarm: Cell::new(None),
        }
    }

    /// The object's id.
    #[must_use]
    pub fn id(&self) -> ObjectId {
        self.id
    }

    /// The name that the object is reached by, if it was reached by one.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.name.borrow().clone()
    }

    pub(crate) fn learn_name(&self, name: Option<&str>) {
        if let Some(name) = name {
            *self.name.borrow_mut() = Some(name.to_owned());
        }
    }

    /// The namespace of the object.
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// What leaves the object waits here.
    #[must_use]
    pub fn output(&self) -> OutputGate {
        self.output.borrow().clone()
    }

    /// What waits at the gate waits in vain; what comes later has another one.
    pub(crate) fn renew_output(&self) {
        self.output.take().break_off();
    }

    pub(crate) fn alarms(&self) -> &Alarms {
        &self.alarms
    }

    /// Whose alarm this object's is.
    #[must_use]
    pub fn alarm_key(&self) -> AlarmKey {
        AlarmKey { namespace: Arc::clone(self.namespace.unique_key()), object: self.id.to_string() }
    }

    pub(crate) fn open(&self) -> Result<Rc<Open>, DurableError> {
        self.database.open().map_err(DurableError::Storage)
    }

    /// What is open already, without opening anything.
    pub(crate) fn opened(&self) -> Option<Rc<Open>> {
        self.database.open.borrow().clone()
    }

    /// Runs SQL: every statement but the last to its end, the last up to its first row.
    ///
    /// # Errors
    /// What production says.
    pub fn exec(&self, sql: &str, params: &[Value]) -> Result<Cursor, DurableError> {
        if self.namespace.backend() == Backend::KeyValue {
            return Err(DurableError::NoSql);
        }
        let open = self.open()?;
        open.sql.guard(&Guard { instructions: Some(limits::INSTRUCTIONS), ..Guard::default() })?;
        Ok(open.sql.cursor(sql, params, &mut || self.begin_write_sql(&open))?)
    }

    /// How much of the database is in use, in bytes.
    ///
    /// # Errors
    /// What production says.
    pub fn database_size(&self) -> Result<u64, DurableError> {
        if self.namespace.backend() == Backend::KeyValue {
            return Err(DurableError::NoSql);
        }
        Ok(self.open()?.sql.used_bytes()?)
    }

    /// Removes everything at once; with the alarm if `alarm_too`. No cursor may be open.
    ///
    /// # Errors
    /// [`DurableError::DeleteAllInTransaction`], or what the disk says.
    pub fn delete_all(&self, alarm_too: bool) -> Result<(), DurableError> {
        if self.is_in_transaction() {
            return Err(DurableError::DeleteAllInTransaction);
        }
        let open = self.open()?;
        let alarm = self.metadata(ALARM_KEY)?;
        // Whatever the turn wrote is about to go.
        self.undo_turn();
        open.sql.reset()?;
        self.output().open();
        let key = self.alarm_key();
        if alarm.is_some() && !alarm_too {
            self.set_metadata(ALARM_KEY, alarm)?;
            self.turn.borrow_mut().alarm_changed = true;
        } else if self.alarms.time_of(&key).is_some() {
            self.alarms.set(&key, None, None)?;
        }
        Ok(())
    }

    /// When the alarm is set for. The one whose handler is running is gone.
    ///
    /// # Errors
    /// What the disk says.
    pub fn alarm(&self) -> Result<Option<Timestamp>, DurableError> {
        if self.running_alarm.get().is_some() {
            return Ok(None);
        }
        Ok(self.metadata(ALARM_KEY)?.map(|nanos| Timestamp::from_millis(nanos / NANOS_PER_MILLI)))
    }

    /// Sets the alarm to `millis` since 1970; a time that is over is now. `None` removes it.
    ///
    /// # Errors
    /// What production says about a time that cannot be, or what the disk says.
    pub fn set_alarm(&self, millis: Option<f64>) -> Result<(), DurableError> {
        let time = millis.map(|millis| alarm_time(millis, self.database.world.clock().now())).transpose()?;
        self.running_alarm.set(None);
        self.set_metadata(ALARM_KEY, time.map(|time| time.as_millis() * NANOS_PER_MILLI))?;
        self.turn.borrow_mut().alarm_changed = true;
        Ok(())
    }

    /// The handler is about to run: true if there is an alarm that is due.
    ///
    /// # Errors
    /// What the disk says.
    pub fn begin_alarm(&self) -> Result<Option<Timestamp>, DurableError> {
        let alarm = self.alarm()?.filter(|time| *time <= self.database.world.clock().now());
        self.running_alarm.set(alarm);
        Ok(alarm)
    }

    /// The handler has run. If it failed the alarm is still there, unless it was set again or `for_good`.
    ///
    /// # Errors
    /// What the disk says.
    pub fn end_alarm(&self, for_good: bool) -> Result<(), DurableError> {
        if self.running_alarm.take().is_some() && for_good {
            self.set_metadata(ALARM_KEY, None)?;
        }
        Ok(())
    }

    /// The alarm that the storage holds, whether or not its handler runs.
    pub(crate) fn stored_alarm(&self) -> Result<Option<Timestamp>, DurableError> {
        Ok(self.metadata(ALARM_KEY)?.map(|nanos| Timestamp::from_millis(nanos / NANOS_PER_MILLI)))
    }

    pub(crate) fn metadata(&self, key: i64) -> Result<Option<i64>, DurableError> {
        let open = self.open()?;
        if !open.has_table(&open.has_metadata, "_cf_METADATA")? {
            return Ok(None);
        }
        open.trusted(|connection| {
            connection.prepare_cached(&open.statements.metadata)?.query_row([key], |row| row.get(0)).optional()
        })
    }

    pub(crate) fn set_metadata(&self, key: i64, value: Option<i64>) -> Result<(), DurableError> {
        const TABLE: &str = "CREATE TABLE IF NOT EXISTS _cf_METADATA (key INTEGER PRIMARY KEY, value BLOB)";
        let open = self.open()?;
        if value.is_none() && !open.has_table(&open.has_metadata, "_cf_METADATA")? {
            return Ok(());
        }
        self.begin_write(&open, true)?;
        open.trusted(|connection| {
            if open.has_metadata.get() != Some(true) {
                connection.execute(TABLE, [])?;
                open.has_metadata.set(Some(true));
            }
            match value {
                Some(value) => connection.prepare_cached(&open.statements.set_metadata)?.execute([key, value]),
                None => connection.prepare_cached(&open.statements.remove_metadata)?.execute([key]),
            }
        })?;
        Ok(())
    }

    /// Closes the database unless something is under way in it; it is opened again when it is needed.
    pub fn rest(&self) -> bool {
        self.database.close()
    }
}

fn alarm_time(millis: f64, now: Timestamp) -> Result<Timestamp, DurableError> {
    if millis.is_nan() {
        return Err(DurableError::AlarmNotDate);
    }
    if millis <= 0.0 {
        return Err(DurableError::AlarmNotPositive);
    }
    if millis > limits::ALARM_MAX_MS {
        return Err(DurableError::AlarmTooLate);
    }
    #[allow(clippy::cast_possible_truncation, reason = "checked to be a time of this era")]
    Ok(Timestamp::from_millis(millis as i64).max(now))
}

/// The file of one object, open or not.
#[derive(Debug)]
pub(crate) struct Database {
    world: World,
    sqlite: SqliteOptions,
    key: (Arc<str>, ObjectId),
    files: Rc<OpenFiles>,
    used: Rc<Cell<u64>>,
    open: RefCell<Option<Rc<Open>>>,
}

impl Database {
    fn open(self: &Rc<Self>) -> Result<Rc<Open>, StorageError> {
        self.used.set(self.files.tick());
        if let Some(open) = self.open.borrow().as_ref() {
            return Ok(Rc::clone(open));
        }
        if self.sqlite.place != Place::Memory {
            let file = OpenFile { store: Rc::downgrade(self), used: Rc::clone(&self.used) };
            self.files.add(self.key.clone(), file);
        }
        let open = Rc::new(Open::new(Regulated::open(&self.world, &self.sqlite)?));
        *self.open.borrow_mut() = Some(Rc::clone(&open));
        Ok(open)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.borrow().is_some()
    }

    /// Closes the file; false if something is under way in it. Data in memory would be lost, so that stays.
    pub(crate) fn close(&self) -> bool {
        let mut open = self.open.borrow_mut();
        let is_busy = open.as_ref().is_some_and(|open| Rc::strong_count(open) > 1 || open.is_busy());
        if is_busy || self.sqlite.place == Place::Memory {
            return false;
        }
        *open = None;
        true
    }
}

/// A database that is open.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) sql: Rc<Regulated>,
    pub(crate) statements: Statements,
    /// Whether the tables are there, as far as that is known.
    pub(crate) has_kv: Cell<Option<bool>>,
    pub(crate) has_metadata: Cell<Option<bool>>,
}

/// Our own statements, in texts that no Worker can write.
#[derive(Debug)]
pub(crate) struct Statements {
    pub(crate) get: String,
    pub(crate) put: String,
    pub(crate) delete: String,
    metadata: String,
    set_metadata: String,
    remove_metadata: String,
}

impl Open {
    fn new(sql: Regulated) -> Open {
        let statements = Statements {
            get: sql.own("SELECT value FROM _cf_KV WHERE key = ?"),
            put: sql.own("INSERT INTO _cf_KV VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"),
            delete: sql.own("DELETE FROM _cf_KV WHERE key = ?"),
            metadata: sql.own("SELECT value FROM _cf_METADATA WHERE key = ?"),
            set_metadata: sql.own("INSERT OR REPLACE INTO _cf_METADATA VALUES (?, ?)"),
            remove_metadata: sql.own("DELETE FROM _cf_METADATA WHERE key = ?"),
        };
        Open { sql: Rc::new(sql), statements, has_kv: Cell::new(None), has_metadata: Cell::new(None) }
    }

    /// A cursor holds the connection, and a transaction is in it.
    fn is_busy(&self) -> bool {
        Rc::strong_count(&self.sql) > 1 || self.sql.is_in_transaction()
    }

    /// What is known about tables is not true any more.
    pub(crate) fn forget(&self) {
        self.has_kv.set(None);
        self.has_metadata.set(None);
    }

    pub(crate) fn has_table(&self, known: &Cell<Option<bool>>, name: &str) -> Result<bool, DurableError> {
        const FIND: &str = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";
        if let Some(known) = known.get() {
            return Ok(known);
        }
        let found = self.trusted(|connection| connection.query_row(FIND, [name], |_| Ok(())).optional())?.is_some();
        known.set(Some(found));
        Ok(found)
    }

    pub(crate) fn trusted<T>(&self, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, DurableError> {
        self.sql.trusted(run).map_err(|error| DurableError::Sql(SqlError::Sqlite(describe(&error))))
    }
}
