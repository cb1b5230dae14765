//! One program at a time: the lock on a folder of state.

use crate::error::{StorageError, While as _};
use edgeemu_world::{FileLock, LockAttempt, World};
use std::path::Path;

const LOCK: &str = "edgeemu.lock";

/// The lock on a folder of state, ours until it is dropped or the process ends.
#[derive(Debug)]
pub struct StateLock {
    _held: FileLock,
}

impl StateLock {
    /// Locks `dir`, which is made if need be.
    ///
    /// # Errors
    /// [`StorageError::InUse`] if another program has it; [`StorageError::NoDisk`] in a world without one; otherwise
    /// what the disk says.
    pub fn take(world: &World, dir: &Path) -> Result<StateLock, StorageError> {
        let disk = world.disk();
        if disk.is_memory() {
            return Err(StorageError::NoDisk { dir: dir.to_path_buf() });
        }
        disk.create_dir_all(dir).while_trying_to("make the folder for state")?;
        let file = dir.join(LOCK);
        let attempt = || disk.try_lock(&file).while_trying_to("lock the folder for state");
        let mut attempted = attempt()?;
        let is_ours = |pid: &Option<u32>| *pid == Some(std::process::id());
        if matches!(&attempted, LockAttempt::Busy { pid } if is_ours(pid)) {
            // This process gave it back just now, but a program it was starting has a copy for a moment longer.
            disk.wait_until_unlocked(&file).while_trying_to("wait for the lock of the folder for state")?;
            attempted = attempt()?;
        }
        match attempted {
            LockAttempt::Held(held) => Ok(StateLock { _held: held }),
            LockAttempt::Busy { pid } => Err(StorageError::InUse { dir: dir.to_path_buf(), pid }),
        }
    }
}
