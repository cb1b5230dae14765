//! Who runs the Workers, and how it speaks with a run.

use super::operation::{Invocation, OpId, Operation, Reply, Response, TaskId};
use super::plan::Plan;
use super::run::{Finished, Run};
use super::setup::Setup;
use super::strategy::{Replay, Strategy};
use edgeemu_kv::consistency::Colo;
use edgeemu_world::Timestamp;
use std::rc::Rc;

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
}

/// Whoever runs the Workers. Between two turns nothing happens in them.
pub trait Driver {
    /// Does what `turn` says at `now`, lets the Worker run until it waits, and appends what it did to `told`, in the
    /// order in which it did it.
    fn take(&mut self, turn: Turn, now: Timestamp, told: &mut Vec<Told>);
}

/// Runs `setup` from beginning to end.
pub fn simulate(setup: &Rc<Setup>, driver: &mut dyn Driver, strategy: &mut dyn Strategy) -> Finished {
    let mut run = Run::new(Rc::clone(setup));
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
    let finished = simulate(setup, driver, &mut strategy);
    (finished, Plan::of(strategy.unused()))
}
