//! What a stub holds: the way to an object of another isolate, or of the same one.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use tokio::sync::oneshot;

use crate::context::Waiting;
use crate::host::Host;

use super::inbox::{Call, Delivery, Target};
use super::message::{Message, Reply};

/// What production says of a stub whose invocation has ended.
pub(crate) const CONTEXT_OVER: &str = "The execution context which hosts this callback is no longer running.";

/// An object that others can call. When the last reference is dropped, its isolate lets go of it.
pub(crate) struct Cap {
    host: Weak<Host>,
    io: u32,
    export: u32,
    is_pipeline: bool,
}

/// A call on its way to a [`Line`].
pub(crate) struct Outgoing {
    /// Names of properties, from the object to the one that is called or read.
    pub(crate) path: Vec<String>,
    /// The arguments; absent if the property is read.
    pub(crate) arguments: Option<Message>,
    pub(crate) reply: oneshot::Sender<Reply>,
    /// Where calls on the result go before it is there.
    pub(crate) pipeline: Rc<Line>,
    pub(crate) from: Rc<Host>,
    pub(crate) io: u32,
}

/// The way to an object, which may still have to be found.
pub(crate) struct Line(RefCell<State>);

enum State {
    /// Calls are sent when it is known where to, in their order.
    Waiting(Vec<Outgoing>),
    Open(Rc<Cap>),
    /// Every call gets this answer.
    Broken(Answer),
}

impl Cap {
    /// A reference to the export of an invocation.
    pub(crate) fn new(host: &Rc<Host>, io: u32, export: u32, is_pipeline: bool) -> Rc<Cap> {
        if let Some(context) = host.context(io) {
            context.rpc.hold(is_pipeline);
        }
        Rc::new(Cap { host: Rc::downgrade(host), io, export, is_pipeline })
    }

    fn call(&self, call: Outgoing) {
        match self.host.upgrade() {
            Some(host) => send(&host, self.io, Target::Export(self.export), call),
            None => call.refuse(CONTEXT_OVER),
        }
    }
}

impl Drop for Cap {
    fn drop(&mut self) {
        let Some(host) = self.host.upgrade() else { return };
        host.post(Delivery::Release { io: self.io, export: self.export, is_pipeline: self.is_pipeline });
    }
}

/// Puts a call into the inbox of the isolate that it is for.
pub(crate) fn send(host: &Rc<Host>, io: u32, target: Target, call: Outgoing) {
    let Some(context) = host.context(io).filter(|_| !host.is_given_up()) else { return call.refuse(CONTEXT_OVER) };
    let id = host.new_export();
    context.rpc.begin();
    let is_own_isolate = Rc::ptr_eq(&call.from, host);
    let waiting = call.from.context(call.io).map(|caller| Waiting::new(caller, is_own_isolate));
    let Outgoing { path, arguments, reply, pipeline, .. } = call;
    host.expect_reply((id, io), reply, waiting);
    // Held before it is posted, and opened after: calls on the result come after the call.
    let result = Cap::new(host, io, id, true);
    host.post(Delivery::Call(Box::new(Call { io, id, target, path, arguments })));
    pipeline.open(result);
}

/// Makes the answer for calls that nobody is called by.
pub(crate) type Answer = Rc<dyn Fn() -> Reply>;

impl Outgoing {
    /// Answers without having called anybody; calls on the result get the same answer.
    pub(crate) fn end(self, answer: &Answer) {
        self.pipeline.end_with(answer);
        // A caller that has ended meanwhile need not know.
        let _over = self.reply.send(answer());
    }

    /// Answers that there is nobody to call.
    pub(crate) fn refuse(self, reason: &str) {
        let reason = reason.to_owned();
        let answer: Answer = Rc::new(move || Reply::Failed(reason.clone()));
        self.end(&answer);
    }
}

impl Line {
    pub(crate) fn waiting() -> Rc<Line> {
        Rc::new(Line(RefCell::new(State::Waiting(Vec::new()))))
    }

    pub(crate) fn to(cap: Rc<Cap>) -> Rc<Line> {
        Rc::new(Line(RefCell::new(State::Open(cap))))
    }

    pub(crate) fn call(&self, call: Outgoing) {
        let mut state = self.0.borrow_mut();
        match &mut *state {
            State::Waiting(calls) => calls.push(call),
            State::Open(cap) => {
                let cap = Rc::clone(cap);
                drop(state);
                cap.call(call);
            }
            State::Broken(answer) => {
                let answer = Rc::clone(answer);
                drop(state);
                call.end(&answer);
            }
        }
    }

    /// It is known now where calls go.
    pub(crate) fn open(&self, cap: Rc<Cap>) {
        let waiting = self.0.replace(State::Open(Rc::clone(&cap)));
        if let State::Waiting(calls) = waiting {
            for call in calls {
                cap.call(call);
            }
        }
    }

    /// Calls go nowhere from now on, and get this answer.
    pub(crate) fn end_with(&self, answer: &Answer) {
        let waiting = self.0.replace(State::Broken(Rc::clone(answer)));
        if let State::Waiting(calls) = waiting {
            for call in calls {
                call.end(answer);
            }
        }
    }
}
