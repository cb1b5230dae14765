//! `analytics_engine_datasets`: a dataset of Workers Analytics Engine.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// A dataset of Workers Analytics Engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnalyticsEngineDataset {
    /// The name the Worker sees.
    pub binding: String,
    /// The dataset; the binding name when absent.
    pub dataset: Option<String>,
}

impl Item for AnalyticsEngineDataset {
    const KEY: &'static str = "analytics_engine_datasets";
    const LOCALITY: Locality = Locality::LocalOnly("Analytics Engine");

    fn parse(section: &Section) -> Option<AnalyticsEngineDataset> {
        let binding = section.binding_string("binding");
        let fields = AnalyticsEngineDataset {
            binding: String::new(),
            dataset: section.binding_optional("dataset"),
        };
        Some(AnalyticsEngineDataset { binding: binding?, ..fields })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<AnalyticsEngineDataset>(kind, &self.binding, self.dataset.as_deref().unwrap_or(&self.binding))
    }
}
