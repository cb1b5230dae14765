//! The outside world has one door. Clippy bans the calls it can resolve; this rule bans the names, in every target,
//! feature and platform at once.

use super::Finding;
use crate::scan::{Source, find_words, line_of};
use crate::tree::{Tree, is_test};

/// What may not be named, what to ask instead, and the crates that may name it besides crates/world.
struct Door {
    names: &'static [&'static str],
    ask: &'static str,
    open_to: &'static [&'static str],
}

const DOORS: [Door; 7] = [
    Door {
        names: &["Instant::now", "SystemTime", "UNIX_EPOCH", "tokio::time", "Utc::now", "Local::now"],
        ask: "ask `world.clock()`",
        open_to: &[],
    },
    Door {
        names: &["rand", "getrandom", "OsRng", "thread_rng", "RandomState::new", "fastrand"],
        ask: "ask `world.rng()`",
        open_to: &[],
    },
    Door { names: &["std::fs", "tokio::fs", "File::open", "File::create"], ask: "ask `world.disk()`", open_to: &[] },
    Door {
        names: &["std::env", "env::var", "env::vars", "env::current_dir", "env::temp_dir", "env::args"],
        ask: "ask `world.env()`, or take it as configuration",
        open_to: &[],
    },
    Door {
        names: &[
            "TcpListener::bind",
            "TcpStream::connect",
            "UdpSocket::bind",
            "UnixListener::bind",
            "UnixStream::connect",
        ],
        ask: "ask `edgeemu_world::listen`",
        open_to: &[],
    },
    // A watchdog counts processor time, which no simulated clock can pass for it.
    Door { names: &["thread::sleep"], ask: "ask `world.clock()`", open_to: &["runtime"] },
    Door {
        names: &["std::process::Command", "process::Command"],
        ask: "only the bundler and `build.command` start programs",
        open_to: &["bundle", "edgeemu"],
    },
];

/// Where the rule does not reach: the door itself and the tools.
const OUTSIDE: [&str; 2] = ["world", "xtask"];

/// Attributes that let a test look away.
const LOOKING_AWAY: [(&str, &str); 2] = [
    ("#[ignore", "delete the test, or assert what happens today and say why"),
    ("#[should_panic", "assert the error value instead"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts_ending(&[".rs"]) {
        let code = Source::rust(text).code;
        findings.extend(LOOKING_AWAY.iter().flat_map(|(attribute, advice)| {
            let message = format!("`{attribute}]` hides a truth: {advice}");
            code.match_indices(attribute)
                .map(|(at, _)| Finding::at(path, line_of(&code, at), message.clone()))
                .collect::<Vec<_>>()
        }));
        if let Some(name) = guarded(path) {
            findings
                .extend(DOORS.iter().filter(|door| !door.open_to.contains(&name)).flat_map(|d| d.check(path, &code)));
        }
    }
    findings
}

/// The crate a file belongs to, if the rule applies to it. Tests may look at what the program left on the disk, build
/// scripts run before there is a world, and the examples and benches of a crate are programs of their own.
fn guarded(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("crates/")?;
    let inside = inside.strip_prefix("bindings/").unwrap_or(inside);
    let name = inside.split('/').next()?;
    let is_tool = path.ends_with("/build.rs") || path.contains("/examples/") || path.contains("/benches/");
    (!OUTSIDE.contains(&name) && !is_test(path) && !is_tool).then_some(name)
}

impl Door {
    fn check(&self, path: &str, code: &str) -> Vec<Finding> {
        let mut found: Vec<(usize, &str)> = self
            .names
            .iter()
            .flat_map(|name| find_words(code, name).map(move |at| (line_of(code, at), *name)))
            .filter(|(line, name)| *name != "rand" || is_crate(code, *line))
            .collect();
        found.sort_unstable();
        found.dedup_by_key(|(line, _)| *line);
        let finding = |(line, name)| Finding::at(path, line, format!("`{name}` outside crates/world: {}", self.ask));
        found.into_iter().map(finding).collect()
    }
}

/// Whether a short name is used as a crate on this line rather than as somebody's variable.
fn is_crate(code: &str, line: usize) -> bool {
    code.lines().nth(line - 1).is_some_and(|text| text.contains("rand::"))
}
