//! How a failed command looks.

use std::io::{self, IsTerminal, Write};

use edgeemu::World;

use super::paint::Paint;
use crate::environment::is_coloured;
use crate::error::{CliError, Layout};

/// Shows errors: text on stderr, or an object on stdout for programs.
pub(crate) struct Errors {
    json: bool,
    paint: Paint,
}

impl Errors {
    pub(crate) fn new(world: &World, json: bool) -> Errors {
        Errors { json, paint: Paint::new(is_coloured(world, io::stderr().is_terminal())) }
    }

    pub(crate) fn show(&self, error: &CliError) {
        // A terminal that is gone cannot be told anything.
        let _gone = if self.json {
            writeln!(io::stdout(), "{}", error.to_json())
        } else {
            io::stderr().write_all(self.text(error).as_bytes())
        };
    }

    fn text(&self, error: &CliError) -> String {
        match error.layout() {
            Layout::Plain => format!("{}\n", error.message()),
            Layout::Finished => self.finished(error.message()),
            Layout::Marked => self.marked(error),
        }
    }

    fn finished(&self, text: &str) -> String {
        let text = text.replacen("▲ [WARNING]", &self.paint.yellow("▲ [WARNING]"), 1);
        text.replacen("✘ [ERROR]", &self.paint.red("✘ [ERROR]"), 1) + "\n"
    }

    fn marked(&self, error: &CliError) -> String {
        let mut text = indented(error.message());
        for cause in error.causes() {
            text.push_str(&format!("\n  caused by: {cause}"));
        }
        for hint in error.hints() {
            text.push_str(&format!("\n  {} {hint}", self.paint.cyan("hint:")));
        }
        self.paint.error(&text)
    }
}

/// The lines below the first one stand under it, as production's tool has them.
fn indented(text: &str) -> String {
    let lines = text.lines().enumerate();
    let lines = lines.map(|(at, line)| if at == 0 || line.is_empty() { line.to_owned() } else { format!("  {line}") });
    lines.collect::<Vec<_>>().join("\n")
}
