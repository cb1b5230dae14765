//! Where a request runs: at once on the thread of whoever asks, or in order on a thread of the database.
//!
//! Most queries are over in some microseconds, which is less than it takes to wake another thread. So each begins on
//! the asking thread with a small budget of instructions. One that needs more, or would have to wait for another
//! program, is undone and begins again on the thread of the database, while the asking thread goes on.

use crate::answer::{JsonText, QueryResult, Values};
use crate::bookmark::Bookmark;
use crate::engine::Engine;
use crate::error::D1Error;
use crate::limits;
use crate::options::Request;
use crate::replicas::Replicas;
use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::{Guard, SqlError, Stopped};
use edgeemu_world::World;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;
use tokio::sync::oneshot;

/// How many instructions of SQLite's machine a request may take on the asking thread: well below a millisecond.
pub(crate) const INSTRUCTIONS_AT_ONCE: u64 = 20_000;

/// In a world decided by a seed every request runs on the asking thread, so that the order of events stays the same.
/// This is its limit instead of seconds: about half a minute of SQLite's machine.
pub(crate) const INSTRUCTIONS_SEEDED: u64 = 3_000_000_000;

/// The results as the text that JavaScript parses, and the bookmark after them.
pub(crate) type Reply = Result<(String, Bookmark), D1Error>;

/// A database with the requests that wait for it.
#[derive(Debug)]
pub(crate) struct Queue {
    engine: Mutex<Engine>,
    waiting: Mutex<Waiting>,
    replicas: Arc<Replicas>,
    world: World,
}

#[derive(Debug, Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    /// Whether a thread is at work, or about to be.
    is_served: bool,
}

#[derive(Debug)]
struct Job {
    request: Request,
    reply: oneshot::Sender<Reply>,
    abandoned: Arc<AtomicBool>,
}

/// Tells the thread when nobody waits any more.
struct Caller(Arc<AtomicBool>);

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Queue {
    pub(crate) fn new(world: &World, engine: Engine) -> Queue {
        let replicas = Arc::clone(engine.replicas());
        Queue { engine: Mutex::new(engine), waiting: Mutex::default(), replicas, world: world.clone() }
    }

    /// The database itself, as soon as it is free.
    pub(crate) fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    /// Runs a request. Dropping the future stops it, and undoes it unless it is done.
    pub(crate) async fn run(self: &Arc<Queue>, request: Request) -> Reply {
        if let Some(reply) = self.replicas.answer(&request).await {
            return reply;
        }
        if let Some(reply) = self.try_at_once(&request) {
            return reply;
        }
        let (reply, answer) = oneshot::channel();
        let caller = Caller(Arc::default());
        self.enqueue(Job { request, reply, abandoned: Arc::clone(&caller.0) })?;
        answer.await.unwrap_or(Err(D1Error::Abandoned))
    }

    /// Runs a request on this thread, and waits for whatever is before it.
    pub(crate) fn run_here(&self, request: &Request) -> Result<Vec<QueryResult>, D1Error> {
        let mut values = Values::default();
        self.engine().execute(request, &self.patient(None), &mut values)?;
        Ok(values.results)
    }

    /// `None` if the request has to wait, or needs more time.
    fn try_at_once(&self, request: &Request) -> Option<Reply> {
        if locked(&self.waiting).is_served {
            return None;
        }
        let mut engine = match self.engine.try_lock() {
            Ok(engine) => engine,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        let is_seeded = self.world.rng().seed().is_some();
        let instructions = if is_seeded { INSTRUCTIONS_SEEDED } else { INSTRUCTIONS_AT_ONCE };
        let guard = Guard { instructions: Some(instructions), hurries: !is_seeded, ..Guard::default() };
        match reply(&mut engine, request, &guard) {
            Err(D1Error::Sql(SqlError::Stopped(Stopped::Budget))) if is_seeded => Some(Err(D1Error::Timeout)),
            Err(D1Error::Sql(SqlError::Stopped(_))) => None,
            done => Some(done),
        }
    }

    fn enqueue(self: &Arc<Queue>, job: Job) -> Result<(), D1Error> {
        let mut waiting = locked(&self.waiting);
        if !waiting.is_served {
            let queue = Arc::clone(self);
            let thread = std::thread::Builder::new().name("edgeemu-d1".to_owned());
            thread.spawn(move || queue.serve()).map_err(|source| {
                D1Error::Storage(StorageError::Io { action: "start a thread for a database", source })
            })?;
            waiting.is_served = true;
        }
        waiting.jobs.push_back(job);
        Ok(())
    }

    /// Runs what waits until nothing does.
    fn serve(&self) {
        while let Some(job) = self.next_job() {
            if job.abandoned.load(Ordering::Relaxed) {
                continue;
            }
            let guard = self.patient(Some(job.abandoned));
            let result = reply(&mut self.engine(), &job.request, &guard);
            // The caller may have gone meanwhile.
            let _gone = job.reply.send(result);
        }
    }

    fn next_job(&self) -> Option<Job> {
        let mut waiting = locked(&self.waiting);
        let job = waiting.jobs.pop_front();
        waiting.is_served = job.is_some();
        job
    }

    fn patient(&self, abandoned: Option<Arc<AtomicBool>>) -> Guard {
        let deadline = self.world.clock().now() + Duration::from_secs(limits::QUERY_SECS);
        Guard { deadline: Some(deadline), abandoned, ..Guard::default() }
    }
}

fn reply(engine: &mut Engine, request: &Request, guard: &Guard) -> Reply {
    let mut text = JsonText::new(request.shape, engine.served(request));
    let bookmark = engine.execute(request, guard, &mut text)?;
    Ok((text.into_text(), bookmark))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
