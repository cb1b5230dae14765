//! The Workers of one emulator: they live on one lane and call each other by name.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use edgeemu_kv::consistency::Place;
use edgeemu_runtime::{
    Address, Body, Callee, Entry, Kept, Lane, LaneClosed, ObjectTarget, Peers, Reached, Reaching, Unreachable,
};
use http::Request;
use http::header::HOST;

use crate::inbound::View;
use crate::worker::{Worker, WorkerOptions};

/// Every Worker of an emulator, the primary one first. Lives on the lane.
#[derive(Default)]
pub(crate) struct Workers {
    list: RefCell<Vec<Rc<Worker>>>,
    is_secure: Cell<bool>,
}

impl Workers {
    /// One more Worker, without code so far.
    fn add(self: &Rc<Self>, options: WorkerOptions) -> usize {
        let peers = Rc::new(Neighbours(Rc::downgrade(self)));
        let mut list = self.list.borrow_mut();
        let worker = Rc::new(Worker::new(options, peers));
        worker.objects().belong_to(&worker);
        list.push(worker);
        list.len() - 1
    }

    fn at(&self, place: usize) -> Rc<Worker> {
        Rc::clone(&self.list.borrow()[place])
    }

    fn named(&self, name: &str) -> Option<Rc<Worker>> {
        self.list.borrow().iter().find(|worker| worker.is_named(name)).cloned()
    }

    /// The one that requests go to unless routes lead elsewhere.
    pub(crate) fn primary(&self) -> Rc<Worker> {
        self.at(0)
    }

    /// Whether an invocation is under way, and none can go on before time passes.
    pub(crate) fn wait_for_time(&self) -> bool {
        let isolates: Vec<_> = self.list.borrow().iter().flat_map(|worker| worker.isolates()).collect();
        let is_busy = isolates.iter().any(|isolate| isolate.is_busy());
        is_busy && !isolates.iter().any(|isolate| isolate.waits_for_the_outside())
    }

    /// The connections are secure: Workers see that in their URLs.
    pub(crate) fn set_secure(&self, is_secure: bool) {
        self.is_secure.set(is_secure);
    }

    /// The Worker for a request from outside, and how that Worker sees it.
    pub(crate) fn receive(&self, request: &Request<Body>) -> (Rc<Worker>, Arc<View>) {
        let routed = self.routed(request);
        // What a route leads to has a URL of its own already.
        let keeps_host = routed.is_some();
        let worker = routed.unwrap_or_else(|| self.primary());
        let view = worker.view();
        if !self.is_secure.get() && !keeps_host {
            return (worker, view);
        }
        let host = if keeps_host { None } else { view.host.clone() };
        let scheme = view.scheme.or_else(|| self.is_secure.get().then_some("https"));
        (worker, Arc::new(View { host, scheme, network: view.network.clone() }))
    }

    /// The Worker beside the primary one whose routes lead to it.
    fn routed(&self, request: &Request<Body>) -> Option<Rc<Worker>> {
        let list = self.list.borrow();
        if list.len() == 1 {
            return None;
        }
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let host = host.or(request.uri().authority().map(http::uri::Authority::as_str))?;
        let host = host.rsplit_once(':').map_or(host, |(name, _port)| name);
        let worker = list.iter().find(|worker| worker.serves(host, request.uri().path()))?;
        (!Rc::ptr_eq(worker, &list[0])).then(|| Rc::clone(worker))
    }
}

/// A Worker in its place on the lane.
#[derive(Clone)]
pub(crate) struct Seat {
    workers: Arc<Kept<Workers>>,
    place: usize,
}

impl Seat {
    /// The Workers of a lane, none so far.
    pub(crate) async fn none_on(lane: &Lane) -> Result<Arc<Kept<Workers>>, LaneClosed> {
        Ok(Arc::new(lane.keep(|| Ok::<_, LaneClosed>(Rc::new(Workers::default()))).await?))
    }

    /// One more Worker.
    pub(crate) async fn new(workers: &Arc<Kept<Workers>>, options: WorkerOptions) -> Result<Seat, LaneClosed> {
        let place = workers.run(move |workers| async move { workers.add(options) }).await?;
        Ok(Seat { workers: Arc::clone(workers), place })
    }

    /// Runs `task` on the lane with the Worker.
    pub(crate) async fn run<F, R>(&self, task: impl FnOnce(Rc<Worker>) -> F + Send + 'static) -> Result<R, LaneClosed>
    where
        F: Future<Output = R> + 'static,
        R: Send + 'static,
    {
        let place = self.place;
        self.workers.run(move |workers| task(workers.at(place))).await
    }

    /// Whether it is the primary one.
    pub(crate) fn is_first(&self) -> bool {
        self.place == 0
    }

    /// All Workers on the lane.
    pub(crate) fn all(&self) -> &Kept<Workers> {
        &self.workers
    }

    pub(crate) fn lane(&self) -> &Lane {
        self.workers.lane()
    }
}

/// The Workers that one of them can call. Does not keep them.
struct Neighbours(Weak<Workers>);

impl Peers for Neighbours {
    fn callee(&self, address: Address) -> Rc<dyn Callee> {
        Rc::new(Neighbour { workers: self.0.clone(), address })
    }

    fn object(&self, target: ObjectTarget) -> Rc<dyn Callee> {
        Rc::new(Stub { workers: self.0.clone(), target: Rc::new(target), seen: Rc::default() })
    }
}

/// An entrypoint of a Worker, looked up whenever it is called: it may have been built again or be there only now.
struct Neighbour {
    workers: Weak<Workers>,
    address: Address,
}

impl Callee for Neighbour {
    fn reach(&self, place: Place) -> Reaching {
        let Address { worker: name, entry } = self.address.clone();
        let worker = self.workers.upgrade().and_then(|workers| workers.named(&name));
        Box::pin(async move {
            let Some(worker) = worker else { return Err(Unreachable::NoWorker(name)) };
            reach(&worker, entry, place).await
        })
    }
}

/// An object as one stub has it, which remembers the instance that it called first.
struct Stub {
    workers: Weak<Workers>,
    target: Rc<ObjectTarget>,
    seen: Rc<Cell<Option<u32>>>,
}

impl Callee for Stub {
    fn reach(&self, place: Place) -> Reaching {
        let (target, seen) = (Rc::clone(&self.target), Rc::clone(&self.seen));
        let worker = self.workers.upgrade().and_then(|workers| workers.named(&target.worker));
        Box::pin(async move {
            let Some(worker) = worker else { return Err(Unreachable::NoWorker(target.worker.clone())) };
            worker.objects().reach(&target, place.colo, &seen).await
        })
    }
}

async fn reach(worker: &Worker, entry: Entry, place: Place) -> Result<Reached, Unreachable> {
    match worker.ready(place.colo).await {
        Ok(isolate) => Ok(Reached { isolate, entry, object: None }),
        Err(failure) => Err(Unreachable::Broken(failure.to_string())),
    }
}
