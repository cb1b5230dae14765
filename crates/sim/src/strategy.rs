//! Who makes the decisions of a run.

mod chance;
mod fixed;

pub use chance::{Delays, Length, Pct, Walk};
pub use fixed::{Boring, Replay, Worst, WorstOf};

use super::agenda::Pending;
use super::decision::Decision;

/// Makes the decisions of one run.
pub trait Strategy {
    /// Which of `enabled` happens next. The first is the boring one. `None` lets time pass until something else can
    /// happen too; without `can_wait` there is nothing to wait for, and `None` counts as the first.
    fn next(&mut self, enabled: &[Pending], can_wait: bool) -> Option<usize>;

    /// Which way a decision goes. 0 is the boring one.
    fn alternative(&mut self, decision: &Decision<'_>) -> usize;
}
