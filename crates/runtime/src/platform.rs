//! Starting V8, once per process, and the threads that may run it.
//!
//! On processors with memory protection keys a thread may only run JavaScript if it descends from the thread that
//! initialised V8. An embedder's threads do not (think of a test runner), so edgeemu starts a thread of its own that
//! initialises V8, and that thread starts every lane.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock};
use std::thread;

use deno_core::{JsRuntime, v8};

type Start = Box<dyn FnOnce() + Send>;

/// How V8 differs from its defaults.
///
/// `no-maglev-osr`: a loop that the middle compiler entered while it ran is not interrupted for seconds, so that neither
/// the memory limit nor the processor time could end it (`docs/decisions/0010-interruptible-loops.md`).
///
/// `no-verify-snapshot-checksum`: the snapshot is a part of this program; checking it again costs every isolate time.
const FLAGS: &str = "--no-maglev-osr --no-verify-snapshot-checksum";

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
            v8::V8::set_flags_from_string(FLAGS);
            JsRuntime::init_platform(None);
            while let Ok(start) = starts.recv() {
                start();
            }
        })
        .expect("the system can start a thread");
    sender
}
