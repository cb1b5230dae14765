//! What is looked for in the history of a run.

mod effects;
mod sessions;
mod writes;

use super::anomaly::{Anomaly, Class};
use super::history::{Complaint, History, OpRecord};
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// What is demanded of the keys of a namespace that begin with a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// A client sees what it wrote itself.
    ReadYourWrites,
    /// A client never sees an older value after a newer one.
    MonotonicReads,
    /// Keys that were written one after the other are seen so.
    Causal,
    /// No read answers what was overtaken longer ago than this.
    MaxStaleness(Duration),
    /// Lists have what the store has.
    FreshLists,
}

/// What a test demands of a whole run. `Err` says what is wrong, in words for its reader.
pub type Property = Rc<dyn Fn(&History) -> Result<(), String>>;

/// Everything that is looked for.
///
/// Lost updates, writes that were acknowledged and lost, refusals that nobody noticed and writes of one invocation that
/// ended up in the wrong order fail a test by themselves. What a client saw of the age of caches fails it only where that
/// is demanded; else it is told.
#[derive(Clone, Default)]
pub struct Checks {
    expectations: Vec<(String, Expectation)>,
    properties: Vec<(String, Property)>,
    once: Vec<String>,
    waived: BTreeSet<(Class, String)>,
}

impl fmt::Debug for Checks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.properties.iter().map(|(name, _)| name).collect();
        formatter.debug_struct("Checks").field("expectations", &self.expectations).field("properties", &names).finish()
    }
}

impl Checks {
    /// Demands something of keys, named as `NAMESPACE:prefix`.
    #[must_use]
    pub fn expect(mut self, keys: &str, expectation: Expectation) -> Checks {
        self.expectations.push((keys.to_owned(), expectation));
        self
    }

    /// Demands something of every run.
    #[must_use]
    pub fn property(mut self, name: &str, holds: impl Fn(&History) -> Result<(), String> + 'static) -> Checks {
        self.properties.push((name.to_owned(), Rc::new(holds)));
        self
    }

    /// Demands that no call of `service` happens twice with the same words.
    #[must_use]
    pub fn at_most_once(mut self, service: &str) -> Checks {
        self.once.push(service.to_owned());
        self
    }

    /// Does not look for a class in keys named as `NAMESPACE:prefix`.
    #[must_use]
    pub fn waive(mut self, class: Class, keys: &str) -> Checks {
        self.waived.insert((class, keys.to_owned()));
        self
    }

    /// Everything wrong with a run, what fails it first.
    #[must_use]
    pub fn find(&self, history: &History) -> Vec<Anomaly> {
        let mut found: Vec<Anomaly> = history.complaints.iter().map(complaint).collect();
        for (name, holds) in &self.properties {
            if let Err(text) = holds(history) {
                found.push(Anomaly {
                    class: Class::Property,
                    about: name.clone(),
                    text,
                    advice: "",
                    ops: Vec::new(),
                    fails: true,
                });
            }
        }
        sessions::find(self, history, &mut found);
        writes::find(history, &mut found);
        effects::find(&self.once, history, &mut found);
        let is_waived = |anomaly: &Anomaly| {
            self.waived.iter().any(|(class, keys)| *class == anomaly.class && anomaly.about.starts_with(keys.as_str()))
        };
        found.retain(|anomaly| !is_waived(anomaly));
        found.sort_by_key(|anomaly| !anomaly.fails);
        found
    }

    /// Whether `expectation` is demanded of a key.
    fn demands(&self, about: &str, expectation: &Expectation) -> bool {
        self.expectations.iter().any(|(keys, demanded)| about.starts_with(keys.as_str()) && demanded == expectation)
    }

    /// The longest staleness that is accepted of a key, if any is demanded.
    fn staleness_max(&self, about: &str) -> Option<Duration> {
        let bounds = self.expectations.iter().filter_map(|(keys, demanded)| match demanded {
            Expectation::MaxStaleness(bound) if about.starts_with(keys.as_str()) => Some(*bound),
            _ => None,
        });
        bounds.min()
    }
}

fn complaint(complaint: &Complaint) -> Anomaly {
    let at = complaint.at.as_ref().map(|at| format!(" ({at})")).unwrap_or_default();
    Anomaly {
        class: Class::Property,
        about: complaint.name.clone(),
        text: format!("{}{at}", complaint.text),
        advice: "",
        ops: Vec::new(),
        fails: true,
    }
}

/// `NAMESPACE:key`, as expectations name it.
fn about(op: &OpRecord) -> String {
    op.operation.kv_key().map(|(namespace, key)| format!("{namespace}:{key}")).unwrap_or_default()
}
