//! Durable Objects: namespaces and stubs, and what an object asks of the isolate it lives in.

pub(crate) mod sockets;
pub(crate) mod sql;
pub(crate) mod storage;

use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use deno_core::error::JsError;
use deno_core::{JsBuffer, OpState, op2, v8};
use edgeemu_durable::{DurableError, Jurisdiction, ObjectId, limits};
use serde_json::json;

use crate::context::{Answer, Failure};
use crate::host::{Host, Operation};
use crate::objects::{ObjectState, ObjectTarget, Reset, current_section};
use crate::ops::host;
use crate::report::{ExceptionReport, ExceptionSource, Level};
use crate::script::{BindingValue, DurableBinding};
use crate::settle::Settled;

/// The namespace of a handle, which is the place of its binding in the script's list.
fn binding(host: &Host, handle: u32) -> &DurableBinding {
    match &host.script.bindings[handle as usize].value {
        BindingValue::Durable(binding) => binding,
        other => unreachable!("the handle of a namespace of Durable Objects leads to {other:?}"),
    }
}

/// The object that calls; an error if it has been reset since.
pub(crate) fn object(state: &OpState, io: u32) -> Result<Rc<ObjectState>, DurableError> {
    let host = host(state);
    let object = host.object(io).ok_or(DurableError::Gone)?;
    host.touch(&object);
    Ok(object)
}

fn jurisdiction(name: Option<String>) -> Result<Option<Jurisdiction>, DurableError> {
    name.map(|name| Jurisdiction::parse(&name)).transpose()
}

#[op2]
#[string]
pub(crate) fn op_durable_id_from_name(
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] name: &str,
    #[string] place: Option<String>,
) -> Result<String, DurableError> {
    let place = jurisdiction(place)?;
    Ok(binding(&host(state), handle).namespace.id_from_name(name, place).to_string())
}

#[op2]
#[string]
pub(crate) fn op_durable_unique_id(
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] place: Option<String>,
) -> Result<String, DurableError> {
    let place = jurisdiction(place)?;
    Ok(binding(&host(state), handle).namespace.new_unique_id(place).to_string())
}

/// The id and its jurisdiction.
#[op2]
#[serde]
pub(crate) fn op_durable_id_from_string(
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] text: &str,
) -> Result<(String, Option<&'static str>), DurableError> {
    let (id, place) = binding(&host(state), handle).namespace.id_from_string(text)?;
    Ok((id.to_string(), place.map(Jurisdiction::as_str)))
}

/// Refuses what no namespace takes.
#[op2(fast)]
pub(crate) fn op_durable_check(#[string] what: &str, #[string] value: String) -> Result<(), DurableError> {
    match what {
        "jurisdiction" => Jurisdiction::parse(&value).map(drop),
        "foreign-jurisdiction" => Err(DurableError::ForeignJurisdiction),
        _ if value == "primary-only" => Ok(()),
        _ => Err(DurableError::UnknownRoutingMode(value)),
    }
}

/// Something that can be called: the object behind a stub.
#[op2]
#[smi]
pub(crate) fn op_durable_connect(
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] id: &str,
    #[string] name: Option<String>,
) -> Result<u32, DurableError> {
    let host = host(state);
    let DurableBinding { namespace, class_name, worker } = binding(&host, handle).clone();
    let id = ObjectId::from_hex(id).ok_or(DurableError::InvalidId)?;
    let callee = host.peers.object(ObjectTarget { worker, class_name, namespace, id, name });
    // As long as there is a stub, whichever invocation asked for it.
    Ok(host.add_callee(0, callee))
}

/// Nobody has the stub any more.
#[op2(fast)]
pub(crate) fn op_durable_disconnect(state: &mut OpState, #[smi] callee: u32) {
    host(state).forget_callee(callee);
}

/// What an object is: its class, its id and its name.
#[op2]
#[serde]
pub(crate) fn op_object_about(state: &mut OpState, #[smi] io: u32) -> Result<serde_json::Value, DurableError> {
    let object = object(state, io)?;
    let store = &object.store;
    let place = store.namespace().id_from_string(&store.id().to_string()).ok().and_then(|(_, place)| place);
    Ok(json!({
        "className": object.class_name,
        "id": store.id().to_string(),
        "name": store.name(),
        "jurisdiction": place.map(Jurisdiction::as_str),
    }))
}

/// The object is reset because of an exception. `thrown` is the exception as it crosses into another Worker.
#[op2(reentrant)]
pub(crate) fn op_object_break<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: std::rc::Rc<std::cell::RefCell<OpState>>,
    #[smi] io: u32,
    exception: v8::Local<'s, v8::Value>,
    #[buffer] thrown: Option<JsBuffer>,
) {
    let report = ExceptionReport::from_js(&JsError::from_v8_exception(scope, exception));
    let host = host(&state.borrow());
    let Some(object) = host.object(io) else { return };
    host.log_exception(io, ExceptionSource::Handler, report.clone());
    let thrown = thrown.map(|bytes| Bytes::copy_from_slice(&bytes));
    host.reset(&object, Failure::Reset(Box::new(Reset::thrown(report, thrown))));
}

/// The object is reset because it asked for that, and what runs does not go on.
#[op2(reentrant)]
pub(crate) fn op_object_abort<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: std::rc::Rc<std::cell::RefCell<OpState>>,
    #[smi] io: u32,
    reason: v8::Local<'s, v8::Value>,
    #[buffer] thrown: Option<JsBuffer>,
) {
    let host = host(&state.borrow());
    let reset = if reason.is_null() {
        Reset::because(DurableError::ABORTED)
    } else {
        let report = ExceptionReport::from_js(&JsError::from_v8_exception(scope, reason));
        Reset::thrown(report, thrown.map(|bytes| Bytes::copy_from_slice(&bytes)))
    };
    if let Some(object) = host.object(io) {
        host.reset(&object, Failure::Reset(Box::new(reset)));
    }
    host.objects.aborting.set(true);
    scope.terminate_execution();
}

/// The object has no handler for its alarm.
#[op2(fast)]
pub(crate) fn op_object_incapable(state: &mut OpState, #[smi] event: u32) {
    let host = host(state);
    host.notice(event, Level::Warn, DurableError::ALARM_WITHOUT_HANDLER);
    if let Some(context) = host.context(event) {
        context.answer(Answer::Failed(Failure::HandlerMissing("alarm".to_owned())));
        host.wake();
    }
}

/// A new critical section inside of the one that runs; it ends with the object if it takes too long.
#[op2(fast)]
#[smi]
pub(crate) fn op_section_enter(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[smi] io: u32,
) -> Result<u32, DurableError> {
    let outer = current_section(scope);
    let object = object(state, io)?;
    let section = object.gate.borrow_mut().enter(outer)?;
    Ok(section)
}

/// Settles, inside of the section, when it has begun.
#[op2]
pub(crate) fn op_section_begun<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    #[smi] section: u32,
) -> v8::Local<'s, v8::Promise> {
    let host = host(state);
    let object = host.object(io);
    if let Some(object) = &object {
        end_in_time(&host, object, section);
    }
    let begun = async move {
        // Not before the turn that asked for it is over.
        tokio::task::yield_now().await;
        match object {
            Some(object) => object.begun(section).await,
            None => std::future::pending().await,
        }
        Settled::Undefined
    };
    host.promise(scope, Operation { io, counted: false, section: Some(section), future: begun })
}

/// Resets the object if the section has not ended when its time is over.
fn end_in_time(host: &Rc<Host>, object: &Rc<ObjectState>, section: u32) {
    let (host, object) = (Rc::downgrade(host), Rc::downgrade(object));
    deno_core::unsync::spawn(async move {
        let Some(clock) = host.upgrade().map(|host| host.world.clock().clone()) else { return };
        let time = clock.sleep(Duration::from_secs(limits::SECTION_SECS));
        tokio::pin!(time);
        loop {
            let Some((host, object)) = host.upgrade().zip(object.upgrade()) else { return };
            if object.failure().is_some() || !object.gate.borrow().is_known(section) {
                return;
            }
            let moved = object.moved.notified();
            tokio::select! {
                biased;
                () = moved => {}
                () = &mut time => {
                    let reset = Reset::timed_out(DurableError::SECTION_TIMEOUT);
                    host.reset(&object, Failure::Reset(Box::new(reset)));
                    return;
                }
            }
        }
    });
}

/// The section is over.
#[op2(fast)]
pub(crate) fn op_section_leave(state: &mut OpState, #[smi] io: u32, #[smi] section: u32) {
    let host = host(state);
    if let Some(object) = host.object(io) {
        object.gate.borrow_mut().leave(section);
        host.gate_moved(&object);
    }
}

/// A timer was started in a section, and fires in it.
#[op2(fast)]
pub(crate) fn op_section_timer(state: &mut OpState, #[smi] io: u32, #[smi] timer: u32, #[smi] section: u32) {
    if let Some(object) = host(state).object(io) {
        object.timer_sections.borrow_mut().insert(timer, section);
    }
}
