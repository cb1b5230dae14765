//! When what happens reaches an object, and when what it does leaves: its gates, and the end of its turns.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Context;

use deno_core::v8;
use edgeemu_durable::{DurableError, ROOT, Section};

use super::{ObjectState, Reset};
use crate::context::{Answer, Failure, IoContext};
use crate::host::Host;
use crate::isolate::Isolate;
use crate::report::ExceptionReport;
use crate::rpc::{Delivery, Reply};
use crate::settle::Settled;
use crate::timers::Due;

/// Something that waits for an input gate.
pub(crate) enum Held {
    Settled(u32, Settled),
    Timer(Due),
    Call(Delivery),
    /// Something at an accepted WebSocket.
    Arrival(u32),
}

/// What the objects of one isolate have in common.
#[derive(Default)]
pub(crate) struct Objects {
    /// Those that used their storage in the turn that runs.
    touched: RefCell<Vec<Rc<ObjectState>>>,
    /// Results of calls that leave when the turn is over.
    replies: RefCell<Vec<(u32, Reply)>>,
    /// Timers that were held up, and may fire now.
    released: RefCell<VecDeque<Due>>,
    /// Timers that JavaScript must forget.
    pub(crate) forgotten_timers: RefCell<Vec<u32>>,
    /// Objects that JavaScript must forget.
    dropped: RefCell<Vec<u32>>,
    /// Objects that have done something, of which it is not known yet whether they rest now.
    pub(super) stirred: RefCell<Vec<Rc<ObjectState>>>,
    /// Whose run of JavaScript comes next, or is under way.
    pub(crate) running: RefCell<Option<Rc<ObjectState>>>,
    /// The run of JavaScript was ended by `abort`, and nobody else.
    pub(crate) aborting: Cell<bool>,
}

impl IoContext {
    /// Whether this is the context of an object, and not of an event.
    pub(crate) fn is_object(&self) -> bool {
        self.object.as_ref().is_some_and(|object| object.io == self.id)
    }
}

/// The critical section that the calling JavaScript runs in. The frame is made by `runtime-js/context.js`.
pub(crate) fn current_section(scope: &mut v8::PinScope) -> Section {
    let frame = scope.get_continuation_preserved_embedder_data();
    let Ok(frame) = v8::Local::<v8::Object>::try_from(frame) else { return ROOT };
    let key = crate::settle::string(scope, "section");
    frame.get(scope, key.into()).and_then(|section| section.uint32_value(scope)).unwrap_or(ROOT)
}

/// An operation that leaves the object when what it wrote is durable, or never.
pub(crate) fn behind_gate(
    object: &Rc<ObjectState>,
    operation: Pin<Box<dyn Future<Output = Settled>>>,
) -> Pin<Box<dyn Future<Output = Settled>>> {
    let passed = object.store.output().passed();
    Box::pin(async move {
        if !passed.await {
            return std::future::pending().await;
        }
        operation.await
    })
}

impl Host {
    /// The object whose I/O context this is, as long as it lives.
    pub(crate) fn object(&self, io: u32) -> Option<Rc<ObjectState>> {
        self.context(io)?.object.clone()
    }

    /// The storage of the object is used in this turn, at whose end it is committed.
    pub(crate) fn touch(&self, object: &Rc<ObjectState>) {
        if !object.is_touched.replace(true) {
            self.objects.touched.borrow_mut().push(Rc::clone(object));
        }
    }

    /// JavaScript has run and its microtasks too: what objects wrote becomes durable.
    pub(crate) fn end_turn(&self) {
        for object in self.objects.touched.take() {
            object.is_touched.set(false);
            self.stir(&object);
            if let Err(error) = object.store.commit_turn() {
                let marks = match error {
                    DurableError::Constraint(_) => Reset::UNDONE,
                    _ => Reset::RESET,
                };
                let report = ExceptionReport::new("Error", &error.to_string());
                self.reset(&object, Failure::Reset(Box::new(Reset { report, marks })));
            }
            self.release_sends(&object);
        }
        for (id, reply) in self.objects.replies.take() {
            self.reply(id, reply);
        }
    }

    /// The result of a call, unless the object that was called has written something that is not durable yet: then it
    /// leaves at the end of the turn.
    pub(crate) fn leaving(&self, io: u32, id: u32, reply: Reply) -> Option<Reply> {
        let object = self.object(io).filter(|object| object.failure().is_none());
        if object.is_some_and(|object| object.store.output().is_shut()) {
            self.objects.replies.borrow_mut().push((id, reply));
            return None;
        }
        Some(reply)
    }

    /// A call, unless it is for an object whose input gate is shut; then it waits there.
    pub(crate) fn admitted_call(&self, io: u32, call: Delivery) -> Option<Delivery> {
        self.objects.running.take();
        let Some(object) = self.object(io) else { return Some(call) };
        if !object.gate.borrow().admits(ROOT) {
            object.held.borrow_mut().push_back(Held::Call(call));
            return None;
        }
        self.run_next(&object);
        Some(call)
    }

    /// What settles a promise, unless the promise belongs to an object whose input gate is shut; then it waits there.
    pub(crate) fn admitted(&self, id: u32, settled: Settled) -> Option<Settled> {
        self.objects.running.take();
        let owner = self.pending.borrow().get(&id).map(|pending| (pending.context, pending.section));
        let object = owner.and_then(|(context, section)| Some((self.object(context)?, section)));
        let Some((object, section)) = object else { return Some(settled) };
        if !object.gate.borrow().admits(section) {
            object.held.borrow_mut().push_back(Held::Settled(id, settled));
            return None;
        }
        self.run_next(&object);
        Some(settled)
    }

    /// The next timer that is due: first those that were held up.
    pub(crate) fn next_due(&self, cx: &mut Context<'_>) -> Option<Due> {
        let released = self.objects.released.borrow_mut().pop_front();
        released.or_else(|| self.timers.borrow_mut().poll_due(cx))
    }

    /// A timer, unless it belongs to an object whose input gate is shut. One that is held up holds up those behind it,
    /// as in production.
    pub(crate) fn admitted_timer(&self, due: Due) -> Option<Due> {
        self.objects.running.take();
        let Some(object) = self.object(due.context) else { return Some(due) };
        let section = object.timer_sections.borrow().get(&due.id).copied().unwrap_or(ROOT);
        let is_behind = object.held.borrow().iter().any(|held| matches!(held, Held::Timer(_)));
        if is_behind || !object.gate.borrow().admits(section) {
            object.held.borrow_mut().push_back(Held::Timer(due));
            return None;
        }
        if !due.repeats {
            object.timer_sections.borrow_mut().remove(&due.id);
        }
        self.run_next(&object);
        Some(due)
    }

    /// The input gate of the object is another one than before: what waits there tries again, in its order.
    pub(crate) fn gate_moved(&self, object: &ObjectState) {
        let (mut settled, mut calls, mut arrivals) = (VecDeque::new(), VecDeque::new(), VecDeque::new());
        for held in object.held.take() {
            match held {
                Held::Settled(id, value) => settled.push_back((id, value)),
                Held::Call(call) => calls.push_back(call),
                Held::Arrival(id) => arrivals.push_back(id),
                Held::Timer(due) => self.objects.released.borrow_mut().push_back(due),
            }
        }
        self.post_again(calls);
        let mut queue = self.settled.borrow_mut();
        settled.append(&mut queue);
        *queue = settled;
        drop(queue);
        let mut queue = self.arrivals.borrow_mut();
        arrivals.append(&mut queue);
        *queue = arrivals;
        drop(queue);
        object.moved.notify_waiters();
        self.wake();
    }

    /// Resets an object: what is under way in it fails, and clients of its WebSockets lose their connections.
    pub(crate) fn reset(&self, object: &ObjectState, failure: Failure) {
        if object.broken.borrow().is_none() {
            self.forget(object, failure);
            object.sockets.clear();
        }
    }

    /// Ends an instance: what is under way in it fails, and what it has not committed is undone. The WebSockets that the
    /// object keeps stay.
    pub(super) fn forget(&self, object: &ObjectState, failure: Failure) {
        if object.broken.borrow().is_some() {
            return;
        }
        *object.broken.borrow_mut() = Some(failure.clone());
        object.close_cursors();
        object.store.rollback_turn();
        object.held.take();
        object.held_sends.take();
        let contexts = self.contexts.borrow();
        let is_its = |context: &&Rc<IoContext>| context.object.as_ref().is_some_and(|its| its.io == object.io);
        let its: Vec<_> = contexts.values().filter(is_its).cloned().collect();
        drop(contexts);
        for context in its {
            context.answer(Answer::Failed(failure.clone()));
            self.end_calls(context.id, &|| Reply::Reset(failure.clone()));
            self.abandon_sinks(context.id);
            let timers = self.close(&context);
            self.objects.forgotten_timers.borrow_mut().extend(timers);
        }
        self.objects.dropped.borrow_mut().push(object.io);
        object.moved.notify_waiters();
        self.wake();
    }
}

impl Isolate {
    /// Lets JavaScript forget the objects that have ended.
    pub(crate) fn drop_objects(&self) {
        let dropped = self.host.objects.dropped.take();
        let Some(functions) = self.functions.get().filter(|_| !dropped.is_empty()) else { return };
        self.with(Some(self.now()), |runtime| {
            deno_core::scope!(scope, runtime);
            v8::tc_scope!(let scope, scope);
            for object in dropped {
                let object = v8::Integer::new_from_unsigned(scope, object).into();
                functions.drop_object.call(scope, &[object]);
            }
        });
    }
}
