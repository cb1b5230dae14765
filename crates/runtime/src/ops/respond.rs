//! The answer of an invocation.

use std::rc::Rc;

use bytes::Bytes;
use deno_core::{OpState, op2, v8};
use http::header::{CONTENT_LENGTH, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};

use super::host;
use crate::body::Body;
use crate::context::Answer;
use crate::host::Host;
use crate::sink::Sink;
use crate::sockets::WebSocket;

/// Head of a response as it crosses from JavaScript.
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) reason: String,
    pub(crate) headers: String,
}

/// Answers with a body that is complete: null, a string or bytes.
#[op2(fast)]
pub(crate) fn op_respond(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[smi] id: u32,
    #[smi] status: u16,
    #[string] reason: String,
    #[string] headers: String,
    body: v8::Local<v8::Value>,
) {
    let body = static_body(scope, body);
    answer(&host(state), id, Head { status, reason, headers }, body);
}

/// Answers with a body that JavaScript will write; gives the sink to write to.
#[op2(fast)]
#[smi]
pub(crate) fn op_respond_stream(
    state: &mut OpState,
    #[smi] id: u32,
    #[smi] status: u16,
    #[string] reason: String,
    #[string] headers: String,
    length: f64,
) -> u32 {
    let host = host(state);
    let (sink, body, gone) = Sink::new(id, known_length(length));
    let sink = Rc::new(sink);
    if let Some(context) = host.context(id) {
        context.open_sinks.set(context.open_sinks.get() + 1);
        watch_reader(&host, id, &sink, gone);
    }
    answer(&host, id, Head { status, reason, headers }, body);
    add_sink(&host, sink)
}

/// A length in bytes as JavaScript gives it: a negative one is not known.
pub(crate) fn known_length(length: f64) -> Option<u64> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a length")]
    (length >= 0.0).then_some(length as u64)
}

/// When the client drops the body before its end, the invocation is told.
fn watch_reader(host: &Rc<Host>, id: u32, sink: &Rc<Sink>, gone: tokio::sync::oneshot::Receiver<()>) {
    let (host, sink) = (Rc::clone(host), Rc::clone(sink));
    deno_core::unsync::spawn(async move {
        let _dropped = gone.await;
        let Some(context) = host.context(id) else { return };
        if sink.is_open() {
            sink.close();
            context.client_left();
        }
        host.wake();
    });
}

pub(crate) fn add_sink(host: &Host, sink: Rc<Sink>) -> u32 {
    u32::try_from(host.sinks.borrow_mut().insert(sink)).expect("an isolate never has four billion bodies")
}

/// Answers with a native source that JavaScript has not touched.
#[op2(fast)]
pub(crate) fn op_respond_native(
    state: &mut OpState,
    #[smi] id: u32,
    #[smi] status: u16,
    #[string] reason: String,
    #[string] headers: String,
    #[smi] source: u32,
) {
    let host = host(state);
    let source = host.sources.borrow_mut().try_remove(source as usize);
    let body = source.and_then(|source| source.take()).unwrap_or_else(Body::empty);
    answer(&host, id, Head { status, reason, headers }, body);
}

/// A handler of an event without an answer has finished.
#[op2(fast)]
pub(crate) fn op_event_done(state: &mut OpState, #[smi] id: u32) {
    let host = host(state);
    if let Some(context) = host.context(id) {
        context.handled.set(true);
        host.wake();
    }
}

/// Answers with a WebSocket; whoever gets the response takes it out.
pub(crate) fn answer_socket(host: &Host, id: u32, head: Head, socket: WebSocket) {
    let mut response = http::Response::new(Body::empty());
    crate::sockets::attach(socket, &mut response);
    answer_as(host, id, head, response);
}

fn answer(host: &Host, id: u32, head: Head, body: Body) {
    answer_as(host, id, head, http::Response::new(body));
}

fn answer_as(host: &Host, id: u32, head: Head, mut response: http::Response<Body>) {
    let Some(context) = host.context(id) else { return };
    *response.status_mut() = http::StatusCode::from_u16(head.status).unwrap_or(http::StatusCode::OK);
    *response.headers_mut() = super::headers_from_wire(&head.headers);
    for header in [TE, TRAILER, UPGRADE] {
        response.headers_mut().remove(header);
    }
    if context.is_head() {
        if let Some(body) = announced(response.headers()) {
            *response.body_mut() = body;
        }
    } else if head.status != 304 {
        // How long the body is and how it is framed is known here, not from a header that may have been copied.
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().remove(TRANSFER_ENCODING);
    }
    if !head.reason.is_empty()
        && Some(head.reason.as_str()) != response.status().canonical_reason()
        && let Ok(reason) = hyper::ext::ReasonPhrase::try_from(head.reason.into_bytes())
    {
        response.extensions_mut().insert(reason);
    }
    let kv_seen = context.kv_seen.take();
    if !kv_seen.is_empty() {
        response.extensions_mut().insert(kv_seen);
    }
    context.answer(Answer::Response(response));
    host.wake();
}

/// The body of an answer to HEAD whose header says how long it would be: it is never read.
fn announced(headers: &http::HeaderMap) -> Option<Body> {
    let length = headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()?;
    Some(Sink::new(0, Some(length)).1)
}

/// The bytes of a string or a view; nothing for null.
pub(crate) fn static_body(scope: &mut v8::PinScope, value: v8::Local<v8::Value>) -> Body {
    static_bytes(scope, value).into()
}

/// The bytes of a string or a view, copied out of the heap.
pub(crate) fn static_bytes(scope: &mut v8::PinScope, value: v8::Local<v8::Value>) -> Bytes {
    if value.is_null_or_undefined() {
        return Bytes::new();
    }
    if let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) {
        let mut bytes = vec![0; view.byte_length()];
        let copied = view.copy_contents(&mut bytes);
        bytes.truncate(copied);
        return bytes.into();
    }
    value.to_rust_string_lossy(scope).into()
}
