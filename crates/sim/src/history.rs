//! What happened in a run.

use super::operation::{Invocation, OpId, Operation, Response, TaskId};
use edgeemu_kv::Entry;
use edgeemu_kv::consistency::{Arb, Colo, ListRead, Place, Read, Replicas, VersionId};
use edgeemu_world::Timestamp;
use std::collections::BTreeMap;
use std::rc::Rc;

/// When something happened: the how-manieth event it was, and the time.
pub type When = (u32, Timestamp);

/// One invocation.
#[derive(Clone, Debug)]
pub struct TaskRecord {
    /// Which.
    pub id: TaskId,
    /// What plans and reports call it.
    pub name: Rc<str>,
    /// What it was called for.
    pub invocation: Invocation,
    /// Where it ran.
    pub colo: Colo,
    /// When it began.
    pub started: When,
    /// What it answered, if it did.
    pub response: Option<(When, Response)>,
    /// Whether it was ended from outside.
    pub crashed: bool,
}

impl TaskRecord {
    /// The client whose request it is.
    #[must_use]
    pub fn client(&self) -> Option<&str> {
        match &self.invocation {
            Invocation::Request(request) => Some(&request.client),
            Invocation::Message { .. } => None,
        }
    }

    /// Whether whoever asked was told that all is well.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.response.as_ref().is_some_and(|(_, response)| response.is_success())
    }
}

/// What became of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It had not happened when the run ended.
    Pending,
    /// A read of KV.
    Read(Read),
    /// A list of KV.
    Listed(ListRead),
    /// A write of KV.
    Wrote {
        /// What it made.
        version: VersionId,
        /// Whether it came within a second of another.
        too_fast: bool,
    },
    /// Anything else that went well.
    Done,
    /// The platform refused it, with this text.
    Refused(String),
    /// It threw because of a fault.
    Failed {
        /// Whether it had happened all the same.
        happened: bool,
    },
    /// Nobody waited for it any more before it happened.
    Cancelled,
    /// It was ended before it happened.
    Cut {
        /// Whether it had been given to `waitUntil`.
        held: bool,
    },
}

/// One operation.
#[derive(Clone, Debug)]
pub struct OpRecord {
    /// Which.
    pub id: OpId,
    /// What plans and reports call it.
    pub name: Rc<str>,
    /// What was asked.
    pub operation: Operation,
    /// Where its invocation ran.
    pub colo: Colo,
    /// When it was asked.
    pub announced: When,
    /// When it happened.
    pub effect: Option<When>,
    /// When the Worker had its answer.
    pub answered: Option<When>,
    /// What became of it.
    pub outcome: Outcome,
    /// The version that it made, if it wrote to KV, whatever the Worker was told.
    pub made: Option<VersionId>,
}

impl OpRecord {
    /// What a read of KV answered.
    #[must_use]
    pub fn read(&self) -> Option<&Read> {
        match &self.outcome {
            Outcome::Read(read) => Some(read),
            _ => None,
        }
    }
}

/// Something that the script of a test demands and that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// What is demanded, in the words of the test.
    pub name: String,
    /// What was there instead.
    pub text: String,
    /// The line of the test, as `file:line:column`, if it is known.
    pub at: Option<String>,
}

/// Everything that happened.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The invocations, in the order in which they began.
    pub tasks: Vec<TaskRecord>,
    /// The operations, in the order in which they were asked for.
    pub ops: Vec<OpRecord>,
    /// When the run began.
    pub began: Timestamp,
    /// When the last thing happened.
    pub ended: Timestamp,
    /// The namespaces, as they are at the end.
    pub kv: BTreeMap<String, Replicas>,
    /// What the script of the test complained of.
    pub complaints: Vec<Complaint>,
    /// What the script is to see in some run, and whether it did in this one.
    pub sometimes: BTreeMap<String, bool>,
    /// Why the run says nothing, if it does not.
    pub inconclusive: Option<String>,
}

impl History {
    /// An invocation.
    #[must_use]
    pub fn task(&self, id: TaskId) -> &TaskRecord {
        &self.tasks[id.0 as usize]
    }

    /// The invocations of a client, in the order in which they began.
    pub fn of_client<'a>(&'a self, client: &'a str) -> impl Iterator<Item = &'a TaskRecord> {
        self.tasks.iter().filter(move |task| task.client() == Some(client))
    }

    /// The answers to a kind of request, such as `GET /me`, in the order in which they were given.
    #[must_use]
    pub fn responses(&self, what: &str) -> Vec<&Response> {
        let is_asked = |task: &&TaskRecord| match &task.invocation {
            Invocation::Request(request) => format!("{} {}", request.method, request.path) == what,
            Invocation::Message { .. } => false,
        };
        let mut answered: Vec<_> =
            self.tasks.iter().filter(is_asked).filter_map(|task| task.response.as_ref()).collect();
        answered.sort_by_key(|(when, _)| *when);
        answered.into_iter().map(|(_, response)| response).collect()
    }

    /// How often an operation that others do happened, such as `mail.welcome ada`.
    #[must_use]
    pub fn times(&self, what: &str) -> usize {
        let happened = self.ops.iter().filter(|op| op.effect.is_some());
        happened.filter(|op| op.operation.to_string() == what).count()
    }

    /// What a namespace holds under a key in the end.
    #[must_use]
    pub fn final_value(&self, namespace: &str, key: &str) -> Option<String> {
        let history = self.kv.get(namespace)?.history(key)?;
        let newest = history.versions().iter().filter(|version| version.committed().is_some());
        let newest = newest.max_by_key(|version| version.arb)?;
        let entry = newest.content.as_ref().filter(|_| !newest.is_expired(self.ended))?;
        Some(String::from_utf8_lossy(&entry.value).into_owned())
    }

    /// What the newest write to a key left, whether it has expired or not.
    pub(crate) fn final_entry(&self, namespace: &str, key: &str) -> Option<Entry> {
        let history = self.kv.get(namespace)?.history(key)?;
        let newest = history.versions().iter().filter(|version| version.committed().is_some());
        newest.max_by_key(|version| version.arb)?.content.clone()
    }

    /// What decides between versions of a key.
    pub(crate) fn arb(&self, (namespace, key): (&str, &str), version: VersionId) -> Option<Arb> {
        Some(self.kv.get(namespace)?.history(key)?.version(version).arb)
    }

    pub(crate) fn place_of(&self, op: &OpRecord) -> Place {
        op.read().map_or(Place::of(op.colo), |read| read.place)
    }
}
