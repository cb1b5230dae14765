//! The I/O context: what one invocation owns, from its first instruction until its answer and its `waitUntil` are done.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use edgeemu_kv::consistency::Place;
use futures::future::AbortHandle;
use tokio::sync::{Semaphore, oneshot};

use crate::body::Body;
use crate::kv_seen::KvSeen;
use crate::objects::{ObjectState, Reset};
use crate::report::ExceptionReport;
use crate::rpc::Held;

/// How many requests of one invocation wait for their answers at once; others wait for their turn.
const CONNECTIONS_MAX: usize = 6;

/// How an invocation ended for whoever started it.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The response of a `fetch` handler.
    Response(http::Response<Body>),
    /// A handler of another event finished.
    Done,
    /// There will be no answer.
    Failed(Failure),
}

/// Why an invocation has no answer.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The handler threw.
    Exception(Box<ExceptionReport>),
    /// Nothing that is still running could ever settle the handler's promise.
    Hung,
    /// The run took more processor time than the limit allows.
    CpuExceeded,
    /// The isolate's heap is full.
    MemoryExceeded,
    /// The isolate was replaced while the invocation was under way.
    IsolateReplaced,
    /// The object that the event was for was reset.
    Reset(Box<Reset>),
    /// The Worker has no handler for the event; carries the event's name.
    HandlerMissing(String),
}

/// An incoming request until the Worker has taken it apart.
pub(crate) struct InboundRequest {
    pub(crate) method: http::Method,
    pub(crate) url: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) cf: Option<crate::invoke::Cf>,
    pub(crate) has_origin: bool,
    /// Where it came in; the place of the isolate if it does not say.
    pub(crate) place: Option<Place>,
    pub(crate) depth: u32,
    pub(crate) from_worker: bool,
    pub(crate) body: Option<Body>,
}

/// One invocation. Shared by the ops that work for it; all fields are for the lane's thread alone.
pub(crate) struct IoContext {
    pub(crate) id: u32,
    /// Where it runs: the location, and the cache in it, that its reads of KV come to.
    pub(crate) place: Place,
    /// How many Workers led here.
    pub(crate) depth: u32,
    /// Whether another Worker waits for the answer.
    pub(crate) from_worker: bool,
    /// What other invocations hold of this one.
    pub(crate) rpc: Held,
    /// Operations among the pending ones that wait for another invocation of the same isolate.
    loopback: Cell<u32>,
    /// Operations among the pending ones that wait for any other invocation in the emulator.
    calls: Cell<u32>,
    /// The object that the context is of, or whose event it is.
    pub(crate) object: Option<Rc<ObjectState>>,
    pub(crate) request: RefCell<Option<InboundRequest>>,
    answer: RefCell<Option<oneshot::Sender<Answer>>>,
    /// Host operations whose end could still bring the Worker forward.
    pub(crate) pending: Cell<u32>,
    /// How many operations were announced to a director.
    pub(crate) asked: Cell<u32>,
    /// Promises given to `waitUntil` that have not settled.
    pub(crate) lifetimes: Cell<u32>,
    /// Response bodies still being written by JavaScript.
    pub(crate) open_sinks: Cell<u32>,
    /// WebSockets that were given to a client and are still connected.
    pub(crate) open_sockets: Cell<u32>,
    /// Requests under way that have no answer yet take one of these.
    pub(crate) connections: Rc<Semaphore>,
    pub(crate) pass_through: Cell<bool>,
    pub(crate) no_retry: Cell<bool>,
    /// The handler of an event without an answer has finished; what it gave to `waitUntil` may not have.
    pub(crate) handled: Cell<bool>,
    /// What it has seen of KV, where several versions may be seen.
    pub(crate) kv_seen: RefCell<KvSeen>,
    pub(crate) timers: RefCell<BTreeSet<u32>>,
    tasks: RefCell<Vec<AbortHandle>>,
    client_gone: Cell<bool>,
    /// Who wants to know when the client goes away.
    client_watches: RefCell<Vec<oneshot::Sender<()>>>,
}

impl Failure {
    /// Production's text for a request that nothing can answer any more.
    pub(crate) const HUNG_TEXT: &str = "The Workers runtime canceled this request because it detected that your \
         Worker's code had hung and would never generate a response. Refer to: \
         https://developers.cloudflare.com/workers/observability/errors/";

    /// What production logs for a missing handler, with the question that helps.
    pub(crate) fn log_text(&self) -> String {
        let Failure::HandlerMissing(event) = self else { return self.to_string() };
        let class = event[..1].to_uppercase() + &event[1..];
        format!(
            "Received a {class}Event but we lack a handler for {class}Events. Did you remember to export a {event}() \
             function?"
        )
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Exception(report) => formatter.write_str(&report.stack()),
            Failure::Reset(reset) => formatter.write_str(&reset.report.stack()),
            Failure::Hung => formatter.write_str(Failure::HUNG_TEXT),
            Failure::CpuExceeded => formatter.write_str("Worker exceeded CPU time limit."),
            Failure::MemoryExceeded => formatter.write_str("Worker exceeded memory limit."),
            Failure::IsolateReplaced => {
                formatter.write_str("Your worker restarted mid-request. Please try sending the request again.")
            }
            Failure::HandlerMissing(event) => write!(formatter, "Handler does not export a {event}() function."),
        }
    }
}

impl IoContext {
    pub(crate) fn new(
        (id, place): (u32, Place),
        request: Option<InboundRequest>,
        answer: oneshot::Sender<Answer>,
    ) -> IoContext {
        IoContext {
            id,
            place,
            depth: request.as_ref().map_or(0, |request| request.depth),
            from_worker: request.as_ref().is_some_and(|request| request.from_worker),
            rpc: Held::default(),
            loopback: Cell::new(0),
            calls: Cell::new(0),
            object: None,
            request: RefCell::new(request),
            answer: RefCell::new(Some(answer)),
            pending: Cell::new(0),
            asked: Cell::new(0),
            lifetimes: Cell::new(0),
            open_sinks: Cell::new(0),
            open_sockets: Cell::new(0),
            connections: Rc::new(Semaphore::new(CONNECTIONS_MAX)),
            pass_through: Cell::new(false),
            no_retry: Cell::new(false),
            handled: Cell::new(false),
            kv_seen: RefCell::default(),
            timers: RefCell::default(),
            tasks: RefCell::default(),
            client_gone: Cell::new(false),
            client_watches: RefCell::default(),
        }
    }

    /// Whether the answer has no body, whatever its headers say.
    pub(crate) fn is_head(&self) -> bool {
        self.request.borrow().as_ref().is_some_and(|request| request.method == http::Method::HEAD)
    }

    /// Gives the answer; false if there was one already.
    pub(crate) fn answer(&self, answer: Answer) -> bool {
        let Some(sender) = self.answer.take() else { return false };
        // A client that went away is not an error of the Worker.
        let _gone = sender.send(answer);
        true
    }

    pub(crate) fn is_answered(&self) -> bool {
        self.answer.borrow().is_none()
    }

    /// The client closed the connection: nobody waits for the answer any more.
    pub(crate) fn client_left(&self) {
        self.client_gone.set(true);
        for watch in self.client_watches.take() {
            // One that does not wait any more need not know.
            let _over = watch.send(());
        }
        self.answer.take();
    }

    pub(crate) fn is_client_gone(&self) -> bool {
        self.client_gone.get()
    }

    /// Settles when the client goes away.
    pub(crate) fn client_watch(&self) -> impl Future<Output = ()> + use<> {
        let (sender, gone) = oneshot::channel();
        if self.client_gone.get() {
            let _heard = sender.send(());
        } else {
            self.client_watches.borrow_mut().push(sender);
        }
        async move {
            if gone.await.is_err() {
                std::future::pending().await
            }
        }
    }

    /// An invocation for the calls of a session: nobody waits for an answer, and it ends when nobody holds anything of it.
    pub(crate) fn session((id, place): (u32, Place), depth: u32) -> IoContext {
        let (answer, _nobody_waits) = oneshot::channel();
        let context = IoContext { depth, ..IoContext::new((id, place), None, answer) };
        context.rpc.is_session.set(true);
        context.answer.take();
        context
    }

    /// Whether it waits for something else than time and other Workers.
    pub(crate) fn waits_for_the_outside(&self) -> bool {
        self.pending.get() > self.calls.get()
    }

    /// Whether something from outside of the isolate can still bring the Worker forward.
    pub(crate) fn waits_for_others(&self) -> bool {
        self.pending.get() > self.loopback.get()
    }

    /// Whether it waits for another invocation of the same isolate.
    pub(crate) fn waits_for_own_isolate(&self) -> bool {
        self.loopback.get() > 0
    }

    /// Nothing more can come of this invocation.
    pub(crate) fn is_over(&self) -> bool {
        let body_done = self.open_sinks.get() == 0 || self.is_client_gone();
        self.is_answered()
            && body_done
            && self.open_sockets.get() == 0
            && self.lifetimes.get() == 0
            && !self.rpc.is_needed()
    }

    /// Remembers a task that has to stop with the context.
    pub(crate) fn own_task(&self, task: AbortHandle) {
        let mut tasks = self.tasks.borrow_mut();
        if tasks.len() >= 32 {
            tasks.retain(|task| !task.is_aborted());
        }
        tasks.push(task);
    }

    pub(crate) fn abort_tasks(&self) {
        for task in self.tasks.take() {
            task.abort();
        }
    }
}

/// While an invocation waits for another one: that does not say that anything can happen. The other one does.
pub(crate) struct Waiting {
    context: Rc<IoContext>,
    is_own_isolate: bool,
}

impl Waiting {
    /// `is_own_isolate`: whether the other one runs in the same isolate.
    pub(crate) fn new(context: Rc<IoContext>, is_own_isolate: bool) -> Waiting {
        context.calls.set(context.calls.get() + 1);
        context.loopback.set(context.loopback.get() + u32::from(is_own_isolate));
        Waiting { context, is_own_isolate }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let Waiting { context, is_own_isolate } = self;
        context.calls.set(context.calls.get().saturating_sub(1));
        context.loopback.set(context.loopback.get().saturating_sub(u32::from(*is_own_isolate)));
    }
}
