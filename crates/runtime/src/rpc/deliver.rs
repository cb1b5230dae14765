//! From the inbox of an isolate into its JavaScript.

use std::rc::Rc;

use deno_core::{JsRuntime, v8};
use edgeemu_kv::consistency::Place;

use super::inbox::{Call, Delivery, Target};
use super::message::Message;
use crate::host::Host;
use crate::isolate::{Isolate, name_of, props_of};
use crate::settle::{string, uint8_array};
use crate::start::Functions;

impl Isolate {
    /// An invocation for the calls of one session; ends when nobody holds anything of it.
    pub(crate) fn open_session(&self, depth: u32, place: Place) -> (Rc<Host>, u32) {
        let host = self.host();
        (Rc::clone(host), host.open_session(depth, place))
    }
}

/// Delivers one thing; whoever calls runs the microtasks.
pub(crate) fn deliver(runtime: &mut JsRuntime, host: &Rc<Host>, functions: &Functions, delivery: Delivery) {
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    match delivery {
        Delivery::Call(call) => {
            let arguments = arguments_of(scope, host, *call);
            functions.deliver_call.call(scope, &arguments);
        }
        Delivery::Release { io, export, .. } => {
            let io = v8::Integer::new_from_unsigned(scope, io).into();
            let export = v8::Integer::new_from_unsigned(scope, export).into();
            functions.release_export.call(scope, &[io, export]);
        }
        Delivery::Forget { io } => {
            let io = v8::Integer::new_from_unsigned(scope, io).into();
            functions.forget_exports.call(scope, &[io]);
        }
    }
    scope.perform_microtask_checkpoint();
}

/// `io, id, target, path, bytes, attachments, name, props`, as `runtime-js/rpc/server.js` takes them.
fn arguments_of<'s>(scope: &mut v8::PinScope<'s, '_>, host: &Rc<Host>, call: Call) -> [v8::Local<'s, v8::Value>; 8] {
    let undefined: v8::Local<v8::Value> = v8::undefined(scope).into();
    let (target, name, props) = match &call.target {
        Target::Entry(entry) => (v8::Integer::new(scope, -1), name_of(scope, entry), props_of(scope, entry)),
        Target::Export(id) => (v8::Integer::new_from_unsigned(scope, *id), undefined, undefined),
    };
    let (bytes, attachments) = match call.arguments {
        Some(Message { bytes, attachments }) => {
            let ids: Vec<_> = attachments.into_iter().map(|attachment| attachment.arrive(host, call.io)).collect();
            (uint8_array(scope, bytes), numbers(scope, &ids))
        }
        None => (v8::null(scope).into(), undefined),
    };
    let path: Vec<v8::Local<v8::Value>> = call.path.iter().map(|name| string(scope, name).into()).collect();
    [
        v8::Integer::new_from_unsigned(scope, call.io).into(),
        v8::Integer::new_from_unsigned(scope, call.id).into(),
        target.into(),
        v8::Array::new_with_elements(scope, &path).into(),
        bytes,
        attachments,
        name,
        props,
    ]
}

/// A JavaScript array of numbers.
pub(crate) fn numbers<'s>(scope: &mut v8::PinScope<'s, '_>, ids: &[u32]) -> v8::Local<'s, v8::Value> {
    let ids: Vec<v8::Local<v8::Value>> =
        ids.iter().map(|id| v8::Integer::new_from_unsigned(scope, *id).into()).collect();
    v8::Array::new_with_elements(scope, &ids).into()
}
