//! How a failed command looks.

use std::io::{self, IsTerminal, Write};

use edgeemu::World;

use super::paint::Paint;
use crate::environment::is_coloured;
use crate::error::CliError;

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
        if error.is_plain() {
            return format!("{}\n", error.message());
        }
        if error.is_laid_out() {
            let marked = |text: &str, mark: &str, painted: String| text.replacen(mark, &painted, 1);
            let text = marked(error.message(), "▲ [WARNING]", self.paint.yellow("▲ [WARNING]"));
            return marked(&text, "✘ [ERROR]", self.paint.red("✘ [ERROR]")) + "\n";
        }
        let mut text = error.message().to_owned();
        for cause in error.causes() {
            text.push_str(&format!("\n  caused by: {cause}"));
        }
        for hint in error.hints() {
            text.push_str(&format!("\n  {} {hint}", self.paint.cyan("hint:")));
        }
        self.paint.error(&text)
    }
}
