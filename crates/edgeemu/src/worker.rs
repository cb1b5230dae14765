//! A Worker on its lane: the isolate that gets new requests, and the older ones that finish theirs.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use edgeemu_runtime::{Body, Failure, Isolate, IsolateOptions, LogSink, RequestInfo, Script, StartError};
use edgeemu_world::{Timestamp, World};
use http::{Request, Response};
use tokio::sync::watch;

/// One Worker. Lives on a lane.
pub(crate) struct Worker {
    world: World,
    logs: LogSink,
    /// The code that runs, once there is any that can.
    current: RefCell<Option<Current>>,
    /// Isolates of earlier versions that still have invocations under way.
    draining: RefCell<Vec<Rc<Isolate>>>,
    /// While the Worker is built again, new requests wait.
    paused: watch::Sender<bool>,
}

#[derive(Clone)]
struct Current {
    script: Arc<Script>,
    isolate: Rc<Isolate>,
}

impl Worker {
    /// A Worker without code; requests wait for its first version.
    pub(crate) fn new(world: World, logs: LogSink) -> Worker {
        Worker {
            world,
            logs,
            current: RefCell::default(),
            draining: RefCell::default(),
            paused: watch::Sender::new(true),
        }
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
        let isolate = self.start(&script)?;
        self.put(Current { script, isolate });
        Ok(())
    }

    fn start(&self, script: &Arc<Script>) -> Result<Rc<Isolate>, StartError> {
        let (script, world, logs) = (Arc::clone(script), self.world.clone(), Arc::clone(&self.logs));
        Isolate::start(IsolateOptions { script, world, logs })
    }

    fn put(&self, current: Current) {
        let old = self.current.replace(Some(current));
        let mut draining = self.draining.borrow_mut();
        // What is still busy a version later has had its time.
        for stale in draining.drain(..) {
            stale.retire();
        }
        draining.extend(old.map(|old| old.isolate).filter(|old| old.is_busy()));
    }

    /// The isolate for a new event. One that was lost (processor time, memory) is replaced by a fresh start.
    fn isolate(&self) -> Result<Rc<Isolate>, StartError> {
        let current = self.current.borrow().clone();
        let Some(current) = current else { return Err(StartError::Internal("the Worker has no code".to_owned())) };
        if !current.isolate.is_lost() {
            return Ok(current.isolate);
        }
        let isolate = self.start(&current.script)?;
        self.put(Current { script: current.script, isolate: Rc::clone(&isolate) });
        Ok(isolate)
    }

    async fn ready(&self) -> Result<Rc<Isolate>, Failure> {
        if *self.paused.borrow() {
            let mut paused = self.paused.subscribe();
            // The sender lives as long as `self`.
            let _resumed = paused.wait_for(|paused| !paused).await;
        }
        self.isolate().map_err(|error| match error {
            StartError::Exception(report) => Failure::Exception(report),
            StartError::CpuExceeded => Failure::CpuExceeded,
            StartError::MemoryExceeded => Failure::MemoryExceeded,
            _ => Failure::IsolateReplaced,
        })
    }

    /// Sends a request into the Worker. One that only reads is sent again if the isolate was replaced under it.
    pub(crate) async fn fetch(&self, request: Request<Body>, info: RequestInfo) -> Result<Response<Body>, Failure> {
        let unanswered = match self.ready().await?.fetch(request, info).await {
            Ok(response) => return Ok(response),
            Err(unanswered) => *unanswered,
        };
        let Some((request, info)) = unanswered.again else { return Err(unanswered.failure) };
        self.ready().await?.fetch(request, info).await.map_err(|unanswered| unanswered.failure)
    }

    /// Runs the Worker's `scheduled` handler.
    pub(crate) async fn scheduled(&self, cron: &str, time: Option<Timestamp>) -> Result<(), Failure> {
        self.ready().await?.scheduled(cron, time).await
    }
}
