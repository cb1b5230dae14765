//! What an emulator tells whoever watches it: the program's terminal, a test, an editor.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use edgeemu_kv::consistency::Colo;
use edgeemu_runtime::LogEvent;

/// Receives events. Called on the emulator's threads; must not block.
pub type EventSink = Arc<dyn Fn(Event) + Send + Sync>;

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A Worker said something, or failed.
    Log(LogEvent),
    /// A request was answered.
    Request {
        /// `GET`, …
        method: http::Method,
        /// Path and query as the client sent them.
        path: String,
        /// Status of the answer.
        status: u16,
        /// `OK`, `Not Found`, …; empty if the status has no standard phrase.
        reason: &'static str,
        /// Where it was answered, if somebody asked for locations.
        colo: Option<Colo>,
        /// From the first byte of the request to the head of the answer.
        duration: Duration,
    },
    /// A file changed and the Worker is being built again.
    Rebuilding {
        /// The file.
        file: PathBuf,
    },
    /// The project's own build command is being run.
    BuildCommand {
        /// As written under `build.command`.
        command: String,
    },
    /// The build command printed a line.
    BuildOutput {
        /// The line without its end.
        text: String,
        /// Whether it came from stderr.
        error: bool,
    },
    /// The Worker runs in its new version.
    Reloaded {
        /// From noticing the change to the new version.
        duration: Duration,
    },
    /// The new version cannot be built or started; the old one goes on.
    BuildFailed {
        /// Every complaint, ready to print.
        text: String,
    },
    /// Something the user should know.
    Warning {
        /// Ready to print.
        text: String,
    },
    /// Debuggers attach here.
    Debugger {
        /// `ws://127.0.0.1:9229/shop`
        url: String,
        /// The Worker waits for one.
        waits: bool,
    },
    /// The configuration was read again.
    ConfigChanged,
}
