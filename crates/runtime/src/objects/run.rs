//! The life of an instance: made at its first event, called by one event after another, and ended.

use std::rc::Rc;
use std::time::Duration;

use deno_core::v8;
use edgeemu_durable::{DurableError, Outcome, limits};
use edgeemu_world::Timestamp;
use http::{Request, Response};

use super::{Object, ObjectOptions, ObjectState, Reset};
use crate::body::Body;
use crate::context::{Answer, Failure, InboundRequest};
use crate::host::Host;
use crate::invoke::RequestInfo;
use crate::isolate::{Attention, Isolate, millis};
use crate::report::{ExceptionReport, Level};

/// What an object is called with.
enum Call {
    Fetch,
    Alarm { scheduled: Timestamp, retry_count: u32 },
}

impl Isolate {
    /// Makes an instance of an object and runs its constructor.
    ///
    /// # Errors
    /// What the constructor threw.
    pub fn open_object(self: &Rc<Self>, options: ObjectOptions) -> Result<Rc<Object>, Failure> {
        if self.is_lost() {
            return Err(Failure::IsolateReplaced);
        }
        let make = |io| Rc::new(ObjectState::new(io, &options, self.now()));
        let (context, _answer) = self.host.open_context_of(None, Some(&make));
        let state = context.object.clone().expect("the context was opened with an object");
        let object = Rc::new(Object { isolate: Rc::clone(self), state });
        let Some(functions) = self.functions.get() else { return Err(Failure::IsolateReplaced) };
        self.host.run_next(&object.state);
        self.with(Some(self.now()), |runtime| {
            deno_core::scope!(scope, runtime);
            v8::tc_scope!(let scope, scope);
            let id = v8::Integer::new_from_unsigned(scope, context.id).into();
            functions.construct_object.call(scope, &[id]);
            scope.perform_microtask_checkpoint();
        });
        self.host.stir(&object.state);
        self.host.wake();
        match object.failure() {
            Some(failure) => Err(failure),
            None => Ok(object),
        }
    }
}

impl Object {
    /// Why it gets no more events, if it does not: it was reset, or its isolate was given up.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        let lost = || self.isolate.is_lost().then_some(Failure::IsolateReplaced);
        self.state.failure().or_else(lost)
    }

    /// The isolate it lives in.
    #[must_use]
    pub fn isolate(&self) -> &Rc<Isolate> {
        &self.isolate
    }

    /// Whether it has rested for so long that it may be forgotten: no event, no timer, and nothing it waits for.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let now = self.isolate.host.world.clock().now();
        self.rests_until().is_some_and(|until| until <= now)
    }

    /// When it will have rested for long enough to be forgotten, if it rests.
    #[must_use]
    pub fn rests_until(&self) -> Option<Timestamp> {
        let is_at_rest = self.isolate.host.is_at_rest(&self.state);
        is_at_rest.then(|| self.state.last_active.get() + Duration::from_secs(limits::IDLE_SECS))
    }

    /// Where calls of its methods go.
    pub(crate) fn session(&self) -> (Rc<Host>, u32) {
        (Rc::clone(&self.isolate.host), self.state.io)
    }

    /// Ends it without a trace: its storage is all that is left.
    pub fn close(&self) {
        let reset = Reset::because("The Durable Object was forgotten.");
        self.isolate.host.forget(&self.state, Failure::Reset(Box::new(reset)));
    }

    /// Ends it: what is under way in it fails for this reason.
    pub fn reset(&self, reset: Reset) {
        self.isolate.host.reset(&self.state, Failure::Reset(Box::new(reset)));
    }

    /// Calls its `fetch`. Dropping the future means that the caller has left.
    ///
    /// # Errors
    /// When there is no response.
    pub async fn fetch(&self, request: Request<Body>, info: RequestInfo) -> Result<Response<Body>, Failure> {
        let (parts, body) = request.into_parts();
        let inbound = InboundRequest {
            method: parts.method,
            url: info.url,
            headers: parts.headers,
            cf: info.cf,
            has_origin: false,
            place: None,
            depth: info.depth,
            from_worker: true,
            body: Some(body),
        };
        match self.deliver(Some(inbound), &Call::Fetch).await {
            Answer::Response(response) => Ok(response),
            Answer::Failed(failure) => Err(failure),
            Answer::Done => Err(Failure::Hung),
        }
    }

    /// Runs its alarm, if that is due.
    pub async fn alarm(&self, retry_count: u32) -> Outcome {
        let store = &self.state.store;
        let scheduled = match store.begin_alarm() {
            Ok(Some(scheduled)) => scheduled,
            Ok(None) => return Outcome::Dropped,
            Err(_) => return Outcome::Interrupted,
        };
        let clock = self.isolate.host.world.clock().clone();
        let call = Call::Alarm { scheduled, retry_count };
        let answer = tokio::select! {
            biased;
            answer = self.deliver(None, &call) => answer,
            () = clock.sleep(Duration::from_secs(limits::ALARM_SECS)) => {
                self.isolate.host.notice(self.state.io, Level::Error, DurableError::ALARM_TIMEOUT);
                Answer::Failed(Failure::Hung)
            }
        };
        let outcome = match answer {
            Answer::Done | Answer::Response(_) => Outcome::Done,
            Answer::Failed(Failure::HandlerMissing(_)) => Outcome::Dropped,
            Answer::Failed(Failure::IsolateReplaced) => Outcome::Interrupted,
            Answer::Failed(_) => Outcome::Failed,
        };
        let is_over = matches!(outcome, Outcome::Done | Outcome::Dropped);
        if store.end_alarm(is_over).and_then(|()| store.commit_turn()).is_err() {
            return Outcome::Interrupted;
        }
        outcome
    }

    /// Brings an event to the object when it is its turn and the input gate is open; gives the answer when the output
    /// gate is.
    async fn deliver(&self, request: Option<InboundRequest>, call: &Call) -> Answer {
        let state = &self.state;
        let _event = EventUnderWay::begin(&self.isolate.host, state);
        let entrance = state.entrance.lock().await;
        if let Err(failure) = state.admitted().await {
            return Answer::Failed(failure);
        }
        if self.isolate.is_lost() {
            return Answer::Failed(Failure::IsolateReplaced);
        }
        let host = &self.isolate.host;
        let output = state.store.output();
        let (context, answer) = host.open_context_of(request, Some(&|_| Rc::clone(state)));
        let _attention = Attention { isolate: &self.isolate, context: &context };
        self.call(context.id, call);
        host.stir(state);
        host.wake();
        drop(entrance);
        let answer = answer.await.unwrap_or(Answer::Failed(Failure::IsolateReplaced));
        if !output.passed().await {
            return Answer::Failed(state.failure().unwrap_or(Failure::IsolateReplaced));
        }
        answer
    }

    fn call(&self, event: u32, call: &Call) {
        let Some(functions) = self.isolate.functions.get() else { return };
        self.isolate.host.run_next(&self.state);
        self.isolate.with(Some(self.isolate.now()), |runtime| {
            deno_core::scope!(scope, runtime);
            v8::tc_scope!(let scope, scope);
            let object = v8::Integer::new_from_unsigned(scope, self.state.io).into();
            let event = v8::Integer::new_from_unsigned(scope, event).into();
            match call {
                Call::Fetch => functions.dispatch_object_fetch.call(scope, &[object, event]),
                Call::Alarm { scheduled, retry_count } => {
                    let scheduled = v8::Number::new(scope, millis(*scheduled)).into();
                    let retry_count = v8::Integer::new_from_unsigned(scope, *retry_count).into();
                    functions.dispatch_object_alarm.call(scope, &[object, event, scheduled, retry_count]);
                }
            }
            scope.perform_microtask_checkpoint();
        });
    }
}

/// Counts an event for as long as somebody waits for it.
pub(super) struct EventUnderWay<'a> {
    host: &'a Host,
    state: &'a Rc<ObjectState>,
}

impl<'a> EventUnderWay<'a> {
    pub(super) fn begin(host: &'a Host, state: &'a Rc<ObjectState>) -> EventUnderWay<'a> {
        state.events.set(state.events.get() + 1);
        EventUnderWay { host, state }
    }
}

impl Drop for EventUnderWay<'_> {
    fn drop(&mut self) {
        self.state.events.set(self.state.events.get().saturating_sub(1));
        self.host.stir(self.state);
        self.host.wake();
    }
}

impl Reset {
    /// The object threw where that resets it. `thrown`: the exception as it crosses into another Worker.
    pub(crate) fn thrown(report: ExceptionReport, thrown: Option<bytes::Bytes>) -> Reset {
        Reset { report: ExceptionReport { thrown, ..report }, marks: Reset::RESET }
    }

    /// The object took too long.
    pub(crate) fn timed_out(message: &str) -> Reset {
        Reset { report: ExceptionReport::new("Error", message), marks: Reset::TIMED_OUT }
    }
}
