//! Outbound requests.

use std::rc::Rc;

use deno_core::{OpState, op2, v8};
use serde_json::json;

use super::{headers_from_wire, headers_to_wire, host, request::add_source, respond};
use crate::body::Body;
use crate::decode::Decoder;
use crate::director::Asked;
use crate::host::{Host, Operation};
use crate::outbound::{FetchError, Incoming, Outgoing, OutgoingBody};
use crate::settle::Settled;
use crate::sink::Sink;
use crate::sockets::{WebSocket, adopt};
use crate::source::Source;

/// A name for a request that is about to be sent, so that it can be aborted.
#[op2(fast)]
#[smi]
pub(crate) fn op_fetch_new(state: &mut OpState) -> u32 {
    host(state).calls.borrow_mut().name()
}

#[op2(fast)]
pub(crate) fn op_fetch_abort(state: &mut OpState, #[smi] id: u32) {
    host(state).calls.borrow_mut().abort(id);
}

/// A pair for a request body that JavaScript streams: `[sink, source]`. A negative length is not known.
#[op2]
#[serde]
pub(crate) fn op_fetch_body_channel(scope: &mut v8::PinScope<'_, '_>, state: &mut OpState, length: f64) -> (u32, u32) {
    let host = host(state);
    let io = super::current_io(scope);
    let (sink, body, _gone) = Sink::new(io, respond::known_length(length));
    (respond::add_sink(&host, Rc::new(sink)), add_source(&host, Source::new(io, body, None)))
}

/// Sends a request; resolves with the head of its answer when that is there.
#[op2]
#[allow(clippy::too_many_arguments, reason = "one crossing into the host instead of six")]
pub(crate) fn op_fetch<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[string] url: String,
    #[string] method: String,
    #[string] headers: String,
    body: v8::Local<v8::Value>,
    follow: bool,
    decode: bool,
    #[smi] id: u32,
) -> v8::Local<'s, v8::Promise> {
    let host = host(state);
    let io = super::current_io(scope);
    let body = outgoing_body(scope, &host, body);
    if host.director.is_some() {
        return directed(scope, &host, (io, Parts { url, method, headers, body }));
    }
    let outgoing =
        url::Url::parse(&url).ok().zip(http::Method::from_bytes(method.as_bytes()).ok()).map(|(url, method)| {
            Outgoing { method, url, headers: headers_from_wire(&headers), body, follow, socket_key: None }
        });
    let sender = Rc::clone(&host);
    let (future, abort) = futures::future::abortable(async move { send(&sender, io, outgoing, decode).await });
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

/// A request that a director sends, or does not.
struct Parts {
    url: String,
    method: String,
    headers: String,
    body: OutgoingBody,
}

fn directed<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    host: &Rc<Host>,
    (io, parts): (u32, Parts),
) -> v8::Local<'s, v8::Promise> {
    let bytes = match parts.body {
        OutgoingBody::Bytes(bytes) => Some(bytes),
        OutgoingBody::Stream(mut body) => body.take_full(),
    };
    let uri = parts.url.split('#').next().and_then(|url| url.parse::<http::Uri>().ok());
    let method = http::Method::from_bytes(parts.method.as_bytes()).ok();
    let (Some(bytes), Some(uri), Some(method)) = (bytes, uri, method) else {
        let text = "a request whose body is a stream cannot be sent in a run where a plan decides everything";
        let refused = std::future::ready(Settled::TypeError(text.to_owned()));
        return host.promise(scope, Operation::new(io, refused));
    };
    let mut request = http::Request::new(bytes);
    (*request.method_mut(), *request.uri_mut()) = (method, uri);
    *request.headers_mut() = headers_from_wire(&parts.headers);
    host.ask(scope, (io, Asked::Fetch(request)))
}

/// The answer that a director gave to a request.
pub(crate) fn answered(host: &Host, io: u32, response: http::Response<bytes::Bytes>) -> Settled {
    let url = url::Url::parse("http://localhost/").expect("it is a URL");
    let incoming = Incoming { response: response.map(Body::from), url, redirected: false };
    Settled::Json(head(host, io, incoming, true).to_string())
}

async fn send(host: &Rc<Host>, io: u32, outgoing: Option<Outgoing>, decode: bool) -> Settled {
    let Some(outgoing) = outgoing else { return Settled::TypeError("Invalid URL or method.".to_owned()) };
    let turns = host.context(io).map(|context| Rc::clone(&context.connections));
    // Nobody closes it.
    let _turn = match &turns {
        Some(turns) => turns.acquire().await.ok(),
        None => None,
    };
    match host.http.send(outgoing).await {
        Ok(incoming) => Settled::Json(head(host, io, incoming, decode).to_string()),
        Err(error) => refusal(&error),
    }
}

/// What `fetch` rejects with.
pub(crate) fn refusal(error: &FetchError) -> Settled {
    match error {
        FetchError::Connection(_) => Settled::Retryable(error.to_string()),
        _ => Settled::TypeError(error.to_string()),
    }
}

/// `decode`: whether JavaScript reads the body without its `Content-Encoding`.
pub(crate) fn head(host: &Host, io: u32, incoming: Incoming, decode: bool) -> serde_json::Value {
    let Incoming { mut response, url, redirected } = incoming;
    let socket = WebSocket::take(&mut response);
    let (parts, body) = response.into_parts();
    let reason = parts.extensions.get::<hyper::ext::ReasonPhrase>();
    let reason = reason.map(|reason| String::from_utf8_lossy(reason.as_bytes()).into_owned());
    let decoder = if decode { Decoder::of(&parts.headers) } else { None };
    let null_body = matches!(parts.status.as_u16(), 101 | 204 | 205 | 304);
    let mut head = json!({
        "status": parts.status.as_u16(),
        "statusText": reason.or_else(|| parts.status.canonical_reason().map(str::to_owned)).unwrap_or_default(),
        "headers": headers_to_wire(&parts.headers),
        "url": url.as_str(),
        "redirected": redirected,
        "body": (!null_body).then(|| add_source(host, Source::new(io, body, decoder))),
    });
    if let Some(socket) = socket {
        head["socket"] = host.sockets.borrow_mut().add(io, adopt(socket)).into();
    }
    head
}

/// A body that JavaScript gives: null, a string, bytes, or the id of a native source.
pub(crate) fn outgoing_body(scope: &mut v8::PinScope, host: &Host, value: v8::Local<v8::Value>) -> OutgoingBody {
    let Ok(source) = v8::Local::<v8::Number>::try_from(value) else {
        return OutgoingBody::Bytes(respond::static_bytes(scope, value));
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an id that the host gave out")]
    let source = host.sources.borrow_mut().try_remove(source.value() as usize);
    OutgoingBody::Stream(source.and_then(|source| source.take()).unwrap_or_else(Body::empty))
}
