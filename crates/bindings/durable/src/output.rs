//! The output gate of one object: what leaves it waits until what it wrote is durable.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Shut from a write until it is durable. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct OutputGate {
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
struct State {
    is_shut: bool,
    /// A write failed: nothing leaves any more.
    is_broken: bool,
    waiting: Vec<Waker>,
}

impl OutputGate {
    /// Something was written that is not durable yet.
    pub fn shut(&self) {
        self.state.borrow_mut().is_shut = true;
    }

    /// Everything that was written is durable.
    pub fn open(&self) {
        let mut state = self.state.borrow_mut();
        state.is_shut = false;
        state.waiting.drain(..).for_each(Waker::wake);
    }

    /// A write failed.
    pub fn break_off(&self) {
        self.state.borrow_mut().is_broken = true;
        self.open();
    }

    /// Whether what leaves now has to wait.
    #[must_use]
    pub fn is_shut(&self) -> bool {
        self.state.borrow().is_shut
    }

    /// Ready when what was written so far is durable: true, or false if it never will be.
    #[must_use]
    pub fn passed(&self) -> Waiting {
        Waiting { gate: self.clone() }
    }
}

/// Waits at an [`OutputGate`].
#[derive(Debug)]
pub struct Waiting {
    gate: OutputGate,
}

impl Future for Waiting {
    type Output = bool;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        let mut state = self.gate.state.borrow_mut();
        if !state.is_shut || state.is_broken {
            return Poll::Ready(!state.is_broken);
        }
        state.waiting.push(context.waker().clone());
        Poll::Pending
    }
}
