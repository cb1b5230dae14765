//! SQL from a large file: read while it is run, with a bar that shows how far it is.

use std::io::{self, IsTerminal, Read};
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::target::Database;
use crate::context::Context;
use crate::error::CliError;

/// Files above this many bytes are not taken into memory, and the results of their statements are not shown.
pub(super) const LARGE: u64 = 1024 * 1024;

/// The bytes of a file, counted on the way.
struct Counted<R> {
    source: R,
    bar: ProgressBar,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}

/// Runs the SQL of a file; gives one result, which says what was done.
pub(super) async fn run(database: &Database, file: &Path, size: u64, context: &Context) -> Result<Value, CliError> {
    let unreadable = |error: io::Error| CliError::user(format!("cannot read `{}`", file.display())).cause(error);
    let source = context.world.disk().open_read(&context.cwd.join(file)).map_err(unreadable)?;
    let data = database.open(context)?;
    let bar = bar(size);
    let done = data.d1_import(database.id(), Counted { source, bar: bar.clone() }, size).await;
    bar.finish_and_clear();
    let done = done?;
    data.close()?;
    #[allow(clippy::cast_precision_loss, reason = "it is shown with two digits")]
    let megabytes = done["size_after"].as_u64().unwrap_or_default() as f64 / 1e6;
    Ok(json!({
        "results": [{
            "Total queries executed": done["statements"],
            "Rows read": done["rows_read"],
            "Rows written": done["rows_written"],
            "Database size (MB)": format!("{megabytes:.2}"),
        }],
        "success": true,
        "meta": { "duration": done["duration_ms"] },
    }))
}

/// Hidden where nobody looks.
fn bar(size: u64) -> ProgressBar {
    let target = if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(size), target);
    let style = ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left");
    // The template is ours.
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
