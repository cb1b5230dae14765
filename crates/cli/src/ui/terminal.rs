//! The terminal's mode: single keys without Enter while the server runs, and as it was on every way out.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// Whether the mode of the terminal is ours. One per process, as the terminal is.
static IS_OURS: AtomicBool = AtomicBool::new(false);
/// Whether the line of keys stands at the bottom.
static IS_DRAWN: AtomicBool = AtomicBool::new(false);

pub(crate) fn is_drawn() -> bool {
    IS_DRAWN.load(Ordering::SeqCst)
}

pub(crate) fn set_drawn(is_drawn: bool) {
    IS_DRAWN.store(is_drawn, Ordering::SeqCst);
}

/// Lets single keys through. False if there is no terminal, or another program has it.
pub(crate) fn take() -> bool {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() || !is_in_front() || enable_raw_mode().is_err() {
        return false;
    }
    keep_lines_and_signals();
    IS_OURS.store(true, Ordering::SeqCst);
    true
}

/// Gives the terminal back as it was; fine if it was not taken.
pub(crate) fn restore() {
    if IS_DRAWN.swap(false, Ordering::SeqCst) {
        // A terminal that is gone needs no care.
        let _gone = io::stdout().write_all(b"\r\x1b[K").and_then(|()| io::stdout().flush());
    }
    if IS_OURS.swap(false, Ordering::SeqCst) {
        let _gone = disable_raw_mode();
    }
}

/// Makes a panic give the terminal back before it is printed.
pub(crate) fn restore_on_panic() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        restore();
        print(panic);
    }));
}

/// Whether the shell has given us the terminal; a program in the background that touches its mode is stopped.
#[cfg(unix)]
fn is_in_front() -> bool {
    rustix::termios::tcgetpgrp(rustix::stdio::stdin()).is_ok_and(|group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_in_front() -> bool {
    true
}

/// Line breaks still return to the first column, whoever prints them, and Ctrl-C is still a signal, which reaches the
/// build command too.
#[cfg(unix)]
fn keep_lines_and_signals() {
    use rustix::termios::{LocalModes, OptionalActions, OutputModes, tcgetattr, tcsetattr};
    let stdin = rustix::stdio::stdin();
    let Ok(mut mode) = tcgetattr(stdin) else { return };
    mode.output_modes |= OutputModes::OPOST | OutputModes::ONLCR;
    mode.local_modes |= LocalModes::ISIG;
    // Without this the output is ragged, but works.
    let _ragged = tcsetattr(stdin, OptionalActions::Now, &mode);
}

#[cfg(not(unix))]
fn keep_lines_and_signals() {}
