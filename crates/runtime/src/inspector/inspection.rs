//! V8's inspector in one isolate: takes what a debugger says, and stands still at breakpoints.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use deno_core::futures::task::AtomicWaker;
use deno_core::v8::inspector::{
    Channel, StringBuffer, StringView, V8Inspector, V8InspectorClient, V8InspectorClientImpl,
    V8InspectorClientTrustLevel, V8InspectorSession,
};
use deno_core::{JsRuntime, v8};
use serde_json::{Value, json};

use super::outgoing::{Outgoing, SourceMap};
use super::target::{Mail, Running, Target};
use crate::loader;
use crate::script::Script;
use crate::watchdog::Watch;

/// V8 sorts contexts into groups. An isolate of ours has one context.
const GROUP: i32 = 1;

/// What V8 calls the context, and what debuggers want to know of it.
const CONTEXT: (&str, &str) = ("Worker", r#"{"isDefault":true,"type":"default"}"#);

/// Debuggers step over the engine's own code.
const ENGINE: [&str; 2] = ["^ext:", "^node:"];

thread_local! {
    /// The inspections of this thread's isolates, by their keys.
    static LOCAL: RefCell<BTreeMap<usize, Weak<Inspection>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Asks V8 to take mail for the isolate in the middle of its JavaScript.
pub(super) fn interrupt(isolate: &v8::IsolateHandle, key: usize) {
    // The key is a number and no address, so it can outlive the isolate. One that is gone already needs no interrupt.
    let _gone = isolate.request_interrupt(interrupted, key as *mut c_void);
}

/// V8 calls this on the isolate's thread while JavaScript runs in it.
unsafe extern "C" fn interrupted(_isolate: v8::UnsafeRawIsolatePtr, key: *mut c_void) {
    let inspection = LOCAL.with_borrow(|local| local.get(&(key as usize)).and_then(Weak::upgrade));
    if let Some(inspection) = inspection {
        inspection.take_mail();
    }
}

/// The debugger's side of one isolate. Lives on its lane, and is used only while the isolate is entered.
pub(crate) struct Inspection {
    key: usize,
    target: Arc<Target>,
    watch: Arc<Watch>,
    isolate: v8::UnsafeRawIsolatePtr,
    context: v8::Global<v8::Context>,
    source_map: Option<SourceMap>,
    itself: Weak<Inspection>,
    session: RefCell<Option<Rc<V8InspectorSession>>>,
    /// Made for the first debugger; declared after the session, which has to be dropped before it.
    inspector: RefCell<Option<Rc<V8Inspector>>>,
    is_paused: Cell<bool>,
    is_waiting: Cell<bool>,
}

impl Inspection {
    /// Takes the isolate's place at its target. The isolate is entered.
    pub(crate) fn begin(
        runtime: &mut JsRuntime,
        target: &Arc<Target>,
        script: &Script,
        (watch, driver): (&Arc<Watch>, &Arc<AtomicWaker>),
    ) -> Rc<Inspection> {
        static KEYS: AtomicUsize = AtomicUsize::new(1);
        let key = KEYS.fetch_add(1, Ordering::Relaxed);
        let context = runtime.main_context();
        let isolate = runtime.v8_isolate();
        let running = Running { key, isolate: isolate.thread_safe_handle(), driver: Arc::clone(driver) };
        // SAFETY: the pointer is used by this inspection alone, which is dropped before the isolate.
        let isolate = unsafe { isolate.as_raw_isolate_ptr() };
        let source_map = script.source_map.clone().zip(loader::url(&script.main));
        let root = target.options.sources.clone();
        let inspection = Rc::new_cyclic(|itself| Inspection {
            key,
            target: Arc::clone(target),
            watch: Arc::clone(watch),
            isolate,
            context,
            source_map: source_map.map(|(map, of)| SourceMap { of: of.into(), map, root }),
            itself: Weak::clone(itself),
            session: RefCell::default(),
            inspector: RefCell::default(),
            is_paused: Cell::new(false),
            is_waiting: Cell::new(false),
        });
        LOCAL.with_borrow_mut(|local| local.insert(key, Rc::downgrade(&inspection)));
        // V8 remembers for each script in which context it was compiled, by a number that an inspector gives to the context:
        // the same one to the first context of each. So this one gives the number and goes, and with it every cost; the
        // one that is made for a debugger finds what was compiled in between.
        drop(inspection.create());
        target.occupy(running);
        inspection
    }

    /// Whether a debugger may have said something. Cheap.
    pub(crate) fn has_mail(&self) -> bool {
        self.target.has_mail()
    }

    /// Does what the debugger has said so far.
    pub(crate) fn take_mail(&self) {
        while let Some(mail) = self.target.take(self.key) {
            self.take(mail);
        }
    }

    /// If the target asks for it: waits for a debugger, and stops at the first statement of what runs next.
    pub(crate) fn wait_for_debugger(&self) {
        if !self.target.begins_waiting() {
            return;
        }
        self.is_waiting.set(true);
        self.stand_still(&self.is_waiting);
        if let Some(session) = self.session() {
            session.schedule_pause_on_next_statement(view("Break on start"), view("{}"));
        }
    }

    /// Does nothing but what the debugger says, as long as `reason` holds. The time does not count for the watchdog.
    fn stand_still(&self, reason: &Cell<bool>) {
        self.watch.leave();
        while reason.get() {
            match self.target.wait(self.key) {
                Some(mail) => self.take(mail),
                None => reason.set(false),
            }
        }
        self.watch.enter();
    }

    fn take(&self, mail: Mail) {
        match mail {
            Mail::Connect(messages) => {
                let source_map = self.source_map.clone();
                let channel = Channel::new(Box::new(Outgoing { messages, source_map }));
                let inspector = self.inspector();
                let trust = V8InspectorClientTrustLevel::FullyTrusted;
                let session = inspector.connect(GROUP, channel, StringView::empty(), trust);
                self.session.replace(Some(Rc::new(session)));
            }
            Mail::Message(message) => self.dispatch(&message),
            Mail::Disconnect => {
                // Whatever stands at a breakpoint goes on, also if the session that set it is further down on the stack.
                self.dispatch(r#"{"id":-1,"method":"Debugger.disable"}"#);
                self.session.take();
                self.is_paused.set(false);
            }
        }
    }

    fn dispatch(&self, message: &str) {
        let Some(session) = self.session() else { return };
        match stepping_over_engine(message) {
            Some(changed) => session.dispatch_protocol_message(view(&changed)),
            None => session.dispatch_protocol_message(view(message)),
        }
        if message.contains("\"Debugger.enable\"") {
            let own = json!({ "id": -2, "method": "Debugger.setBlackboxPatterns", "params": { "patterns": ENGINE } });
            session.dispatch_protocol_message(view(&own.to_string()));
        }
    }

    /// No borrow is held while V8 runs: a message may lead to a breakpoint, where the next one is taken.
    fn session(&self) -> Option<Rc<V8InspectorSession>> {
        self.session.borrow().clone()
    }

    fn inspector(&self) -> Rc<V8Inspector> {
        if let Some(inspector) = &*self.inspector.borrow() {
            return Rc::clone(inspector);
        }
        let inspector = Rc::new(self.create());
        self.inspector.replace(Some(Rc::clone(&inspector)));
        inspector
    }

    /// An inspector that knows the context.
    fn create(&self) -> V8Inspector {
        let client = V8InspectorClient::new(Box::new(Client(Weak::clone(&self.itself))));
        // SAFETY: the isolate lives longer than this inspection, and is entered.
        let mut isolate = unsafe { v8::Isolate::from_raw_isolate_ptr(self.isolate) };
        let inspector = V8Inspector::create(&mut isolate, client);
        v8::scope!(let scope, &mut isolate);
        let context = v8::Local::new(scope, &self.context);
        inspector.context_created(context, GROUP, view(CONTEXT.0), view(CONTEXT.1));
        inspector
    }
}

impl Drop for Inspection {
    fn drop(&mut self) {
        self.target.vacate(self.key);
        // The thread may be ending.
        let _ended = LOCAL.try_with(|local| local.borrow_mut().remove(&self.key));
    }
}

fn view(text: &str) -> StringView<'_> {
    StringView::from(text.as_bytes())
}

/// A debugger's own list of what to step over gets the engine's code too.
fn stepping_over_engine(message: &str) -> Option<String> {
    if !message.contains("\"Debugger.setBlackboxPatterns\"") {
        return None;
    }
    let mut message: Value = serde_json::from_str(message).ok()?;
    message["params"]["patterns"].as_array_mut()?.extend(ENGINE.map(Value::from));
    Some(message.to_string())
}

/// What V8 asks of whoever embeds it.
struct Client(Weak<Inspection>);

impl V8InspectorClientImpl for Client {
    fn run_message_loop_on_pause(&self, _group: i32) {
        let Some(inspection) = self.0.upgrade() else { return };
        inspection.is_paused.set(true);
        inspection.stand_still(&inspection.is_paused);
    }

    fn quit_message_loop_on_pause(&self) {
        if let Some(inspection) = self.0.upgrade() {
            inspection.is_paused.set(false);
        }
    }

    fn run_if_waiting_for_debugger(&self, _group: i32) {
        if let Some(inspection) = self.0.upgrade() {
            inspection.is_waiting.set(false);
        }
    }

    fn ensure_default_context_in_group(&self, _group: i32) -> Option<v8::Local<'_, v8::Context>> {
        let inspection = self.0.upgrade()?;
        // SAFETY: V8 asks while the isolate is entered, in a handle scope of its own that outlives what is given.
        unsafe {
            let mut isolate = v8::Isolate::from_raw_isolate_ptr(inspection.isolate);
            v8::callback_scope!(unsafe scope, &mut isolate);
            let context = v8::Local::new(scope, &inspection.context);
            Some(context.extend_lifetime_unchecked())
        }
    }

    fn resource_name_to_url(&self, _name: &StringView) -> Option<v8::UniquePtr<StringBuffer>> {
        // Modules have URLs for names already.
        None
    }
}
