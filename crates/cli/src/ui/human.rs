//! Messages as text for people.

use std::path::{Path, PathBuf};

use edgeemu::{Colo, Event, ExceptionReport, ExceptionSource, Level, LogEvent, LogKind};

use super::message::Message;
use super::paint::Paint;
use super::table;

/// Before everything that the project's own build command has to do with.
const BUILD: &str = "[custom build]";

/// A piece of output.
pub(crate) enum Piece {
    /// For stdout.
    Out(String),
    /// For stderr.
    Err(String),
}

/// Turns messages into text.
pub(crate) struct Human {
    pub(crate) out: Paint,
    pub(crate) err: Paint,
    /// Files are shown relative to this folder.
    pub(crate) cwd: PathBuf,
    /// Whether lines of a Worker begin with its name.
    pub(crate) names_workers: bool,
}

impl Human {
    pub(crate) fn render(&self, message: &Message) -> Option<Piece> {
        Some(match message {
            Message::Banner => Piece::Out(banner(self.out)),
            Message::Note(line) => Piece::Out(format!("{line}\n")),
            Message::Bindings(rows) => Piece::Out(table::bindings(rows, self.out)),
            Message::Warning(text) | Message::ConfigWarnings { text, .. } => Piece::Err(self.err.warning(text)),
            Message::Starting => Piece::Out(self.out.dim("⎔ Starting local server...") + "\n"),
            Message::Ready { url, more_urls, colos } => Piece::Out(ready(url, (more_urls, colos), self.out)),
            Message::S3Ready { url, key } => Piece::Out(format!(
                "S3 API of R2 on {} (access key id: {}, secret: {})\n",
                self.out.cyan(url),
                key.id,
                key.secret
            )),
            Message::ShuttingDown => Piece::Out(self.out.dim("⎔ Shutting down local server...") + "\n"),
            Message::Event(event) => return self.event(event),
            Message::Keys(_) | Message::Clear => return None,
        })
    }

    fn event(&self, event: &Event) -> Option<Piece> {
        Some(match event {
            Event::Log(log) if self.names_workers => named(&log.worker, self.log(log)),
            Event::Log(log) => self.log(log),
            Event::Request { method, path, status, reason, colo, duration } => {
                let colo = colo.map(|colo| format!("{colo}, ")).unwrap_or_default();
                let took = format!("({colo}{}ms)", duration.as_millis());
                Piece::Out(self.request(&format!("{method} {path}"), (*status, reason), &took))
            }
            Event::Rebuilding { file } => Piece::Out(self.rebuilding(file)),
            Event::BuildCommand { command } => Piece::Out(format!("{} Running: {command}\n", self.out.blue(BUILD))),
            Event::BuildOutput { text, error: false } => {
                Piece::Out(format!("{} {}\n", self.out.blue(BUILD), self.out.keep(text)))
            }
            Event::BuildOutput { text, error: true } => {
                Piece::Err(format!("{} {}\n", self.err.red(BUILD), self.err.keep(text)))
            }
            Event::Reloaded { .. } => Piece::Out(self.out.dim("⎔ Local server updated and ready") + "\n"),
            Event::BuildFailed { text } => Piece::Err(self.err.error(unmarked(text))),
            Event::Warning { text } => Piece::Err(self.err.warning(text)),
            Event::Debugger { url, waits } => {
                let waits = if *waits { "; the Worker waits for one" } else { "" };
                Piece::Out(format!("Debuggers attach at {}{waits}\n", self.out.cyan(url)))
            }
            Event::ConfigChanged => return None,
        })
    }

    fn rebuilding(&self, file: &Path) -> String {
        let file = file.strip_prefix(&self.cwd).unwrap_or(file).display();
        let reloading = self.out.dim("⎔ Reloading local server...");
        format!("The file {file} changed, restarting build...\n{reloading}\n")
    }

    fn request(&self, what: &str, (status, reason): (u16, &str), took: &str) -> String {
        let paint = self.out;
        let answer = format!("{status} {reason}");
        let answer = match status {
            200..300 => paint.green(answer.trim_end()),
            300..400 => paint.cyan(answer.trim_end()),
            400..500 => paint.yellow(answer.trim_end()),
            500.. => paint.red(answer.trim_end()),
            _ => answer.trim_end().to_owned(),
        };
        format!("{} {answer} {}\n", paint.bold(what), paint.dim(took))
    }

    fn log(&self, log: &LogEvent) -> Piece {
        match &log.kind {
            LogKind::Console { level, text } => match level {
                Level::Debug => Piece::Out(self.out.dim(&self.out.keep(text)) + "\n"),
                Level::Info => Piece::Out(format!("{}\n", self.out.keep(text))),
                Level::Warn => Piece::Err(self.err.yellow(&self.err.keep(text)) + "\n"),
                Level::Error => Piece::Err(self.err.red(&self.err.keep(text)) + "\n"),
            },
            LogKind::Exception { source, report } => Piece::Err(self.exception(*source, report)),
            LogKind::Notice { level: Level::Error, text } => Piece::Err(self.err.error(text)),
            LogKind::Notice { level: Level::Warn, text } => Piece::Err(self.err.warning(text)),
            LogKind::Notice { text, .. } => Piece::Out(self.out.dim(text) + "\n"),
        }
    }

    fn exception(&self, source: ExceptionSource, report: &ExceptionReport) -> String {
        let lead = match source {
            ExceptionSource::Handler | ExceptionSource::Callback => "Uncaught",
            ExceptionSource::UnhandledRejection | ExceptionSource::WaitUntil => "Uncaught (in promise)",
        };
        let stack = report.stack();
        let (headline, frames) = stack.split_once('\n').unwrap_or((&stack, ""));
        let excerpt = report.source_line.as_deref().map(str::trim).filter(|line| !line.is_empty());
        let mut text = format!("{lead} {headline}");
        if let Some(line) = excerpt {
            text.push_str(&format!("\n\n      {line}\n"));
        }
        if !frames.is_empty() {
            text.push_str(&format!("\n{}", self.err.dim(frames)));
        }
        self.err.error(&text)
    }
}

/// The same text with the name of the Worker it is from.
fn named(worker: &str, piece: Piece) -> Piece {
    match piece {
        Piece::Out(text) => Piece::Out(format!("[{worker}] {text}")),
        Piece::Err(text) => Piece::Err(format!("[{worker}] {text}")),
    }
}

fn ready(url: &str, (more_urls, colos): (&[String], &[(Colo, String)]), paint: Paint) -> String {
    let mut text = format!("Ready on {}\n", paint.cyan(url));
    for url in more_urls {
        text.push_str(&format!("- {}\n", paint.cyan(url)));
    }
    for (colo, url) in colos {
        text.push_str(&format!("- {colo} {}\n", paint.cyan(url)));
    }
    text
}

fn banner(paint: Paint) -> String {
    let name = format!(" edgeemu {}", env!("CARGO_PKG_VERSION"));
    let rule = "─".repeat(name.len() + 1);
    format!("\n{}\n{}\n", paint.bold(&name), paint.dim(&rule))
}

/// Complaints about a configuration come with their own mark.
fn unmarked(text: &str) -> &str {
    text.strip_prefix("✘ [ERROR] ").unwrap_or(text)
}
