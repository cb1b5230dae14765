//! The thread that writes everything down in the background, so that no writer waits for the disk.

use crate::disk::DiskStore;
use crate::error::{StorageError, While};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

/// A store with its thread. Dropping it stops the thread and writes everything down a last time.
#[derive(Debug)]
pub(crate) struct Flusher {
    store: Arc<DiskStore>,
    signal: Arc<Signal>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Signal {
    state: Mutex<Wanted>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
struct Wanted {
    flush: bool,
    stop: bool,
}

impl Flusher {
    pub(crate) fn start(store: DiskStore) -> Result<Flusher, StorageError> {
        let store = Arc::new(store);
        let signal = Arc::new(Signal::default());
        let (its_store, its_signal) = (store.clone(), signal.clone());
        let thread = Builder::new()
            .name("edgeemu-storage".to_owned())
            .spawn(move || {
                while its_signal.wait() {
                    its_store.checkpoint_and_note();
                }
            })
            .while_trying_to("start the thread that writes state down")?;
        Ok(Flusher { store, signal, thread: Some(thread) })
    }

    pub(crate) fn store(&self) -> &Arc<DiskStore> {
        &self.store
    }

    /// Asks the thread to write everything down soon.
    pub(crate) fn request(&self) {
        self.signal.change(|wanted| wanted.flush = true);
    }
}

impl Signal {
    fn change(&self, apply: impl FnOnce(&mut Wanted)) {
        apply(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_one();
    }

    /// Waits for a request; false when it is time to stop.
    fn wait(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self
            .changed
            .wait_while(state, |wanted| !wanted.flush && !wanted.stop)
            .unwrap_or_else(PoisonError::into_inner);
        state.flush = false;
        !state.stop
    }
}

impl Drop for Flusher {
    fn drop(&mut self) {
        self.signal.change(|wanted| wanted.stop = true);
        if let Some(thread) = self.thread.take() {
            // It ends by itself; a panic in it was already reported by the panic itself.
            let _ = thread.join();
        }
        // Should this fail, the journal still has everything and the next start replays it.
        self.store.checkpoint_and_note();
    }
}
