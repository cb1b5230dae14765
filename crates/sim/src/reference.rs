//! Workers made of Rust futures: what a run is tested on without a JavaScript engine.
//!
//! They behave as JavaScript does where it matters here: an operation begins when it is called and not when it is awaited,
//! it goes on if nobody awaits it, and a handler's answer does not wait for it.

mod env;

pub use env::{Context, Kv, Outside, Queue, Table};

use super::driver::{Driver, Told, Turn};
use super::explore::Scenario;
use super::operation::{Failure, Invocation, OpId, Operation, Reply, Response, TaskId};
use super::setup::Setup;
use bytes::Bytes;
use edgeemu_world::Timestamp;
use env::Desk;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// What a handler is while it runs.
pub type Running = Pin<Box<dyn Future<Output = Result<Response, Failure>>>>;

/// A Worker: what is called for each invocation.
pub type Worker = Rc<dyn Fn(Invocation, Context) -> Running>;

/// Makes a [`Worker`] of an `async` closure. What the handler does not catch answers 500.
pub fn worker<F>(handler: impl Fn(Invocation, Context) -> F + 'static) -> Worker
where
    F: Future<Output = Result<Response, Failure>> + 'static,
{
    Rc::new(move |invocation, context| Box::pin(handler(invocation, context)))
}

/// A test of a Worker.
pub struct Story {
    name: String,
    setup: Setup,
    worker: Worker,
}

impl Story {
    /// Under this name.
    #[must_use]
    pub fn new(name: &str, setup: Setup, worker: Worker) -> Story {
        Story { name: name.to_owned(), setup, worker }
    }
}

impl Scenario for Story {
    fn name(&self) -> &str {
        &self.name
    }

    fn setup(&self) -> Setup {
        self.setup.clone()
    }

    fn driver(&self) -> Box<dyn Driver> {
        Box::new(Reference::new(Rc::clone(&self.worker)))
    }
}

struct Task {
    context: Context,
    main: Option<Running>,
    /// What was given to `waitUntil`.
    background: Vec<Pin<Box<dyn Future<Output = ()>>>>,
}

/// Runs one Worker, and the strongly consistent table and the outside world that it talks to.
pub struct Reference {
    worker: Worker,
    tasks: BTreeMap<TaskId, Task>,
    tables: BTreeMap<String, Bytes>,
}

impl Reference {
    /// Nothing has been asked of it yet.
    #[must_use]
    pub fn new(worker: Worker) -> Reference {
        Reference { worker, tasks: BTreeMap::new(), tables: BTreeMap::new() }
    }

    /// Lets a Worker run until it waits.
    fn poll(&mut self, id: TaskId, told: &mut Vec<Told>) {
        let Some(task) = self.tasks.get_mut(&id) else { return };
        let mut cx = std::task::Context::from_waker(Waker::noop());
        let answer = task.main.as_mut().map(|main| main.as_mut().poll(&mut cx));
        let new = task.context.desk().borrow_mut().take_background();
        task.background.extend(new);
        task.context.desk().borrow_mut().holding = true;
        task.background.retain_mut(|future| future.as_mut().poll(&mut cx).is_pending());
        task.context.desk().borrow_mut().holding = false;
        told.extend(task.context.desk().borrow_mut().take_told());
        if let Some(Poll::Ready(answer)) = answer {
            task.main = None;
            let response = answer.unwrap_or_else(|failure| Response::new(500, failure.0));
            told.push(Told::Responded { task: id, response });
        }
    }

    /// The table does what it is told to; the outside world takes everything.
    fn perform(&mut self, op: OpId, operation: &Operation) -> Option<Reply> {
        let Operation::Other { service, call } = operation else { return None };
        if service != env::TABLE {
            return Some(Reply::Done);
        }
        let desk = self.tasks.get(&op.task)?.context.desk().clone();
        let access = desk.borrow_mut().accesses.remove(&op.number)?;
        let _ = call;
        let found = self.tables.get(&access.key).cloned();
        if let Some((expected, value)) = access.write {
            let is_expected = expected.as_ref().is_none_or(|expected| *expected == found);
            if !is_expected {
                return Some(Reply::Failed(Failure("the row has changed".to_owned())));
            }
            self.tables.insert(access.key, value);
        }
        Some(Reply::Bytes(found))
    }
}

impl Driver for Reference {
    fn take(&mut self, turn: Turn, now: Timestamp, told: &mut Vec<Told>) {
        match turn {
            Turn::Start { task, invocation, .. } => {
                let context = Context::new(Rc::new(RefCell::new(Desk::new(task, now))));
                let main = (self.worker)(invocation, context.clone());
                self.tasks.insert(task, Task { context, main: Some(main), background: Vec::new() });
                self.poll(task, told);
            }
            Turn::Settle { op, reply } => {
                if let Some(task) = self.tasks.get(&op.task) {
                    let mut desk = task.context.desk().borrow_mut();
                    desk.now = now;
                    desk.settle(op.number, reply);
                }
                self.poll(op.task, told);
            }
            Turn::Perform { op, operation } => {
                let reply = self.perform(op, &operation).unwrap_or(Reply::Done);
                told.push(Told::Performed { op, reply });
            }
            Turn::Drop { task } => {
                self.tasks.remove(&task);
            }
            // Tests on Workers of this kind have steps, and no script.
            Turn::Script | Turn::Answer { .. } | Turn::Passed { .. } => {}
        }
    }
}
