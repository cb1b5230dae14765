//! The clock: real with an offset and a scale, or frozen and moved by hand; and the sleepers that wait on it.

#[cfg(test)]
mod tests;

use crate::timestamp::Timestamp;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The longest a sleeper trusts the operating system's timer before it looks at the wall clock again. It bounds how
/// late a sleeper notices that the machine was suspended or that the wall clock was set.
const LONGEST_NAP: Duration = Duration::from_secs(60);

/// A request to the clock that makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum ClockError {
    /// A factor of zero or less, infinite, or not a number.
    #[error("a clock cannot run at this pace: {0}; give a finite factor above 0, or freeze the clock")]
    Scale(f64),
}

/// The time of a world. Cloning shares the clock.
///
/// A *running* clock follows the wall clock, shifted by [`advance_by`](Clock::advance_by) and stretched by
/// [`scale`](Clock::scale). A *frozen* clock moves only through [`set`](Clock::set) and `advance_by`. Each may become
/// the other at any time; sleepers adapt. Resolution is one millisecond.
#[derive(Clone, Debug)]
pub struct Clock {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    mode: Mode,
    scale: f64,
    /// Counts changes of mode, offset and scale: a sleeper armed under an older number arms itself anew.
    setting: u64,
    registered: u64,
    sleepers: BTreeMap<SleeperKey, Option<Waker>>,
}

/// Deadline first, then order of registration: the order in which sleepers wake.
type SleeperKey = (Timestamp, u64);

#[derive(Clone, Copy, Debug)]
enum Mode {
    /// Showed `shown` when the wall clock said `wall`.
    Running {
        wall: SystemTime,
        shown: Timestamp,
    },
    Frozen {
        now: Timestamp,
    },
}

impl Clock {
    /// A clock that follows the wall clock.
    #[must_use]
    pub fn real() -> Clock {
        let wall = SystemTime::now();
        Clock::in_mode(Mode::Running { wall, shown: Timestamp::from_millis(millis_since_epoch(wall)) })
    }

    /// A clock that stands at `now` until it is told to move.
    #[must_use]
    pub fn frozen_at(now: Timestamp) -> Clock {
        Clock::in_mode(Mode::Frozen { now })
    }

    fn in_mode(mode: Mode) -> Clock {
        let state = State { mode, scale: 1.0, setting: 0, registered: 0, sleepers: BTreeMap::new() };
        Clock { state: Arc::new(Mutex::new(state)) }
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.lock().now()
    }

    /// Stops the clock where it is. Sleepers stay asleep until it is moved or resumed.
    pub fn freeze(&self) {
        self.change(|state| state.mode = Mode::Frozen { now: state.now() });
    }

    /// Lets the clock run with the wall clock again, from the time it shows.
    pub fn resume(&self) {
        self.change(State::anchor);
    }

    /// Whether the clock moves only by hand.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        matches!(self.lock().mode, Mode::Frozen { .. })
    }

    /// Makes a running clock go `factor` times as fast as the wall clock; a frozen one will once it is resumed.
    ///
    /// # Errors
    /// [`ClockError::Scale`] if the factor is not a finite number above zero.
    pub fn scale(&self, factor: f64) -> Result<(), ClockError> {
        if !factor.is_finite() || factor <= 0.0 {
            return Err(ClockError::Scale(factor));
        }
        self.change(|state| {
            if matches!(state.mode, Mode::Running { .. }) {
                state.anchor();
            }
            state.scale = factor;
        });
        Ok(())
    }

    /// How many times as fast as the wall clock a running clock goes; a frozen one will once it is resumed.
    #[must_use]
    pub fn pace(&self) -> f64 {
        self.lock().scale
    }

    /// Moves the clock forward to `time` and wakes the sleepers that are due, earliest deadline first, equal ones in
    /// the order they fell asleep. The clock never goes back: an earlier `time` changes nothing.
    pub fn set(&self, time: Timestamp) {
        self.change(|state| state.show_at_least(time));
    }

    /// Moves the clock forward by `duration` and wakes the sleepers that are due, in the order of [`set`](Clock::set).
    pub fn advance_by(&self, duration: Duration) {
        self.change(|state| state.show_at_least(state.now() + duration));
    }

    /// The earliest deadline somebody sleeps for.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.lock().sleepers.keys().next().map(|(deadline, _)| *deadline)
    }

    /// Sleeps until the clock shows `deadline` or later. The sleeper is registered by this call, not by the first poll.
    ///
    /// On a running clock the future needs a tokio runtime with its timer enabled, and sleepers that become due by
    /// themselves within one millisecond wake in any order; moving the clock by hand keeps the order of [`set`](Clock::set).
    pub fn sleep_until(&self, deadline: Timestamp) -> Sleep {
        let mut state = self.lock();
        state.registered += 1;
        let key = (deadline, state.registered);
        state.sleepers.insert(key, None);
        Sleep { clock: self.clone(), key, nap: None }
    }

    /// Sleeps for `duration` by this clock, in whole milliseconds rounded up.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        self.sleep_until(self.now() + duration)
    }

    /// Applies a change, then wakes those who are due and, on a running clock, those who must arm themselves anew.
    fn change(&self, apply: impl FnOnce(&mut State)) {
        let mut wakers = Vec::new();
        {
            let mut state = self.lock();
            apply(&mut state);
            state.setting += 1;
            let now = state.now();
            state.take_due(now, &mut wakers);
            if matches!(state.mode, Mode::Running { .. }) {
                wakers.extend(state.sleepers.values_mut().filter_map(Option::take));
            }
        }
        // Outside the lock: a waker may run code that asks for the time.
        wakers.into_iter().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn now(&self) -> Timestamp {
        match self.mode {
            Mode::Frozen { now } => now,
            Mode::Running { wall, shown } => shown_now(wall, shown, self.scale),
        }
    }

    /// Lets the clock run from what it shows now.
    fn anchor(&mut self) {
        let shown = self.now();
        self.mode = Mode::Running { wall: SystemTime::now(), shown };
    }

    fn show_at_least(&mut self, time: Timestamp) {
        let target = time.max(self.now());
        self.mode = match self.mode {
            Mode::Frozen { .. } => Mode::Frozen { now: target },
            Mode::Running { .. } => Mode::Running { wall: SystemTime::now(), shown: target },
        };
    }

    /// Takes the sleepers out that are due at `now`; a sleeper that finds itself gone knows that it has been woken.
    fn take_due(&mut self, now: Timestamp, wakers: &mut Vec<Waker>) {
        while let Some(entry) = self.sleepers.first_entry() {
            if entry.key().0 > now {
                break;
            }
            wakers.extend(entry.remove());
        }
    }

    /// Wall time until a clock that runs shows `deadline`; `None` on a frozen clock.
    fn wall_time_until(&self, deadline: Timestamp) -> Option<Duration> {
        if matches!(self.mode, Mode::Frozen { .. }) {
            return None;
        }
        let seconds = (deadline - self.now()).as_secs_f64() / self.scale;
        Some(Duration::from_secs_f64(seconds.clamp(0.001, LONGEST_NAP.as_secs_f64())))
    }
}

/// Completes when its clock shows the deadline. Dropping it forgets the sleeper.
#[derive(Debug)]
#[must_use = "a sleeper does nothing unless it is awaited"]
pub struct Sleep {
    clock: Clock,
    key: SleeperKey,
    nap: Option<Nap>,
}

/// A timer of the operating system, armed under one setting of the clock.
#[derive(Debug)]
struct Nap {
    setting: u64,
    timer: Pin<Box<tokio::time::Sleep>>,
}

impl Sleep {
    /// What the clock will show at the earliest when this completes.
    #[must_use]
    pub fn deadline(&self) -> Timestamp {
        self.key.0
    }

    /// Decides under the lock whether to wake, to wait for a change, or to take a nap of the returned length.
    fn look(&self, waker: &Waker) -> Look {
        let mut state = self.clock.lock();
        let Some(slot) = state.sleepers.get_mut(&self.key) else {
            return Look::Woken;
        };
        *slot = Some(waker.clone());
        if self.key.0 <= state.now() {
            state.sleepers.remove(&self.key);
            return Look::Woken;
        }
        Look::Wait { setting: state.setting, nap: state.wall_time_until(self.key.0) }
    }

    fn nap_is_over(&mut self, setting: u64, length: Duration, context: &mut Context<'_>) -> bool {
        if self.nap.as_ref().is_none_or(|nap| nap.setting != setting) {
            self.nap = Some(Nap { setting, timer: Box::pin(tokio::time::sleep(length)) });
        }
        let over = self.nap.as_mut().is_some_and(|nap| nap.timer.as_mut().poll(context).is_ready());
        if over {
            self.nap = None;
        }
        over
    }
}

enum Look {
    Woken,
    Wait { setting: u64, nap: Option<Duration> },
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        loop {
            match self.look(context.waker()) {
                Look::Woken => return Poll::Ready(()),
                Look::Wait { nap: None, .. } => {
                    self.nap = None;
                    return Poll::Pending;
                }
                Look::Wait { setting, nap: Some(length) } => {
                    if !self.nap_is_over(setting, length, context) {
                        return Poll::Pending;
                    }
                }
            }
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.clock.lock().sleepers.remove(&self.key);
    }
}

#[allow(clippy::cast_possible_truncation, reason = "a float becomes the nearest whole millisecond, saturating")]
#[allow(clippy::cast_precision_loss, reason = "a distance from the last change of the clock is far below 2^53")]
fn shown_now(wall: SystemTime, shown: Timestamp, scale: f64) -> Timestamp {
    let micros = match SystemTime::now().duration_since(wall) {
        Ok(later) => later.as_micros() as f64,
        Err(earlier) => -(earlier.duration().as_micros() as f64),
    };
    let millis = (micros * scale / 1000.0).floor() as i64;
    Timestamp::from_millis(shown.as_millis().saturating_add(millis))
}

pub(crate) fn millis_since_epoch(wall: SystemTime) -> i64 {
    match wall.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis),
    }
}
