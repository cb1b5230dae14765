//! What a Worker has in its hands: `env` and `ctx`.

use super::super::driver::Told;
use super::super::operation::{Failure, OpId, Operation, Reply, TaskId};
use bytes::Bytes;
use edgeemu_kv::consistency::ListQuery;
use edgeemu_kv::{Entry, ListPage};
use edgeemu_world::Timestamp;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

/// The service of [`Table`].
pub(super) const TABLE: &str = "table";

/// What a table is asked for.
pub(super) struct Access {
    pub(super) key: String,
    /// What must be there, if that matters, and what is written.
    pub(super) write: Option<(Option<Option<Bytes>>, Bytes)>,
}

/// What one invocation has asked for and been answered.
pub(super) struct Desk {
    task: TaskId,
    asked: u32,
    told: Vec<Told>,
    replies: BTreeMap<u32, Reply>,
    held: BTreeSet<u32>,
    background: Vec<Pin<Box<dyn Future<Output = ()>>>>,
    pub(super) accesses: BTreeMap<u32, Access>,
    /// Whether what is asked for now belongs to `waitUntil`.
    pub(super) holding: bool,
    pub(super) now: Timestamp,
}

impl Desk {
    pub(super) fn new(task: TaskId, now: Timestamp) -> Desk {
        Desk {
            task,
            asked: 0,
            told: Vec::new(),
            replies: BTreeMap::new(),
            held: BTreeSet::new(),
            background: Vec::new(),
            accesses: BTreeMap::new(),
            holding: false,
            now,
        }
    }

    fn ask(&mut self, operation: Operation) -> u32 {
        let number = self.asked;
        self.asked += 1;
        self.told.push(Told::Announced { op: OpId { task: self.task, number }, operation });
        if self.holding {
            self.hold(number);
        }
        number
    }

    /// `waitUntil` waits for this operation.
    fn hold(&mut self, number: u32) {
        if self.held.insert(number) {
            self.told.push(Told::Held { op: OpId { task: self.task, number } });
        }
    }

    pub(super) fn settle(&mut self, number: u32, reply: Reply) {
        self.replies.insert(number, reply);
    }

    pub(super) fn take_told(&mut self) -> Vec<Told> {
        std::mem::take(&mut self.told)
    }

    pub(super) fn take_background(&mut self) -> Vec<Pin<Box<dyn Future<Output = ()>>>> {
        std::mem::take(&mut self.background)
    }
}

/// `env` and `ctx` of one invocation.
#[derive(Clone)]
pub struct Context {
    desk: Rc<RefCell<Desk>>,
}

impl Context {
    pub(super) fn new(desk: Rc<RefCell<Desk>>) -> Context {
        Context { desk }
    }

    pub(super) fn desk(&self) -> &Rc<RefCell<Desk>> {
        &self.desk
    }

    fn ask(&self, operation: Operation) -> Answer {
        let number = self.desk.borrow_mut().ask(operation);
        Answer { desk: Rc::clone(&self.desk), number }
    }

    /// A KV namespace.
    #[must_use]
    pub fn kv(&self, namespace: &str) -> Kv {
        Kv { context: self.clone(), namespace: namespace.to_owned() }
    }

    /// A queue.
    #[must_use]
    pub fn queue(&self, name: &str) -> Queue {
        Queue { context: self.clone(), name: name.to_owned() }
    }

    /// A table that is the same for everybody at every moment, as the primary of a D1 database is.
    #[must_use]
    pub fn table(&self, name: &str) -> Table {
        Table { context: self.clone(), name: name.to_owned() }
    }

    /// Somebody outside who does as told: a mail service, a payment provider.
    #[must_use]
    pub fn outside(&self, service: &str) -> Outside {
        Outside { context: self.clone(), service: service.to_owned() }
    }

    /// `Date.now()`.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.desk.borrow().now
    }

    /// A timer.
    pub async fn wait(&self, time: Duration) {
        self.ask(Operation::Wait(time)).await;
    }

    /// Keeps the invocation alive until `work` is done, also after the response.
    pub fn wait_until(&self, work: impl Future<Output = ()> + 'static) {
        self.desk.borrow_mut().background.push(Box::pin(work));
    }
}

/// The answer to an operation. Dropping it does not end the operation.
#[must_use = "an operation goes on without its answer, and may be lost when the handler is done"]
struct Answer {
    desk: Rc<RefCell<Desk>>,
    number: u32,
}

impl Future for Answer {
    type Output = Reply;

    fn poll(self: Pin<&mut Self>, _: &mut std::task::Context<'_>) -> Poll<Reply> {
        let mut desk = self.desk.borrow_mut();
        if desk.holding {
            let number = self.number;
            desk.hold(number);
        }
        desk.replies.remove(&self.number).map_or(Poll::Pending, Poll::Ready)
    }
}

/// `void` operations.
fn done(reply: Reply) -> Result<(), Failure> {
    match reply {
        Reply::Failed(failure) => Err(failure),
        _ => Ok(()),
    }
}

fn text(bytes: &Bytes) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A KV namespace.
pub struct Kv {
    context: Context,
    namespace: String,
}

impl Kv {
    /// `get(key)`.
    pub fn get(&self, key: &str) -> impl Future<Output = Result<Option<String>, Failure>> + use<> {
        self.get_cached(key, None)
    }

    /// `get(key, { cacheTtl })`.
    pub fn get_cached(
        &self,
        key: &str,
        cache_ttl: Option<Duration>,
    ) -> impl Future<Output = Result<Option<String>, Failure>> + use<> {
        let operation = Operation::KvGet { namespace: self.namespace.clone(), key: key.to_owned(), cache_ttl };
        let answer = self.context.ask(operation);
        async {
            match answer.await {
                Reply::Entry(entry) => Ok(entry.map(|entry| text(&entry.value))),
                Reply::Failed(failure) => Err(failure),
                other => Err(Failure(format!("`get` was answered {other:?}"))),
            }
        }
    }

    /// `put(key, value)`.
    pub fn put(&self, key: &str, value: &str) -> impl Future<Output = Result<(), Failure>> + use<> {
        self.put_until(key, value, None)
    }

    /// `put(key, value, { expirationTtl })`.
    pub fn put_until(
        &self,
        key: &str,
        value: &str,
        ttl_secs: Option<i64>,
    ) -> impl Future<Output = Result<(), Failure>> + use<> {
        let expiration = ttl_secs.map(|ttl| self.context.now().as_secs() + ttl);
        let entry = Entry { value: Bytes::copy_from_slice(value.as_bytes()), metadata: None, expiration };
        let operation = Operation::KvPut { namespace: self.namespace.clone(), key: key.to_owned(), entry };
        let answer = self.context.ask(operation);
        async { done(answer.await) }
    }

    /// `delete(key)`.
    pub fn delete(&self, key: &str) -> impl Future<Output = Result<(), Failure>> + use<> {
        let operation = Operation::KvDelete { namespace: self.namespace.clone(), key: key.to_owned() };
        let answer = self.context.ask(operation);
        async { done(answer.await) }
    }

    /// `list({ prefix })`.
    pub fn list(&self, prefix: &str) -> impl Future<Output = Result<ListPage, Failure>> + use<> {
        let query = ListQuery { prefix: prefix.to_owned(), ..ListQuery::default() };
        let answer = self.context.ask(Operation::KvList { namespace: self.namespace.clone(), query });
        async {
            match answer.await {
                Reply::Page(page) => Ok(page),
                Reply::Failed(failure) => Err(failure),
                other => Err(Failure(format!("`list` was answered {other:?}"))),
            }
        }
    }
}

/// A queue.
pub struct Queue {
    context: Context,
    name: String,
}

impl Queue {
    /// `send(body)`.
    pub fn send(&self, body: &str) -> impl Future<Output = Result<(), Failure>> + use<> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let answer = self.context.ask(Operation::Send { queue: self.name.clone(), body });
        async { done(answer.await) }
    }
}

/// A strongly consistent table of rows.
pub struct Table {
    context: Context,
    name: String,
}

impl Table {
    fn access(&self, key: &str, verb: &str, write: Option<(Option<Option<Bytes>>, Bytes)>) -> Answer {
        let call = format!("{verb}({},{key})", self.name);
        let answer = self.context.ask(Operation::Other { service: TABLE.to_owned(), call });
        let access = Access { key: format!("{}/{key}", self.name), write };
        self.context.desk.borrow_mut().accesses.insert(answer.number, access);
        answer
    }

    /// The row, as it is now.
    ///
    /// # Errors
    /// For faults.
    pub async fn get(&self, key: &str) -> Result<Option<String>, Failure> {
        match self.access(key, "get", None).await {
            Reply::Bytes(found) => Ok(found.as_ref().map(text)),
            Reply::Failed(failure) => Err(failure),
            other => Err(Failure(format!("the table answered {other:?}"))),
        }
    }

    /// Replaces the row.
    ///
    /// # Errors
    /// For faults.
    pub async fn put(&self, key: &str, value: &str) -> Result<(), Failure> {
        let value = Bytes::copy_from_slice(value.as_bytes());
        done(self.access(key, "put", Some((None, value))).await)
    }

    /// Replaces the row if it still is `expected`; whether it was.
    pub async fn replace(&self, key: &str, expected: Option<&str>, value: &str) -> bool {
        let expected = expected.map(|expected| Bytes::copy_from_slice(expected.as_bytes()));
        let write = (Some(expected), Bytes::copy_from_slice(value.as_bytes()));
        done(self.access(key, "replace", Some(write)).await).is_ok()
    }
}

/// Somebody outside.
pub struct Outside {
    context: Context,
    service: String,
}

impl Outside {
    /// Lets them do something, in words that tell it from other things.
    pub fn call(&self, what: &str) -> impl Future<Output = Result<(), Failure>> + use<> {
        let operation = Operation::Other { service: self.service.clone(), call: what.to_owned() };
        let answer = self.context.ask(operation);
        async { done(answer.await) }
    }
}
