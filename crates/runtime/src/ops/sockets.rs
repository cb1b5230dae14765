//! WebSockets: from `runtime-js/web/websocket.js` to the ends of lines and back.

use std::rc::Rc;

use deno_core::{OpState, op2, v8};
use deno_error::JsErrorBox;
use http::{HeaderMap, Method};

use super::respond::{Head, answer_socket, static_bytes};
use super::{current_io, headers_from_wire, host};
use crate::host::{Host, Operation};
use crate::objects::current_section;
use crate::outbound::{Outgoing, OutgoingBody};
use crate::settle::Settled;
use crate::sockets::{self, Arrival, End, Unusable};

/// What the event of an arrival is made from, as `deliver` in `websocket.js` takes it.
pub(crate) struct Delivery<'s> {
    pub(crate) kind: u32,
    pub(crate) data: v8::Local<'s, v8::Value>,
    pub(crate) code: u32,
}

const TEXT: u32 = 0;
const BINARY: u32 = 1;
const CLOSE: u32 = 2;
const LOST: u32 = 3;
const FAILED: u32 = 4;
const RAISED: u32 = 5;

/// What the object finds whose peer was released while its own close was still being settled.
const CONNECTION_LOST: &str = "Network connection lost.";

/// An arrival as JavaScript gets it.
pub(crate) fn delivery<'s>(scope: &mut v8::PinScope<'s, '_>, arrival: Arrival) -> Delivery<'s> {
    let mut text = |kind, text: &str, code| Delivery { kind, data: crate::settle::string(scope, text).into(), code };
    match arrival {
        Arrival::Text(message) => text(TEXT, &message, 0),
        Arrival::Close { code, reason } => text(CLOSE, &reason, u32::from(code)),
        Arrival::Lost => text(LOST, "", 0),
        Arrival::Failed(error) => text(FAILED, &error, 0),
        Arrival::Dropped => text(FAILED, CONNECTION_LOST, 0),
        Arrival::Raised => text(RAISED, "", 0),
        Arrival::Binary(bytes) => {
            let store = v8::ArrayBuffer::new_backing_store_from_vec(Vec::from(bytes)).make_shared();
            Delivery { kind: BINARY, data: v8::ArrayBuffer::with_backing_store(scope, &store).into(), code: 0 }
        }
    }
}

/// Two ends of a line, for the invocation that runs.
#[op2]
#[serde]
pub(crate) fn op_socket_pair(scope: &mut v8::PinScope<'_, '_>, state: &mut OpState) -> (u32, u32) {
    let (host, io) = (host(state), current_io(scope));
    let (one, other) = End::pair();
    let mut sockets = host.sockets.borrow_mut();
    (sockets.add(io, one), sockets.add(io, other))
}

/// From now on what arrives at the end becomes events of the object.
#[op2(fast)]
pub(crate) fn op_socket_accept(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[smi] id: u32,
    object: v8::Local<v8::Object>,
) {
    let host = host(state);
    let listener = listener(&host, id);
    let section = current_section(scope);
    let object = v8::Global::new(scope, object);
    if let Some(end) = host.sockets.borrow_mut().accept(id, object, section) {
        end.listen(listener);
    }
}

fn listener(host: &Rc<Host>, id: u32) -> Rc<dyn Fn()> {
    let host = Rc::downgrade(host);
    Rc::new(move || {
        if let Some(host) = host.upgrade() {
            host.arrivals.borrow_mut().push_back(id);
            host.wake();
        }
    })
}

/// Sends a string or bytes.
#[op2(fast)]
pub(crate) fn op_socket_send(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[smi] id: u32,
    message: v8::Local<v8::Value>,
) {
    let message = if message.is_string() {
        Arrival::Text(message.to_rust_string_lossy(scope))
    } else {
        Arrival::Binary(static_bytes(scope, message))
    };
    host(state).send_from(current_io(scope), id, message);
}

/// Sends a close; nothing can be sent after it.
#[op2(fast)]
pub(crate) fn op_socket_close(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[smi] id: u32,
    #[smi] code: u32,
    #[string] reason: String,
) {
    let code = u16::try_from(code).unwrap_or(1005);
    host(state).send_from(current_io(scope), id, Arrival::Close { code, reason });
}

/// Both sides have closed and the script has seen it.
#[op2(fast)]
pub(crate) fn op_socket_release(state: &mut OpState, #[smi] id: u32) {
    let host = host(state);
    // What it still has to be told comes first, and then it is dropped.
    if host.sockets.borrow().end(id).is_none_or(|end| end.has_arrivals()) {
        return;
    }
    let end = host.sockets.borrow_mut().remove(id);
    if let Some(end) = end {
        end.release();
    }
}

/// A listener of the script threw: its error event comes behind what has arrived already.
#[op2(fast)]
pub(crate) fn op_socket_raise(state: &mut OpState, #[smi] id: u32) {
    if let Some(end) = host(state).sockets.borrow().end(id) {
        end.send_here(Arrival::Raised);
    }
}

/// The script has no more use for the end; the other one finds the connection lost unless this one has closed.
#[op2(fast)]
pub(crate) fn op_socket_drop(state: &mut OpState, #[smi] id: u32) {
    let end = host(state).sockets.borrow_mut().remove(id);
    drop(end);
}

/// Answers with an end: what it sends goes to the client from now on.
#[op2(fast)]
pub(crate) fn op_respond_socket(
    state: &mut OpState,
    #[smi] id: u32,
    #[string] reason: String,
    #[string] headers: String,
    #[smi] socket: u32,
) -> Result<(), JsErrorBox> {
    let host = host(state);
    let Some(context) = host.context(id) else { return Ok(()) };
    let asked = context.request.borrow().as_ref().is_some_and(|request| sockets::accepts(&request.headers));
    if !asked {
        return Err(JsErrorBox::type_error(
            "Worker tried to return a WebSocket in a response to a request which did not contain the header \
             \"Upgrade: websocket\".",
        ));
    }
    let taken: Result<Rc<End>, Unusable> = host.sockets.borrow_mut().take(socket);
    let end = taken.map_err(|error| JsErrorBox::type_error(error.to_string()))?;
    // An object that keeps the other end need not be there for it.
    let counted = u32::from(!end.leads_to_kept());
    context.open_sockets.set(context.open_sockets.get() + counted);
    let owner = Rc::clone(&host);
    let remote = sockets::into_remote(end, move || {
        context.open_sockets.set(context.open_sockets.get() - counted);
        owner.wake();
    });
    answer_socket(&host, id, Head { status: 101, reason, headers }, remote);
    Ok(())
}

/// Asks a server for a WebSocket; resolves with the head of its answer, and the id of the end if it agrees.
#[op2]
pub(crate) fn op_fetch_socket<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[string] url: String,
    #[string] headers: String,
    follow: bool,
    #[smi] id: u32,
) -> v8::Local<'s, v8::Promise> {
    let host = host(state);
    let io = current_io(scope);
    let headers = headers_from_wire(&headers);
    let sender = Rc::clone(&host);
    let call = async move { open(&sender, io, Wanted { url, headers, follow }).await };
    let (future, abort) = futures::future::abortable(call);
    host.calls.borrow_mut().start(id, abort);
    let owner = Rc::clone(&host);
    host.promise(
        scope,
        Operation::new(io, async move {
            let settled = future.await.unwrap_or_else(|_| Settled::Error("The operation was aborted".to_owned()));
            owner.calls.borrow_mut().end(id);
            settled
        }),
    )
}

struct Wanted {
    url: String,
    headers: HeaderMap,
    follow: bool,
}

async fn open(host: &Rc<Host>, io: u32, wanted: Wanted) -> Settled {
    let Ok(url) = url::Url::parse(&wanted.url) else { return Settled::TypeError("Invalid URL.".to_owned()) };
    let rng = host.world.rng();
    let outgoing = Outgoing {
        method: Method::GET,
        url,
        headers: wanted.headers,
        body: OutgoingBody::Bytes(bytes::Bytes::new()),
        follow: wanted.follow,
        socket_key: Some(sockets::key(rng)),
    };
    let mut incoming = match host.http.send(outgoing).await {
        Ok(incoming) => incoming,
        Err(error) => return super::fetch::refusal(&error),
    };
    if incoming.response.status() != http::StatusCode::SWITCHING_PROTOCOLS {
        return Settled::Json(super::fetch::head(host, io, incoming, true).to_string());
    }
    let upgrade = hyper::upgrade::on(&mut incoming.response);
    let mut head = super::fetch::head(host, io, incoming, false);
    let Ok(stream) = upgrade.await else { return Settled::Retryable(CONNECTION_LOST.to_owned()) };
    let (near, far) = End::pair();
    let remote = sockets::into_remote(Rc::new(far), || {});
    let masks = rng.clone();
    deno_core::unsync::spawn(remote.converse(
        hyper_util::rt::TokioIo::new(stream),
        sockets::Side::Client(Box::new(move || {
            let mut mask = [0; 4];
            masks.fill(&mut mask);
            mask
        })),
    ));
    head["socket"] = host.sockets.borrow_mut().add(io, near).into();
    Settled::Json(head.to_string())
}
