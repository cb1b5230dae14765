//! The isolates of a search, on their thread: one for each location, and one for the tests.
//!
//! An isolate is kept from run to run where that makes no difference, because starting one costs as much as dozens of
//! runs. Whether it does is found out for each test; see `story.rs`.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use edgeemu_kv::consistency::Colo;
use edgeemu_runtime::{Stage, StartError};
use edgeemu_world::World;

use super::actor::{Actor, Casting};
use super::databases::{Databases, RunDatabases};

/// All isolates of a search.
pub(super) struct Theatre {
    pub(super) stage: Rc<Stage>,
    worker: Casting,
    tests: Casting,
    actors: RefCell<BTreeMap<Role, Rc<Actor>>>,
    /// Whether isolates go from run to run.
    pub(super) keeps: Cell<bool>,
    databases: Databases,
    world: World,
}

/// What an isolate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// The tests.
    Tests,
    /// The Worker at this location.
    Worker(Colo),
}

impl Theatre {
    pub(super) fn new(stage: Rc<Stage>, (worker, tests): (Casting, Casting), databases: Databases) -> Theatre {
        let world = worker.world.clone();
        Theatre { stage, worker, tests, actors: RefCell::default(), keeps: Cell::new(false), databases, world }
    }

    /// New databases for a run.
    pub(super) fn databases(&self) -> RunDatabases {
        self.databases.for_run(&self.world)
    }

    /// The isolate for a role, started if there is none.
    pub(super) fn actor(&self, role: Role) -> Result<Rc<Actor>, StartError> {
        if let Some(actor) = self.actors.borrow().get(&role).filter(|actor| !actor.isolate.is_lost()) {
            return Ok(Rc::clone(actor));
        }
        let actor = Rc::new(match role {
            Role::Tests => self.tests.cast("tests", Colo::new(*b"DFW"))?,
            // Chance is the same in all locations: nothing but `request.cf` tells a Worker where it is.
            Role::Worker(colo) => self.worker.cast("worker", colo)?,
        });
        self.actors.borrow_mut().insert(role, Rc::clone(&actor));
        Ok(actor)
    }

    /// The isolates there are.
    pub(super) fn actors(&self) -> Vec<(Role, Rc<Actor>)> {
        self.actors.borrow().iter().map(|(role, actor)| (*role, Rc::clone(actor))).collect()
    }

    /// Gives all isolates up: the next run begins with new ones.
    pub(super) fn empty(&self) {
        let actors = self.actors.take();
        drop(actors);
        // What the isolates had spawned ends now.
        self.stage.settle();
    }
}
