//! An isolate with its desk: the Worker in one location, or the tests.

use std::rc::Rc;
use std::sync::Arc;

use edgeemu_kv::consistency::{Colo, Place};
use edgeemu_runtime::{Alone, Isolate, IsolateOptions, LogSink, Script, StartError};
use edgeemu_world::World;

use super::desk::Desk;

/// An isolate in which nothing happens by itself.
pub(super) struct Actor {
    pub(super) isolate: Rc<Isolate>,
    pub(super) desk: Rc<Desk>,
}

/// What actors are made from.
pub(super) struct Casting {
    pub(super) script: Arc<Script>,
    pub(super) world: World,
    pub(super) logs: LogSink,
}

impl Casting {
    /// A new isolate. `role` decides its chance.
    pub(super) fn cast(&self, role: &str, colo: Colo) -> Result<Actor, StartError> {
        let desk = Rc::new(Desk::new(self.world.rng().fork(role)));
        let isolate = Isolate::start(IsolateOptions {
            script: Arc::clone(&self.script),
            world: self.world.clone(),
            logs: Arc::clone(&self.logs),
            place: Place::of(colo),
            peers: Rc::new(Alone),
            director: Some(Rc::clone(&desk) as Rc<dyn edgeemu_runtime::Director>),
            target: None,
        })?;
        Ok(Actor { isolate, desk })
    }
}
