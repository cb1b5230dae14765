//! The file system that SQLite stands on, with the world's clock in it.
//!
//! SQLite asks its file system what time it is, so `datetime('now')` and `CURRENT_TIMESTAMP` go by the world when that
//! one answer is replaced. Everything else is the system's own.
#![allow(unsafe_code, reason = "SQLite takes a file system as a table of C functions, and in no other way")]

use crate::error::StorageError;
use edgeemu_world::Clock;
use rusqlite::ffi;
use std::ffi::{CStr, CString, c_int};
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// The Julian day of 1970-01-01T00:00:00Z, in milliseconds, as SQLite counts.
const EPOCH_JULIAN_MS: i64 = 210_866_760_000_000;

/// A file system that is registered with SQLite until it is dropped. It has to outlive the connections that use it.
pub(super) struct WorldVfs {
    parts: *mut Parts,
}

/// What SQLite gets a pointer to: it knows the first field alone.
#[repr(C)]
struct Parts {
    vfs: ffi::sqlite3_vfs,
    clock: Clock,
    name: CString,
}

// SAFETY: the parts are not changed after registration but by SQLite, under its own lock, and `Clock` is `Send + Sync`.
unsafe impl Send for WorldVfs {}

impl WorldVfs {
    pub(super) fn register(clock: Clock) -> Result<WorldVfs, StorageError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = CString::new(format!("edgeemu-{}", COUNT.fetch_add(1, Ordering::Relaxed)))
            .expect("a name of letters and digits has no zero byte");
        // SAFETY: asks for the default file system, which lives as long as the process; null is checked below.
        let default = unsafe { ffi::sqlite3_vfs_find(std::ptr::null()) };
        if default.is_null() {
            return Err(refused("SQLite has no file system on this machine"));
        }
        // SAFETY: not null, and SQLite does not change the entries that are copied here.
        let mut vfs = unsafe { *default };
        vfs.pNext = std::ptr::null_mut();
        vfs.zName = name.as_ptr();
        vfs.xCurrentTimeInt64 = Some(now);
        vfs.xCurrentTime = Some(now_in_days);
        let parts = Box::into_raw(Box::new(Parts { vfs, clock, name }));
        // SAFETY: the pointer stays valid until `drop` takes it back from SQLite.
        let code = unsafe { ffi::sqlite3_vfs_register(parts.cast(), 0) };
        let registered = WorldVfs { parts };
        if code == ffi::SQLITE_OK { Ok(registered) } else { Err(refused("SQLite takes no other file system")) }
    }

    pub(super) fn name(&self) -> &CStr {
        // SAFETY: valid until `drop`, which the borrow of `self` excludes.
        unsafe { &(*self.parts).name }
    }
}

impl Drop for WorldVfs {
    fn drop(&mut self) {
        // SAFETY: `parts` came from `Box::into_raw` and nobody uses it any more: SQLite is told first, and the
        // connections that used it are closed, as their owner promises by the order of its fields.
        unsafe {
            ffi::sqlite3_vfs_unregister(self.parts.cast());
            drop(Box::from_raw(self.parts));
        }
    }
}

impl fmt::Debug for WorldVfs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("WorldVfs").field(&self.name()).finish()
    }
}

fn refused(reason: &str) -> StorageError {
    StorageError::Sqlite { place: PathBuf::new(), reason: reason.to_owned() }
}

unsafe extern "C" fn now(vfs: *mut ffi::sqlite3_vfs, time: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite passes the pointer that was registered, and a place for the answer.
    unsafe { *time = julian_ms(vfs) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn now_in_days(vfs: *mut ffi::sqlite3_vfs, time: *mut f64) -> c_int {
    const DAY_MS: f64 = 86_400_000.0;
    // SAFETY: as above.
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of this era are exact")]
    unsafe {
        *time = julian_ms(vfs) as f64 / DAY_MS;
    };
    ffi::SQLITE_OK
}

/// # Safety
/// `vfs` is the first field of registered [`Parts`].
unsafe fn julian_ms(vfs: *mut ffi::sqlite3_vfs) -> i64 {
    // SAFETY: the caller's promise, and `Parts` begins with the field that SQLite knows.
    let parts = unsafe { &*vfs.cast::<Parts>() };
    parts.clock.now().as_millis() + EPOCH_JULIAN_MS
}
