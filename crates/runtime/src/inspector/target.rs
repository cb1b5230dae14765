//! Where a debugger attaches: one place for each Worker and location, reachable from every thread.
//!
//! What a debugger says waits here until the isolate's thread takes it: between two turns, in the middle of running
//! JavaScript (V8 is asked for an interrupt), or while the thread stands still at a breakpoint.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use deno_core::futures::task::AtomicWaker;
use deno_core::v8;
use tokio::sync::{mpsc, oneshot};

use super::inspection;

/// What a target is made from.
#[derive(Clone, Debug, Default)]
pub struct TargetOptions {
    /// Its name, which is the path of its address: `shop`, or `shop@SFO` in a location other than the first.
    pub name: String,
    /// URL of the folder that sources of source maps are relative to, with a slash at its end.
    pub sources: Option<String>,
    /// The first isolate waits before its first line until a debugger lets it go on.
    pub waits: bool,
}

/// A place where one debugger at a time attaches to whatever isolate runs there.
#[derive(Debug)]
pub struct Target {
    pub(super) options: TargetOptions,
    state: Mutex<State>,
    arrived: Condvar,
    /// Whether somebody has said something. Read in every turn of an isolate.
    has_mail: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    mail: VecDeque<Mail>,
    client: Option<Client>,
    isolate: Option<Running>,
    has_waited: bool,
    is_closed: bool,
    clients_seen: u64,
}

/// What arrives for an isolate.
#[derive(Debug)]
pub(super) enum Mail {
    /// A debugger attaches; what it is told goes there.
    Connect(mpsc::UnboundedSender<String>),
    /// A message of the protocol.
    Message(String),
    /// The debugger has left.
    Disconnect,
}

#[derive(Debug)]
struct Client {
    id: u64,
    /// Dropped when the isolate is gone that the debugger was attached to.
    _stays: oneshot::Sender<()>,
}

/// The isolate that runs, and how its thread is woken.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) key: usize,
    pub(super) isolate: v8::IsolateHandle,
    pub(super) driver: Arc<AtomicWaker>,
}

/// Another debugger is attached already.
#[derive(Debug, thiserror::Error)]
#[error("Too many clients; only one can be connected at a time")]
pub struct Busy;

/// A debugger that is attached. Dropping it detaches it, and whatever stood at a breakpoint goes on.
#[derive(Debug)]
pub struct Attached {
    target: Arc<Target>,
    id: u64,
    /// What it is told: one message of the protocol each. Ends when the target is closed.
    pub messages: mpsc::UnboundedReceiver<String>,
    /// Ready when the isolate is gone, for example because the Worker was built again.
    pub gone: oneshot::Receiver<()>,
}

impl Target {
    /// A target without an isolate so far.
    #[must_use]
    pub fn new(options: TargetOptions) -> Arc<Target> {
        Arc::new(Target { options, state: Mutex::default(), arrived: Condvar::new(), has_mail: AtomicBool::new(false) })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.options.name
    }

    /// Attaches a debugger. What it says before there is an isolate is heard by the first.
    ///
    /// # Errors
    /// When another one is attached.
    pub fn attach(self: &Arc<Target>) -> Result<Attached, Busy> {
        let (sender, messages) = mpsc::unbounded_channel();
        let (stays, gone) = oneshot::channel();
        let mut state = self.state();
        if state.client.is_some() || state.is_closed {
            return Err(Busy);
        }
        state.clients_seen += 1;
        let id = state.clients_seen;
        state.client = Some(Client { id, _stays: stays });
        self.post(state, Mail::Connect(sender));
        Ok(Attached { target: Arc::clone(self), id, messages, gone })
    }

    /// Nobody attaches any more, and nothing waits for a debugger.
    pub fn close(&self) {
        self.state().is_closed = true;
        self.arrived.notify_all();
    }

    /// An isolate takes its place here; who is attached to the one before it is not attached to this one.
    pub(super) fn occupy(&self, running: Running) {
        let mut state = self.state();
        if state.isolate.is_some() {
            state.client = None;
            state.mail.clear();
        }
        state.isolate = Some(running);
    }

    /// The isolate is gone.
    pub(super) fn vacate(&self, key: usize) {
        let mut state = self.state();
        if state.isolate.as_ref().is_some_and(|running| running.key == key) {
            state.isolate = None;
            state.client = None;
            state.mail.clear();
        }
    }

    /// Whether there may be something to take. Cheap.
    pub(super) fn has_mail(&self) -> bool {
        self.has_mail.load(Ordering::Acquire)
    }

    /// The next thing for the isolate called `key`, if there is one.
    pub(super) fn take(&self, key: usize) -> Option<Mail> {
        let mut state = self.state();
        let mail = if state.is_of(key) { state.mail.pop_front() } else { None };
        self.has_mail.store(!state.mail.is_empty(), Ordering::Release);
        mail
    }

    /// Waits for the next thing; `None` when nothing will come for this isolate any more. Blocks the thread, as a
    /// breakpoint does.
    pub(super) fn wait(&self, key: usize) -> Option<Mail> {
        let mut state = self.state();
        loop {
            if state.is_closed || !state.is_of(key) {
                return None;
            }
            if let Some(mail) = state.mail.pop_front() {
                self.has_mail.store(!state.mail.is_empty(), Ordering::Release);
                return Some(mail);
            }
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether an isolate has to wait for a debugger before it starts: once.
    pub(super) fn begins_waiting(&self) -> bool {
        let mut state = self.state();
        self.options.waits && !std::mem::replace(&mut state.has_waited, true)
    }

    fn say(&self, id: u64, mail: Mail) {
        let mut state = self.state();
        if state.client.as_ref().is_none_or(|client| client.id != id) {
            return;
        }
        if matches!(mail, Mail::Disconnect) {
            state.client = None;
        }
        self.post(state, mail);
    }

    fn post(&self, mut state: MutexGuard<'_, State>, mail: Mail) {
        state.mail.push_back(mail);
        self.has_mail.store(true, Ordering::Release);
        if let Some(running) = &state.isolate {
            inspection::interrupt(&running.isolate, running.key);
            running.driver.wake();
        }
        drop(state);
        self.arrived.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_of(&self, key: usize) -> bool {
        self.isolate.as_ref().is_some_and(|running| running.key == key)
    }
}

impl Attached {
    /// Says something to the isolate: one message of the protocol.
    pub fn send(&self, message: String) {
        self.target.say(self.id, Mail::Message(message));
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.target.say(self.id, Mail::Disconnect);
    }
}
