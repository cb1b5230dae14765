//! When an object begins to rest, and what it sends on WebSockets: that waits for its output gate.

use std::rc::Rc;

use edgeemu_durable::DurableError;

use super::deliver::Held;
use super::{ObjectState, Reset};
use crate::context::{Failure, IoContext};
use crate::host::Host;
use crate::report::Level;
use crate::sockets::Arrival;

impl Host {
    /// Something happened in the object: it does not rest, or begins to rest anew.
    pub(crate) fn stir(&self, object: &Rc<ObjectState>) {
        object.last_active.set(self.world.clock().now());
        if !object.is_stirred.replace(true) {
            self.objects.stirred.borrow_mut().push(Rc::clone(object));
        }
    }

    /// JavaScript of the object runs next: if it does not end, the object does.
    pub(crate) fn run_next(&self, object: &Rc<ObjectState>) {
        self.stir(object);
        self.objects.running.replace(Some(Rc::clone(object)));
    }

    /// A run of the object took more processor time than there is: only the object ends.
    pub(crate) fn reset_overdrawn(&self, object: &ObjectState) {
        self.notice(object.io, Level::Error, DurableError::CPU_EXCEEDED);
        self.reset(object, Failure::Reset(Box::new(Reset::because(DurableError::CPU_EXCEEDED))));
    }

    /// An event of an object is over.
    pub(crate) fn event_over(&self, context: &IoContext) {
        if let Some(object) = &context.object {
            object.contexts.set(object.contexts.get().saturating_sub(1));
            self.stir(object);
        }
    }

    /// Whether nothing is under way in the object, and it waits for nothing but its next event.
    pub(super) fn is_at_rest(&self, object: &ObjectState) -> bool {
        let Some(own) = self.context(object.io) else { return true };
        object.events.get() == 0
            && object.contexts.get() <= 1
            && own.pending.get() == 0
            && !own.rpc.is_busy()
            && own.timers.borrow().is_empty()
            && object.held.borrow().is_empty()
            && object.held_sends.borrow().is_empty()
            && !self.sockets.borrow().are_heard(object.io)
    }

    /// Says of each object that did something whether it rests now.
    pub(crate) fn announce_rest(&self) {
        for object in self.objects.stirred.take() {
            object.is_stirred.set(false);
            if object.failure().is_none() && self.is_at_rest(&object) {
                (object.on_rest)();
            }
        }
    }

    /// Whether what has arrived at an accepted WebSocket may be delivered; if not it waits for the input gate.
    pub(crate) fn admits_arrival(&self, socket: u32) -> bool {
        self.objects.running.take();
        let owner = self.sockets.borrow().owner(socket);
        let object = owner.and_then(|(io, section)| Some((self.object(io)?, section)));
        let Some((object, section)) = object else { return true };
        if !object.gate.borrow().admits(section) {
            object.held.borrow_mut().push_back(Held::Arrival(socket));
            return false;
        }
        self.run_next(&object);
        true
    }

    /// Sends something on a WebSocket. What an object sends leaves it when what it wrote before is durable.
    pub(crate) fn send_from(&self, io: u32, socket: u32, message: Arrival) {
        let Some(end) = self.sockets.borrow().end(socket).cloned() else { return };
        let object = self.object(io);
        let waits =
            |object: &Rc<ObjectState>| object.store.output().is_shut() || !object.held_sends.borrow().is_empty();
        let Some(object) = object.filter(waits) else { return end.send(message) };
        object.held_sends.borrow_mut().push_back((end, message));
        // The end of this turn looks after it.
        self.touch(&object);
    }

    /// Sends what waits, or waits until it may be sent.
    pub(super) fn release_sends(&self, object: &Rc<ObjectState>) {
        let output = object.store.output();
        if !output.is_shut() {
            return object.send_held();
        }
        if object.held_sends.borrow().is_empty() || object.is_releasing.replace(true) {
            return;
        }
        let object = Rc::clone(object);
        deno_core::unsync::spawn(async move {
            let is_durable = output.passed().await;
            object.is_releasing.set(false);
            if is_durable {
                object.send_held();
            } else {
                object.held_sends.take();
            }
        });
    }
}

impl ObjectState {
    fn send_held(&self) {
        for (end, message) in self.held_sends.take() {
            end.send(message);
        }
    }
}
