//! A lane: one thread with one event loop, and the isolates that live on it.

use std::future::Future;
use std::io;

use tokio::sync::{mpsc, oneshot};

use crate::platform;

type Job = Box<dyn FnOnce() + Send>;

/// A handle to a lane. The lane ends when the last handle is dropped and its tasks are dropped with it.
#[derive(Clone, Debug)]
pub struct Lane {
    jobs: mpsc::UnboundedSender<Job>,
}

/// The lane's thread has ended.
#[derive(Debug, thiserror::Error)]
#[error("the emulator has been shut down")]
pub struct LaneClosed;

impl Lane {
    /// Starts a thread for isolates.
    ///
    /// # Errors
    /// When the system refuses an event loop.
    pub fn start(name: &str) -> io::Result<Lane> {
        let event_loop = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (jobs, mut inbox) = mpsc::unbounded_channel::<Job>();
        platform::spawn_thread(name.to_owned(), move || {
            event_loop.block_on(async {
                while let Some(job) = inbox.recv().await {
                    job();
                }
            });
        });
        Ok(Lane { jobs })
    }

    /// Runs `task` on the lane and gives what it returns. Dropping the future stops the task.
    ///
    /// # Errors
    /// When the lane has ended.
    pub async fn run<F, T>(&self, task: impl FnOnce() -> F + Send + 'static) -> Result<T, LaneClosed>
    where
        F: Future<Output = T> + 'static,
        T: Send + 'static,
    {
        let (mut sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move || {
            deno_core::unsync::spawn(async move {
                let task = task();
                tokio::select! {
                    biased;
                    () = sender.closed() => {}
                    result = task => {
                        // Whoever asked may have stopped waiting in this very moment.
                        let _unheard = sender.send(result);
                    }
                }
            });
        });
        self.jobs.send(job).map_err(|_| LaneClosed)?;
        receiver.await.map_err(|_| LaneClosed)
    }
}

/// Starts a task on the lane that the caller runs on.
pub fn spawn_local(task: impl Future<Output = ()> + 'static) {
    deno_core::unsync::spawn(task);
}
