//! What the ops of one isolate share: its contexts, its unfinished promises, its bodies and its timers.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use deno_core::futures::task::{AtomicWaker, noop_waker_ref};
use deno_core::v8;
use edgeemu_durable::{ROOT, Section};
use edgeemu_kv::consistency::Place;
use edgeemu_world::World;
use slab::Slab;
use tokio::sync::oneshot;

use crate::context::{Answer, Failure, InboundRequest, IoContext};
use crate::director::{Directed, Director};
use crate::isolate::IsolateOptions;
use crate::objects::{ObjectState, Objects, behind_gate, current_section};
use crate::outbound::Calls;
use crate::report::{ExceptionReport, ExceptionSource, Level, LogEvent, LogKind, LogSink};
use crate::rpc::{Callee, Peers, RpcCalls};
use crate::script::{BindingValue, Script};
use crate::settle::Settled;
use crate::sink::Sink;
use crate::sockets::{Arrival, Sockets};
use crate::source::Source;
use crate::tcp::Connection;
use crate::timers::Timers;

/// A promise that JavaScript waits for and the host will settle.
pub(crate) struct Pending {
    resolver: v8::Global<v8::PromiseResolver>,
    pub(crate) context: u32,
    counted: bool,
    /// The critical section of an object that it was begun in.
    pub(crate) section: Section,
}

/// The first number of what can be called without a binding; smaller ones are places in the script.
const FIRST_ADDED: u32 = 1 << 16;

/// Somebody who can be called, and the invocation that may; 0 for all of them.
struct Known {
    io: u32,
    callee: Rc<dyn Callee>,
}

/// State of one isolate on the Rust side.
pub(crate) struct Host {
    pub(crate) script: Arc<Script>,
    pub(crate) world: World,
    /// Where the isolate runs.
    pub(crate) place: Place,
    pub(crate) http: crate::outbound::Client,
    pub(crate) timers: RefCell<Timers>,
    pub(crate) sources: RefCell<Slab<Rc<Source>>>,
    pub(crate) sinks: RefCell<Slab<Rc<Sink>>>,
    pub(crate) calls: RefCell<Calls>,
    pub(crate) sockets: RefCell<Sockets>,
    /// TCP connections that scripts have opened.
    pub(crate) connections: RefCell<Slab<Rc<Connection>>>,
    /// For each thing that has arrived at an accepted WebSocket, the id of its end.
    pub(crate) arrivals: RefCell<VecDeque<u32>>,
    pub(crate) peers: Rc<dyn Peers>,
    /// Who the Worker can call, by the numbers that JavaScript has for them.
    callees: RefCell<BTreeMap<u32, Known>>,
    /// Calls from and to other isolates.
    pub(crate) rpc: RpcCalls,
    logs: LogSink,
    pub(crate) contexts: RefCell<BTreeMap<u32, Rc<IoContext>>>,
    pub(crate) objects: Objects,
    next_context: Cell<u32>,
    pub(crate) pending: RefCell<BTreeMap<u32, Pending>>,
    next_promise: Cell<u32>,
    pub(crate) settled: RefCell<VecDeque<(u32, Settled)>>,
    driver: Arc<AtomicWaker>,
    /// Who decides when operations happen, if they do not happen at once.
    pub(crate) director: Option<Rc<dyn Director>>,
    pub(crate) directed: Directed,
}

impl Host {
    pub(crate) fn new(options: IsolateOptions) -> Host {
        let IsolateOptions { script, world, logs, place, peers, director, target: _ } = options;
        Host {
            http: crate::outbound::Client::new(script.outside.clone()),
            callees: RefCell::new(callees(&script, &*peers)),
            peers,
            script,
            place,
            timers: RefCell::new(Timers::new(world.clock().clone(), director.is_some())),
            world,
            sources: RefCell::default(),
            sinks: RefCell::default(),
            calls: RefCell::default(),
            sockets: RefCell::default(),
            connections: RefCell::default(),
            arrivals: RefCell::default(),
            rpc: RpcCalls::default(),
            logs,
            contexts: RefCell::default(),
            objects: Objects::default(),
            next_context: Cell::new(1),
            pending: RefCell::default(),
            next_promise: Cell::new(0),
            settled: RefCell::default(),
            driver: Arc::new(AtomicWaker::new()),
            director,
            directed: Directed::default(),
        }
    }

    /// Asks the driver of the isolate to look for work.
    pub(crate) fn wake(&self) {
        self.driver.wake();
    }

    /// What wakes the driver, from any thread.
    pub(crate) fn driver(&self) -> &Arc<AtomicWaker> {
        &self.driver
    }

    pub(crate) fn register_driver(&self, waker: &Waker) {
        self.driver.register(waker);
    }

    /// Opens a context for the calls of a session: there is no answer to wait for.
    pub(crate) fn open_session(&self, depth: u32, place: Place) -> u32 {
        self.insert_context(|id| IoContext::session((id, place), depth)).id
    }

    /// Opens a context for an invocation; its answer comes through the receiver.
    pub(crate) fn open_context(&self, request: Option<InboundRequest>) -> (Rc<IoContext>, oneshot::Receiver<Answer>) {
        self.open_context_of(request, None)
    }

    /// Opens a context for an event of an object, or for the object itself.
    pub(crate) fn open_context_of(
        &self,
        request: Option<InboundRequest>,
        object: Option<&dyn Fn(u32) -> Rc<ObjectState>>,
    ) -> (Rc<IoContext>, oneshot::Receiver<Answer>) {
        let (sender, receiver) = oneshot::channel();
        let place = request.as_ref().and_then(|request| request.place).unwrap_or(self.place);
        let make = |id| {
            let mut context = IoContext::new((id, place), request, sender);
            context.object = object.map(|object| object(id));
            context.object.iter().for_each(|object| object.contexts.set(object.contexts.get() + 1));
            context
        };
        (self.insert_context(make), receiver)
    }

    fn insert_context(&self, make: impl FnOnce(u32) -> IoContext) -> Rc<IoContext> {
        let mut contexts = self.contexts.borrow_mut();
        let id = loop {
            let id = self.next_context.get();
            // Ids cross into JavaScript as small integers: 31 bits, 0 is global scope.
            self.next_context.set(if id == i32::MAX as u32 { 1 } else { id + 1 });
            if !contexts.contains_key(&id) {
                break id;
            }
        };
        let context = Rc::new(make(id));
        contexts.insert(id, Rc::clone(&context));
        context
    }

    pub(crate) fn context(&self, id: u32) -> Option<Rc<IoContext>> {
        self.contexts.borrow().get(&id).cloned()
    }

    /// Ends every context that is over; returns the timers that JavaScript must forget.
    pub(crate) fn close_finished(&self) -> Vec<u32> {
        for context in self.contexts.borrow().values() {
            if context.handled.get() && context.lifetimes.get() == 0 {
                context.answer(Answer::Done);
            }
        }
        let over: Vec<_> = self.contexts.borrow().values().filter(|context| context.is_over()).cloned().collect();
        let mut forgotten: Vec<u32> = over.iter().flat_map(|context| self.close(context)).collect();
        forgotten.append(&mut self.objects.forgotten_timers.borrow_mut());
        forgotten
    }

    pub(crate) fn close(&self, context: &IoContext) -> BTreeSet<u32> {
        let was_open = self.contexts.borrow_mut().remove(&context.id).is_some();
        if was_open && !context.is_object() {
            self.event_over(context);
        }
        self.directed.forget(context.id);
        context.abort_tasks();
        self.close_calls(context);
        self.callees.borrow_mut().retain(|_, known| known.io != context.id);
        self.sources.borrow_mut().retain(|_, source| source.context != context.id);
        self.pending.borrow_mut().retain(|_, pending| pending.context != context.id);
        self.connections.borrow_mut().retain(|_, connection| connection.context != context.id);
        let sockets = self.sockets.borrow_mut().of_context(context.id);
        drop(sockets);
        let timers = context.timers.take();
        let mut queue = self.timers.borrow_mut();
        for timer in &timers {
            queue.cancel(*timer);
        }
        timers
    }

    /// Fails everything under way, because the isolate is about to be thrown away.
    pub(crate) fn fail_all(&self, failure: &Failure) {
        for context in self.contexts.take().into_values() {
            context.object.iter().for_each(|object| object.sockets.clear());
            context.answer(Answer::Failed(failure.clone()));
            context.abort_tasks();
        }
        self.give_up_calls(&failure.to_string());
        self.pending.take();
        self.settled.take();
        self.connections.take();
        let sockets = self.sockets.borrow_mut().drain();
        drop(sockets);
        for sink in self.sinks.take() {
            sink.1.abort("The Worker's isolate was reset".to_owned());
        }
    }

    /// True while an invocation is under way.
    pub(crate) fn is_busy(&self) -> bool {
        self.contexts.borrow().values().any(|context| !context.is_object())
    }

    /// True while an operation is under way that could bring an invocation forward.
    pub(crate) fn waits_for_the_outside(&self) -> bool {
        self.contexts.borrow().values().any(|context| context.waits_for_the_outside())
    }

    /// Ends the bodies that a context was still writing: nobody will write their end.
    pub(crate) fn abandon_sinks(&self, context: u32) {
        let open = |sink: &Rc<Sink>| sink.context == context;
        let ids: Vec<_> = self.sinks.borrow().iter().filter(|(_, sink)| open(sink)).map(|(id, _)| id).collect();
        for id in ids {
            let sink = self.sinks.borrow_mut().remove(id);
            sink.abort(Failure::HUNG_TEXT.to_owned());
        }
        if let Some(context) = self.context(context) {
            context.open_sinks.set(0);
        }
    }

    /// A source that was read to its end needs no id any more.
    pub(crate) fn forget_source(&self, id: u32, source: &Rc<Source>) {
        let mut sources = self.sources.borrow_mut();
        if sources.get(id as usize).is_some_and(|known| Rc::ptr_eq(known, source)) {
            sources.remove(id as usize);
        }
    }

    /// Contexts that wait for their handler although nothing that is still running could settle its promise.
    pub(crate) fn hung(&self) -> Vec<Rc<IoContext>> {
        let contexts = self.contexts.borrow();
        let busy = contexts.values().any(|context| context.waits_for_others())
            || self.has_deliveries()
            || self.sockets.borrow().wait_for_outside()
            || !self.arrivals.borrow().is_empty();
        if busy || !self.timers.borrow().is_empty() || !self.settled.borrow().is_empty() {
            return Vec::new();
        }
        // What waits for another invocation of this isolate hangs only when that one does.
        // Another event may always bring an object forward.
        let hangs = |context: &&Rc<IoContext>| {
            context.object.is_none() && !context.waits_for_own_isolate() && !context.rpc.is_awaiting_calls()
        };
        contexts.values().filter(hangs).cloned().collect()
    }

    /// A promise for what `future` gives. `counted`: its end could bring the Worker forward, so that while it runs the
    /// invocation is not hung. The future is polled at once; only if it is not ready does it become a task of the
    /// context, which stops with it.
    pub(crate) fn promise<'s>(
        self: &Rc<Self>,
        scope: &mut v8::PinScope<'s, '_>,
        operation: Operation<impl Future<Output = Settled> + 'static>,
    ) -> v8::Local<'s, v8::Promise> {
        let resolver = v8::PromiseResolver::new(scope).expect("a new isolate or a terminated one runs no op");
        let promise = resolver.get_promise(scope);
        let context = self.context(operation.io);
        let object = context.as_ref().and_then(|context| context.object.as_ref());
        let section = operation.section.unwrap_or_else(|| object.map_or(ROOT, |_| current_section(scope)));
        let mut future: Pin<Box<dyn Future<Output = Settled>>> = Box::pin(operation.future);
        if operation.counted
            && let Some(object) = object
            && object.store.output().is_shut()
        {
            future = behind_gate(object, future);
        } else if let Poll::Ready(settled) = future.as_mut().poll(&mut Context::from_waker(noop_waker_ref())) {
            settled.apply(scope, resolver);
            return promise;
        }
        let Some(context) = context else { return promise };
        let resolver = v8::Global::new(scope, resolver);
        let pending = Pending { resolver, context: context.id, counted: operation.counted, section };
        let id = self.await_end(&context, pending);
        let (future, handle) = futures::future::abortable(future);
        context.own_task(handle);
        let host = Rc::clone(self);
        deno_core::unsync::spawn(async move {
            if let Ok(settled) = future.await {
                host.settled.borrow_mut().push_back((id, settled));
                host.wake();
            }
        });
        promise
    }

    /// Remembers a promise that will be settled; gives its number.
    fn await_end(&self, context: &IoContext, pending: Pending) -> u32 {
        let id = self.next_promise.get();
        self.next_promise.set(id.wrapping_add(1));
        if pending.counted {
            context.pending.set(context.pending.get() + 1);
        }
        self.pending.borrow_mut().insert(id, pending);
        id
    }

    /// A promise of the context `io` that [`Host::end_promise`] settles, and its number.
    pub(crate) fn open_promise<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        io: u32,
    ) -> (v8::Local<'s, v8::Promise>, u32) {
        let resolver = v8::PromiseResolver::new(scope).expect("a new isolate or a terminated one runs no op");
        let promise = resolver.get_promise(scope);
        // Without a context there is nobody to settle it for, and it stays open.
        let Some(context) = self.context(io) else { return (promise, u32::MAX) };
        let resolver = v8::Global::new(scope, resolver);
        let pending = Pending { resolver, context: context.id, counted: true, section: ROOT };
        (promise, self.await_end(&context, pending))
    }

    pub(crate) fn end_promise(&self, id: u32, settled: Settled) {
        self.settled.borrow_mut().push_back((id, settled));
        self.wake();
    }

    /// The next promise to settle, in the order in which the operations ended.
    pub(crate) fn next_settled(&self) -> Option<(v8::Global<v8::PromiseResolver>, Settled)> {
        loop {
            let (id, settled) = self.settled.borrow_mut().pop_front()?;
            let Some(settled) = self.admitted(id, settled) else { continue };
            let Some(pending) = self.pending.borrow_mut().remove(&id) else { continue };
            if pending.counted
                && let Some(context) = self.context(pending.context)
            {
                context.pending.set(context.pending.get() - 1);
            }
            return Some((pending.resolver, settled));
        }
    }

    /// The next thing that arrived at a WebSocket, and the object it is for.
    pub(crate) fn next_arrival(&self) -> Option<(v8::Global<v8::Object>, Arrival)> {
        loop {
            let id = self.arrivals.borrow_mut().pop_front()?;
            if !self.admits_arrival(id) {
                continue;
            }
            if let Some(arrival) = self.sockets.borrow().arrival(id) {
                return Some(arrival);
            }
        }
    }

    /// Who has this number.
    pub(crate) fn callee(&self, id: u32) -> Option<Rc<dyn Callee>> {
        self.callees.borrow().get(&id).map(|known| Rc::clone(&known.callee))
    }

    /// Something that can be called from now on; gives its number. It is forgotten with the invocation; with 0 for one,
    /// when [`Host::forget_callee`] says so.
    pub(crate) fn add_callee(&self, io: u32, callee: Rc<dyn Callee>) -> u32 {
        let mut callees = self.callees.borrow_mut();
        let id = callees.last_key_value().map_or(0, |(id, _)| id + 1).max(FIRST_ADDED);
        callees.insert(id, Known { io, callee });
        id
    }

    /// Nobody will call it any more.
    pub(crate) fn forget_callee(&self, id: u32) {
        self.callees.borrow_mut().remove(&id);
    }

    pub(crate) fn log(&self, invocation: u32, kind: LogKind) {
        let time = self.now();
        (self.logs)(LogEvent { worker: self.script.name.clone(), time, invocation, kind });
    }

    pub(crate) fn log_exception(&self, invocation: u32, source: ExceptionSource, report: ExceptionReport) {
        self.log(invocation, LogKind::Exception { source, report });
    }

    pub(crate) fn notice(&self, invocation: u32, level: Level, text: impl Into<String>) {
        self.log(invocation, LogKind::Notice { level, text: text.into() });
    }
}

/// The Workers behind the service bindings, by the places of these in the script.
fn callees(script: &Script, peers: &dyn Peers) -> BTreeMap<u32, Known> {
    let service = |(place, binding): (u32, &crate::script::Binding)| match &binding.value {
        BindingValue::Service(address) => Some((place, Known { io: 0, callee: peers.callee(address.clone()) })),
        _ => None,
    };
    (0..).zip(&script.bindings).filter_map(service).collect()
}

/// Asynchronous work that an op starts for a context.
pub(crate) struct Operation<F> {
    pub(crate) io: u32,
    pub(crate) counted: bool,
    /// The critical section it belongs to, if that is not the one that runs.
    pub(crate) section: Option<Section>,
    pub(crate) future: F,
}

impl<F> Operation<F> {
    pub(crate) fn new(io: u32, future: F) -> Operation<F> {
        Operation { io, counted: true, section: None, future }
    }

    /// Work that waits for the outside and says nothing about whether the Worker can go on.
    pub(crate) fn observer(io: u32, future: F) -> Operation<F> {
        Operation { io, counted: false, section: None, future }
    }
}
