//! What passes between a run and the Workers in it.

use bytes::Bytes;
use edgeemu_kv::consistency::{Colo, ListQuery};
use edgeemu_kv::{Entry, ListPage};
use std::fmt;
use std::time::Duration;

/// One invocation of a handler, counted in the order in which they began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u32);

/// One operation of an invocation, counted in the order in which it asked for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId {
    /// The invocation.
    pub task: TaskId,
    /// Which of its operations, from 0.
    pub number: u32,
}

/// A request of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who sends it: the name of a [`super::Client`].
    pub client: String,
    /// Where it comes in; where the client is, if that is not said.
    pub colo: Option<Colo>,
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers, by names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Request {
    /// A request without a body; `what` is a method and a path, as in `GET /me`.
    #[must_use]
    pub fn new(client: &str, what: &str) -> Request {
        let (method, path) = what.split_once(' ').unwrap_or(("GET", what));
        Request {
            client: client.to_owned(),
            colo: None,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }
}

/// What a Worker is called for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// `fetch`.
    Request(Request),
    /// `queue`, with one message.
    Message {
        /// The queue.
        queue: String,
        /// The id of the message, from 1.
        id: u32,
        /// Which attempt to deliver it this is, from 1.
        attempt: u32,
        /// Its body.
        body: Bytes,
    },
}

/// What a Worker answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status; 0 if there was no answer. For a message: 200 if it was taken, 500 if it is to be retried.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Response {
    /// A status and a text.
    #[must_use]
    pub fn new(status: u16, body: impl Into<String>) -> Response {
        Response { status, body: body.into() }
    }

    /// Whether whoever asked was told that all is well.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// What a Worker asks the platform for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `get` of a KV namespace.
    KvGet {
        /// The binding.
        namespace: String,
        /// The key.
        key: String,
        /// `cacheTtl`.
        cache_ttl: Option<Duration>,
    },
    /// `put`.
    KvPut {
        /// The binding.
        namespace: String,
        /// The key.
        key: String,
        /// What is put.
        entry: Entry,
    },
    /// `delete`.
    KvDelete {
        /// The binding.
        namespace: String,
        /// The key.
        key: String,
    },
    /// `list`.
    KvList {
        /// The binding.
        namespace: String,
        /// What is listed.
        query: ListQuery,
    },
    /// A timer.
    Wait(Duration),
    /// `send` of a queue.
    Send {
        /// The queue.
        queue: String,
        /// The body.
        body: Bytes,
    },
    /// Anything that whoever drives the Worker does itself, when it is told to: other bindings, `fetch`.
    Other {
        /// Of what: `D1`, `mail`.
        service: String,
        /// What is asked of it, in words that name it in plans.
        call: String,
    },
}

impl Operation {
    /// The KV key it is about, with its namespace.
    #[must_use]
    pub fn kv_key(&self) -> Option<(&str, &str)> {
        match self {
            Operation::KvGet { namespace, key, .. }
            | Operation::KvPut { namespace, key, .. }
            | Operation::KvDelete { namespace, key } => Some((namespace, key)),
            _ => None,
        }
    }

    /// Whether it changes something for others.
    #[must_use]
    pub fn is_write(&self) -> bool {
        !matches!(self, Operation::KvGet { .. } | Operation::KvList { .. } | Operation::Wait(_))
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operation::KvGet { namespace, key, .. } => write!(formatter, "KV.get({namespace},{key})"),
            Operation::KvPut { namespace, key, .. } => write!(formatter, "KV.put({namespace},{key})"),
            Operation::KvDelete { namespace, key } => write!(formatter, "KV.delete({namespace},{key})"),
            Operation::KvList { namespace, query } => write!(formatter, "KV.list({namespace},{}*)", query.prefix),
            Operation::Wait(time) => write!(formatter, "wait({} ms)", time.as_millis()),
            Operation::Send { queue, .. } => write!(formatter, "Queue.send({queue})"),
            Operation::Other { service, call } => write!(formatter, "{service}.{call}"),
        }
    }
}

/// Why an operation threw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// What comes back for an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing but that it is done.
    Done,
    /// What `get` found.
    Entry(Option<Entry>),
    /// What `list` found.
    Page(ListPage),
    /// What an [`Operation::Other`] gave.
    Bytes(Option<Bytes>),
    /// It threw.
    Failed(Failure),
}

impl Reply {
    /// Everything a Worker can see of it, for the trace.
    pub(crate) fn digest(&self) -> String {
        match self {
            Reply::Done => String::new(),
            Reply::Entry(None) | Reply::Bytes(None) => "-".to_owned(),
            Reply::Entry(Some(entry)) => format!("{:?} {:?} {:?}", entry.value, entry.metadata, entry.expiration),
            Reply::Page(page) => format!("{page:?}"),
            Reply::Bytes(Some(bytes)) => format!("{bytes:?}"),
            Reply::Failed(failure) => failure.0.clone(),
        }
    }
}
