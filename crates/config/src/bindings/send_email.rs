//! `send_email`: a binding that sends mail.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// A binding that sends mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendEmail {
    /// The name the Worker sees.
    pub name: String,
    /// The only address mail may go to.
    pub destination_address: Option<String>,
    /// The addresses mail may go to.
    pub allowed_destination_addresses: Option<Vec<String>>,
    /// The addresses mail may come from.
    pub allowed_sender_addresses: Option<Vec<String>>,
}

impl Item for SendEmail {
    const KEY: &'static str = "send_email";
    const NAME: &'static str = "name";
    const LOCALITY: Locality = Locality::LocalOrRemote;

    fn parse(section: &Section) -> Option<SendEmail> {
        let name = section.binding_string("name");
        let destination_address = section.binding_optional("destination_address");
        let allowed = section.strings("allowed_destination_addresses");
        if destination_address.is_some() && allowed.is_some() {
            section.notes.error(
                section.span,
                format!(
                    "\"{}\" bindings should have either a \"destination_address\" or \"allowed_destination_addresses\" \
                     field, but not both.",
                    section.path
                ),
            );
        }
        Some(SendEmail {
            name: name?,
            destination_address,
            allowed_destination_addresses: allowed,
            allowed_sender_addresses: section.strings("allowed_sender_addresses"),
        })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        let shown = self.destination_address.clone().or_else(|| Some(self.allowed_destination_addresses.as_ref()?.join(", ")));
        let shown = shown.unwrap_or_else(|| "unrestricted".to_owned());
        Binding { local_id: self.name.clone(), ..row::<SendEmail>(kind, &self.name, &shown) }
    }
}
