//! The `edgeemu dev` that runs on a project's data, for commands that ask it what only it knows.

use std::path::Path;

use edgeemu::Running;

use crate::context::Context;
use crate::error::CliError;

/// Finds it. `what`: what the command wants of it.
pub(crate) fn find(context: &Context, state_dir: &Path, what: &str) -> Result<Running, CliError> {
    Running::find(&context.world, state_dir).ok_or_else(|| {
        CliError::user(format!("no `edgeemu dev` runs on the data in `{}`", state_dir.display()))
            .hint(format!("{what} is known to a running server alone: start it and ask again"))
            .hint("`--persist-to` names the folder, if `edgeemu dev` was given one")
    })
}

/// A span of time as people write it.
pub(crate) fn span(millis: i64) -> String {
    let (secs, part) = (millis / 1000, millis % 1000);
    match (secs, part) {
        (0, part) => format!("{part} ms"),
        (secs, 0) if secs < 60 => format!("{secs} s"),
        (secs, part) if secs < 60 => format!("{secs}.{} s", part / 100),
        (secs, _) if secs < 3600 => format!("{} m {:02} s", secs / 60, secs % 60),
        (secs, _) => format!("{} h {:02} m", secs / 3600, secs % 3600 / 60),
    }
}
