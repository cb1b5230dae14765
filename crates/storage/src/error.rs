//! Why storage could not do what it was asked.

use std::io;
use std::path::PathBuf;

/// Why storage could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// Another program has the folder open.
    #[error("the state in `{}` is in use by another program{}; stop that program or choose another folder with `--persist-to`",
        dir.display(), pid.map_or_else(String::new, |pid| format!(" (process {pid})")))]
    InUse {
        /// The folder.
        dir: PathBuf,
        /// The process that has it open, if it said so.
        pid: Option<u32>,
    },
    /// The folder was written by a newer edgeemu.
    #[error("the state in `{}` has a format this version does not know: `{found}`; update edgeemu, or move the folder away to start anew", dir.display())]
    Format {
        /// The folder.
        dir: PathBuf,
        /// What its format file says.
        found: String,
    },
    /// The world has no real disk.
    #[error("state cannot be kept in `{}`: this world has its disk in memory; use storage in memory", dir.display())]
    NoDisk {
        /// The folder.
        dir: PathBuf,
    },
    /// The disk refused.
    #[error("cannot {action}: {source}")]
    Io {
        /// What was tried, for example "append to the journal".
        action: &'static str,
        /// What the system says, with the path.
        source: io::Error,
    },
    /// The table of rows refused or broke.
    #[error("cannot {action}: {reason}")]
    Rows {
        /// What was tried.
        action: &'static str,
        /// What sled says.
        reason: String,
    },
    /// A database cannot be opened.
    #[error("cannot open the database `{}`: {reason}", place.display())]
    Sqlite {
        /// The file, or `:memory:`.
        place: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// What is stored under a key cannot be understood, or the file of its value is gone.
    #[error("a stored row is damaged: {reason}; its key begins with `{key}`")]
    Damaged {
        /// The start of the key, readable.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A key or head above [`HEAD_MAX`](crate::HEAD_MAX).
    #[error("a {part} of {len} bytes exceeds the limit of {limit} bytes", limit = crate::HEAD_MAX)]
    TooLong {
        /// `key` or `head`.
        part: &'static str,
        /// Its length in bytes.
        len: usize,
    },
    /// An earlier write failed halfway and could not be undone, so that nothing may be written after it.
    #[error("the journal in `{}` is broken since a write failed: {reason}; free some disk space and start again", dir.display())]
    JournalBroken {
        /// The folder.
        dir: PathBuf,
        /// Why the write failed.
        reason: String,
    },
}

impl StorageError {
    pub(crate) fn damaged(key: &[u8], reason: impl Into<String>) -> StorageError {
        let start = &key[..key.len().min(80)];
        StorageError::Damaged { key: start.escape_ascii().to_string(), reason: reason.into() }
    }
}

/// Says what was being done when the disk refused.
pub(crate) trait While<T> {
    fn while_trying_to(self, action: &'static str) -> Result<T, StorageError>;
}

impl<T> While<T> for io::Result<T> {
    fn while_trying_to(self, action: &'static str) -> Result<T, StorageError> {
        self.map_err(|source| StorageError::Io { action, source })
    }
}
