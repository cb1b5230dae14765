//! What other isolates want of this one, until its driver delivers it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use tokio::sync::oneshot;

use crate::context::{IoContext, Waiting};
use crate::host::Host;

use super::callee::Entry;
use super::line::{CONTEXT_OVER, Line};
use super::message::{Message, Reply};

/// The first number of a line that came with a message; JavaScript numbers those of its own calls from 1.
const FIRST_ARRIVED: u32 = 1 << 30;

/// One thing to do for another isolate.
pub(crate) enum Delivery {
    Call(Box<Call>),
    /// Nobody holds this object any more.
    Release {
        io: u32,
        export: u32,
        is_pipeline: bool,
    },
    /// An invocation has ended, and what it let others call is gone.
    Forget {
        io: u32,
    },
}

/// A call or the reading of a property.
pub(crate) struct Call {
    pub(crate) io: u32,
    /// The number of the call, and of the object that stands for its result.
    pub(crate) id: u32,
    pub(crate) target: Target,
    pub(crate) path: Vec<String>,
    pub(crate) arguments: Option<Message>,
}

/// Whose property it is.
pub(crate) enum Target {
    Entry(Entry),
    Export(u32),
}

/// Somebody who waits for the end of a call.
struct Expected {
    io: u32,
    reply: oneshot::Sender<Reply>,
    _waiting: Option<Waiting>,
}

/// Calls of one isolate, in both directions.
#[derive(Default)]
pub(crate) struct Calls {
    inbox: RefCell<VecDeque<Delivery>>,
    expected: RefCell<BTreeMap<u32, Expected>>,
    lines: RefCell<BTreeMap<u32, (u32, Rc<Line>)>>,
    last_export: Cell<u32>,
    last_line: Cell<u32>,
    given_up: Cell<bool>,
}

/// What others hold of one invocation.
#[derive(Default)]
pub(crate) struct Held {
    /// Objects that can be called.
    stubs: Cell<u32>,
    /// Results of calls that calls on them may still come for.
    pipelines: Cell<u32>,
    /// Calls that have not ended.
    running: Cell<u32>,
    /// The invocation exists for calls alone, and ends when nobody holds anything of it.
    pub(crate) is_session: Cell<bool>,
}

impl Held {
    pub(crate) fn hold(&self, is_pipeline: bool) {
        let count = if is_pipeline { &self.pipelines } else { &self.stubs };
        count.set(count.get() + 1);
    }

    fn release(&self, is_pipeline: bool) {
        let count = if is_pipeline { &self.pipelines } else { &self.stubs };
        count.set(count.get().saturating_sub(1));
    }

    pub(crate) fn begin(&self) {
        self.running.set(self.running.get() + 1);
    }

    fn end(&self) {
        self.running.set(self.running.get().saturating_sub(1));
    }

    /// Whether an invocation that exists for calls has to go on.
    pub(crate) fn is_needed(&self) -> bool {
        self.is_session.get() && self.stubs.get() + self.pipelines.get() + self.running.get() > 0
    }

    /// Whether anybody still holds anything.
    fn is_held(&self) -> bool {
        self.stubs.get() + self.pipelines.get() > 0
    }

    /// Whether others hold anything of it, or wait for a call.
    pub(crate) fn is_busy(&self) -> bool {
        self.stubs.get() + self.running.get() > 0
    }

    /// Whether calls may still come, so that waiting for nothing else is no sign of having hung.
    pub(crate) fn is_awaiting_calls(&self) -> bool {
        self.stubs.get() > 0 || (self.is_session.get() && self.running.get() == 0)
    }
}

impl Host {
    /// The number of an object that others can call.
    pub(crate) fn new_export(&self) -> u32 {
        let id = self.rpc.last_export.get() + 1;
        // Numbers cross into JavaScript as small integers.
        self.rpc.last_export.set(if id == i32::MAX as u32 { 0 } else { id });
        id
    }

    /// Something for the driver to deliver.
    pub(crate) fn post(&self, delivery: Delivery) {
        if self.rpc.given_up.get() {
            return;
        }
        self.rpc.inbox.borrow_mut().push_back(delivery);
        self.wake();
    }

    /// The next thing to deliver to JavaScript. A call for an invocation that has ended is refused here.
    pub(crate) fn next_delivery(&self) -> Option<Delivery> {
        loop {
            let delivery = self.rpc.inbox.borrow_mut().pop_front()?;
            match &delivery {
                Delivery::Call(call) if self.context(call.io).is_none() => {
                    self.reply(call.id, Reply::Failed(CONTEXT_OVER.to_owned()));
                }
                Delivery::Release { io, is_pipeline, .. } => {
                    let Some(context) = self.context(*io) else { continue };
                    context.rpc.release(*is_pipeline);
                    return Some(delivery);
                }
                Delivery::Call(call) => {
                    let io = call.io;
                    if let Some(delivery) = self.admitted_call(io, delivery) {
                        return Some(delivery);
                    }
                }
                Delivery::Forget { .. } => return Some(delivery),
            }
        }
    }

    /// Deliveries that were held up come before all others.
    pub(crate) fn post_again(&self, mut held: VecDeque<Delivery>) {
        let mut inbox = self.rpc.inbox.borrow_mut();
        held.append(&mut inbox);
        *inbox = held;
    }

    pub(crate) fn has_deliveries(&self) -> bool {
        !self.rpc.inbox.borrow().is_empty()
    }

    /// Remembers who waits for the end of a call.
    pub(crate) fn expect_reply(&self, (id, io): (u32, u32), reply: oneshot::Sender<Reply>, waiting: Option<Waiting>) {
        let expected = Expected { io, reply, _waiting: waiting };
        self.rpc.expected.borrow_mut().insert(id, expected);
    }

    /// Ends a call.
    pub(crate) fn reply(&self, id: u32, reply: Reply) {
        let io = self.rpc.expected.borrow().get(&id).map(|expected| expected.io);
        let Some(reply) = io.and_then(|io| self.leaving(io, id, reply)) else { return };
        let Some(expected) = self.rpc.expected.borrow_mut().remove(&id) else { return };
        if let Some(context) = self.context(expected.io) {
            context.rpc.end();
        }
        // A caller that has ended meanwhile need not know.
        let _over = expected.reply.send(reply);
        self.wake();
    }

    /// Ends the calls that an invocation was still working on.
    pub(crate) fn fail_calls(&self, io: u32, reason: &str) {
        self.end_calls(io, &|| Reply::Failed(reason.to_owned()));
    }

    /// Ends the calls that an invocation was still working on with this answer.
    pub(crate) fn end_calls(&self, io: u32, answer: &dyn Fn() -> Reply) {
        let of_it = |expected: &Expected| expected.io == io;
        let expected = self.rpc.expected.borrow();
        let ids: Vec<_> = expected.iter().filter(|(_, expected)| of_it(expected)).map(|(id, _)| *id).collect();
        drop(expected);
        for id in ids {
            self.reply(id, answer());
        }
    }

    /// Everything about calls that ends with an invocation.
    pub(crate) fn close_calls(&self, context: &IoContext) {
        self.fail_calls(context.id, CONTEXT_OVER);
        let mut lines = self.rpc.lines.borrow_mut();
        let gone: Vec<_> = lines.extract_if(.., |_, (io, _)| *io == context.id).collect();
        drop(lines);
        drop(gone);
        if context.rpc.is_held() {
            self.post(Delivery::Forget { io: context.id });
        }
    }

    /// The isolate is thrown away: nobody can be called in it any more.
    pub(crate) fn give_up_calls(&self, reason: &str) {
        self.rpc.given_up.set(true);
        for (_, expected) in self.rpc.expected.take() {
            let _over = expected.reply.send(Reply::Failed(reason.to_owned()));
        }
        drop(self.rpc.lines.take());
        self.rpc.inbox.take();
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.rpc.given_up.get()
    }

    pub(crate) fn line(&self, id: u32) -> Option<Rc<Line>> {
        self.rpc.lines.borrow().get(&id).map(|(_, line)| Rc::clone(line))
    }

    /// A line of an invocation, under the number that JavaScript has given it.
    pub(crate) fn set_line(&self, io: u32, id: u32, line: Rc<Line>) {
        self.rpc.lines.borrow_mut().insert(id, (io, line));
    }

    /// A line that came with a message; gives its number.
    pub(crate) fn add_line(&self, io: u32, line: Rc<Line>) -> u32 {
        let id = self.rpc.last_line.get().max(FIRST_ARRIVED) + 1;
        self.rpc.last_line.set(if id == i32::MAX as u32 { FIRST_ARRIVED } else { id });
        self.set_line(io, id, line);
        id
    }

    pub(crate) fn drop_line(&self, id: u32) {
        let line = self.rpc.lines.borrow_mut().remove(&id);
        drop(line);
    }
}
