//! What storage tells the user without failing.

use std::fmt;
use std::path::PathBuf;

/// Something the user should know; printed as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The rows could not be read. They were set aside and a fresh table was begun.
    RowsSetAside {
        /// Where the unreadable rows are now.
        moved_to: PathBuf,
        /// What was wrong with them.
        reason: String,
        /// How many of the latest changes the journal brought back.
        kept: u64,
    },
    /// The end of a journal was incomplete, as a write that was cut short leaves it. That write was never acknowledged.
    TornJournal {
        /// The journal.
        file: PathBuf,
        /// How many bytes were dropped.
        dropped: u64,
    },
    /// Writing everything down failed; it is tried again, and until then the journal keeps the writes.
    FlushFailed {
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::RowsSetAside { moved_to, reason, kept } => write!(
                formatter,
                "stored data could not be read ({reason}) and was moved to `{}`; started anew with the latest changes: {kept}",
                moved_to.display()
            ),
            Notice::TornJournal { file, dropped } => write!(
                formatter,
                "the end of `{}` was an unfinished write that was never acknowledged; bytes dropped: {dropped}",
                file.display()
            ),
            Notice::FlushFailed { reason } => {
                write!(formatter, "stored data could not be written down, the journal keeps it: {reason}")
            }
        }
    }
}
