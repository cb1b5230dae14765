//! What an isolate knows about one object in it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use edgeemu_durable::{Cursor, InputGate, ROOT, Section, Store};
use edgeemu_world::Timestamp;
use slab::Slab;
use tokio::sync::{Mutex, Notify};

use super::ObjectOptions;
use super::deliver::Held;
use super::kept::KeptSockets;
use crate::context::Failure;
use crate::sockets::{Arrival, End};

/// One object in an isolate. All fields are for the lane's thread alone.
pub(crate) struct ObjectState {
    /// The object's I/O context.
    pub(crate) io: u32,
    pub(crate) class_name: String,
    pub(crate) store: Rc<Store>,
    pub(crate) gate: RefCell<InputGate>,
    /// Announces every change of the input gate, and the end of the object.
    pub(crate) moved: Notify,
    /// Events go in through here one after another, in their order.
    pub(crate) entrance: Mutex<()>,
    /// Statements whose rows have not been read to the end.
    pub(crate) cursors: RefCell<Slab<Cursor>>,
    /// What waits for the input gate.
    pub(super) held: RefCell<VecDeque<Held>>,
    /// The sections that timers were started in, for those that were.
    pub(crate) timer_sections: RefCell<BTreeMap<u32, Section>>,
    pub(super) broken: RefCell<Option<Failure>>,
    pub(super) is_touched: Cell<bool>,
    /// Events that have no answer yet.
    pub(super) events: Cell<u32>,
    pub(super) last_active: Cell<Timestamp>,
    /// Contexts of it that are open: its own, and one for each event.
    pub(crate) contexts: Cell<u32>,
    pub(super) is_stirred: Cell<bool>,
    /// Called when it begins to rest.
    pub(super) on_rest: Rc<dyn Fn()>,
    /// The WebSockets that it keeps while it hibernates.
    pub(crate) sockets: Rc<KeptSockets>,
    /// What it sent on WebSockets while its output gate was shut.
    pub(super) held_sends: RefCell<VecDeque<(Rc<End>, Arrival)>>,
    /// Somebody waits for the output gate to send that.
    pub(super) is_releasing: Cell<bool>,
}

impl ObjectState {
    pub(super) fn new(io: u32, options: &ObjectOptions, now: Timestamp) -> ObjectState {
        ObjectState {
            io,
            class_name: options.class_name.clone(),
            store: Rc::clone(&options.store),
            gate: RefCell::default(),
            moved: Notify::new(),
            entrance: Mutex::default(),
            cursors: RefCell::default(),
            held: RefCell::default(),
            timer_sections: RefCell::default(),
            broken: RefCell::default(),
            is_touched: Cell::new(false),
            events: Cell::new(0),
            last_active: Cell::new(now),
            contexts: Cell::new(0),
            is_stirred: Cell::new(false),
            on_rest: Rc::clone(&options.on_rest),
            sockets: Rc::clone(&options.sockets),
            held_sends: RefCell::default(),
            is_releasing: Cell::new(false),
        }
    }

    /// Why it was reset, if it was.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.broken.borrow().clone()
    }

    /// Waits until an event may be delivered.
    pub(super) async fn admitted(&self) -> Result<(), Failure> {
        loop {
            if let Some(failure) = self.failure() {
                return Err(failure);
            }
            if self.gate.borrow().admits(ROOT) {
                return Ok(());
            }
            self.moved.notified().await;
        }
    }

    /// Waits until a critical section runs.
    pub(crate) async fn begun(&self, section: Section) {
        while !self.gate.borrow().is_running(section) {
            self.moved.notified().await;
        }
    }

    pub(super) fn close_cursors(&self) {
        self.cursors.borrow_mut().clear();
    }
}
