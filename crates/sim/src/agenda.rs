//! What is going to happen in a run, in the order of the boring one.

use super::operation::OpId;
use edgeemu_world::Timestamp;
use std::rc::Rc;

/// Something that is going to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A request of the workload comes in.
    Arrive(usize),
    /// An operation reaches what it is about.
    Effect(OpId),
    /// Its answer reaches the Worker.
    Answer(OpId),
    /// A message is delivered.
    Deliver(usize),
    /// Time that a step waits for has passed.
    Tick,
    /// Time that a script waits for has passed; the number is the script's.
    Passed(u32),
}

/// An event that can happen, as strategies see it.
#[derive(Clone, Debug)]
pub struct Pending {
    pub(crate) due: Timestamp,
    /// What it belongs to: the boring run finishes one chain before it goes on with the next.
    pub(crate) chain: u32,
    pub(crate) event: Event,
    pub(crate) name: Rc<str>,
    /// How many events had happened when it came to be.
    pub(crate) since: u32,
    order: u32,
    /// The last event that went first although this one could have.
    pub(crate) overtaken_by: Option<Rc<str>>,
}

impl Pending {
    /// What plans call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it belongs to: a request with all it asks for, or a message.
    #[must_use]
    pub fn chain(&self) -> u32 {
        self.chain
    }
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agenda {
    /// Sorted by due time, chain, and age.
    pending: Vec<Pending>,
    added: u32,
}

impl Agenda {
    pub(crate) fn add(&mut self, (due, chain): (Timestamp, u32), event: Event, (name, since): (Rc<str>, u32)) {
        self.added += 1;
        let pending = Pending { due, chain, event, name, since, order: self.added, overtaken_by: None };
        let key = |pending: &Pending| (pending.due, pending.chain, pending.order);
        let at = self.pending.partition_point(|other| key(other) < key(&pending));
        self.pending.insert(at, pending);
    }

    /// Takes away what is left of an operation that nobody waits for.
    pub(crate) fn cancel(&mut self, op: OpId) {
        self.pending.retain(|pending| pending.event != Event::Effect(op) && pending.event != Event::Answer(op));
    }

    /// What can happen at `now`, the boring one first.
    pub(crate) fn enabled(&self, now: Timestamp) -> &[Pending] {
        &self.pending[..self.pending.partition_point(|pending| pending.due <= now)]
    }

    /// When the next thing becomes possible after `now`.
    pub(crate) fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        self.pending.get(self.enabled(now).len()).map(|pending| pending.due)
    }

    /// Lets the one at `index` happen; it overtakes those before it.
    pub(crate) fn take(&mut self, index: usize) -> Pending {
        let taken = self.pending.remove(index);
        for overtaken in &mut self.pending[..index] {
            overtaken.overtaken_by = Some(Rc::clone(&taken.name));
        }
        taken
    }
}
