//! JavaScript: isolates, modules, events and the ops between a Worker and the host. The only crate that names V8.
//!
//! A [`Lane`] is a thread with an event loop; an [`Isolate`] is one Worker running on it. Requests are dispatched by a
//! direct call on the lane's thread, and everything else that reaches JavaScript (ends of operations, timers) is
//! delivered by one driver per isolate, one event at a time.

mod bindings;
mod body;
mod context;
mod decode;
mod director;
mod host;
mod inspector;
mod invoke;
mod isolate;
mod js_extension;
mod kv_seen;
mod lane;
mod loader;
mod memory;
mod node_extension;
mod node_modules;
mod objects;
mod op_names;
mod ops;
mod outbound;
mod outside;
mod platform;
mod report;
mod rewriter;
mod rpc;
mod script;
mod settle;
mod sink;
mod sockets;
mod source;
mod stack;
mod stage;
mod start;
mod tcp;
mod time;
mod timers;
mod watchdog;

pub use body::{Body, BodyError};
pub use context::Failure;
pub use director::{Asked, Director, Given, Invocation, OpKey};
pub use inspector::{Attached, Busy, Target, TargetOptions};
pub use invoke::{Cf, RequestInfo, Unanswered};
pub use isolate::{Isolate, IsolateOptions};
pub use kv_seen::KvSeen;
pub use lane::{Kept, Lane, LaneClosed, spawn_local};
pub use objects::{KeptSockets, Object, ObjectOptions, ObjectTarget, Reset, SocketArrival};
pub use report::{ExceptionReport, ExceptionSource, Level, LogEvent, LogKind, LogSink, StackFrame};
pub use rpc::{Address, Alone, Callee, Entry, Peers, Props, Reached, Reaching, Unreachable};
pub use script::{Binding, BindingValue, DurableBinding, Limits, Module, ModuleKind, Script, Syntax};
pub use sockets::{HandshakeError, Masks, Side, SocketEvent, WebSocket, accept_headers};
pub use stage::Stage;
pub use start::StartError;

pub use outside::{Outside, OutsideAnswer};
