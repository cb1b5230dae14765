//! A run as the list of places where it was not boring.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::fmt::Write;

/// One place where a run is not boring.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Deviation {
    /// The event, by a name that small changes of the code leave alone: client, request, operation, key, and which of
    /// several alike.
    pub at: String,
    /// What happens: `hold`, `stale`, `fail`, `crash`, `cut`, `dup`, `advance`, …
    #[serde(rename = "do")]
    pub verb: String,
    /// Until, to, when or by how much.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
}

impl Deviation {
    /// The event `at` waits until `until` has happened.
    #[must_use]
    pub fn hold(at: &str, until: &str) -> Deviation {
        Deviation { at: at.to_owned(), verb: HOLD.to_owned(), to: until.to_owned() }
    }

    /// Whether this only changes the order of events.
    #[must_use]
    pub fn is_hold(&self) -> bool {
        self.verb == HOLD
    }
}

const HOLD: &str = "hold";

impl fmt::Display for Deviation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.verb.as_str(), self.to.as_str()) {
            (HOLD, until) => write!(formatter, "{} waits until after {until}", self.at),
            (verb, "") => write!(formatter, "{}: {verb}", self.at),
            (verb, to) => write!(formatter, "{}: {verb}, {to}", self.at),
        }
    }
}

/// All of them, in the order in which they happen. The empty plan is the boring run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The seed that led to it; nothing depends on it.
    pub seed: Option<u64>,
    /// The deviations.
    pub deviations: Vec<Deviation>,
    /// Requests of the test that are left out, because the story does not need them.
    pub without: Vec<String>,
}

/// A text that is not a plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It cannot be read.
    #[error("not a plan: {0}")]
    Malformed(String),
    /// It was written by another version.
    #[error("a plan of version {0}; this edgeemu knows version {VERSION}")]
    Version(u64),
}

const VERSION: u64 = 1;

#[derive(Deserialize)]
struct File {
    edgeemu_plan: u64,
    #[serde(default)]
    seed: Option<u64>,
    deviations: Vec<Deviation>,
    #[serde(default)]
    without: Vec<String>,
}

impl Plan {
    /// A plan of these deviations.
    #[must_use]
    pub fn of(deviations: Vec<Deviation>) -> Plan {
        Plan { deviations, ..Plan::default() }
    }

    /// As JSON with one deviation to a line, so that two plans can be compared line by line. Always the same text for
    /// the same plan.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = format!("{{\n  \"edgeemu_plan\": {VERSION},\n");
        if let Some(seed) = self.seed {
            let _ = writeln!(text, "  \"seed\": {seed},");
        }
        text.push_str("  \"deviations\": [");
        for (index, deviation) in self.deviations.iter().enumerate() {
            let line = serde_json::to_string(deviation).expect("strings can be written as JSON");
            let _ = write!(text, "{}\n    {line}", if index == 0 { "" } else { "," });
        }
        text.push_str(if self.deviations.is_empty() { "]" } else { "\n  ]" });
        if !self.without.is_empty() {
            let names = serde_json::to_string(&self.without).expect("strings can be written as JSON");
            let _ = write!(text, ",\n  \"without\": {names}");
        }
        text.push_str("\n}\n");
        text
    }

    /// Reads what [`Plan::render`] wrote.
    ///
    /// # Errors
    /// For a text that is not a plan, or one of another version.
    pub fn parse(text: &str) -> Result<Plan, PlanError> {
        let file: File = serde_json::from_str(text).map_err(|error| PlanError::Malformed(error.to_string()))?;
        if file.edgeemu_plan != VERSION {
            return Err(PlanError::Version(file.edgeemu_plan));
        }
        Ok(Plan { seed: file.seed, deviations: file.deviations, without: file.without })
    }
}
