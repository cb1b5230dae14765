//! One V8 isolate with one Worker in it, on one lane.

use std::cell::{Cell, OnceCell, RefCell};
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use deno_core::{JsRuntime, PollEventLoopOptions, v8};
use edgeemu_kv::consistency::Place;
use edgeemu_world::{Timestamp, World};
use tokio::sync::oneshot;

use crate::context::{Answer, Failure, InboundRequest, IoContext};
use crate::director::Director;
use crate::host::Host;
use crate::inspector::{Inspection, Target};
use crate::memory;
use crate::report::{ExceptionReport, ExceptionSource, Level, LogSink};
use crate::rpc::{self, Entry, Peers, Props};
use crate::script::Script;
use crate::start::{self, Functions, StartError};
use crate::time;
use crate::watchdog::Watch;

/// What an isolate is made from.
#[derive(Clone)]
pub struct IsolateOptions {
    /// Code and bindings.
    pub script: Arc<Script>,
    /// Clock, randomness and the rest.
    pub world: World,
    /// Where its log events go.
    pub logs: LogSink,
    /// Where it runs. Its events run there too, unless they say otherwise.
    pub place: Place,
    /// The Workers that it can call.
    pub peers: Rc<dyn Peers>,
    /// Who decides when operations happen; at once without one.
    pub director: Option<Rc<dyn Director>>,
    /// Where a debugger attaches, if one may.
    pub target: Option<Arc<Target>>,
}

/// A running Worker. It lives on the lane that started it.
pub struct Isolate {
    pub(crate) host: Rc<Host>,
    runtime: RefCell<ManuallyDrop<JsRuntime>>,
    pub(crate) functions: OnceCell<Functions>,
    watch: Arc<Watch>,
    heap_full: Rc<Cell<bool>>,
    inspection: Option<Rc<Inspection>>,
    lost: Cell<bool>,
}

impl Isolate {
    /// Starts an isolate from the snapshot and evaluates the Worker's main module.
    ///
    /// # Errors
    /// What the Worker threw at its top level, or why it cannot be compiled.
    pub fn start(options: IsolateOptions) -> Result<Rc<Isolate>, StartError> {
        let limits = options.script.limits;
        let target = options.target.clone();
        let host = Rc::new(Host::new(options));
        let mut runtime = start::create(&host)?;
        let handle = runtime.v8_isolate().thread_safe_handle();
        let heap_full = memory::watch_heap(&mut runtime);
        let watch = Watch::start(handle, Duration::from_millis(limits.cpu_ms));
        let inspection =
            target.map(|target| Inspection::begin(&mut runtime, &target, &host.script, (&watch, host.driver())));
        // SAFETY: creating the runtime entered the isolate once; from here on every use is bracketed by `with`.
        unsafe { runtime.v8_isolate().exit() };
        let isolate = Rc::new(Isolate {
            host,
            runtime: RefCell::new(ManuallyDrop::new(runtime)),
            functions: OnceCell::new(),
            watch,
            heap_full,
            inspection,
            lost: Cell::new(false),
        });
        isolate.load()?;
        isolate.drive();
        Ok(isolate)
    }

    fn load(&self) -> Result<(), StartError> {
        let before_main = || self.inspection.iter().for_each(|inspection| inspection.wait_for_debugger());
        let loaded = self.with(None, |runtime| start::load(runtime, &self.host, before_main));
        if self.watch.is_exceeded() {
            return Err(StartError::CpuExceeded);
        }
        if self.heap_full.get() {
            return Err(StartError::MemoryExceeded);
        }
        self.functions.set(loaded?).map_err(|_| StartError::Internal("loaded twice".to_owned()))
    }

    /// Everything that touches V8 happens in here: the isolate is entered, the time is shown, the watchdog counts.
    /// `now`: what JavaScript sees as the time; `None` is global scope, where it is zero.
    pub(crate) fn with<R>(&self, now: Option<Timestamp>, f: impl FnOnce(&mut JsRuntime) -> R) -> R {
        let mut runtime = self.runtime.borrow_mut();
        match now {
            Some(now) => time::show(now),
            None => time::show_global_scope(),
        }
        // SAFETY: nothing else is entered on this thread (`with` never nests: the borrow above would panic), and the
        // guard leaves the isolate again on every way out.
        unsafe { runtime.v8_isolate().enter() };
        self.watch.enter();
        let guard = Entered { runtime: &mut runtime, watch: &self.watch };
        let result = f(guard.runtime);
        if self.host.objects.aborting.take() {
            guard.runtime.v8_isolate().cancel_terminate_execution();
        }
        let overdrawn = self.host.objects.running.take().filter(|_| self.watch.is_exceeded() && !self.heap_full.get());
        if overdrawn.is_some() {
            self.watch.pardon();
            guard.runtime.v8_isolate().cancel_terminate_execution();
        }
        drop(guard);
        drop(runtime);
        if let Some(object) = overdrawn {
            self.host.reset_overdrawn(&object);
        }
        self.notice_termination();
        self.host.end_turn();
        result
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.host.now()
    }

    /// After the watchdog or the heap limit has ended a run, the isolate cannot be trusted: it is given up.
    fn notice_termination(&self) {
        if self.lost.get() || self.functions.get().is_none() {
            return;
        }
        let failure = match (self.watch.is_exceeded(), self.heap_full.get()) {
            (true, _) => Failure::CpuExceeded,
            (_, true) => Failure::MemoryExceeded,
            _ => return,
        };
        self.lost.set(true);
        self.host.fail_all(&failure);
        self.host.wake();
    }

    /// True once the isolate must not get new events; start another one from the same options.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.lost.get()
    }

    /// Ends everything that is under way, for example because the Worker's code was replaced.
    pub fn retire(&self) {
        self.lost.set(true);
        self.host.fail_all(&Failure::IsolateReplaced);
        self.host.wake();
    }

    /// True while an invocation is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.host.is_busy()
    }

    /// True while something is under way that ends without this isolate and without time: a request that was sent out.
    #[must_use]
    pub fn waits_for_the_outside(&self) -> bool {
        self.host.waits_for_the_outside()
    }

    pub(crate) fn world(&self) -> &World {
        &self.host.world
    }

    /// Calls the handler for a request; JavaScript waits for something when this returns.
    pub(crate) fn begin(&self, request: InboundRequest) -> (Rc<IoContext>, oneshot::Receiver<Answer>) {
        let (context, answer) = self.host.open_context(Some(request));
        if let Some(director) = &self.host.director {
            director.begin(context.id);
        }
        self.with(Some(self.now()), |runtime| self.call(runtime, &context, &Call::Fetch(Entry::default())));
        self.host.wake();
        (context, answer)
    }

    /// Ends an invocation from outside.
    pub(crate) fn end(&self, context: &IoContext) {
        self.forget_timers(self.host.close(context).into_iter().collect());
        self.host.wake();
    }

    /// Sends an event into the Worker and waits for its answer. Dropping the future means that the client has left.
    pub(crate) async fn dispatch(self: &Rc<Self>, event: Event) -> Dispatched {
        let (request, call) = match event {
            Event::Fetch { request, entry } => (Some(*request), Call::Fetch(entry)),
            Event::Scheduled { cron, time } => (None, Call::Scheduled { cron, time }),
        };
        if self.lost.get() {
            return Dispatched { answer: Answer::Failed(Failure::IsolateReplaced), request };
        }
        let (context, answer) = self.host.open_context(request);
        let _attention = Attention { isolate: self, context: &context };
        self.with(Some(self.now()), |runtime| self.call(runtime, &context, &call));
        self.host.wake();
        let answer = match answer.await.unwrap_or(Answer::Failed(Failure::IsolateReplaced)) {
            Answer::Failed(failure @ Failure::Exception(_)) if context.pass_through.get() => {
                self.pass_through(&context, failure).await
            }
            answer => answer,
        };
        Dispatched { answer, request: context.request.take() }
    }

    /// After an exception, `passThroughOnException` sends the request to its origin.
    async fn pass_through(&self, context: &IoContext, failure: Failure) -> Answer {
        let Some(request) = context.request.take().filter(|request| request.has_origin) else {
            let text = "passThroughOnException() was called, but this request has no origin: set `dev.host` in the \
                        configuration or `--host`";
            self.host.notice(context.id, Level::Warn, text);
            return Answer::Failed(failure);
        };
        match self.host.http.send_inbound(request).await {
            Ok(response) => Answer::Response(response),
            Err(error) => {
                self.host.notice(context.id, Level::Error, format!("the origin cannot be reached: {error}"));
                Answer::Failed(failure)
            }
        }
    }

    fn call(&self, runtime: &mut JsRuntime, context: &IoContext, call: &Call) {
        let Some(functions) = self.functions.get() else { return };
        deno_core::scope!(scope, runtime);
        v8::tc_scope!(let scope, scope);
        let id = v8::Integer::new_from_unsigned(scope, context.id).into();
        match call {
            Call::Fetch(entry) if !context.from_worker && *entry == Entry::default() => {
                functions.dispatch_fetch.call(scope, &[id])
            }
            Call::Fetch(entry) => {
                let (name, props) = (name_of(scope, entry), props_of(scope, entry));
                let is_internal = v8::Boolean::new(scope, context.from_worker).into();
                functions.dispatch_fetch.call(scope, &[id, name, props, is_internal]);
            }
            Call::Scheduled { cron, time } => {
                let cron = crate::settle::string(scope, cron).into();
                let time = v8::Number::new(scope, millis(*time)).into();
                functions.dispatch_scheduled.call(scope, &[id, cron, time]);
            }
        }
        scope.perform_microtask_checkpoint();
    }

    /// Starts the task that delivers everything that is not a new event: ends of operations, timers, rejections.
    fn drive(self: &Rc<Self>) {
        let isolate = Rc::downgrade(self);
        deno_core::unsync::spawn(std::future::poll_fn(move |cx| {
            let Some(isolate) = isolate.upgrade() else { return Poll::Ready(()) };
            isolate.host.register_driver(cx.waker());
            if isolate.lost.get() {
                return Poll::Ready(());
            }
            isolate.turn(cx);
            Poll::Pending
        }));
    }

    fn turn(&self, cx: &mut Context<'_>) {
        self.listen_to_debugger();
        while !self.lost.get() {
            if let Some((resolver, settled)) = self.host.next_settled() {
                self.with(Some(self.now()), |runtime| {
                    deno_core::scope!(scope, runtime);
                    let resolver = v8::Local::new(scope, resolver);
                    settled.apply(scope, resolver);
                    scope.perform_microtask_checkpoint();
                });
            } else if !self.deliver_from_others() && !self.deliver_arrival() && !self.fire_timer(cx) {
                break;
            }
        }
        if self.lost.get() {
            return;
        }
        self.drop_objects();
        self.host.objects.running.take();
        let turned =
            self.with(Some(self.now()), |runtime| runtime.poll_event_loop(cx, PollEventLoopOptions::default()));
        if let Poll::Ready(Err(error)) = &turned {
            let report = start::report(error);
            self.host.log_exception(0, ExceptionSource::Callback, report);
        }
        let quiet = turned.is_ready();
        self.forget_timers(self.host.close_finished());
        // Operations of the engine's own (messages between ports) are not counted by contexts, but keep it from resting.
        if quiet {
            self.end_hung();
        }
        self.host.announce_rest();
    }

    /// Does what a debugger has said since the last turn.
    fn listen_to_debugger(&self) {
        let Some(inspection) = self.inspection.as_ref().filter(|inspection| inspection.has_mail()) else { return };
        self.with(Some(self.now()), |runtime| {
            deno_core::scope!(scope, runtime);
            inspection.take_mail();
            scope.perform_microtask_checkpoint();
        });
    }

    /// Delivers the next call of another isolate; false if there is none.
    fn deliver_from_others(&self) -> bool {
        let Some(delivery) = self.host.next_delivery() else { return false };
        let Some(functions) = self.functions.get() else { return false };
        self.with(Some(self.now()), |runtime| rpc::deliver(runtime, &self.host, functions, delivery));
        true
    }

    pub(crate) fn host(&self) -> &Rc<Host> {
        &self.host
    }

    /// Hands the next thing that arrived at a WebSocket to its object; false if there is none.
    fn deliver_arrival(&self) -> bool {
        let Some((object, arrival)) = self.host.next_arrival() else { return false };
        let Some(functions) = self.functions.get() else { return false };
        self.with(Some(self.now()), |runtime| {
            deno_core::scope!(scope, runtime);
            v8::tc_scope!(let scope, scope);
            let object = v8::Local::new(scope, object).into();
            let delivery = crate::ops::sockets::delivery(scope, arrival);
            let kind = v8::Integer::new_from_unsigned(scope, delivery.kind).into();
            let code = v8::Integer::new_from_unsigned(scope, delivery.code).into();
            functions.deliver_socket.call(scope, &[object, kind, delivery.data, code]);
            scope.perform_microtask_checkpoint();
        });
        true
    }

    /// Fires the next timer that is due; false if there is none. The callback sees the time it was set for.
    fn fire_timer(&self, cx: &mut Context<'_>) -> bool {
        let Some(due) = self.host.next_due(cx) else { return false };
        let Some(due) = self.host.admitted_timer(due) else { return true };
        if !due.repeats
            && let Some(context) = self.host.context(due.context)
        {
            context.timers.borrow_mut().remove(&due.id);
        }
        let Some(functions) = self.functions.get() else { return false };
        self.with(Some(due.deadline), |runtime| {
            deno_core::scope!(scope, runtime);
            v8::tc_scope!(let scope, scope);
            let id = v8::Integer::new_from_unsigned(scope, due.id).into();
            functions.fire_timer.call(scope, &[id]);
            scope.perform_microtask_checkpoint();
        });
        true
    }

    fn forget_timers(&self, timers: Vec<u32>) {
        let Some(functions) = self.functions.get().filter(|_| !timers.is_empty()) else { return };
        self.with(Some(self.now()), |runtime| {
            deno_core::scope!(scope, runtime);
            v8::tc_scope!(let scope, scope);
            for timer in timers {
                let id = v8::Integer::new_from_unsigned(scope, timer).into();
                functions.forget_timer.call(scope, &[id]);
            }
        });
    }

    /// Answers the invocations that nothing can bring forward any more.
    fn end_hung(&self) {
        let hung = self.host.hung();
        if hung.is_empty() || self.runtime.borrow_mut().v8_isolate().has_pending_background_tasks() {
            return;
        }
        for context in hung {
            if !context.handled.get() && context.answer(Answer::Failed(Failure::Hung)) {
                self.host.notice(context.id, Level::Error, Failure::HUNG_TEXT);
            }
            // What was given to `waitUntil` cannot settle either, and a stream that nobody writes has no end.
            context.lifetimes.set(0);
            self.host.fail_calls(context.id, Failure::HUNG_TEXT);
            self.host.abandon_sinks(context.id);
        }
        self.forget_timers(self.host.close_finished());
    }
}

impl Drop for Isolate {
    fn drop(&mut self) {
        self.host.fail_all(&Failure::IsolateReplaced);
        let (functions, inspection) = (self.functions.take(), self.inspection.take());
        let mut runtime = self.runtime.borrow_mut();
        // SAFETY: dropping the runtime exits and disposes the isolate, for which it must be entered exactly once. The
        // runtime is not used again.
        unsafe {
            runtime.v8_isolate().enter();
            drop(functions);
            drop(inspection);
            ManuallyDrop::drop(&mut runtime);
        }
    }
}

/// Leaves the isolate, also when a panic unwinds.
struct Entered<'a> {
    runtime: &'a mut JsRuntime,
    watch: &'a Watch,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.watch.leave();
        // SAFETY: `with` entered the isolate once for this guard.
        unsafe { self.runtime.v8_isolate().exit() };
    }
}

/// While somebody waits for the answer. Dropped without one, the client has left.
pub(crate) struct Attention<'a> {
    pub(crate) isolate: &'a Rc<Isolate>,
    pub(crate) context: &'a Rc<IoContext>,
}

impl Drop for Attention<'_> {
    fn drop(&mut self) {
        if !self.context.is_answered() {
            self.context.client_left();
            self.isolate.host.wake();
        }
    }
}

/// What can happen to a Worker from outside.
pub(crate) enum Event {
    Fetch { request: Box<InboundRequest>, entry: Entry },
    Scheduled { cron: String, time: Timestamp },
}

/// What came of an event.
pub(crate) struct Dispatched {
    pub(crate) answer: Answer,
    /// What the Worker left of the request.
    pub(crate) request: Option<InboundRequest>,
}

enum Call {
    Fetch(Entry),
    Scheduled { cron: String, time: Timestamp },
}

/// The name of an export, or undefined for the default one.
pub(crate) fn name_of<'s>(scope: &mut v8::PinScope<'s, '_>, entry: &Entry) -> v8::Local<'s, v8::Value> {
    match &entry.name {
        Some(name) => crate::settle::string(scope, name).into(),
        None => v8::undefined(scope).into(),
    }
}

/// `ctx.props` as JSON text, as a serialized value, or undefined for an empty object.
pub(crate) fn props_of<'s>(scope: &mut v8::PinScope<'s, '_>, entry: &Entry) -> v8::Local<'s, v8::Value> {
    match &entry.props {
        Props::None => v8::undefined(scope).into(),
        Props::Json(text) => crate::settle::string(scope, text).into(),
        Props::Cloned(bytes) => crate::settle::uint8_array(scope, bytes.clone()),
    }
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds stay exact for 285,000 years")]
pub(crate) fn millis(time: Timestamp) -> f64 {
    time.as_millis() as f64
}

impl ExceptionReport {
    /// The report of a failure that has one.
    #[must_use]
    pub fn of(failure: &Failure) -> ExceptionReport {
        match failure {
            Failure::Exception(report) => ExceptionReport::clone(report),
            other => ExceptionReport::new("Error", &other.to_string()),
        }
    }
}
