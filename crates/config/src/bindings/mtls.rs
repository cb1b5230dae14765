//! `mtls_certificates`: a client certificate for outgoing requests.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// A client certificate for outgoing requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MtlsCertificate {
    /// The name the Worker sees.
    pub binding: String,
    /// The certificate.
    pub certificate_id: String,
}

impl Item for MtlsCertificate {
    const KEY: &'static str = "mtls_certificates";
    const LOCALITY: Locality = Locality::RemoteOnly("mTLS Certificate");

    fn parse(section: &Section) -> Option<MtlsCertificate> {
        let binding = section.binding_string("binding");
        let fields = MtlsCertificate {
            binding: String::new(),
            certificate_id: section.binding_string("certificate_id")?,
        };
        Some(MtlsCertificate { binding: binding?, ..fields })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<MtlsCertificate>(kind, &self.binding, &self.certificate_id)
    }
}
