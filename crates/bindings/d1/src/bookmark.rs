//! Bookmarks: points in the history of a database.

use std::fmt;

/// A point in the history of a database. As text, later ones are greater.
///
/// `epoch` grows whenever the database is opened and written to, `commit` with each transaction since then; so a
/// bookmark from before a restart is older than every one after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bookmark {
    /// How often the database was opened and written to.
    pub epoch: u32,
    /// How many transactions wrote to it since then.
    pub commit: u32,
}

impl fmt::Display for Bookmark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:08x}-{:08x}-{:08x}-{:032x}", self.epoch, self.commit, 0, 0)
    }
}
