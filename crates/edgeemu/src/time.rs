//! How time passes in an emulator: with the wall clock, faster, not at all, or from event to event.

use std::fmt;
use std::str::FromStr;
use std::sync::Weak;
use std::time::Duration;

use edgeemu_world::Clock;
use tokio::sync::watch;

use crate::emulator::Engine;

/// How long virtual time waits before it looks again whether everybody waits for it.
const LOOK: Duration = Duration::from_millis(5);

/// How time passes in an emulator: for timers, `Date`, expirations and caches at once.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum TimeMode {
    /// With the wall clock.
    #[default]
    Real,
    /// So many times as fast as the wall clock.
    Scaled(f64),
    /// Only when it is moved.
    Frozen,
    /// From event to event: whenever an invocation is under way and can only go on when time passes, it has passed.
    Virtual,
}

/// A text that names no way for time to pass.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no way for time to pass: use real, x60 (sixty times as fast), frozen or virtual")]
pub struct UnknownTimeMode(pub String);

impl FromStr for TimeMode {
    type Err = UnknownTimeMode;

    fn from_str(text: &str) -> Result<TimeMode, UnknownTimeMode> {
        match text {
            "real" => Ok(TimeMode::Real),
            "frozen" => Ok(TimeMode::Frozen),
            "virtual" => Ok(TimeMode::Virtual),
            _ => {
                let factor = text.strip_prefix('x').and_then(|factor| factor.parse::<f64>().ok());
                let factor = factor.filter(|factor| factor.is_finite() && *factor > 0.0);
                factor.map(TimeMode::Scaled).ok_or_else(|| UnknownTimeMode(text.to_owned()))
            }
        }
    }
}

impl fmt::Display for TimeMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimeMode::Real => formatter.write_str("real"),
            TimeMode::Scaled(factor) => write!(formatter, "x{factor}"),
            TimeMode::Frozen => formatter.write_str("frozen"),
            TimeMode::Virtual => formatter.write_str("virtual"),
        }
    }
}

/// A span of time as people write it: `250ms`, `61s`, `5m`, `2h`, `1d`; a bare number is seconds.
///
/// # Errors
/// Names the text and what it should be.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no span of time: write 250ms, 61s, 5m, 2h or 1d");
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let secs = match unit.trim() {
        "ms" => number / 1000.0,
        "" | "s" => number,
        "m" => number * 60.0,
        "h" => number * 3600.0,
        "d" => number * 86_400.0,
        _ => return Err(wrong()),
    };
    Duration::try_from_secs_f64(secs).map_err(|_| wrong())
}

/// Lets time pass from event to event while somebody has switched that on. Ends when dropped.
pub(crate) struct Leaps {
    task: tokio::task::JoinHandle<()>,
}

impl Leaps {
    pub(crate) fn start(engine: Weak<Engine>, on: watch::Receiver<bool>) -> Leaps {
        Leaps { task: tokio::spawn(leap(engine, on)) }
    }
}

impl Drop for Leaps {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn leap(engine: Weak<Engine>, mut on: watch::Receiver<bool>) {
    let wall = Clock::real();
    while on.wait_for(|on| *on).await.is_ok() {
        let Some(engine) = engine.upgrade() else { return };
        let has_leapt = engine.leap().await;
        drop(engine);
        match has_leapt {
            Ok(true) => {}
            Ok(false) => wall.sleep(LOOK).await,
            Err(_) => return,
        }
    }
}
