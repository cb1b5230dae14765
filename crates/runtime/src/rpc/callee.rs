//! Who can be called: entrypoints of Workers, and whatever else has an isolate in which events for it are run.

use std::pin::Pin;
use std::rc::Rc;

use bytes::Bytes;
use edgeemu_kv::consistency::Place;

use crate::context::Failure;
use crate::isolate::Isolate;
use crate::objects::{Object, ObjectTarget};

/// An entrypoint of a Worker, as a service binding names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The name of the Worker.
    pub worker: String,
    /// Where its events go and what they carry.
    pub entry: Entry,
}

/// Which part of a Worker an event is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The named export; the default one if absent.
    pub name: Option<String>,
    /// What the Worker finds in `ctx.props`.
    pub props: Props,
}

/// The value of `ctx.props`, on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Props {
    /// An empty object.
    #[default]
    None,
    /// From a configuration.
    Json(String),
    /// A structured clone, made by another isolate.
    Cloned(Bytes),
}

/// Finds the Workers that can be called by name.
pub trait Peers {
    /// Whoever answers for an address. That nobody does is found out by calling.
    fn callee(&self, address: Address) -> Rc<dyn Callee>;

    /// An object, which is made when it is called.
    fn object(&self, target: ObjectTarget) -> Rc<dyn Callee>;
}

/// No other Workers at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Peers for Alone {
    fn callee(&self, address: Address) -> Rc<dyn Callee> {
        Rc::new(Nobody(address.worker))
    }

    fn object(&self, target: ObjectTarget) -> Rc<dyn Callee> {
        Rc::new(Nobody(target.worker))
    }
}

/// A Worker that is not there.
struct Nobody(String);

impl Callee for Nobody {
    fn reach(&self, _place: Place) -> Reaching {
        let missing = Unreachable::NoWorker(self.0.clone());
        Box::pin(async move { Err(missing) })
    }
}

/// Somebody who can be called.
pub trait Callee {
    /// Where the next event from this place goes. Waits while the Worker is built again.
    fn reach(&self, place: Place) -> Reaching;
}

/// On the way to where an event goes.
pub type Reaching = Pin<Box<dyn Future<Output = Result<Reached, Unreachable>>>>;

/// Where an event goes.
pub struct Reached {
    /// The isolate.
    pub isolate: Rc<Isolate>,
    /// The part of it.
    pub entry: Entry,
    /// The object in it, if it is one that is called.
    pub object: Option<Rc<Object>>,
}

/// Why an event goes nowhere. The text is what the caller is told.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Unreachable {
    /// There is no Worker of this name. `fetch` gets this as an answer with status 503, other calls throw it.
    #[error("Worker \"{0}\" not found. Make sure it is running locally.")]
    NoWorker(String),
    /// The Worker cannot start.
    #[error("{0}")]
    Broken(String),
    /// The object could not be made.
    #[error("{0}")]
    Failed(Failure),
    /// The instance that the caller called before was reset, which is all that it will ever hear.
    #[error("{0}")]
    Stale(Failure),
}
