//! The one writer to the terminal: a thread that prints messages in order, with the line of keys below them.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use edgeemu::{Event, World};

use super::human::{Human, Piece};
use super::message::{LogLevel, Message};
use super::paint::Paint;
use super::{json, terminal};
use crate::environment::is_coloured;
use crate::error::CliError;

/// How many messages may wait. A Worker that has more to say waits for the reader: memory stays bounded, and nothing it
/// says is lost.
const WAITING_MAX: usize = 8192;
/// How long the writer rests after each write. Under load, waking it for every line costs more than the line.
const REST: Duration = Duration::from_millis(3);
/// How many bytes are written at once.
const WRITE_BYTES: usize = 64 * 1024;
/// How long the end waits for a reader that does not read.
const FINISH: Duration = Duration::from_millis(500);

const KEYS: &str = "[b] open a browser, [d] open devtools, [c] clear console, [x] to exit";

/// How messages are printed.
pub(crate) struct ScreenOptions {
    pub(crate) world: World,
    /// For programs instead of people.
    pub(crate) json: bool,
    pub(crate) level: LogLevel,
    /// Files are shown relative to this folder.
    pub(crate) cwd: PathBuf,
    /// Whether there are several Workers, so that lines say whose they are.
    pub(crate) names_workers: bool,
}

/// Takes messages from everywhere.
#[derive(Clone)]
pub(crate) struct Screen {
    world: World,
    sender: SyncSender<Order>,
    level: LogLevel,
}

enum Order {
    Show(Message),
    Finish(SyncSender<()>),
}

impl Screen {
    pub(crate) fn start(options: ScreenOptions) -> Result<Screen, CliError> {
        let (sender, orders) = sync_channel(WAITING_MAX);
        let (world, level) = (options.world.clone(), options.level);
        let writer = Writer::new(options);
        std::thread::Builder::new()
            .name("edgeemu-screen".to_owned())
            .spawn(move || writer.run(&orders))
            .map_err(|error| CliError::internal("a thread cannot be started").cause(error))?;
        Ok(Screen { world, sender, level })
    }

    /// Prints a message, if it is important enough.
    pub(crate) fn show(&self, message: Message) {
        let is_wanted = matches!(message, Message::Keys(_) | Message::Clear);
        if !is_wanted && message.level() > self.level {
            return;
        }
        // What a Worker says in a loop waits until there is room. Everything else comes from the thread that has to
        // see Ctrl-C even if nobody reads what is printed, so it must not wait.
        let may_wait = matches!(message, Message::Event(Event::Log(_) | Event::Request { .. }));
        // The writer ends only together with the program.
        let _ended = match may_wait {
            true => self.sender.send(Order::Show(message)).is_ok(),
            false => self.sender.try_send(Order::Show(message)).is_ok(),
        };
    }

    /// Waits until everything is printed and gives the terminal back.
    pub(crate) fn finish(&self) {
        let (done, is_done) = sync_channel(1);
        if self.sender.try_send(Order::Finish(done)).is_ok() {
            // A reader that does not read must not hold up the end.
            let _unread = is_done.recv_timeout(FINISH);
        }
        terminal::restore();
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }
}

enum Format {
    Human(Human),
    /// One object a line.
    Json,
}

struct Writer {
    format: Format,
    level: LogLevel,
    keys: bool,
    keys_paint: Paint,
}

impl Writer {
    fn new(options: ScreenOptions) -> Writer {
        let out = Paint::new(is_coloured(&options.world, io::stdout().is_terminal()));
        let err = Paint::new(is_coloured(&options.world, io::stderr().is_terminal()));
        let human = Human { out, err, cwd: options.cwd, names_workers: options.names_workers };
        let format = if options.json { Format::Json } else { Format::Human(human) };
        Writer { format, level: options.level, keys: false, keys_paint: out }
    }

    fn run(mut self, orders: &Receiver<Order>) {
        while let Ok(first) = orders.recv() {
            let mut batch = Batch::default();
            let mut next = Some(first);
            while let Some(order) = next {
                match order {
                    Order::Show(message) => self.take(message, &mut batch),
                    Order::Finish(done) => {
                        self.keys = false;
                        self.write(&batch);
                        // Nobody waits any more if it took too long.
                        let _late = done.send(());
                        return;
                    }
                }
                next = if batch.bytes < WRITE_BYTES { orders.try_recv().ok() } else { None };
            }
            self.write(&batch);
            // Nobody wakes this thread, and the clock of the world may stand still.
            std::thread::park_timeout(REST);
        }
    }

    fn take(&mut self, message: Message, batch: &mut Batch) {
        match (&self.format, message) {
            (_, Message::Keys(on)) => self.keys = on,
            (Format::Human(_), Message::Clear) => batch.push(Piece::Out("\x1b[2J\x1b[3J\x1b[H".to_owned())),
            (Format::Human(human), message) if message.level() <= self.level => {
                if let Some(piece) = human.render(&message) {
                    batch.push(piece);
                }
            }
            (Format::Json, message) => {
                if let Some(object) = json::render(&message) {
                    batch.push(Piece::Out(format!("{object}\n")));
                }
            }
            (Format::Human(_), _) => {}
        }
    }

    /// Erases the line of keys, prints, and draws it again below. A terminal that is gone cannot be told anything.
    fn write(&self, batch: &Batch) {
        let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
        if terminal::is_drawn() {
            let _gone = out.write_all(b"\r\x1b[K");
        }
        for piece in &batch.pieces {
            let _gone = match piece {
                Piece::Out(text) => out.write_all(text.as_bytes()),
                Piece::Err(text) => out.flush().and_then(|()| err.write_all(text.as_bytes())),
            };
        }
        if self.keys {
            let _gone = out.write_all(self.keys_paint.dim(&fitting(KEYS)).as_bytes());
        }
        terminal::set_drawn(self.keys);
        let _gone = out.flush();
    }
}

/// What is written in one go.
#[derive(Default)]
struct Batch {
    pieces: Vec<Piece>,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, piece: Piece) {
        let (Piece::Out(text) | Piece::Err(text)) = &piece;
        self.bytes += text.len();
        match (self.pieces.last_mut(), piece) {
            (Some(Piece::Out(before)), Piece::Out(text)) => before.push_str(&text),
            (_, piece) => self.pieces.push(piece),
        }
    }
}

/// As much of a line as the terminal is wide: a line that wraps cannot be erased.
fn fitting(line: &str) -> String {
    // A terminal that nobody gave a size says 0.
    let known =
        crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns)).filter(|columns| *columns > 0);
    let width = known.unwrap_or(usize::MAX);
    line.chars().take(width.saturating_sub(1)).collect()
}
