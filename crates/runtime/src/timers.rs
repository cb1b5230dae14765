//! The timers of one isolate, on the world's clock.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use edgeemu_world::{Clock, Sleep, Timestamp};

/// One running `setTimeout` or `setInterval`.
#[derive(Clone, Copy, Debug)]
struct Timer {
    deadline: Timestamp,
    /// Order among equal deadlines: the one started first fires first.
    sequence: u64,
    period: Option<Duration>,
    context: u32,
}

/// A timer that is due.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    pub(crate) id: u32,
    pub(crate) deadline: Timestamp,
    pub(crate) context: u32,
    pub(crate) repeats: bool,
}

/// Every timer of an isolate, and one sleep for the earliest.
pub(crate) struct Timers {
    clock: Clock,
    timers: BTreeMap<u32, Timer>,
    queue: BTreeMap<(Timestamp, u64), u32>,
    sleep: Option<Pin<Box<Sleep>>>,
    next_id: u32,
    sequence: u64,
    /// Whether somebody else says when they are due.
    directed: bool,
    forced: VecDeque<Due>,
}

impl Timers {
    pub(crate) fn new(clock: Clock, directed: bool) -> Timers {
        Timers {
            clock,
            timers: BTreeMap::new(),
            queue: BTreeMap::new(),
            sleep: None,
            next_id: 1,
            sequence: 0,
            directed,
            forced: VecDeque::new(),
        }
    }

    /// Makes a timer due now, and gives whether it will be again.
    pub(crate) fn force(&mut self, id: u32, now: Timestamp) -> bool {
        let Some(timer) = self.timers.get(&id).copied() else { return false };
        let repeats = timer.period.is_some();
        if !repeats {
            self.timers.remove(&id);
        }
        self.forced.push_back(Due { id, deadline: now, context: timer.context, repeats });
        repeats
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.timers.is_empty()
    }

    /// Starts a timer that is due `delay` after `now`, and again every `delay` if it repeats.
    pub(crate) fn start(&mut self, context: u32, now: Timestamp, delay: Duration, repeats: bool) -> u32 {
        let id = self.next_id;
        self.next_id = if id == i32::MAX as u32 { 1 } else { id + 1 };
        let period = repeats.then(|| delay.max(Duration::from_millis(1)));
        self.enqueue(id, Timer { deadline: now + delay, sequence: 0, period, context });
        id
    }

    fn enqueue(&mut self, id: u32, timer: Timer) {
        self.sequence += 1;
        let timer = Timer { sequence: self.sequence, ..timer };
        if !self.directed {
            self.queue.insert((timer.deadline, timer.sequence), id);
        }
        self.timers.insert(id, timer);
    }

    /// Stops a timer and gives the context it belonged to.
    pub(crate) fn cancel(&mut self, id: u32) -> Option<u32> {
        let timer = self.timers.remove(&id)?;
        self.queue.remove(&(timer.deadline, timer.sequence));
        Some(timer.context)
    }

    /// The next timer that is due, or registers to be woken when one is.
    pub(crate) fn poll_due(&mut self, cx: &mut Context<'_>) -> Option<Due> {
        if let Some(due) = self.forced.pop_front() {
            return Some(due);
        }
        let (&(deadline, sequence), &id) = self.queue.first_key_value()?;
        if deadline > self.clock.now() {
            let armed = self.sleep.as_ref().is_some_and(|sleep| sleep.deadline() == deadline);
            if !armed {
                self.sleep = Some(Box::pin(self.clock.sleep_until(deadline)));
            }
            let sleep = self.sleep.as_mut()?;
            if sleep.as_mut().poll(cx) == Poll::Pending {
                return None;
            }
        }
        self.sleep = None;
        self.queue.remove(&(deadline, sequence));
        let timer = self.timers.remove(&id)?;
        if let Some(period) = timer.period {
            self.enqueue(id, Timer { deadline: deadline + period, ..timer });
        }
        Some(Due { id, deadline, context: timer.context, repeats: timer.period.is_some() })
    }
}
