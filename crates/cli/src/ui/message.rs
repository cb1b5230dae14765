//! What there is to say, before anybody decides how it looks.

use clap::ValueEnum;
use edgeemu::config::Binding;
use edgeemu::{AccessKey, Colo, Event, Level, LogKind};
use serde_json::Value;

/// How much is printed, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum LogLevel {
    None,
    Error,
    Warn,
    // Requests and `console.log`.
    Info,
    // Production's default. Differs from `Info` in nothing here.
    Log,
    // `console.debug`.
    Debug,
}

/// One thing to say.
pub(crate) enum Message {
    /// The name and version of the program.
    Banner,
    /// One line.
    Note(String),
    /// The table of bindings.
    Bindings(Vec<Binding>),
    /// One finished warning.
    Warning(String),
    /// Every warning about the configuration: as one block, and for programs.
    ConfigWarnings { text: String, report: Value },
    /// The server is being started.
    Starting,
    /// The server answers here, and there too if it listens on every address of the machine; each location has its own.
    Ready { url: String, more_urls: Vec<String>, colos: Vec<(Colo, String)> },
    /// The S3 API of R2 answers here, to whoever signs with this key.
    S3Ready { url: String, key: AccessKey },
    /// The emulator has something to say.
    Event(Event),
    /// Show the line of keys from now on, or no more.
    Keys(bool),
    /// Empty the terminal.
    Clear,
    /// The server is being ended.
    ShuttingDown,
}

impl Message {
    /// The level at which this is printed.
    pub(crate) fn level(&self) -> LogLevel {
        match self {
            // Whoever wants to read nothing else still waits for it.
            Message::Ready { .. } | Message::S3Ready { .. } => LogLevel::None,
            Message::Warning(_) | Message::ConfigWarnings { .. } => LogLevel::Warn,
            Message::Event(event) => event_level(event),
            _ => LogLevel::Info,
        }
    }
}

/// Addresses that commands of edgeemu ask.
const OWN: [&str; 3] = ["/cdn-cgi/local/explorer/api/", "/cdn-cgi/local/kv/", "/cdn-cgi/local/clock"];

fn event_level(event: &Event) -> LogLevel {
    match event {
        Event::BuildFailed { .. } => LogLevel::Error,
        Event::Warning { .. } => LogLevel::Warn,
        // What commands like `edgeemu kv` ask of the server is not what the user's clients ask.
        Event::Request { path, .. } if OWN.iter().any(|own| path.starts_with(own)) => LogLevel::Debug,
        Event::Log(log) => match &log.kind {
            LogKind::Console { level, .. } | LogKind::Notice { level, .. } => match level {
                Level::Debug => LogLevel::Debug,
                Level::Info => LogLevel::Info,
                Level::Warn => LogLevel::Warn,
                Level::Error => LogLevel::Error,
            },
            LogKind::Exception { .. } => LogLevel::Error,
        },
        _ => LogLevel::Info,
    }
}
