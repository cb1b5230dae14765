//! Starting V8, once per process, and the threads that may run it.
//!
//! On processors with memory protection keys a thread may only run JavaScript if it descends from the thread that
//! initialised V8. An embedder's threads do not (think of a test runner), so edgeemu starts a thread of its own that
//! initialises V8, and that thread starts every lane.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock};
use std::thread;

use deno_core::JsRuntime;

type Start = Box<dyn FnOnce() + Send>;

/// Starts a thread that may run JavaScript.
pub(crate) fn spawn_thread(name: String, body: impl FnOnce() + Send + 'static) {
    static STARTER: OnceLock<Mutex<Sender<Start>>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| Mutex::new(start_platform()));
    let start: Start = Box::new(move || {
        thread::Builder::new().name(name).spawn(body).expect("the system can start one more thread");
    });
    let starter = starter.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    starter.send(start).expect("the V8 thread lives as long as the process");
}

fn start_platform() -> Sender<Start> {
    let (sender, starts) = channel::<Start>();
    thread::Builder::new()
        .name("v8-platform".to_owned())
        .spawn(move || {
            JsRuntime::init_platform(None);
            while let Ok(start) = starts.recv() {
                start();
            }
        })
        .expect("the system can start a thread");
    sender
}
