//! A lane: one thread with one event loop, and the isolates that live on it.

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::marker::PhantomData;
use std::rc::Rc;

use slab::Slab;
use tokio::sync::{mpsc, oneshot};

use crate::platform;

type Job = Box<dyn FnOnce() + Send>;

/// What a lane is told.
enum Message {
    Run(Job),
    /// End, and drop this when everything on the lane is gone.
    Stop(oneshot::Sender<()>),
}

/// A handle to a lane. The lane ends when it is stopped or the last handle is dropped; its tasks end with it.
#[derive(Clone, Debug)]
pub struct Lane {
    messages: mpsc::UnboundedSender<Message>,
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
        let event_loop = event_loop()?;
        let (messages, mut inbox) = mpsc::unbounded_channel();
        platform::spawn_thread(name.to_owned(), move || {
            let stopped = event_loop.block_on(async {
                loop {
                    match inbox.recv().await {
                        Some(Message::Run(job)) => job(),
                        Some(Message::Stop(stopped)) => break Some(stopped),
                        None => break None,
                    }
                }
            });
            // Isolates may be dropped with the values and the tasks that hold them, and need the event loop for that.
            let handle = event_loop.handle().clone();
            let _context = handle.enter();
            drop(KEPT.take());
            drop(event_loop);
            drop(stopped);
        });
        Ok(Lane { messages })
    }

    /// Ends the lane: its tasks and what was kept on it are gone when this returns.
    pub async fn stop(&self) {
        let (sender, stopped) = oneshot::channel();
        if self.messages.send(Message::Stop(sender)).is_ok() {
            // Nothing is ever sent: the other end is dropped when the lane has ended.
            let _ended = stopped.await;
        }
    }

    /// Tells the lane to end, without waiting for it.
    pub fn stop_soon(&self) {
        let (sender, _) = oneshot::channel();
        let _ended = self.messages.send(Message::Stop(sender));
    }

    fn send(&self, job: Job) -> Result<(), LaneClosed> {
        self.messages.send(Message::Run(job)).map_err(|_| LaneClosed)
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
        self.send(job)?;
        receiver.await.map_err(|_| LaneClosed)
    }

    /// Waits until nothing on the lane can run without time or the outside.
    ///
    /// # Errors
    /// When the lane has ended.
    pub async fn settle(&self) -> Result<(), LaneClosed> {
        let (sender, receiver) = oneshot::channel();
        self.send(Box::new(move || when_idle(sender)))?;
        receiver.await.map_err(|_| LaneClosed)
    }

    /// Makes a value that lives on the lane, and a handle to it that can go anywhere.
    ///
    /// # Errors
    /// When the lane has ended, or what `make` failed with.
    pub async fn keep<T: 'static, E: Send + From<LaneClosed> + 'static>(
        &self,
        make: impl FnOnce() -> Result<Rc<T>, E> + Send + 'static,
    ) -> Result<Kept<T>, E> {
        let place =
            self.run(move || async move { make().map(|value| KEPT.with_borrow_mut(|kept| kept.insert(value))) });
        Ok(Kept { lane: self.clone(), place: place.await??, kind: PhantomData })
    }
}

thread_local! {
    /// What [`Lane::keep`] made on this lane.
    static KEPT: RefCell<Slab<Rc<dyn Any>>> = const { RefCell::new(Slab::new()) };
    /// Who waits for this lane to be idle.
    static IDLE: RefCell<Vec<oneshot::Sender<()>>> = const { RefCell::new(Vec::new()) };
}

/// An event loop that says when it is idle.
pub(crate) fn event_loop() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().on_thread_park(announce_idle).build()
}

/// Tells `waiting` when nothing on this thread can run.
pub(crate) fn when_idle(waiting: oneshot::Sender<()>) {
    IDLE.with_borrow_mut(|idle| idle.push(waiting));
}

/// The event loop is about to sleep: nothing can run.
fn announce_idle() {
    for waiting in IDLE.take() {
        let _unheard = waiting.send(());
    }
}

/// A handle to a value that lives on a lane. Dropping it drops the value there.
#[derive(Debug)]
pub struct Kept<T> {
    lane: Lane,
    place: usize,
    kind: PhantomData<fn() -> T>,
}

impl<T: 'static> Kept<T> {
    /// Runs `task` on the lane with the value.
    ///
    /// # Errors
    /// When the lane has ended.
    pub async fn run<F, R>(&self, task: impl FnOnce(Rc<T>) -> F + Send + 'static) -> Result<R, LaneClosed>
    where
        F: Future<Output = R> + 'static,
        R: Send + 'static,
    {
        let place = self.place;
        self.lane
            .run(move || {
                let value = KEPT.with_borrow(|kept| kept.get(place).cloned());
                let value = value.and_then(|value| value.downcast::<T>().ok());
                task(value.expect("a kept value stays until its only handle is dropped"))
            })
            .await
    }

    /// The lane it lives on.
    #[must_use]
    pub fn lane(&self) -> &Lane {
        &self.lane
    }
}

impl<T> Drop for Kept<T> {
    fn drop(&mut self) {
        let place = self.place;
        // A lane that has ended dropped everything already.
        let _ended = self.lane.send(Box::new(move || {
            let value = KEPT.with_borrow_mut(|kept| kept.try_remove(place));
            drop(value);
        }));
    }
}

/// Starts a task on the lane that the caller runs on.
pub fn spawn_local(task: impl Future<Output = ()> + 'static) {
    deno_core::unsync::spawn(task);
}
