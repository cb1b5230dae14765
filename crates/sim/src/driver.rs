//! Who runs the Workers, and how it speaks with a run.

use super::history::Complaint;
use super::operation::{Invocation, OpId, Operation, Reply, Request, Response, TaskId};
use super::plan::Plan;
use super::run::{Finished, Run};
use super::setup::Setup;
use super::strategy::{Replay, Strategy};
use edgeemu_kv::consistency::Colo;
use edgeemu_kv::{Entry, Key};
use edgeemu_world::Timestamp;
use std::rc::Rc;
use std::time::Duration;

/// What a run tells whoever runs the Workers to do. After each, JavaScript runs until it waits for something.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// Call a handler.
    Start {
        /// Under this number.
        task: TaskId,
        /// For this.
        invocation: Invocation,
        /// In this location.
        colo: Colo,
        /// What plans call it.
        name: Rc<str>,
    },
    /// Do an [`Operation::Other`] now, and say [`Told::Performed`].
    Perform {
        /// Which.
        op: OpId,
        /// What.
        operation: Operation,
    },
    /// Settle the promise of an operation.
    Settle {
        /// Which.
        op: OpId,
        /// With this.
        reply: Reply,
    },
    /// End an invocation with all that is left of it. Nothing of it may be told after this.
    Drop {
        /// Which.
        task: TaskId,
    },
    /// Begin the script of the test.
    Script,
    /// A request of the script is over.
    Answer {
        /// Which, in the order in which the script asked.
        number: u32,
        /// How.
        end: RequestEnd,
    },
    /// What the script waited for has come.
    Passed {
        /// The number that it gave this wait.
        number: u32,
        /// What it asked to see.
        stored: Stored,
    },
}

/// What a central store holds, for a script that waited to see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Stored {
    /// It asked for nothing.
    #[default]
    Unasked,
    /// The value under a key.
    Entry(Option<Entry>),
    /// The keys with a prefix.
    Keys(Vec<Key>),
}

/// How a request of a script ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestEnd {
    /// This invocation answered it.
    Answered(TaskId),
    /// The invocation was ended before it answered.
    Broken(TaskId),
    /// It was left out of this run. A script that looks at the answer cannot say anything about such a run.
    LeftOut,
}

/// What a script waits for, besides answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Time to pass.
    Time(Duration),
    /// Everything under way to end.
    Quiet,
    /// To see what the central store holds under a key.
    Value {
        /// The binding.
        namespace: String,
        /// The key.
        key: String,
    },
    /// To see the keys that the central store holds.
    Keys {
        /// The binding.
        namespace: String,
        /// What they begin with.
        prefix: String,
    },
    /// To change what the central store holds, behind the back of the platform: what was there before the test.
    Import {
        /// The binding.
        namespace: String,
        /// The key.
        key: String,
        /// What it holds from now on.
        entry: Option<Entry>,
    },
}

/// What comes back.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A Worker asked for something and goes on. Operations of one invocation are numbered from 0.
    Announced {
        /// Which.
        op: OpId,
        /// What.
        operation: Operation,
    },
    /// The answer to [`Turn::Perform`].
    Performed {
        /// Which.
        op: OpId,
        /// What it gave.
        reply: Reply,
    },
    /// A handler answered. What it left running goes on.
    Responded {
        /// Which.
        task: TaskId,
        /// What it said.
        response: Response,
    },
    /// An operation is held by `waitUntil`: it does not end with the response.
    Held {
        /// Which.
        op: OpId,
    },
    /// Nobody waits for an operation any more, and it has no effect: a timer that was cleared.
    Cancelled {
        /// Which.
        op: OpId,
    },
    /// Whether something that was given to `waitUntil` keeps an invocation alive beyond its answer.
    Kept {
        /// Which.
        task: TaskId,
        /// Whether it is kept from now on.
        kept: bool,
    },
    /// The script sends a request. It may go on before the answer is there.
    Asked {
        /// Counted from 0.
        number: u32,
        /// What it sends.
        request: Request,
    },
    /// The script waits.
    Waits {
        /// A number of its choice, for [`Turn::Passed`].
        number: u32,
        /// For this.
        wait: Wait,
    },
    /// Something that the script demands does not hold.
    Complained(Complaint),
    /// The script has seen, or is to see in some run, what it is about.
    Sometimes {
        /// What.
        name: String,
        /// Whether it saw it.
        seen: bool,
    },
    /// This run says nothing, for a reason that is no fault of the Worker.
    Inconclusive(String),
    /// The script is at its end.
    Ended,
}

/// Whoever runs the Workers. Between two turns nothing happens in them.
pub trait Driver {
    /// Does what `turn` says at `now`, lets the Worker run until it waits, and appends what it did to `told`, in the
    /// order in which it did it.
    fn take(&mut self, turn: Turn, now: Timestamp, told: &mut Vec<Told>);
}

/// Runs `setup` from beginning to end.
pub fn simulate(setup: &Rc<Setup>, driver: &mut dyn Driver, strategy: &mut dyn Strategy) -> Finished {
    drive(Run::new(Rc::clone(setup)), driver, strategy)
}

fn drive(mut run: Run, driver: &mut dyn Driver, strategy: &mut dyn Strategy) -> Finished {
    let mut told = Vec::new();
    while let Some(turn) = run.next(strategy) {
        driver.take(turn, run.now(), &mut told);
        told.drain(..).for_each(|told| run.tell(told));
    }
    run.finish()
}

/// Runs `setup` as `plan` says. The second value has the deviations of the plan that met nothing to deviate from.
pub fn replay(setup: &Rc<Setup>, driver: &mut dyn Driver, plan: &Plan) -> (Finished, Plan) {
    let mut strategy = Replay::new(plan);
    let run = Run::new(Rc::clone(setup)).without(&plan.without);
    let finished = drive(run, driver, &mut strategy);
    (finished, Plan::of(strategy.unused()))
}
