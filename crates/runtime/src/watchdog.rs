//! Ends JavaScript that runs for longer than its processor time allows.
//!
//! One thread watches every lane. A lane counts up when it enters JavaScript and when it leaves, so an odd count that
//! does not change means that one run is still going; the watchdog then measures the lane's own processor time, so a
//! slow machine or a stopped process never counts against a Worker.

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use deno_core::v8;

/// How often lanes are looked at. A run is ended at most this much after its limit.
const PERIOD: Duration = Duration::from_millis(10);

/// One isolate under watch.
pub(crate) struct Watch {
    entries: AtomicU64,
    exceeded: AtomicBool,
    limit: Duration,
    clock: libc::clockid_t,
    isolate: v8::IsolateHandle,
}

/// A run that was seen going on: which one, and the lane's processor time when it was first seen.
struct Sighting {
    watch: Weak<Watch>,
    entry: u64,
    since: Duration,
}

impl Watch {
    /// Starts watching an isolate that runs on the calling thread.
    pub(crate) fn start(isolate: v8::IsolateHandle, limit: Duration) -> Arc<Watch> {
        let watch = Arc::new(Watch {
            entries: AtomicU64::new(0),
            exceeded: AtomicBool::new(false),
            limit,
            clock: thread_clock(),
            isolate,
        });
        let sighting = Sighting { watch: Arc::downgrade(&watch), entry: 0, since: Duration::ZERO };
        watched().lock().unwrap_or_else(PoisonError::into_inner).push(sighting);
        watch
    }

    /// The lane enters JavaScript.
    pub(crate) fn enter(&self) {
        self.entries.fetch_add(1, Ordering::Relaxed);
    }

    /// The lane leaves JavaScript.
    pub(crate) fn leave(&self) {
        self.entries.fetch_add(1, Ordering::Relaxed);
    }

    /// The run that was ended is forgotten: what comes next may run as long as anything else.
    pub(crate) fn pardon(&self) {
        // Whoever marks a run as too long and ends it has the list meanwhile, so nothing is ended after this.
        let _sightings = watched().lock().unwrap_or_else(PoisonError::into_inner);
        self.exceeded.store(false, Ordering::Relaxed);
    }

    /// True once a run was ended for its processor time.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.exceeded.load(Ordering::Relaxed)
    }
}

fn watched() -> &'static Mutex<Vec<Sighting>> {
    static WATCHED: OnceLock<Mutex<Vec<Sighting>>> = OnceLock::new();
    WATCHED.get_or_init(|| {
        thread::Builder::new().name("watchdog".to_owned()).spawn(run).expect("the system can start a thread");
        Mutex::default()
    })
}

fn run() {
    loop {
        thread::sleep(PERIOD);
        let mut sightings = watched().lock().unwrap_or_else(PoisonError::into_inner);
        sightings.retain_mut(look);
    }
}

/// Looks at one isolate; false when it is gone.
fn look(sighting: &mut Sighting) -> bool {
    let Some(watch) = sighting.watch.upgrade() else { return false };
    let entry = watch.entries.load(Ordering::Relaxed);
    if entry % 2 == 0 {
        sighting.entry = 0;
        return true;
    }
    let spent = processor_time(watch.clock);
    if sighting.entry != entry {
        sighting.entry = entry;
        sighting.since = spent;
    } else if spent.saturating_sub(sighting.since) >= watch.limit && !watch.exceeded.swap(true, Ordering::Relaxed) {
        watch.isolate.terminate_execution();
    }
    true
}

/// The clock that counts the calling thread's processor time.
fn thread_clock() -> libc::clockid_t {
    let mut clock = 0;
    // SAFETY: the thread is the calling one, so its id is valid, and `clock` is a place to write to.
    let status = unsafe { libc::pthread_getcpuclockid(libc::pthread_self(), &raw mut clock) };
    if status == 0 { clock } else { libc::CLOCK_MONOTONIC }
}

fn processor_time(clock: libc::clockid_t) -> Duration {
    let mut time = MaybeUninit::<libc::timespec>::uninit();
    // SAFETY: `time` is a place to write to; it is read only if the call succeeded. A lane that ended gives an error.
    let time = unsafe {
        if libc::clock_gettime(clock, time.as_mut_ptr()) != 0 {
            return Duration::ZERO;
        }
        time.assume_init()
    };
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
