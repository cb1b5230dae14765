//! Bookmarks: points in the history of an object, later ones greater.

use crate::error::DurableError;
use crate::store::Store;

/// The row of `_cf_METADATA` that counts bookmarks.
const BOOKMARK_KEY: i64 = 2;

impl Store {
    /// A point in the history of this object, later than every one that was given before.
    ///
    /// # Errors
    /// What the disk says.
    pub fn current_bookmark(&self) -> Result<String, DurableError> {
        let count = self.metadata(BOOKMARK_KEY)?.unwrap_or_default();
        self.set_metadata(BOOKMARK_KEY, Some(count + 1))?;
        Ok(format!("{:08x}-{:08x}-{:08x}-{:032x}", count >> 32, count & 0xffff_ffff, 0, 0))
    }
}
