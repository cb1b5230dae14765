//! Runs in which somebody decides when everything happens: operations are announced, and wait until they are answered.
//!
//! An isolate without a [`Director`] does what it is asked at once, and pays one branch for the question. With one, KV,
//! timers and outgoing requests only say what they want. The promise stays open until [`Isolate::give`] settles it, so
//! that the order in which a Worker sees the world is up to whoever holds the isolate.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use deno_core::v8;
use edgeemu_kv::consistency::ListQuery;
use edgeemu_kv::{BulkGetOptions, Entry, ListPage};
use edgeemu_world::{Rng, Timestamp};
use tokio::sync::oneshot;

use crate::body::Body;
use crate::context::{Answer, Failure, InboundRequest, IoContext};
use crate::host::Host;
use crate::invoke::RequestInfo;
use crate::isolate::Isolate;
use crate::settle::{KvAnswer, Settled};

/// The name of an operation in its isolate: the invocation, and which of its operations it is, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpKey {
    /// The invocation.
    pub invocation: u32,
    /// Counted from 0.
    pub number: u32,
}

/// What a Worker asks for. Everything about it was found right.
#[derive(Debug)]
pub enum Asked {
    /// `get` of a KV namespace; several of them for a `get` of several keys.
    KvGet {
        /// The binding.
        binding: String,
        /// The key.
        key: String,
        /// `cacheTtl`.
        cache_ttl: Option<Duration>,
    },
    /// `put`.
    KvPut {
        /// The binding.
        binding: String,
        /// The key.
        key: String,
        /// What is put.
        entry: Entry,
    },
    /// `delete`.
    KvDelete {
        /// The binding.
        binding: String,
        /// The key.
        key: String,
    },
    /// `list`; its cursor is the name of the last key before the page.
    KvList {
        /// The binding.
        binding: String,
        /// What is listed.
        query: ListQuery,
    },
    /// Statements of a D1 database.
    D1 {
        /// The binding.
        binding: String,
        /// What is run.
        request: edgeemu_d1::Request,
    },
    /// A timer.
    Wait(Duration),
    /// An outgoing request, with its absolute URL.
    Fetch(http::Request<Bytes>),
}

/// What an operation gives.
#[derive(Debug)]
pub enum Given {
    /// Nothing but that it is done.
    Done,
    /// What `get` found.
    Entry(Option<Entry>),
    /// What `list` found; its cursor is the name of its last key.
    Page(ListPage),
    /// What D1 answered: the result of [`edgeemu_d1::Database::run`].
    D1(Result<(String, edgeemu_d1::Bookmark), edgeemu_d1::D1Error>),
    /// The answer to a request.
    Response(http::Response<Bytes>),
    /// It throws an `Error` with this message.
    Failed(String),
}

/// Decides when things happen in one isolate. Called while JavaScript runs; must not enter the isolate.
pub trait Director {
    /// The time that JavaScript sees.
    fn now(&self) -> Timestamp;

    /// An invocation with this number begins.
    fn begin(&self, invocation: u32);

    /// A Worker asks for something and goes on.
    fn announce(&self, op: OpKey, asked: Asked);

    /// Nobody waits for it any more: a timer was cleared.
    fn cancel(&self, op: OpKey);

    /// Chance as one invocation sees it; 0 is global scope.
    fn random(&self, invocation: u32) -> Rng;
}

/// Who waits for an operation.
enum Waiting {
    /// A promise for an entry, as text or as bytes.
    Entry { promise: u32, as_text: bool },
    /// One of the keys of a `get` of several.
    Row(Rc<Rows>, String),
    /// A promise for anything else.
    Promise(u32),
    /// A timer of this id.
    Timer(u32),
}

/// A `get` of several keys.
struct Rows {
    promise: u32,
    keys: Vec<String>,
    options: BulkGetOptions,
    found: RefCell<BTreeMap<String, Option<Entry>>>,
    missing: Cell<usize>,
}

/// The operations of an isolate that wait for their answers.
#[derive(Default)]
pub(crate) struct Directed {
    waiting: RefCell<BTreeMap<OpKey, Waiting>>,
    timers: RefCell<BTreeMap<u32, (OpKey, Duration)>>,
}

impl Directed {
    /// Forgets what an invocation waits for, because it is over.
    pub(crate) fn forget(&self, invocation: u32) {
        self.waiting.borrow_mut().retain(|op, _| op.invocation != invocation);
        self.timers.borrow_mut().retain(|_, (op, _)| op.invocation != invocation);
    }
}

/// A `get` of several keys, as it is announced.
pub(crate) struct ManyKeys {
    pub(crate) binding: String,
    pub(crate) keys: Vec<String>,
    pub(crate) distinct: Vec<String>,
    pub(crate) cache_ttl: Option<Duration>,
    pub(crate) options: BulkGetOptions,
}

impl Host {
    /// The time that JavaScript sees.
    pub(crate) fn now(&self) -> Timestamp {
        self.director.as_ref().map_or_else(|| self.world.clock().now(), |director| director.now())
    }

    /// Chance as the invocation `io` sees it.
    pub(crate) fn random(&self, io: u32) -> Rng {
        self.director.as_ref().map_or_else(|| self.world.rng().clone(), |director| director.random(io))
    }

    fn announce(&self, io: u32, asked: Asked, waiting: Waiting) -> Option<OpKey> {
        let (director, context) = (self.director.as_ref()?, self.context(io)?);
        let number = context.asked.get();
        context.asked.set(number + 1);
        let op = OpKey { invocation: io, number };
        self.directed.waiting.borrow_mut().insert(op, waiting);
        director.announce(op, asked);
        Some(op)
    }

    /// A promise for what a director will give.
    pub(crate) fn ask<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        (io, asked): (u32, Asked),
    ) -> v8::Local<'s, v8::Promise> {
        let (promise, id) = self.open_promise(scope, io);
        self.announce(io, asked, Waiting::Promise(id));
        promise
    }

    /// A promise for an entry of KV.
    pub(crate) fn ask_entry<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        (io, asked, as_text): (u32, Asked, bool),
    ) -> v8::Local<'s, v8::Promise> {
        let (promise, id) = self.open_promise(scope, io);
        self.announce(io, asked, Waiting::Entry { promise: id, as_text });
        promise
    }

    /// A promise for several entries of KV, each of which is an operation.
    pub(crate) fn ask_rows<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        (io, many): (u32, ManyKeys),
    ) -> v8::Local<'s, v8::Promise> {
        let (promise, id) = self.open_promise(scope, io);
        let ManyKeys { binding, keys, distinct, cache_ttl, options } = many;
        let missing = Cell::new(distinct.len());
        let rows = Rc::new(Rows { promise: id, keys, options, found: RefCell::default(), missing });
        for key in distinct {
            let asked = Asked::KvGet { binding: binding.clone(), key: key.clone(), cache_ttl };
            self.announce(io, asked, Waiting::Row(Rc::clone(&rows), key));
        }
        promise
    }

    /// Announces a timer that was started.
    pub(crate) fn announce_timer(&self, io: u32, (timer, delay): (u32, Duration)) {
        if let Some(op) = self.announce(io, Asked::Wait(delay), Waiting::Timer(timer)) {
            self.directed.timers.borrow_mut().insert(timer, (op, delay));
        }
    }

    /// A timer was cleared.
    pub(crate) fn retract_timer(&self, timer: u32) {
        let found = self.directed.timers.borrow_mut().remove(&timer);
        if let (Some((op, _)), Some(director)) = (found, self.director.as_ref()) {
            self.directed.waiting.borrow_mut().remove(&op);
            director.cancel(op);
        }
    }

    fn give(&self, op: OpKey, given: Given) {
        let Some(waiting) = self.directed.waiting.borrow_mut().remove(&op) else { return };
        match waiting {
            Waiting::Timer(timer) => self.timer_is_due(op.invocation, timer),
            Waiting::Promise(promise) => self.end_promise(promise, self.settled(op.invocation, given)),
            Waiting::Entry { promise, as_text } => {
                let settled = match given {
                    Given::Entry(entry) => Settled::Kv(KvAnswer::Entry { entry, as_text }),
                    other => self.settled(op.invocation, other),
                };
                self.end_promise(promise, settled);
            }
            Waiting::Row(rows, key) => self.give_row(op, &rows, (key, given)),
        }
    }

    fn give_row(&self, op: OpKey, rows: &Rc<Rows>, (key, given): (String, Given)) {
        let Given::Entry(entry) = given else {
            return self.end_promise(rows.promise, self.settled(op.invocation, given));
        };
        rows.found.borrow_mut().insert(key, entry);
        rows.missing.set(rows.missing.get() - 1);
        if rows.missing.get() == 0 {
            let found = rows.found.take();
            let settled = match edgeemu_kv::checked::gathered(found, &rows.keys, &rows.options) {
                Ok(found) => Settled::Kv(KvAnswer::Rows(found)),
                Err(error) => Settled::Error(error.to_string()),
            };
            self.end_promise(rows.promise, settled);
        }
    }

    /// Fires a timer; one that repeats is announced again.
    fn timer_is_due(&self, io: u32, timer: u32) {
        let delay = self.directed.timers.borrow_mut().remove(&timer).map(|(_, delay)| delay);
        let repeats = self.timers.borrow_mut().force(timer, self.now());
        if let Some(delay) = delay.filter(|_| repeats) {
            self.announce_timer(io, (timer, delay));
        }
        self.wake();
    }

    fn settled(&self, io: u32, given: Given) -> Settled {
        match given {
            Given::Done => Settled::Undefined,
            Given::Entry(entry) => Settled::Kv(KvAnswer::Entry { entry, as_text: true }),
            Given::Page(page) => Settled::Kv(KvAnswer::Page(page)),
            Given::D1(done) => Settled::Json(crate::bindings::d1::answer_text(done)),
            Given::Response(response) => crate::ops::answered(self, io, response),
            Given::Failed(message) => Settled::Error(message),
        }
    }
}

/// An invocation that somebody else drives.
pub struct Invocation {
    isolate: Rc<Isolate>,
    context: Rc<IoContext>,
    answer: oneshot::Receiver<Answer>,
}

impl Invocation {
    /// Its number in the isolate, as in [`OpKey`].
    #[must_use]
    pub fn id(&self) -> u32 {
        self.context.id
    }

    /// What it answered, if it did since this was asked last.
    pub fn answer(&mut self) -> Option<Result<http::Response<Body>, Failure>> {
        match self.answer.try_recv().ok()? {
            Answer::Response(response) => Some(Ok(response)),
            Answer::Failed(failure) => Some(Err(failure)),
            Answer::Done => Some(Err(Failure::Hung)),
        }
    }

    /// Whether something that was given to `waitUntil` has not settled.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.context.lifetimes.get() > 0
    }

    /// Ends it with all it has under way.
    pub fn end(self) {
        self.isolate.end(&self.context);
    }
}

impl Isolate {
    /// Calls the `fetch` handler and returns when JavaScript waits for something. Nothing happens by itself after that:
    /// what is announced has to be given, and [`crate::Stage::settle`] has to be called.
    pub fn begin_fetch(self: &Rc<Self>, request: http::Request<Body>, info: RequestInfo) -> Invocation {
        let (context, answer) = self.begin(InboundRequest::of(request, info));
        Invocation { isolate: Rc::clone(self), context, answer }
    }

    /// Gives an operation what it waits for. One whose invocation is over does not notice.
    pub fn give(&self, op: OpKey, given: Given) {
        self.host().give(op, given);
    }
}
