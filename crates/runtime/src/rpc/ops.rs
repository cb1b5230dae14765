//! The calls of `runtime-js/rpc` into the host.

use std::rc::Rc;

use bytes::Bytes;
use deno_core::{JsBuffer, OpState, op2, v8};
use deno_error::JsErrorBox;
use tokio::sync::oneshot;

use super::callee::{Callee, Unreachable};
use super::depth::may_call;
use super::inbox::Target;
use super::line::{Answer, Cap, Line, Outgoing, send};
use super::message::{Attachment, Message, Reply, check_size};
use crate::bindings::services::{failed, stale};
use crate::host::{Host, Operation};
use crate::ops::{current_io, host};
use crate::settle::Settled;

/// Whether the target of a call is a line or somebody behind a binding; constants of `runtime-js/rpc/client.js`.
const TO_CALLEE: u32 = 1;

/// Calls a property of an object, or reads it if there are no arguments. `line` is the number under which the result
/// can be called before it is there. Resolves with `[bytes, attachments, hasDisposer]`.
#[op2]
#[allow(clippy::too_many_arguments, reason = "one crossing into the host instead of six")]
pub(crate) fn op_rpc_call<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] kind: u32,
    #[smi] target: u32,
    #[smi] line: u32,
    path: v8::Local<v8::Array>,
    #[buffer] arguments: Option<JsBuffer>,
    attachments: v8::Local<v8::Array>,
) -> Result<v8::Local<'s, v8::Promise>, JsErrorBox> {
    let host = host(state);
    let io = current_io(scope);
    let path = strings(scope, path);
    let arguments = match arguments {
        Some(bytes) => Some(message(scope, &host, io, (&bytes, attachments))?),
        None => None,
    };
    let (reply, answer) = oneshot::channel();
    let pipeline = Line::waiting();
    host.set_line(io, line, Rc::clone(&pipeline));
    let call = Outgoing { path, arguments, reply, pipeline, from: Rc::clone(&host), io };
    if kind == TO_CALLEE {
        let callee = host.callee(target);
        match may_call(&host, io) {
            Ok(depth) => {
                deno_core::unsync::spawn(open(callee, call, depth));
            }
            Err(text) => call.refuse(&text),
        }
    } else {
        match host.line(target) {
            Some(line) => line.call(call),
            None => call.refuse("RPC stub used after being disposed."),
        }
    }
    let owner = Rc::clone(&host);
    let settled = async move { arrived(&owner, io, answer.await.ok()) };
    Ok(host.promise(scope, Operation::new(io, settled)))
}

/// Begins a session with somebody behind a binding, with its first call.
async fn open(callee: Option<Rc<dyn Callee>>, call: Outgoing, depth: u32) {
    let place = call.from.context(call.io).map_or(call.from.place, |context| context.place);
    let Some(callee) = callee else { return call.refuse("There is nobody behind this binding.") };
    let reached = match callee.reach(place).await {
        Ok(reached) => reached,
        Err(Unreachable::Failed(failure)) => {
            let answer: Answer = Rc::new(move || Reply::Reset(failure.clone()));
            return call.end(&answer);
        }
        Err(Unreachable::Stale(failure)) => {
            let answer: Answer = Rc::new(move || Reply::ResetBefore(failure.clone()));
            return call.end(&answer);
        }
        Err(error) => return call.refuse(&error.to_string()),
    };
    if let Some(object) = reached.object {
        let (host, io) = object.session();
        return send(&host, io, Target::Entry(reached.entry), call);
    }
    let (host, io) = reached.isolate.open_session(depth, place);
    send(&host, io, Target::Entry(reached.entry), call);
}

fn arrived(host: &Rc<Host>, io: u32, reply: Option<Reply>) -> Settled {
    match reply {
        Some(Reply::Value { message, has_disposer }) => {
            let Message { bytes, attachments } = message;
            let attachments = attachments.into_iter().map(|attachment| attachment.arrive(host, io)).collect();
            Settled::Message { bytes, attachments, has_disposer }
        }
        Some(Reply::Thrown(bytes)) => Settled::Thrown(bytes),
        Some(Reply::Failed(text)) => Settled::Error(text),
        Some(Reply::Reset(failure)) => failed(failure),
        Some(Reply::ResetBefore(failure)) => stale(failure),
        None => Settled::Retryable("Network connection lost.".to_owned()),
    }
}

/// The number of an object that others may call from now on.
#[op2(fast)]
#[smi]
pub(crate) fn op_rpc_export(state: &mut OpState) -> u32 {
    host(state).new_export()
}

/// A second number for the same object.
#[op2(fast)]
#[smi]
pub(crate) fn op_rpc_dup(scope: &mut v8::PinScope<'_, '_>, state: &mut OpState, #[smi] line: u32) -> u32 {
    let host = host(state);
    let io = current_io(scope);
    let line = host.line(line).unwrap_or_else(Line::waiting);
    host.add_line(io, line)
}

/// A number to call an object of this isolate by, as others do.
#[op2(fast)]
#[smi]
pub(crate) fn op_rpc_loopback(scope: &mut v8::PinScope<'_, '_>, state: &mut OpState, #[smi] export: u32) -> u32 {
    let host = host(state);
    let io = current_io(scope);
    let cap = Cap::new(&host, io, export, false);
    host.add_line(io, Line::to(cap))
}

/// The object is not used under this number any more.
#[op2(fast)]
pub(crate) fn op_rpc_drop(state: &mut OpState, #[smi] line: u32) {
    host(state).drop_line(line);
}

/// A call has ended with a value.
#[op2]
pub(crate) fn op_rpc_return(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    #[smi] id: u32,
    #[buffer] bytes: JsBuffer,
    attachments: v8::Local<v8::Array>,
    has_disposer: bool,
) -> Result<(), JsErrorBox> {
    let host = host(state);
    let message = message(scope, &host, io, (&bytes, attachments))?;
    host.reply(id, Reply::Value { message, has_disposer });
    Ok(())
}

/// A call has ended with an exception.
#[op2]
pub(crate) fn op_rpc_throw(state: &mut OpState, #[smi] id: u32, #[buffer] thrown: JsBuffer) {
    host(state).reply(id, Reply::Thrown(Bytes::copy_from_slice(&thrown)));
}

fn message(
    scope: &mut v8::PinScope,
    host: &Rc<Host>,
    io: u32,
    (bytes, attachments): (&JsBuffer, v8::Local<v8::Array>),
) -> Result<Message, JsErrorBox> {
    check_size(bytes.len()).map_err(JsErrorBox::generic)?;
    let ids = (0..attachments.length()).filter_map(|at| attachments.get_index(scope, at)?.uint32_value(scope));
    let pairs: Vec<u32> = ids.collect();
    Ok(Message { bytes: Bytes::copy_from_slice(bytes), attachments: Attachment::take_all(host, io, &pairs) })
}

fn strings(scope: &mut v8::PinScope, list: v8::Local<v8::Array>) -> Vec<String> {
    (0..list.length()).filter_map(|at| Some(list.get_index(scope, at)?.to_rust_string_lossy(scope))).collect()
}
