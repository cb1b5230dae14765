//! From a snapshot and a script to an isolate that is ready for events.

use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use deno_core::error::{CoreError, CoreErrorKind};
use deno_core::futures::task::noop_waker_ref;
use deno_core::{CustomModuleEvaluationKind, Extension, JsRuntime, PollEventLoopOptions, RuntimeOptions, v8};
use deno_web::{BlobStore, InMemoryBroadcastChannel};

use crate::host::Host;
use crate::js_extension;
use crate::loader::{self, ScriptLoader};
use crate::memory;
use crate::node_extension;
use crate::op_names;
use crate::report::ExceptionReport;
use crate::script::{Module, Syntax, describe};

static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/SNAPSHOT.bin"));
static RESIDUAL: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/residual.rs"));

/// How many turns of the event loop a main module may take. No I/O is allowed at top level, so whatever has not
/// settled by then never will.
const START_TURNS: usize = 64;

/// The compatibility flag that lets strings become code while a Worker starts.
const EVAL_AT_START: &str = "allow_eval_during_startup";

/// What the engine says of a top-level `await` that waits for nothing.
const UNSETTLED: &str = "Top-level await promise never resolved";

/// Why a Worker cannot start.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StartError {
    /// Its code cannot be compiled or linked, or threw at the top level.
    #[error("{}", .0.stack())]
    Exception(Box<ExceptionReport>),
    /// The promise of a top-level `await` never settles.
    #[error("Top-level await in module is unsettled.")]
    UnsettledAwait,
    /// The top level ran for too long.
    #[error("Script startup exceeded CPU time limit.")]
    CpuExceeded,
    /// The top level filled the heap.
    #[error("Script startup exceeded memory limit.")]
    MemoryExceeded,
    /// edgeemu itself is at fault.
    #[error("internal error: {0}")]
    Internal(String),
}

/// The functions of `runtime-js/bootstrap.js` that the host calls.
pub(crate) struct Functions {
    pub(crate) dispatch_fetch: Function,
    pub(crate) dispatch_scheduled: Function,
    pub(crate) deliver_call: Function,
    pub(crate) release_export: Function,
    pub(crate) forget_exports: Function,
    pub(crate) deliver_socket: Function,
    pub(crate) fire_timer: Function,
    pub(crate) forget_timer: Function,
    pub(crate) construct_object: Function,
    pub(crate) drop_object: Function,
    pub(crate) dispatch_object_fetch: Function,
    pub(crate) dispatch_object_alarm: Function,
    pub(crate) dispatch_object_socket: Function,
}

/// A JavaScript function that never throws into the host.
pub(crate) struct Function(v8::Global<v8::Function>);

impl Function {
    /// Calls it; without a result when the isolate is being terminated.
    pub(crate) fn call(&self, scope: &mut v8::PinScope, arguments: &[v8::Local<v8::Value>]) {
        let this = v8::undefined(scope).into();
        let _terminated = v8::Local::new(scope, &self.0).call(scope, this, arguments);
    }
}

/// Creates the runtime from the snapshot; its isolate is entered when this returns.
pub(crate) fn create(host: &Rc<Host>) -> Result<JsRuntime, StartError> {
    let limits = host.script.limits;
    let mut runtime = JsRuntime::try_new(RuntimeOptions {
        startup_snapshot: Some(SNAPSHOT),
        skip_op_registration: true,
        residual_lazy_js_sources: RESIDUAL,
        module_loader: Some(Rc::new(ScriptLoader::new(Arc::clone(&host.script)))),
        create_params: Some(
            v8::CreateParams::default()
                .heap_limits(0, limits.heap_bytes)
                .array_buffer_allocator(memory::buffer_allocator(limits.heap_bytes))
                .allow_atomics_wait(false),
        ),
        custom_module_evaluation_cb: Some(Box::new(|scope, module_type, _url, code| {
            let value = loader::evaluate(scope, loader::kind(&module_type)?, code.as_bytes())?;
            Ok(CustomModuleEvaluationKind::Synthetic(v8::Global::new(scope, value)))
        })),
        extensions: vec![
            deno_webidl::deno_webidl::init(),
            deno_web::deno_web::init(Arc::new(BlobStore::default()), None, false, InMemoryBroadcastChannel::default()),
            js_extension::edgeemu_js::init(),
            node_extension::edgeemu_node::init(),
            named_as(crate::ops::extension(), HOST_OPS)?,
            named_as(crate::ops::crypto_extension(), CRYPTO_OPS)?,
            named_as(crate::ops::node_extension(), NODE_OPS)?,
        ],
        ..RuntimeOptions::default()
    })
    .map_err(|error| StartError::Internal(error.to_string()))?;
    runtime.v8_isolate().set_prepare_stack_trace_callback(crate::stack::prepare);
    runtime.op_state().borrow_mut().put(Rc::clone(host));
    Ok(runtime)
}

macro_rules! names {
    ($extension:ident: $($op:ident)*) => { &[$(stringify!($op)),*] };
}

const HOST_OPS: &[&str] = op_names::host_ops!(names);
const CRYPTO_OPS: &[&str] = op_names::crypto_ops!(names);
const NODE_OPS: &[&str] = op_names::node_ops!(names);

/// The extension, if its ops are those that the snapshot was made for: they are connected by their order.
fn named_as(extension: Extension, names: &[&str]) -> Result<Extension, StartError> {
    if extension.ops.iter().map(|op| op.name).eq(names.iter().copied()) {
        return Ok(extension);
    }
    Err(StartError::Internal(format!("the ops of {} are not those in `op_names.rs`", extension.name)))
}

/// Bootstraps the globals, evaluates the main module and installs its handlers. `before_main` runs before the Worker's
/// first line.
pub(crate) fn load(runtime: &mut JsRuntime, host: &Host, before_main: impl FnOnce()) -> Result<Functions, StartError> {
    let entry = bootstrap(runtime, host)?;
    before_main();
    match host.script.syntax {
        Syntax::Modules => {
            let namespace = evaluate_main(runtime, host)?;
            call(runtime, &entry.install_modules, Some(namespace))?;
        }
        Syntax::ServiceWorker => {
            call(runtime, &entry.expose_env, None)?;
            evaluate_script(runtime, host)?;
            call(runtime, &entry.install_service_worker, None)?;
        }
    }
    forbid_code_generation(runtime);
    Ok(entry.functions)
}

struct Bootstrapped {
    functions: Functions,
    install_modules: v8::Global<v8::Function>,
    install_service_worker: v8::Global<v8::Function>,
    expose_env: v8::Global<v8::Function>,
}

fn bootstrap(runtime: &mut JsRuntime, host: &Host) -> Result<Bootstrapped, StartError> {
    let object = runtime.execute_script("ext:edgeemu_js/start", "globalThis.__edgeemu").map_err(js_failure)?;
    let functions = {
        deno_core::scope!(scope, runtime);
        let object = v8::Local::new(scope, object);
        let object = v8::Local::<v8::Object>::try_from(object).map_err(|e| StartError::Internal(e.to_string()))?;
        let mut function = |name: &str| {
            let key = crate::settle::string(scope, name);
            let value = object.get(scope, key.into()).ok_or_else(|| missing(name))?;
            let function = v8::Local::<v8::Function>::try_from(value).map_err(|_| missing(name))?;
            Ok::<_, StartError>(v8::Global::new(scope, function))
        };
        let start = function("start")?;
        let entry = Bootstrapped {
            functions: Functions {
                dispatch_fetch: Function(function("dispatchFetch")?),
                dispatch_scheduled: Function(function("dispatchScheduled")?),
                deliver_call: Function(function("deliverCall")?),
                release_export: Function(function("releaseExport")?),
                forget_exports: Function(function("forgetExports")?),
                deliver_socket: Function(function("deliverSocket")?),
                fire_timer: Function(function("fireTimer")?),
                forget_timer: Function(function("forgetTimer")?),
                construct_object: Function(function("constructObject")?),
                drop_object: Function(function("dropObject")?),
                dispatch_object_fetch: Function(function("dispatchObjectFetch")?),
                dispatch_object_alarm: Function(function("dispatchObjectAlarm")?),
                dispatch_object_socket: Function(function("dispatchObjectSocket")?),
            },
            install_modules: function("installModules")?,
            install_service_worker: function("installServiceWorker")?,
            expose_env: function("exposeEnv")?,
        };
        (start, function("nodeGlobal")?, entry)
    };
    let (start, node_global, entry) = functions;
    let modes = (host.world.rng().seed().is_some(), host.director.is_some());
    let bindings = {
        deno_core::scope!(scope, runtime);
        let text = crate::settle::string(scope, &describe(&host.script, modes));
        v8::Global::new(scope, v8::Local::<v8::Value>::from(text))
    };
    call(runtime, &start, Some(bindings))?;
    define_node_globals(runtime, &node_global, &host.script.flags);
    if !host.script.flags.iter().any(|flag| flag == EVAL_AT_START) {
        forbid_code_generation(runtime);
    }
    Ok(entry)
}

fn missing(name: &str) -> StartError {
    StartError::Internal(format!("bootstrap.js gives no function `{name}`"))
}

/// Globals of Node.js, and the flag that each needs.
const NODE_GLOBALS: &[(&str, &[&str])] = &[
    ("nodejs_compat_v2", &["Buffer", "process", "setImmediate", "clearImmediate"]),
    ("enable_nodejs_global_timers", &["setTimeout", "setInterval", "clearTimeout", "clearInterval"]),
    (
        "enable_global_performance_classes",
        &[
            "performance",
            "PerformanceEntry",
            "PerformanceMark",
            "PerformanceMeasure",
            "PerformanceObserver",
            "PerformanceObserverEntryList",
            "PerformanceResourceTiming",
        ],
    ),
];

/// They are made when a script first looks at them. Until then they cost nothing, and even their descriptors look as if
/// they were there.
fn define_node_globals(runtime: &mut JsRuntime, make: &v8::Global<v8::Function>, flags: &[String]) {
    let is_on = |name: &str| flags.iter().any(|flag| flag == name);
    deno_core::scope!(scope, runtime);
    let global = scope.get_current_context().global(scope);
    let make = v8::Local::new(scope, make).into();
    for name in NODE_GLOBALS.iter().filter(|(flag, _)| is_on(flag)).flat_map(|(_, names)| *names) {
        let key = crate::settle::string(scope, name);
        let is_class = name.starts_with("Performance");
        let _always = global.set_lazy_data_property_with_data(
            scope,
            key.into(),
            node_global,
            make,
            if is_class { v8::PropertyAttribute::DONT_ENUM } else { v8::PropertyAttribute::NONE },
            v8::SideEffectType::HasSideEffect,
            v8::SideEffectType::HasSideEffect,
        );
    }
    if is_on("nodejs_compat_v2") {
        let key = crate::settle::string(scope, "global");
        global.set(scope, key.into(), global.into());
    }
}

fn node_global(
    scope: &mut v8::PinScope,
    name: v8::Local<v8::Name>,
    arguments: v8::PropertyCallbackArguments,
    mut result: v8::ReturnValue<v8::Value>,
) {
    let Ok(make) = v8::Local::<v8::Function>::try_from(arguments.data()) else { return };
    let this = v8::undefined(scope).into();
    if let Some(value) = make.call(scope, this, &[name.into()]) {
        result.set(value);
    }
}

/// Strings do not become code in a Worker, nor do bytes become WebAssembly; modules may.
fn forbid_code_generation(runtime: &mut JsRuntime) {
    deno_core::scope!(scope, runtime);
    scope.get_current_context().set_allow_generation_from_strings(false);
    scope.set_allow_wasm_code_generation_callback(deny_wasm);
}

extern "C" fn deny_wasm(_context: v8::Local<v8::Context>, _source: v8::Local<v8::String>) -> bool {
    false
}

fn call(
    runtime: &mut JsRuntime,
    function: &v8::Global<v8::Function>,
    argument: Option<v8::Global<v8::Value>>,
) -> Result<(), StartError> {
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let this = v8::undefined(scope).into();
    let arguments: Vec<_> = argument.iter().map(|argument| v8::Local::new(scope, argument)).collect();
    let function = v8::Local::new(scope, function);
    if function.call(scope, this, &arguments).is_some() {
        return Ok(());
    }
    let exception = scope.exception().ok_or(StartError::CpuExceeded)?;
    Err(StartError::Exception(report_of(&deno_core::error::JsError::from_v8_exception(scope, exception))))
}

fn evaluate_main(runtime: &mut JsRuntime, host: &Host) -> Result<v8::Global<v8::Value>, StartError> {
    let main = loader::url(&host.script.main)
        .ok_or_else(|| StartError::Internal(format!("not a module name: {}", host.script.main)))?;
    let id = {
        let loading = runtime.load_main_es_module(&main);
        run_now(loading).ok_or(StartError::UnsettledAwait)?.map_err(|error| core_failure(&error))?
    };
    let mut evaluation = pin!(runtime.mod_evaluate(id));
    let mut cx = Context::from_waker(noop_waker_ref());
    for _ in 0..START_TURNS {
        if let Poll::Ready(result) = evaluation.as_mut().poll(&mut cx) {
            result.map_err(|error| core_failure(&error))?;
            let namespace = runtime.get_module_namespace(id).map_err(|error| core_failure(&error))?;
            deno_core::scope!(scope, runtime);
            let namespace: v8::Local<v8::Value> = v8::Local::new(scope, namespace).into();
            return Ok(v8::Global::new(scope, namespace));
        }
        if let Poll::Ready(Err(error)) = runtime.poll_event_loop(&mut cx, PollEventLoopOptions::default()) {
            return Err(core_failure(&error));
        }
    }
    Err(StartError::UnsettledAwait)
}

fn evaluate_script(runtime: &mut JsRuntime, host: &Host) -> Result<(), StartError> {
    let script = &host.script;
    for module in script.modules.iter().filter(|module| module.name != script.main) {
        define_global(runtime, module)?;
    }
    let module = script
        .modules
        .iter()
        .find(|module| module.name == script.main)
        .ok_or_else(|| StartError::Internal(format!("no module called {}", script.main)))?;
    let code = String::from_utf8_lossy(&module.source).into_owned();
    let name = loader::url(&script.main).map_or_else(|| script.main.clone(), Into::into);
    // The name lives as long as the compiled script, which is as long as the isolate.
    runtime.execute_script(&*name.leak(), code).map(drop).map_err(js_failure)
}

/// In service-worker syntax text, data and WebAssembly are globals.
fn define_global(runtime: &mut JsRuntime, module: &Module) -> Result<(), StartError> {
    deno_core::scope!(scope, runtime);
    let value = loader::evaluate(scope, module.kind, &module.source);
    let value = value.map_err(|error| StartError::Internal(format!("{}: {error}", module.name)))?;
    let key = crate::settle::string(scope, &module.name);
    scope.get_current_context().global(scope).set(scope, key.into(), value);
    Ok(())
}

/// Drives a future that only waits for work which is done while it is polled.
fn run_now<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(noop_waker_ref());
    (0..START_TURNS).find_map(|_| match future.as_mut().poll(&mut cx) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    })
}

fn report_of(error: &deno_core::error::JsError) -> Box<ExceptionReport> {
    Box::new(ExceptionReport::from_js(error))
}

fn js_failure(error: Box<deno_core::error::JsError>) -> StartError {
    StartError::Exception(report_of(&error))
}

fn core_failure(error: &CoreError) -> StartError {
    let report = report(error);
    if report.message == UNSETTLED {
        return StartError::UnsettledAwait;
    }
    StartError::Exception(Box::new(report))
}

/// An error of the engine as an exception of the Worker.
pub(crate) fn report(error: &CoreError) -> ExceptionReport {
    match error.as_kind() {
        CoreErrorKind::Js(error) => ExceptionReport::from_js(error),
        other => ExceptionReport::new("Error", &other.to_string()),
    }
}
