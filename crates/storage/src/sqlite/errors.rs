//! What SQLite says, in the form in which Cloudflare's runtime passes it on.

use rusqlite::Error;
use rusqlite::ffi;
use std::ffi::c_int;

/// `<message>[ at offset N]: <CODE>[ (extended: <CODE>)]`: what D1 and Durable Objects show of an error of SQLite.
#[must_use]
pub fn describe(error: &Error) -> String {
    let (failure, message, offset) = match error {
        Error::SqliteFailure(failure, message) => (failure, message.as_deref(), -1),
        Error::SqlInputError { error, msg, offset, .. } => (error, Some(msg.as_str()), *offset),
        other => return other.to_string(),
    };
    let mut text = message.map_or_else(|| failure.to_string(), str::to_owned);
    if offset >= 0 {
        text.push_str(&format!(" at offset {offset}"));
    }
    let (primary, extended) = (failure.extended_code & 0xff, failure.extended_code);
    text.push_str(&format!(": {}", code_name(primary)));
    if extended != primary {
        text.push_str(&format!(" (extended: {})", code_name(extended)));
    }
    text
}

/// The name of a result code as SQLite's header has it; `SQLITE_ERROR` for one that is not known.
#[must_use]
pub fn code_name(code: c_int) -> &'static str {
    NAMES.iter().find(|(known, _)| *known == code).map_or("SQLITE_ERROR", |(_, name)| name)
}

macro_rules! names {
    ($($name:ident)*) => { &[$((ffi::$name, stringify!($name))),*] };
}

const NAMES: &[(c_int, &str)] = names! {
    SQLITE_OK SQLITE_ERROR SQLITE_INTERNAL SQLITE_PERM SQLITE_ABORT SQLITE_BUSY SQLITE_LOCKED SQLITE_NOMEM
    SQLITE_READONLY SQLITE_INTERRUPT SQLITE_IOERR SQLITE_CORRUPT SQLITE_NOTFOUND SQLITE_FULL SQLITE_CANTOPEN
    SQLITE_PROTOCOL SQLITE_EMPTY SQLITE_SCHEMA SQLITE_TOOBIG SQLITE_CONSTRAINT SQLITE_MISMATCH SQLITE_MISUSE
    SQLITE_NOLFS SQLITE_AUTH SQLITE_FORMAT SQLITE_RANGE SQLITE_NOTADB SQLITE_NOTICE SQLITE_WARNING SQLITE_ROW
    SQLITE_DONE SQLITE_ERROR_MISSING_COLLSEQ SQLITE_ERROR_RETRY SQLITE_ERROR_SNAPSHOT SQLITE_IOERR_READ
    SQLITE_IOERR_SHORT_READ SQLITE_IOERR_WRITE SQLITE_IOERR_FSYNC SQLITE_IOERR_DIR_FSYNC SQLITE_IOERR_TRUNCATE
    SQLITE_IOERR_FSTAT SQLITE_IOERR_UNLOCK SQLITE_IOERR_RDLOCK SQLITE_IOERR_DELETE SQLITE_IOERR_NOMEM
    SQLITE_IOERR_ACCESS SQLITE_IOERR_CHECKRESERVEDLOCK SQLITE_IOERR_LOCK SQLITE_IOERR_CLOSE SQLITE_IOERR_SHMOPEN
    SQLITE_IOERR_SHMSIZE SQLITE_IOERR_SHMLOCK SQLITE_IOERR_SHMMAP SQLITE_IOERR_MMAP SQLITE_IOERR_CORRUPTFS
    SQLITE_LOCKED_SHAREDCACHE SQLITE_BUSY_RECOVERY SQLITE_BUSY_SNAPSHOT SQLITE_BUSY_TIMEOUT SQLITE_CANTOPEN_NOTEMPDIR
    SQLITE_CANTOPEN_ISDIR SQLITE_CANTOPEN_FULLPATH SQLITE_CORRUPT_VTAB SQLITE_CORRUPT_SEQUENCE SQLITE_CORRUPT_INDEX
    SQLITE_READONLY_RECOVERY SQLITE_READONLY_CANTLOCK SQLITE_READONLY_ROLLBACK SQLITE_READONLY_DBMOVED
    SQLITE_READONLY_CANTINIT SQLITE_READONLY_DIRECTORY SQLITE_ABORT_ROLLBACK SQLITE_CONSTRAINT_CHECK
    SQLITE_CONSTRAINT_COMMITHOOK SQLITE_CONSTRAINT_FOREIGNKEY SQLITE_CONSTRAINT_FUNCTION SQLITE_CONSTRAINT_NOTNULL
    SQLITE_CONSTRAINT_PRIMARYKEY SQLITE_CONSTRAINT_TRIGGER SQLITE_CONSTRAINT_UNIQUE SQLITE_CONSTRAINT_VTAB
    SQLITE_CONSTRAINT_ROWID SQLITE_CONSTRAINT_PINNED SQLITE_CONSTRAINT_DATATYPE SQLITE_AUTH_USER
};
