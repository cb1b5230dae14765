//! Instances of Durable Objects in an isolate: each has an I/O context for as long as it lives, and gates.
//!
//! An event for an object has a context of its own for its request and its answer; everything the object does meanwhile
//! belongs to the object's context, so that timers and answers to its calls outlive the event.

mod deliver;
mod events;
mod kept;
mod rest;
mod run;
mod state;

pub(crate) use deliver::{Objects, behind_gate, current_section};
pub use kept::{KeptSockets, SocketArrival};
pub(crate) use state::ObjectState;

use std::rc::Rc;

use edgeemu_durable::{Namespace, ObjectId, Store};

use crate::isolate::Isolate;
use crate::report::ExceptionReport;

/// Which object somebody wants to call.
#[derive(Clone, Debug)]
pub struct ObjectTarget {
    /// The Worker that exports the class.
    pub worker: String,
    /// The class.
    pub class_name: String,
    /// Ids and storage of the class.
    pub namespace: Namespace,
    /// Which one.
    pub id: ObjectId,
    /// The name it is reached by, if it is.
    pub name: Option<String>,
}

/// Why an object was reset.
#[derive(Clone, Debug)]
pub struct Reset {
    /// The exception that callers get.
    pub report: ExceptionReport,
    /// Which of its properties are true.
    pub(crate) marks: &'static [&'static str],
}

impl Reset {
    const RESET: &[&str] = &["remote", "durableObjectReset"];
    const TIMED_OUT: &[&str] = &["remote", "overloaded", "durableObjectReset"];
    const UNDONE: &[&str] = &["remote"];

    /// For a reason that is not the object's own exception.
    #[must_use]
    pub fn because(message: &str) -> Reset {
        Reset { report: ExceptionReport::new("Error", message), marks: Reset::RESET }
    }
}

/// What an instance is made from.
pub struct ObjectOptions {
    /// The exported class.
    pub class_name: String,
    /// Its storage, which knows its id.
    pub store: Rc<Store>,
    /// The WebSockets that earlier instances have left.
    pub sockets: Rc<KeptSockets>,
    /// Called when the instance begins to rest: it may be forgotten when it has rested for [`edgeemu_durable::limits::IDLE_SECS`].
    pub on_rest: Rc<dyn Fn()>,
}

/// An instance of an object. Dropping it ends it, if it was not reset before.
pub struct Object {
    isolate: Rc<Isolate>,
    state: Rc<ObjectState>,
}

impl Drop for Object {
    fn drop(&mut self) {
        self.close();
    }
}
