//! The emulator's clock in the hands of a test.

use std::time::Duration;

use edgeemu_runtime::{Lane, LaneClosed};
use edgeemu_world::{Clock, ClockError, Timestamp};
use tokio::sync::watch;

use crate::time::TimeMode;

/// Moves the time of everything in one emulator.
#[derive(Clone, Debug)]
pub struct ClockHandle {
    clock: Clock,
    lane: Lane,
    /// Whether time goes from event to event by itself.
    leaps: watch::Sender<bool>,
}

impl ClockHandle {
    pub(crate) fn new(clock: Clock, lane: Lane, leaps: watch::Sender<bool>) -> ClockHandle {
        ClockHandle { clock, lane, leaps }
    }

    /// What everything in the emulator takes for the current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether time stands still.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.clock.is_frozen()
    }

    /// How time passes.
    #[must_use]
    pub fn mode(&self) -> TimeMode {
        let is_plain = (self.clock.pace() - 1.0).abs() < f64::EPSILON;
        match (*self.leaps.borrow(), self.clock.is_frozen()) {
            (true, _) => TimeMode::Virtual,
            (false, true) => TimeMode::Frozen,
            (false, false) if is_plain => TimeMode::Real,
            (false, false) => TimeMode::Scaled(self.clock.pace()),
        }
    }

    /// Lets time pass in another way from now on. It never goes back.
    ///
    /// # Errors
    /// For a pace of zero or less, or one that is no number.
    pub fn set_mode(&self, mode: TimeMode) -> Result<(), ClockError> {
        match mode {
            TimeMode::Real | TimeMode::Scaled(_) => {
                self.clock.scale(if let TimeMode::Scaled(factor) = mode { factor } else { 1.0 })?;
                self.resume();
            }
            TimeMode::Frozen => self.freeze(),
            TimeMode::Virtual => {
                self.clock.freeze();
                self.leaps.send_replace(true);
            }
        }
        Ok(())
    }

    /// Time stands still until it is advanced or resumed.
    pub fn freeze(&self) {
        self.leaps.send_replace(false);
        self.clock.freeze();
    }

    /// Time runs again.
    pub fn resume(&self) {
        self.leaps.send_replace(false);
        self.clock.resume();
    }

    /// Lets `duration` pass. Whatever becomes due on the way (timers, expirations) happens in order, each at its own
    /// time, and has settled before the next. A running clock runs on from where this leaves it.
    ///
    /// # Errors
    /// When the emulator was shut down.
    pub async fn advance(&self, duration: Duration) -> Result<(), LaneClosed> {
        let runs = !self.clock.is_frozen();
        self.clock.freeze();
        let arrived = self.walk(self.clock.now() + duration).await;
        if runs {
            self.clock.resume();
        }
        arrived
    }

    /// Advances from event to event until nothing waits for time any more. Stops after `limit`, because an interval
    /// never ends.
    ///
    /// # Errors
    /// When the emulator was shut down.
    pub async fn run_until_idle(&self, limit: Duration) -> Result<(), LaneClosed> {
        let end = self.clock.now() + limit;
        self.lane.settle().await?;
        while let Some(next) = self.clock.next_deadline().filter(|next| *next <= end) {
            self.clock.set(next.max(self.clock.now()));
            self.lane.settle().await?;
        }
        Ok(())
    }

    async fn walk(&self, end: Timestamp) -> Result<(), LaneClosed> {
        self.run_until_idle(end - self.clock.now()).await?;
        self.clock.set(end);
        self.lane.settle().await
    }
}
