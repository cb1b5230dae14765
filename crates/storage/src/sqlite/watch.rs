//! What stops a statement while it runs: a budget, or somebody who does not want its result any more.

use edgeemu_world::{Clock, Timestamp};
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// After how many instructions of SQLite's machine the watch looks.
const INTERVAL: u64 = 1000;

/// Why a statement was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It used up its budget.
    Budget,
    /// It ran until its deadline.
    Deadline,
    /// Another program was writing, and the guard does not wait.
    Busy,
    /// Whoever started it does not want it any more.
    Abandoned,
}

/// The rules for the statements that run now.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// The most instructions of SQLite's machine; no limit if absent.
    pub instructions: Option<u64>,
    /// When the world's clock has come so far, they end.
    pub deadline: Option<Timestamp>,
    /// Ends it as soon as it is set.
    pub abandoned: Option<Arc<AtomicBool>>,
    /// Fails at once where it would have to wait for another program that is writing.
    pub hurries: bool,
}

/// Watches over the statements of one connection.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    rules: Arc<Rules>,
}

#[derive(Debug)]
struct Rules {
    clock: Clock,
    guard: Mutex<Guard>,
    reason: Mutex<Option<Stopped>>,
}

impl Watch {
    pub(super) fn install(connection: &mut Connection, clock: &Clock) -> rusqlite::Result<Watch> {
        let rules = Arc::new(Rules { clock: clock.clone(), guard: Mutex::default(), reason: Mutex::default() });
        let (seen, interval) = (Arc::clone(&rules), i32::try_from(INTERVAL).expect("the interval is a small number"));
        connection.progress_handler(interval, Some(move || seen.must_stop()))?;
        Ok(Watch { rules })
    }

    /// Puts rules in force for the statements that come.
    pub(super) fn set(&self, guard: &Guard) {
        locked(&self.rules.guard).clone_from(guard);
        *locked(&self.rules.reason) = None;
    }

    /// Why the last statement was stopped, if it was.
    pub(super) fn reason(&self) -> Option<Stopped> {
        *locked(&self.rules.reason)
    }

    /// Whether the rules do not let a statement wait for another program.
    pub(super) fn hurries(&self) -> bool {
        locked(&self.rules.guard).hurries
    }
}

impl Rules {
    fn must_stop(&self) -> bool {
        let reason = locked(&self.guard).spend(&self.clock);
        if reason.is_some() {
            *locked(&self.reason) = reason;
        }
        reason.is_some()
    }
}

impl Guard {
    /// Takes one interval off the budget.
    fn spend(&mut self, clock: &Clock) -> Option<Stopped> {
        if self.abandoned.as_ref().is_some_and(|abandoned| abandoned.load(Ordering::Relaxed)) {
            return Some(Stopped::Abandoned);
        }
        if self.deadline.is_some_and(|deadline| clock.now() >= deadline) {
            return Some(Stopped::Deadline);
        }
        let left = self.instructions.as_mut()?;
        *left = left.saturating_sub(INTERVAL);
        (*left == 0).then_some(Stopped::Budget)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
