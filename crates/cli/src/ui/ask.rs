//! Answers on stdout, and questions to whoever sits in front of the terminal.

use std::io::{self, IsTerminal, Write};

use super::paint::Paint;
use crate::context::Context;
use crate::environment::is_coloured;
use crate::error::CliError;

/// Writes to stdout. A reader that has seen enough is no error.
pub(crate) fn print(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::user("stdout cannot be written").cause(error))
        }
        _ => Ok(()),
    }
}

/// Writes a warning to stderr.
pub(crate) fn warn(context: &Context, text: &str) {
    let paint = Paint::new(is_coloured(&context.world, io::stderr().is_terminal()));
    // A terminal that is gone cannot be told anything.
    let _gone = io::stderr().write_all(paint.warning(text).as_bytes());
}

/// Asks, if somebody is there to answer. Enter means yes, and so does nobody.
pub(crate) fn confirm(question: &str) -> Result<bool, CliError> {
    if !io::stdin().is_terminal() {
        return Ok(true);
    }
    let failed = |error: io::Error| CliError::user("the question cannot be asked").cause(error);
    let mut err = io::stderr().lock();
    write!(err, "{question} (Y/n) ").and_then(|()| err.flush()).map_err(failed)?;
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer).map_err(failed)?;
    Ok(read > 0 && !answer.trim().to_ascii_lowercase().starts_with('n'))
}
