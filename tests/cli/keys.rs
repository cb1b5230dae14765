//! The keys of `edgeemu dev` in a real terminal, and the state it leaves the terminal in.

use std::io::{Read, Write};
use std::process::{ChildStdin, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::{Dev, Home};
use crate::raw;

pub(super) const TESTS: &[Written] = written![
    b_opens_a_browser_and_c_clears_the_terminal,
    x_ends_it_and_q_as_well,
    ctrl_c_leaves_the_terminal_as_it_was,
    without_the_line_keys_do_nothing,
];

const WORKER: &str = "export default { fetch: () => new Response('ok') };";
const PATIENCE: Duration = Duration::from_secs(60);

/// The program in a terminal, with a shell around it that looks at the terminal's mode before and after.
struct Terminal {
    home: Home,
    dev: Dev,
    keyboard: ChildStdin,
    url: String,
}

impl Terminal {
    fn open(arguments: &str) -> Result<Terminal, String> {
        let home = Home::project(WORKER);
        home.write("browser", "#!/bin/sh\necho \"$1\" > opened\n");
        for command in [["chmod", "+x", "browser"].as_slice(), &["mkfifo", "opened"]] {
            let made = std::process::Command::new(command[0]).args(&command[1..]).current_dir(home.path()).status();
            holds("the browser of the test is there", made.is_ok_and(|status| status.success()))?;
        }
        let inside = home.command(&["dev", "--port", "0"]);
        let program = inside.get_program().to_string_lossy().into_owned();
        let shell =
            format!("trap : INT; stty -a > before; {program} dev --port 0 {arguments}; echo code $?; stty -a > after");
        let mut command = std::process::Command::new("script");
        command.args(["-qec", &shell, "/dev/null"]).current_dir(home.path()).env_clear();
        command.envs(inside.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("BROWSER", home.path().join("browser")).env("SHELL", "/bin/sh").env("TERM", "xterm");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut dev = Dev::start(&mut command);
        let keyboard = dev.keyboard().ok_or("the terminal has no keyboard")?;
        let url = dev.wait_for("Ready on ").replace("Ready on ", "").trim().to_owned();
        Ok(Terminal { home, dev, keyboard, url })
    }

    fn press(&mut self, keys: &str) -> Outcome {
        self.keyboard.write_all(keys.as_bytes()).and_then(|()| self.keyboard.flush()).map_err(|error| error.to_string())
    }

    /// The program has ended with this code, and the terminal is as it was.
    fn ended(mut self, code: &str) -> Outcome {
        contains("exit code", &self.dev.wait_for("code "), code)?;
        self.dev.ended(PATIENCE);
        let (before, after) = (self.home.read("before"), self.home.read("after"));
        contains("mode before", &before, " icanon")?;
        same("mode of the terminal", after, before)
    }
}

/// Waits for the line of keys, which has no end of line: what is printed next erases it.
fn settle(terminal: &mut Terminal) -> Outcome {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        same("answer", raw::get(&terminal.url, "/settled")?.status, 200)?;
        if terminal.dev.wait_for("GET /settled").contains("to exit\r\u{1b}[KGET ") {
            return Ok(());
        }
    }
    Err("the line of keys does not come".to_owned())
}

fn b_opens_a_browser_and_c_clears_the_terminal() -> Outcome {
    let mut terminal = Terminal::open("")?;
    settle(&mut terminal)?;
    let (sender, opened) = channel();
    let pipe = terminal.home.path().join("opened");
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = std::fs::File::open(pipe).and_then(|mut pipe| pipe.read_to_string(&mut text));
        // A test that has given up does not listen any more.
        let _late = sender.send(read.map(|_| text));
    });
    terminal.press("b")?;
    let opened =
        opened.recv_timeout(PATIENCE).map_err(|_| "no browser was opened")?.map_err(|error| error.to_string())?;
    same("what was opened", opened.trim(), terminal.url.as_str())?;
    terminal.press("c")?;
    // The answer to the next key comes after that to this one.
    terminal.press("x")?;
    let line = terminal.dev.wait_for("Shutting down");
    contains("what clears a terminal", &line, "\u{1b}[2J\u{1b}[3J\u{1b}[H")?;
    terminal.ended("code 0")
}

fn x_ends_it_and_q_as_well() -> Outcome {
    for key in ["x", "q"] {
        let mut terminal = Terminal::open("")?;
        settle(&mut terminal)?;
        terminal.press(key)?;
        terminal.dev.wait_for("Shutting down");
        terminal.ended("code 0")?;
    }
    Ok(())
}

fn ctrl_c_leaves_the_terminal_as_it_was() -> Outcome {
    let mut terminal = Terminal::open("")?;
    settle(&mut terminal)?;
    terminal.press("\u{3}")?;
    terminal.ended("code 0")
}

fn without_the_line_keys_do_nothing() -> Outcome {
    let mut terminal = Terminal::open("--show-interactive-dev-session=false")?;
    terminal.press("x\n")?;
    same("answer", raw::get(&terminal.url, "/still")?.status, 200)?;
    holds("no line of keys", !terminal.dev.wait_for("GET /still").contains("to exit"))?;
    terminal.press("\u{3}")?;
    terminal.ended("code 0")
}
