//! Throwing data away.

use edgeemu_kv::ListOptions;

use super::archive::{StateFilter, StateKind, StatePart};
use super::{StateAccess, StateError};

impl StateAccess {
    /// Removes all data in the parts that are meant, and gives their names.
    ///
    /// # Errors
    /// When the data cannot be reached.
    pub async fn reset(&self, filter: &StateFilter) -> Result<Vec<StatePart>, StateError> {
        let parts = self.parts(filter).await?;
        for part in &parts {
            self.clear(part).await?;
        }
        Ok(parts)
    }

    /// Removes all data of one part.
    pub(crate) async fn clear(&self, part: &StatePart) -> Result<(), StateError> {
        match part.kind {
            StateKind::Kv => self.clear_pairs(&part.id).await,
            // A database that is made of nothing.
            StateKind::D1 => self.d1_restore(&part.id, std::io::empty(), 0).await,
            StateKind::R2 => {
                for object in self.r2_list(&part.id, "").await? {
                    self.r2_delete(&part.id, object["key"].as_str().unwrap_or_default()).await?;
                }
                Ok(())
            }
        }
    }

    async fn clear_pairs(&self, namespace: &str) -> Result<(), StateError> {
        loop {
            // Always the first page: the one before is gone.
            let page = self.kv_list(namespace, &ListOptions::default()).await?;
            let keys: Vec<_> = page.keys.into_iter().map(|key| key.name).collect();
            self.kv_bulk_delete(namespace, &keys).await?;
            if page.list_complete {
                return Ok(());
            }
        }
    }
}
