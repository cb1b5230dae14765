//! The project's own build command: run before bundling, what it prints told line by line.

use std::process::Stdio;
use std::time::Duration;

use edgeemu_config::Config;
use edgeemu_world::{Clock, World};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::error::BuildError;
use crate::event::{Event, EventSink};

/// How long the last lines of a command may take after its end. A program it left behind keeps the pipes open for good.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Runs `build.command`, if there is one, and waits for its end. Dropping the future ends the command with all that it
/// has started.
pub(crate) async fn run(config: &Config, world: &World, events: &EventSink) -> Result<(), BuildError> {
    let Some(command) = &config.build.command else { return Ok(()) };
    let failed = |reason: String| BuildError::BuildCommand { command: command.clone(), reason };
    if !world.disk().metadata(&config.build.cwd).is_ok_and(|found| found.is_dir) {
        return Err(failed(format!("its folder does not exist: `{}`", config.build.cwd.display())));
    }
    events(Event::BuildCommand { command: command.clone() });
    let mut child = start(command, config).map_err(|error| failed(error.to_string()))?;
    let group = Group::of(&child);
    let status = follow(&mut child, events).await.map_err(|error| failed(error.to_string()))?;
    group.leave();
    if status.success() { Ok(()) } else { Err(failed(status.to_string())) }
}

fn start(command: &str, config: &Config) -> std::io::Result<Child> {
    let mut process = Command::new("sh");
    // Production's name for it; build scripts ask what they are run for.
    process.args(["-c", command]).current_dir(&config.build.cwd).env("WRANGLER_COMMAND", "dev");
    process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    #[cfg(unix)]
    process.process_group(0);
    process.spawn()
}

/// Tells every line until the command has ended.
async fn follow(child: &mut Child, events: &EventSink) -> std::io::Result<std::process::ExitStatus> {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let told = async { tokio::join!(tell(out, (false, events)), tell(err, (true, events))) };
    tokio::pin!(told);
    tokio::select! {
        biased;
        _ = &mut told => child.wait().await,
        status = child.wait() => {
            tokio::select! {
                _ = &mut told => {}
                () = Clock::real().sleep(LAST_WORDS) => {}
            }
            status
        }
    }
}

async fn tell(stream: Option<impl AsyncRead + Unpin>, (error, events): (bool, &EventSink)) {
    let Some(stream) = stream else { return };
    let (mut lines, mut line) = (BufReader::new(stream), Vec::new());
    // A pipe that breaks has no more lines.
    while lines.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
        events(Event::BuildOutput { text, error });
        line.clear();
    }
}

/// The command and everything it has started. Ended when dropped, unless the command ended by itself.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

#[cfg(unix)]
impl Group {
    fn of(child: &Child) -> Group {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Group { leader: id.and_then(rustix::process::Pid::from_raw) }
    }

    fn leave(mut self) {
        self.leader = None;
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            // It may have ended a moment ago.
            let _ended = rustix::process::kill_process_group(leader, rustix::process::Signal::TERM);
        }
    }
}

#[cfg(not(unix))]
impl Group {
    fn of(_child: &Child) -> Group {
        Group {}
    }

    fn leave(self) {}
}
