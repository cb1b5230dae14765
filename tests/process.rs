//! The program as people start it: with a home of its own, no environment but what it is given, and output as lines.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long the program may take for anything, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// A project with a home around it.
pub(crate) struct Home {
    dir: TempDir,
}

/// A finished run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Home {
    /// A home without anything in it.
    pub(crate) fn new() -> Home {
        let dir = TempDir::new().expect("the system has room for a folder");
        std::fs::create_dir(dir.path().join("project")).expect("the folder is new");
        Home { dir }
    }

    /// A project with this Worker and one KV namespace.
    pub(crate) fn project(worker: &str) -> Home {
        let home = Home::new();
        home.write(
            "wrangler.jsonc",
            r#"{
  "name": "app",
  "main": "worker.js",
  "compatibility_date": "2026-08-01",
  "kv_namespaces": [{ "binding": "KV", "id": "data" }],
}
"#,
        );
        home.write("worker.js", worker);
        home
    }

    /// The folder of the project.
    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("project")
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, name: &str, content: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("the folder can be made");
        std::fs::write(path, content).expect("the file can be written");
    }

    /// Reads a file of the project.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap_or_default()
    }

    /// The program with these arguments.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.dir.path())
            .env("NO_COLOR", "1")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end.
    #[must_use]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Dev::start(&mut self.command(arguments)).run_out()
    }

    /// Starts `edgeemu dev` on a free port and waits until it answers.
    pub(crate) fn dev(&self, arguments: &[&str]) -> Dev {
        let arguments: Vec<_> = ["dev", "--port", "0"].iter().chain(arguments).copied().collect();
        let mut dev = Dev::start(&mut self.command(&arguments));
        let ready = dev.wait_for("Ready on ");
        dev.url = ready.trim_start_matches("Ready on ").trim().to_owned();
        dev
    }
}

/// Runs the program in a folder that it leaves as it is.
pub(crate) fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let home = TempDir::new().expect("the system has room for a folder");
    let mut command = Command::new(program());
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", home.path())
        .env("NO_COLOR", "1")
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Dev::start(&mut command).run_out()
}

/// The program built from this checkout.
fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("EDGEEMU_BIN") {
        return path.into();
    }
    let suite = std::env::current_exe().expect("the suite knows where it is");
    let profile = suite.parent().and_then(Path::parent).expect("the suite is below the folder of its profile");
    let program = profile.join("edgeemu");
    assert!(program.exists(), "the program is not built: run `cargo build --bin edgeemu`, or set EDGEEMU_BIN");
    program
}

/// Where a line was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stream {
    Out,
    Err,
}

/// A program that runs, and what it prints.
pub(crate) struct Dev {
    child: Child,
    lines: Receiver<(Stream, String)>,
    /// Lines that were read and not asked for yet.
    waiting: VecDeque<(Stream, String)>,
    /// Everything printed so far, for messages.
    printed: Vec<(Stream, String)>,
    /// Where it answers.
    pub(crate) url: String,
}

impl Dev {
    /// Starts a command whose output is piped.
    pub(crate) fn start(command: &mut Command) -> Dev {
        let mut child = command.spawn().expect("the program can be started");
        let (sender, lines) = channel();
        let outs: [(Stream, Option<Box<dyn Read + Send>>); 2] = [
            (Stream::Out, child.stdout.take().map(|out| Box::new(out) as _)),
            (Stream::Err, child.stderr.take().map(|err| Box::new(err) as _)),
        ];
        for (stream, source) in outs {
            let sender = sender.clone();
            let source = source.expect("the output is piped");
            thread::spawn(move || {
                let mut source = BufReader::new(source);
                let mut line = Vec::new();
                while source.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                    let text = String::from_utf8_lossy(&line).into_owned();
                    if sender.send((stream, text)).is_err() {
                        return;
                    }
                    line.clear();
                }
            });
        }
        Dev { child, lines, waiting: VecDeque::new(), printed: Vec::new(), url: String::new() }
    }

    /// Waits for the next line with this text in it, and gives it without its end.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let line = match self.waiting.pop_front() {
                Some(line) => Ok(line),
                None => self.next_line(until.saturating_duration_since(Instant::now())),
            };
            match line {
                Ok((_, line)) if line.contains(text) => return line.trim_end_matches('\n').to_owned(),
                Ok(_) => {}
                Err(why) => panic!("the program did not print {text:?} ({why}); it printed:\n{}", self.output()),
            }
        }
    }

    fn next_line(&mut self, wait: Duration) -> Result<(Stream, String), RecvTimeoutError> {
        let line = self.lines.recv_timeout(wait)?;
        self.printed.push(line.clone());
        Ok(line)
    }

    /// Where it reads from, if that is a pipe.
    pub(crate) fn keyboard(&mut self) -> Option<std::process::ChildStdin> {
        self.child.stdin.take()
    }

    /// What was printed so far.
    pub(crate) fn output(&self) -> String {
        self.printed.iter().map(|(_, line)| line.as_str()).collect()
    }

    /// Its id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).expect("the program runs");
    }

    /// Waits for the end; panics if it takes longer than `within`.
    pub(crate) fn ended(&mut self, within: Duration) -> ExitStatus {
        let until = Instant::now() + within;
        loop {
            match self.next_line(until.saturating_duration_since(Instant::now())) {
                Ok(line) => self.waiting.push_back(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("the program does not end within {within:?}; it printed:\n{}", self.output())
                }
            }
        }
        self.child.wait().expect("the program can be waited for")
    }

    /// Ends it as Ctrl-C does, and waits.
    pub(crate) fn interrupt(self) -> Ran {
        self.signal(rustix::process::Signal::INT);
        self.run_out()
    }

    /// Waits for the end and collects everything.
    pub(crate) fn run_out(mut self) -> Ran {
        let code = self.ended(PATIENCE).code();
        let side = |side| self.printed.iter().filter(|(on, _)| *on == side).map(|(_, line)| line.as_str()).collect();
        Ran { code, stdout: side(Stream::Out), stderr: side(Stream::Err) }
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}
