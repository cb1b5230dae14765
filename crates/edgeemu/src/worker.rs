//! A Worker on its lane: the isolates that get new requests, one for each location, and the older ones that finish theirs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use edgeemu_config::Route;
use edgeemu_durable::Durable;
use edgeemu_kv::consistency::{Colo, Place};
use edgeemu_runtime::{Body, Failure, Isolate, IsolateOptions, LogSink, Peers, RequestInfo, Script, StartError};
use edgeemu_world::{Timestamp, World};
use http::{Request, Response};
use tokio::sync::watch;

use crate::inbound::View;
use crate::inspector::Inspected;
use crate::objects::Objects;

/// One Worker. Lives on a lane.
pub(crate) struct Worker {
    world: World,
    logs: LogSink,
    /// Where events happen that come from nowhere, such as crons.
    home: Colo,
    /// The Workers that it can call.
    peers: Rc<dyn Peers>,
    name: RefCell<String>,
    /// Requests to these go to this Worker, whoever is the primary one.
    routes: RefCell<Vec<Route>>,
    view: RefCell<Arc<View>>,
    /// What is wrong with the code on disk, while the version that runs is older.
    broken: watch::Receiver<Option<Arc<str>>>,
    /// How debuggers attach, if they may.
    inspected: Option<Inspected>,
    /// Its Durable Objects.
    objects: Rc<Objects>,
    /// The code that runs, once there is any that can.
    current: RefCell<Option<Current>>,
    /// Isolates of earlier versions that still have invocations under way.
    draining: RefCell<Vec<Rc<Isolate>>>,
    /// While the Worker is built again, new requests wait.
    paused: watch::Sender<bool>,
}

/// What a Worker is made from, before it has code.
pub(crate) struct WorkerOptions {
    pub(crate) world: World,
    pub(crate) logs: LogSink,
    /// Where events happen that come from nowhere, such as crons.
    pub(crate) home: Colo,
    pub(crate) named: Named,
    pub(crate) broken: watch::Receiver<Option<Arc<str>>>,
    pub(crate) durable: Durable,
    /// How debuggers attach, if they may.
    pub(crate) inspected: Option<Inspected>,
}

/// What a configuration says about how a Worker is found.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) routes: Vec<Route>,
    pub(crate) view: Arc<View>,
}

struct Current {
    script: Arc<Script>,
    /// Made when the first request comes to the location.
    isolates: BTreeMap<Colo, Rc<Isolate>>,
}

impl Worker {
    /// A Worker without code; requests wait for its first version.
    pub(crate) fn new(options: WorkerOptions, peers: Rc<dyn Peers>) -> Worker {
        let WorkerOptions { world, logs, home, named: Named { name, routes, view }, broken, durable, inspected } =
            options;
        Worker {
            world,
            logs,
            home,
            peers,
            name: RefCell::new(name),
            routes: RefCell::new(routes),
            view: RefCell::new(view),
            broken,
            inspected,
            objects: Objects::new(&durable),
            current: RefCell::default(),
            draining: RefCell::default(),
            paused: watch::Sender::new(true),
        }
    }

    /// Where events happen that come from nowhere.
    pub(crate) fn home(&self) -> Colo {
        self.home
    }

    /// Its Durable Objects.
    pub(crate) fn objects(&self) -> &Rc<Objects> {
        &self.objects
    }

    /// Other Workers call it by this name.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        *self.name.borrow() == name
    }

    /// Whether one of its routes leads from a URL to it.
    pub(crate) fn serves(&self, host: &str, path: &str) -> bool {
        self.routes.borrow().iter().any(|route| route.matches(host, path))
    }

    /// What its configuration says now.
    pub(crate) fn rename(&self, named: Named) {
        self.name.replace(named.name);
        self.routes.replace(named.routes);
        self.view.replace(named.view);
    }

    /// Why the code on disk cannot be built, if it cannot.
    pub(crate) fn broken(&self) -> Option<Arc<str>> {
        self.broken.borrow().clone()
    }

    /// How requests from outside look to it.
    pub(crate) fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.borrow())
    }

    /// New requests wait until [`Worker::resume`].
    pub(crate) fn pause(&self) {
        self.paused.send_replace(true);
    }

    pub(crate) fn resume(&self) {
        self.paused.send_replace(false);
    }

    /// Starts an isolate with new code; only if that works does it get the requests from now on.
    pub(crate) fn replace(&self, script: Arc<Script>) -> Result<(), StartError> {
        let isolate = self.start(&script, self.home)?;
        self.objects.replace(&script.classes);
        let isolates = BTreeMap::from([(self.home, isolate)]);
        let old = self.current.replace(Some(Current { script, isolates }));
        let mut draining = self.draining.borrow_mut();
        // What is still busy a version later has had its time.
        for stale in draining.drain(..) {
            stale.retire();
        }
        let old = old.into_iter().flat_map(|old| old.isolates.into_values());
        draining.extend(old.filter(|old| old.is_busy()));
        Ok(())
    }

    fn start(&self, script: &Arc<Script>, colo: Colo) -> Result<Rc<Isolate>, StartError> {
        let (script, world, logs) = (Arc::clone(script), self.world.clone(), Arc::clone(&self.logs));
        let target = self.inspected.as_ref().map(|inspected| inspected.target(&script.name, (colo, self.home)));
        let (peers, place) = (Rc::clone(&self.peers), Place::of(colo));
        Isolate::start(IsolateOptions { script, world, logs, place, peers, director: None, target })
    }

    /// The isolate for a new event. One that was lost (processor time, memory) is replaced by a fresh start.
    fn isolate(&self, colo: Colo) -> Result<Rc<Isolate>, StartError> {
        let script = match &*self.current.borrow() {
            None => return Err(StartError::Internal("the Worker has no code".to_owned())),
            Some(current) => match current.isolates.get(&colo) {
                Some(isolate) if !isolate.is_lost() => return Ok(Rc::clone(isolate)),
                _ => Arc::clone(&current.script),
            },
        };
        let isolate = self.start(&script, colo)?;
        let mut current = self.current.borrow_mut();
        let lost = current.as_mut().and_then(|current| current.isolates.insert(colo, Rc::clone(&isolate)));
        drop(current);
        self.draining.borrow_mut().extend(lost.filter(|lost| lost.is_busy()));
        Ok(isolate)
    }

    /// The code that runs.
    pub(crate) fn script(&self) -> Option<Arc<Script>> {
        self.current.borrow().as_ref().map(|current| Arc::clone(&current.script))
    }

    /// The isolates in which invocations may be under way.
    pub(crate) fn isolates(&self) -> Vec<Rc<Isolate>> {
        let current = self.current.borrow();
        let current = current.iter().flat_map(|current| current.isolates.values());
        current.chain(self.draining.borrow().iter()).cloned().collect()
    }

    /// The isolate for a new event in a location, once the Worker is not being built.
    pub(crate) async fn ready(&self, colo: Colo) -> Result<Rc<Isolate>, Failure> {
        if *self.paused.borrow() {
            let mut paused = self.paused.subscribe();
            // The sender lives as long as `self`.
            let _resumed = paused.wait_for(|paused| !paused).await;
        }
        self.isolate(colo).map_err(|error| match error {
            StartError::Exception(report) => Failure::Exception(report),
            StartError::CpuExceeded => Failure::CpuExceeded,
            StartError::MemoryExceeded => Failure::MemoryExceeded,
            _ => Failure::IsolateReplaced,
        })
    }

    /// Sends a request into the Worker. One that only reads is sent again if the isolate was replaced under it.
    pub(crate) async fn fetch(&self, request: Request<Body>, info: RequestInfo) -> Result<Response<Body>, Failure> {
        let colo = info.place.map_or(self.home, |place| place.colo);
        let unanswered = match self.ready(colo).await?.fetch(request, info).await {
            Ok(response) => return Ok(response),
            Err(unanswered) => *unanswered,
        };
        let Some((request, info)) = unanswered.again else { return Err(unanswered.failure) };
        self.ready(colo).await?.fetch(request, info).await.map_err(|unanswered| unanswered.failure)
    }

    /// Runs the Worker's `scheduled` handler.
    pub(crate) async fn scheduled(&self, cron: &str, time: Option<Timestamp>) -> Result<(), Failure> {
        self.ready(self.home).await?.scheduled(cron, time).await
    }
}
