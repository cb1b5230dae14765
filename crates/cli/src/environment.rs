//! Environment variables: read once, here, and turned into options.

use clap::ValueEnum;
use edgeemu::World;

use crate::ui::LogLevel;

/// The variables that mean something to the program.
pub(crate) struct Environment {
    /// `CLOUDFLARE_ENV`: the environment, where `--env` says nothing.
    pub(crate) worker_env: Option<String>,
    /// `EDGEEMU_LOG`: which parts of edgeemu write about themselves.
    pub(crate) log_filter: Option<String>,
    /// `WRANGLER_LOG`: how much is printed, where `--log-level` says nothing.
    pub(crate) log_level: Option<LogLevel>,
    /// `CI`: nobody sits in front of the terminal.
    pub(crate) ci: bool,
    /// `WRANGLER_HIDE_BANNER`.
    pub(crate) hide_banner: bool,
}

impl Environment {
    pub(crate) fn read(world: &World) -> Environment {
        let text = |name| world.env().var(name).filter(|value| !value.is_empty());
        Environment {
            worker_env: text("CLOUDFLARE_ENV"),
            log_filter: text("EDGEEMU_LOG"),
            log_level: text("WRANGLER_LOG").and_then(|level| LogLevel::from_str(&level, true).ok()),
            ci: text("CI").is_some_and(|value| is_on(&value)),
            hide_banner: text("WRANGLER_HIDE_BANNER").is_some_and(|value| is_on(&value)),
        }
    }
}

fn is_on(value: &str) -> bool {
    !matches!(value, "0" | "false")
}

/// Whether a stream is coloured: `FORCE_COLOR`, `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, `TERM`, else whether it is a
/// terminal.
pub(crate) fn is_coloured(world: &World, is_terminal: bool) -> bool {
    let text = |name| world.env().var(name).filter(|value| !value.is_empty());
    if let Some(force) = world.env().var("FORCE_COLOR") {
        return is_on(&force);
    }
    if text("NO_COLOR").is_some() {
        return false;
    }
    if text("CLICOLOR_FORCE").is_some_and(|value| is_on(&value)) {
        return true;
    }
    let refused = text("CLICOLOR").is_some_and(|value| !is_on(&value)) || text("TERM").as_deref() == Some("dumb");
    is_terminal && !refused
}
