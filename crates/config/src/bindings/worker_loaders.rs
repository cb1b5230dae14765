//! `worker_loaders`: a binding that loads Workers at run time.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// A binding that loads Workers at run time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerLoader {
    /// The name the Worker sees.
    pub binding: String,
}

impl Item for WorkerLoader {
    const KEY: &'static str = "worker_loaders";
    const LOCALITY: Locality = Locality::LocalOnly("Worker Loader");

    fn parse(section: &Section) -> Option<WorkerLoader> {
        Some(WorkerLoader { binding: section.binding_string("binding")? })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<WorkerLoader>(kind, &self.binding, "")
    }
}
