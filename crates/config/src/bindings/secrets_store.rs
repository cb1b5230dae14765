//! `secrets_store_secrets`: a secret of the account-wide secrets store.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// A secret of the account-wide secrets store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretsStoreSecret {
    /// The name the Worker sees.
    pub binding: String,
    /// The store.
    pub store_id: String,
    /// The secret within the store.
    pub secret_name: String,
}

impl Item for SecretsStoreSecret {
    const KEY: &'static str = "secrets_store_secrets";
    const LOCALITY: Locality = Locality::LocalOnly("Secrets Store Secret");

    fn parse(section: &Section) -> Option<SecretsStoreSecret> {
        let binding = section.binding_string("binding");
        let fields = SecretsStoreSecret {
            binding: String::new(),
            store_id: section.worded_string("store_id", "bindings must have a string")?,
            secret_name: section.worded_string("secret_name", "bindings must have a string")?,
        };
        Some(SecretsStoreSecret { binding: binding?, ..fields })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<SecretsStoreSecret>(kind, &self.binding, &format!("{}/{}", self.store_id, self.secret_name))
    }
}
