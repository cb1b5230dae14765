//! The WebSockets that objects keep: from `runtime-js/durable/sockets.js` to `KeptSockets`.

use std::rc::Rc;

use bytes::Bytes;
use deno_core::{JsBuffer, OpState, ToJsBuffer, op2};
use edgeemu_durable::{AutoResponse, DurableError, distinct_tags, event_timeout};
use serde::Serialize;

use crate::objects::KeptSockets;
use crate::ops::host;

fn sockets(state: &OpState, io: u32) -> Result<Rc<KeptSockets>, DurableError> {
    host(state).object(io).map(|object| Rc::clone(&object.sockets)).ok_or(DurableError::Gone)
}

/// The number of a socket, and its tags.
#[derive(Serialize)]
pub(crate) struct Accepted {
    kept: u32,
    tags: Vec<String>,
}

/// From now on the object keeps the socket, in whichever instance.
#[op2]
#[serde]
pub(crate) fn op_kept_accept(
    state: &mut OpState,
    #[smi] io: u32,
    #[smi] socket: u32,
    #[serde] tags: Vec<String>,
    #[buffer] attachment: Option<JsBuffer>,
) -> Result<Accepted, DurableError> {
    let host = host(state);
    let sockets = sockets(state, io)?;
    let tags = distinct_tags(tags)?;
    sockets.check_room()?;
    let end = host.sockets.borrow_mut().keep(socket)?;
    let attachment = attachment.map(|bytes| Bytes::copy_from_slice(&bytes));
    Ok(Accepted { kept: sockets.keep(end, tags.clone(), attachment), tags })
}

/// The numbers of the sockets with this tag, or of all of them.
#[op2]
#[serde]
pub(crate) fn op_kept_list(
    state: &mut OpState,
    #[smi] io: u32,
    #[string] tag: Option<String>,
) -> Result<Vec<u32>, DurableError> {
    Ok(sockets(state, io)?.list(tag.as_deref()))
}

/// A socket as an instance gets it that did not accept it itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Woken {
    id: u32,
    tags: Vec<String>,
    attachment: Option<ToJsBuffer>,
    closed_incoming: bool,
    closed_outgoing: bool,
}

/// Gives a socket to the object's new instance; null if there is none with this number.
#[op2]
#[serde]
pub(crate) fn op_kept_wake(
    state: &mut OpState,
    #[smi] io: u32,
    #[smi] kept: u32,
) -> Result<Option<Woken>, DurableError> {
    let host = host(state);
    let Some(found) = sockets(state, io)?.woken(kept) else { return Ok(None) };
    let closed_outgoing = found.end.is_closed();
    let id = host.sockets.borrow_mut().add_kept(io, found.end);
    let attachment = found.attachment.map(|bytes| Vec::from(bytes).into());
    Ok(Some(Woken { id, tags: found.tags, attachment, closed_incoming: found.is_over, closed_outgoing }))
}

/// Remembers an attachment of a socket.
#[op2(fast)]
pub(crate) fn op_kept_set_attachment(state: &mut OpState, #[smi] io: u32, #[smi] kept: u32, #[buffer] bytes: &[u8]) {
    // An object that was reset has no sockets any more.
    if let Ok(sockets) = sockets(state, io) {
        sockets.set_attachment(kept, Bytes::copy_from_slice(bytes));
    }
}

/// Throws why a socket has no tags.
#[op2(fast)]
pub(crate) fn op_kept_refuse(is_accepted: bool) -> Result<(), DurableError> {
    Err(if is_accepted { DurableError::NoTags } else { DurableError::TagsBeforeAccept })
}

/// Answers a text automatically, or none any more.
#[op2]
pub(crate) fn op_kept_set_auto(
    state: &mut OpState,
    #[smi] io: u32,
    #[string] request: Option<String>,
    #[string] response: Option<String>,
) -> Result<(), DurableError> {
    let pair = request.zip(response).map(|(request, response)| AutoResponse::new(request, response)).transpose()?;
    sockets(state, io)?.set_auto_response(pair);
    Ok(())
}

/// What is answered and how, if anything is.
#[op2]
#[serde]
pub(crate) fn op_kept_auto(state: &mut OpState, #[smi] io: u32) -> Result<Option<(String, String)>, DurableError> {
    let pair = sockets(state, io)?.auto_response();
    Ok(pair.map(|pair| (pair.request().to_owned(), pair.response().to_owned())))
}

/// When a socket was answered automatically for the last time, in milliseconds; negative if it never was.
#[op2(fast)]
pub(crate) fn op_kept_answered(state: &mut OpState, #[smi] io: u32, #[smi] kept: u32) -> Result<f64, DurableError> {
    Ok(sockets(state, io)?.answered(kept).map_or(-1.0, crate::isolate::millis))
}

/// How long a handler may take.
#[op2(fast)]
pub(crate) fn op_kept_set_timeout(state: &mut OpState, #[smi] io: u32, #[smi] millis: u32) -> Result<(), DurableError> {
    sockets(state, io)?.set_timeout(event_timeout(millis)?);
    Ok(())
}

/// The same in milliseconds; zero if it may take as long as it likes.
#[op2(fast)]
#[smi]
pub(crate) fn op_kept_timeout(state: &mut OpState, #[smi] io: u32) -> Result<u32, DurableError> {
    Ok(sockets(state, io)?.timeout().unwrap_or(0))
}
