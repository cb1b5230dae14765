//! `cargo xtask ci`: the one sequence, on a desk and on a server. It stops at the first step that fails, and the last
//! lines it prints are those of the suite.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::tree::Tree;
use crate::{packages, tidy};

#[cfg(test)]
mod tests;

/// A named piece of the sequence.
struct Step {
    name: &'static str,
    action: Action,
}

/// What a step does.
enum Action {
    /// Starts a program with these arguments.
    Run(Vec<String>),
    /// Starts a program if `probe` succeeds; not every machine has it.
    RunIfInstalled { probe: Vec<String>, command: Vec<String> },
    /// The rules of the house.
    Tidy,
    /// Installs what examples and fixtures import.
    Packages,
}

/// The sequence: what fails soonest comes first, the suite comes last.
///
/// Every step selects the whole workspace and then narrows the targets. Cargo chooses the features of shared
/// dependencies by the packages selected, so that `-p` would compile the bundler and half the engine twice.
fn steps() -> Vec<Step> {
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let deny = Action::RunIfInstalled { probe: words("cargo deny --version"), command: words("cargo deny check") };
    let run = |name, line| Step { name, action: Action::Run(words(line)) };
    vec![
        run("format", "cargo fmt --all --check"),
        run("lint", "cargo clippy --locked --workspace --all-targets -- -D warnings"),
        Step { name: "tidy", action: Action::Tidy },
        Step { name: "deny", action: deny },
        // Crates that link V8 say `test = false`: what is left runs without it.
        run("unit tests", "cargo test --locked --workspace --exclude edgeemu-tests -- --quiet"),
        run("build", "cargo build --locked --workspace --bin edgeemu"),
        Step { name: "packages", action: Action::Packages },
        run("suite", "cargo test --locked --workspace --test suite"),
    ]
}

/// Runs the sequence at `root`.
///
/// # Errors
/// One line: which step failed, how, and the command that repeats it alone.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> Result<(), String> {
    let steps = steps();
    let mut times: Vec<String> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        if index + 1 == steps.len() {
            // Said before the last step, so that the suite has the last word.
            say(out, &format!("==> so far: {}", times.join(", ")))?;
        }
        say(out, &format!("==> {}/{} {}: {}", index + 1, steps.len(), step.name, step.action))?;
        let started = Instant::now();
        let result = step.action.perform(root, out);
        let took = seconds(started.elapsed());
        let alone = &step.action;
        result.map_err(|error| format!("==> `{}` failed after {took}: {error}\n    alone: {alone}", step.name))?;
        times.push(format!("{} {took}", step.name));
    }
    Ok(())
}

/// Prints the steps without running them.
///
/// # Errors
/// When the output is closed.
pub(crate) fn list(out: &mut dyn Write) -> Result<(), String> {
    for step in steps() {
        say(out, &format!("{:<12} {}", step.name, step.action))?;
    }
    Ok(())
}

fn say(out: &mut dyn Write, line: &str) -> Result<(), String> {
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(|error| error.to_string())
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Action::Run(command) | Action::RunIfInstalled { command, .. } => write!(f, "{}", command.join(" ")),
            Action::Tidy => write!(f, "cargo xtask tidy"),
            Action::Packages => write!(f, "{} where the lock file is newer", packages::COMMAND.join(" ")),
        }
    }
}

impl Action {
    fn perform(&self, root: &Path, out: &mut dyn Write) -> Result<(), String> {
        match self {
            Action::Run(command) => run_command(root, command),
            Action::RunIfInstalled { probe, command } => {
                if is_installed(probe) {
                    run_command(root, command)
                } else {
                    say(out, &format!("skipped: `{}` is not installed", probe[..2].join(" ")))
                }
            }
            Action::Tidy => tidy::run(root, out),
            Action::Packages => {
                let tree = Tree::of_repository(root)?;
                for folder in packages::outdated(root, &tree) {
                    say(out, &format!("installing the packages of {folder}"))?;
                    run_command(&root.join(&folder), &packages::COMMAND.map(str::to_owned))?;
                }
                python_packages(root, &tree, out)
            }
        }
    }
}

/// Python is not on every machine, and nothing but a few tests needs it: they say that they did not run.
fn python_packages(root: &Path, tree: &Tree, out: &mut dyn Write) -> Result<(), String> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    for folder in packages::outdated_python(root, tree) {
        if !is_installed(&words(&["python3", "-c", "import venv, ensurepip"])) {
            say(out, &format!("skipped: there is no python3 with venv for the packages of {folder}"))?;
            continue;
        }
        say(out, &format!("installing the Python packages of {folder}"))?;
        let place = root.join(&folder);
        for command in packages::PYTHON {
            run_command(&place, &words(command))?;
        }
        packages::note_python(&place).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn run_command(folder: &Path, words: &[String]) -> Result<(), String> {
    let status = command(folder, words).status().map_err(|error| format!("cannot run `{}`: {error}", words[0]))?;
    if status.success() { Ok(()) } else { Err(status.to_string()) }
}

fn is_installed(probe: &[String]) -> bool {
    let mut command = command(Path::new("."), probe);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// A child that reads nothing, and that does not inherit what cargo told this program about itself: build scripts
/// watch such variables and would run again.
fn command(folder: &Path, words: &[String]) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_BIN_NAME" {
            command.env_remove(name);
        }
    }
    command
}
