//! Who decides in one isolate: writes down what is asked for, and lets nothing happen by itself.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use edgeemu_runtime::{Asked, Director, OpKey};
use edgeemu_world::{Rng, SIMULATED_START, Timestamp};

/// What happened at the desk.
pub(super) enum Note {
    Asked(OpKey, Box<Asked>),
    Cancelled(OpKey),
}

/// The desk of one isolate.
pub(super) struct Desk {
    now: Cell<Timestamp>,
    notes: RefCell<Vec<Note>>,
    chance: Rng,
    /// What the invocation that begins next is called.
    label: RefCell<Rc<str>>,
    streams: RefCell<BTreeMap<u32, Rng>>,
}

impl Desk {
    pub(super) fn new(chance: Rng) -> Desk {
        Desk {
            now: Cell::new(SIMULATED_START),
            notes: RefCell::default(),
            chance,
            label: RefCell::new("".into()),
            streams: RefCell::default(),
        }
    }

    /// Begins a run: what is left of the one before is forgotten.
    pub(super) fn clear(&self) {
        self.now.set(SIMULATED_START);
        self.notes.take();
        self.streams.take();
    }

    pub(super) fn show(&self, now: Timestamp) {
        self.now.set(now);
    }

    /// What the invocation that begins now is called. Its chance depends on that alone, not on what others drew.
    pub(super) fn name_next(&self, label: &Rc<str>) {
        self.label.replace(Rc::clone(label));
    }

    pub(super) fn take(&self) -> Vec<Note> {
        self.notes.take()
    }
}

impl Director for Desk {
    fn now(&self) -> Timestamp {
        self.now.get()
    }

    fn begin(&self, invocation: u32) {
        let chance = self.chance.fork(&self.label.borrow());
        self.streams.borrow_mut().insert(invocation, chance);
    }

    fn announce(&self, op: OpKey, asked: Asked) {
        self.notes.borrow_mut().push(Note::Asked(op, Box::new(asked)));
    }

    fn cancel(&self, op: OpKey) {
        self.notes.borrow_mut().push(Note::Cancelled(op));
    }

    fn random(&self, invocation: u32) -> Rng {
        let mut streams = self.streams.borrow_mut();
        streams.entry(invocation).or_insert_with(|| self.chance.fork("")).clone()
    }
}
