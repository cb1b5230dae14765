//! `cargo xtask tidy`: the rules of the house as a test. Each finding names a file, a line and what to do instead.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use crate::tree::Tree;

mod differs;
mod doors;
mod examples;
mod flags;
mod format;
mod layers;
mod locks;
mod names;
mod rooms;
mod runtime_js;
mod sizes;
#[cfg(test)]
mod tests;
mod third_party;
mod words;

/// One broken rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// The file, relative to the root.
    pub(crate) path: String,
    /// The line, counted from 1; 0 when the whole file is meant.
    pub(crate) line: usize,
    /// What is wrong and what to do instead.
    pub(crate) message: String,
}

impl Finding {
    /// A finding at a line.
    pub(crate) fn at(path: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line, message: message.into() }
    }

    /// A finding about a file or folder as a whole.
    pub(crate) fn about(path: &str, message: impl Into<String>) -> Finding {
        Finding::at(path, 0, message)
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// A rule reads the tree and says what it found.
type Rule = fn(&Tree) -> Vec<Finding>;

/// Every rule that needs nothing but text.
const RULES: [(&str, Rule); 12] = [
    ("differs", differs::check),
    ("doors", doors::check),
    ("examples", examples::check),
    ("flags", flags::check),
    ("format", format::check),
    ("layers", layers::check),
    ("locks", locks::check),
    ("names", names::check),
    ("rooms", rooms::check),
    ("runtime-js", runtime_js::check),
    ("sizes", sizes::check),
    ("words", words::check),
];

/// Files a rule does not apply to, as (rule, path). Empty from the first day on; it may only ever shrink.
const EXCEPTIONS: [(&str, &str); 0] = [];

/// Runs every rule over the repository at `root` and prints what it found.
///
/// # Errors
/// One line that says how many findings there are, or why the tree could not be read.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> Result<(), String> {
    let started = Instant::now();
    let tree = Tree::of_repository(root)?;
    let mut findings = check(&tree);
    findings.extend(third_party::check(&tree, |path| std::fs::read(root.join(path))));
    findings.sort();
    let print = |out: &mut dyn Write, line: &str| writeln!(out, "{line}").map_err(|error| error.to_string());
    for finding in &findings {
        print(out, &finding.to_string())?;
    }
    if !findings.is_empty() {
        return Err(format!("tidy: {} to put right", findings.len()));
    }
    let (files, millis) = (tree.paths().count(), started.elapsed().as_millis());
    print(out, &format!("tidy: {files} files in order ({millis} ms)"))
}

fn check(tree: &Tree) -> Vec<Finding> {
    let excepted = |rule: &str, path: &str| EXCEPTIONS.iter().any(|(r, p)| *r == rule && *p == path);
    let of_rule = |(name, rule): (&'static str, Rule)| {
        rule(tree).into_iter().filter(move |finding| !excepted(name, &finding.path))
    };
    RULES.into_iter().flat_map(of_rule).collect()
}
