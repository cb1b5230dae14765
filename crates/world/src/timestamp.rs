//! A point in time, in milliseconds since the UNIX epoch.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::{Duration, UNIX_EPOCH};

/// The end of the year 9999.
const LAST_HTTP_DATE: Duration = Duration::from_secs(253_402_300_799);

/// Milliseconds since the UNIX epoch; negative before it. Arithmetic saturates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The last point in time there is.
    pub const MAX: Timestamp = Timestamp(i64::MAX);

    /// From milliseconds since the UNIX epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Timestamp {
        Timestamp(millis)
    }

    /// From seconds since the UNIX epoch.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Timestamp {
        Timestamp(secs.saturating_mul(1000))
    }

    /// Milliseconds since the UNIX epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the UNIX epoch, rounded down.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The time a header of HTTP names, such as `Thu, 01 Jan 2015 00:00:00 GMT`; `None` if it is no date. Dates before 1970
    /// are the beginning of 1970.
    #[must_use]
    pub fn parse_http(text: &str) -> Option<Timestamp> {
        let date = httpdate::parse_http_date(text.trim()).ok()?;
        let since = date.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        i64::try_from(since.as_secs()).ok().map(Timestamp::from_secs)
    }

    /// The second as HTTP and people write it: `Sat, 21 Nov 2026 06:14:05 GMT`. Times before 1970 are written as 1970.
    #[must_use]
    pub fn http_date(self) -> String {
        let since_epoch = Duration::from_millis(u64::try_from(self.0).unwrap_or_default());
        // What is beyond the calendar of HTTP, the year 9999, ends there.
        httpdate::fmt_http_date(UNIX_EPOCH + since_epoch.min(LAST_HTTP_DATE))
    }

    /// Seconds since the UNIX epoch with their fraction.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "milliseconds stay exact for 285,000 years")]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl Add<Duration> for Timestamp {
    type Output = Timestamp;

    /// A fraction of a millisecond counts as a whole one, so that nothing becomes due too early.
    fn add(self, duration: Duration) -> Timestamp {
        let millis = duration.as_nanos().div_ceil(1_000_000);
        Timestamp(self.0.saturating_add(i64::try_from(millis).unwrap_or(i64::MAX)))
    }
}

impl Sub<Timestamp> for Timestamp {
    type Output = Duration;

    /// The time from `earlier` to `self`; zero if `earlier` is later.
    fn sub(self, earlier: Timestamp) -> Duration {
        let millis = self.0.saturating_sub(earlier.0);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ms", self.0)
    }
}
