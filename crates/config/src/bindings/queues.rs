//! `queues.producers`: a queue the Worker sends to.

use crate::bindings::{Binding, BindingKind, Item, Locality, Shape, row};
use crate::field::Section;
use crate::scope::Scope;

/// A queue the Worker sends to.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueProducer {
    /// The name the Worker sees.
    pub binding: String,
    /// The queue; the binding name when absent.
    pub queue: Option<String>,
    /// Seconds each message waits unless it says otherwise.
    pub delivery_delay_secs: Option<f64>,
}

impl QueueProducer {
    /// The name of the queue: `queue`, else the binding name.
    pub fn queue(&self) -> &str {
        self.queue.as_deref().unwrap_or(&self.binding)
    }
}

impl Item for QueueProducer {
    const KEY: &'static str = "queues";
    const LOCALITY: Locality = Locality::LocalOrRemote;

    fn parse(section: &Section) -> Option<QueueProducer> {
        let (queue, delay) = (section.binding_optional("queue"), section.number("delivery_delay"));
        Some(QueueProducer { binding: section.binding_string("binding")?, queue, delivery_delay_secs: delay })
    }

    fn sections<'a>(scope: &Scope<'a>, _shape: Shape) -> Vec<Section<'a>> {
        let Some(field) = scope.repeated(Self::KEY) else { return Vec::new() };
        let Some(section) = field.object() else { return Vec::new() };
        section.ignore(&["consumers"]);
        let producers = section.get("producers");
        section.finish();
        producers.map(|producers| producers.sections()).unwrap_or_default()
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<QueueProducer>(kind, &self.binding, self.queue())
    }
}
