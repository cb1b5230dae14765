//! How far the bytes of a large file are: a bar on stderr, where somebody looks at it.

use std::io::Read;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Smaller files are there before anybody could read what the bar says.
const WORTH_SHOWING: u64 = 16 << 20;
const TEMPLATE: &str = "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";

/// A bar that goes away when it is dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// For so many bytes in all. Shows nothing for a small file, and nothing if stderr is no terminal.
    pub(crate) fn of(total: u64) -> Progress {
        let target = if total < WORTH_SHOWING { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
        Progress { bar: ProgressBar::with_draw_target(Some(total), target).with_style(style) }
    }

    /// So many bytes more.
    pub(crate) fn add(&self, bytes: usize) {
        self.bar.inc(bytes as u64);
    }

    /// The same bytes, counted while they are read.
    pub(crate) fn counting<R: Read>(&self, source: R) -> impl Read + use<R> {
        self.bar.wrap_read(source)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
