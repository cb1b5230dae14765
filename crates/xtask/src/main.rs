//! The workshop of edgeemu: `cargo xtask tidy` proves the house rules, `cargo xtask ci` runs everything in order.

// A tool, not a part of the emulator: it reads the checkout and starts programs.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use std::io::{Write, stderr, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

mod ci;
mod oracle;
mod packages;
mod scan;
mod tidy;
mod tree;

const USAGE: &str = "\
usage: cargo xtask <command>

  ci            the whole sequence: format, lint, tidy, tests without V8, build, examples, suite
  ci --list     the steps of `ci` and the command of each
  tidy          the rules of the house, in less than a second
  oracle [--all] [--date=YYYY-MM-DD] [words]
                the folders of the suite on workerd and Miniflare from npm, and where these do something else
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut out = stdout();
    let result = match arguments[..] {
        ["tidy"] => tidy::run(&root(), &mut out),
        ["ci"] => ci::run(&root(), &mut out),
        ["ci", "--list"] => ci::list(&mut out),
        ["oracle", ref words @ ..] => oracle::run(&root(), words),
        ["help" | "--help" | "-h"] => out.write_all(USAGE.as_bytes()).map_err(|error| error.to_string()),
        [] => Err(USAGE.trim_end().to_owned()),
        [unknown, ..] => Err(format!("unknown command: `{unknown}`\n\n{}", USAGE.trim_end())),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Nothing can be done about a closed stderr, and the exit code still tells.
            let _ = writeln!(stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the checkout this program is run in, which need not be the one it was built in.
fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
    here.ancestors().nth(2).unwrap_or(&here).to_owned()
}
