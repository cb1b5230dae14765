//! What can go more than one way, and which ways there are.

use edgeemu_kv::consistency::{Point, Question};
use std::fmt;
use std::time::Duration;

/// A fault the platform may produce. Which of them a run may have is up to its [`super::Setup`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// An operation throws and has not happened.
    FailBefore,
    /// An operation throws although it has happened.
    FailAfter,
    /// The invocation ends right after an operation has happened, and answers nobody.
    Crash,
    /// What the invocation left running when it answered is ended before it happens, for nobody held on to it.
    CutLoose,
    /// The same for what was given to `waitUntil`, as after its 30 seconds.
    CutWaitUntil,
    /// A message is delivered again although it was taken.
    Duplicate,
}

/// One way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alternative {
    /// Nothing unusual.
    Boring,
    /// What KV leaves open.
    Kv(Question, Point),
    /// A fault.
    Fault(Fault),
    /// It comes that much later.
    Later(Duration),
}

impl Alternative {
    /// What plans call it: a verb, and what it needs.
    #[must_use]
    pub fn words(&self) -> (&'static str, String) {
        match self {
            Alternative::Boring => ("go on", String::new()),
            Alternative::Kv(Question::Read, point @ (Point::Cached { .. } | Point::Tier { .. })) => {
                ("stale", point.to_string())
            }
            Alternative::Kv(question, point) => (verb(*question), point.to_string()),
            Alternative::Fault(Fault::FailBefore) => ("fail", "before it happened".to_owned()),
            Alternative::Fault(Fault::FailAfter) => ("fail", "after it happened".to_owned()),
            Alternative::Fault(Fault::Crash) => ("crash", "after it happened".to_owned()),
            Alternative::Fault(Fault::CutLoose | Fault::CutWaitUntil) => ("cut", String::new()),
            Alternative::Fault(Fault::Duplicate) => ("dup", String::new()),
            Alternative::Later(time) => ("advance", format!("{} ms", time.as_millis())),
        }
    }
}

fn verb(question: Question) -> &'static str {
    match question {
        Question::Read => "read",
        Question::Refresh => "refresh",
        Question::Visibility => "visibility",
        Question::Commit => "commit",
        Question::Rate => "rate",
        Question::List => "list",
    }
}

impl fmt::Display for Alternative {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, to) = self.words();
        if to.is_empty() { formatter.write_str(verb) } else { write!(formatter, "{verb}: {to}") }
    }
}

/// A place where a run can go more than one way.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    /// Where: the name of an event.
    pub at: &'a str,
    /// The ways, at least two. The first is the boring one.
    pub alternatives: &'a [Alternative],
}
