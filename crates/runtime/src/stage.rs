//! A thread for isolates whose every step is decided from outside: it runs only while it is told to.

use std::io;
use std::rc::Rc;

use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::lane;
use crate::platform;

/// An event loop that stands still except while [`Stage::settle`] runs.
pub struct Stage {
    event_loop: Runtime,
}

impl Stage {
    /// Starts a thread that may run JavaScript, and runs `body` on it. Isolates have to be started and dropped in there.
    pub fn spawn(name: &str, body: impl FnOnce(io::Result<Rc<Stage>>) + Send + 'static) {
        platform::spawn_thread(name.to_owned(), move || match lane::event_loop() {
            Ok(event_loop) => {
                let stage = Rc::new(Stage { event_loop });
                let _context = stage.event_loop.enter();
                body(Ok(Rc::clone(&stage)));
            }
            Err(error) => body(Err(error)),
        });
    }

    /// Lets everything run that can run without time or the outside.
    pub fn settle(&self) {
        self.event_loop.block_on(async {
            let (sender, idle) = oneshot::channel();
            lane::when_idle(sender);
            // The sender is used when the loop goes to sleep, and not dropped before.
            let _idle = idle.await;
        });
    }

    /// Runs a future to its end.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.event_loop.block_on(future)
    }
}
