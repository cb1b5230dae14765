//! Requests to other Workers, and to the Worker's own entrypoints.

use std::rc::Rc;

use bytes::Bytes;
use deno_core::{JsBuffer, OpState, op2, v8};
use edgeemu_kv::consistency::Place;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Response, StatusCode};

use crate::body::Body;
use crate::context::{Failure, Waiting};
use crate::host::{Host, Operation};
use crate::invoke::RequestInfo;
use crate::ops::{self, fetch};
use crate::outbound::{FetchError, Incoming, Outgoing, OutgoingBody, follow};
use crate::rpc::{Address, Callee, Entry, Props, Unreachable, may_call};
use crate::settle::Settled;
use crate::sockets::{self, End, WebSocket};

/// Sends a request to the Worker behind a binding; resolves with the head of its answer, as `op_fetch` does. Rejects
/// with the serialized exception if the Worker threw one.
#[op2]
#[allow(clippy::too_many_arguments, reason = "one crossing into the host instead of six")]
pub(crate) fn op_service_fetch<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] callee: u32,
    #[string] url: String,
    #[string] method: String,
    #[string] headers: String,
    body: v8::Local<v8::Value>,
    #[string] cf: Option<String>,
    follow: bool,
    decode: bool,
    #[smi] id: u32,
) -> v8::Local<'s, v8::Promise> {
    let host = ops::host(state);
    let io = ops::current_io(scope);
    let body = fetch::outgoing_body(scope, &host, body);
    let headers = ops::headers_from_wire(&headers);
    let outgoing = url::Url::parse(&url)
        .ok()
        .zip(http::Method::from_bytes(method.as_bytes()).ok())
        .map(|(url, method)| Outgoing { method, url, headers, body, follow, socket_key: None });
    let call = ServiceCall { callee: host.callee(callee), cf, outgoing, decode };
    let sender = Rc::clone(&host);
    let (future, abort) = futures::future::abortable(async move { send(&sender, io, call).await });
    host.calls.borrow_mut().start(id, abort);
    let owner = Rc::clone(&host);
    host.promise(
        scope,
        Operation::new(io, async move {
            // The isolate of the caller has to be left before another one is entered, or the same one again.
            outside().await;
            let settled = future.await.unwrap_or_else(|_| Settled::Error("The operation was aborted".to_owned()));
            owner.calls.borrow_mut().end(id);
            settled
        }),
    )
}

/// Waits until the event loop runs this by itself: what an op starts is polled once inside of it.
async fn outside() {
    let mut is_inside = true;
    std::future::poll_fn(|_| {
        if std::mem::take(&mut is_inside) { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
}

/// Makes an entrypoint of the Worker itself something that can be called; gives its number. `props` is a serialized
/// value.
#[op2]
#[smi]
pub(crate) fn op_service_loopback(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[string] entrypoint: &str,
    #[buffer] props: Option<JsBuffer>,
) -> u32 {
    let host = ops::host(state);
    let io = ops::current_io(scope);
    let name = (entrypoint != "default").then(|| entrypoint.to_owned());
    let props = props.map_or(Props::None, |bytes| Props::Cloned(Bytes::copy_from_slice(&bytes)));
    let address = Address { worker: host.script.name.clone(), entry: Entry { name, props } };
    let callee = host.peers.callee(address);
    host.add_callee(io, callee)
}

/// One `fetch` of a service binding.
struct ServiceCall {
    callee: Option<Rc<dyn Callee>>,
    /// `request.cf` as JSON.
    cf: Option<String>,
    outgoing: Option<Outgoing>,
    decode: bool,
}

/// Why a request to another Worker has no answer.
enum Unanswered {
    Fetch(FetchError),
    Failure(Failure),
    Unreachable(Unreachable),
}

impl From<FetchError> for Unanswered {
    fn from(error: FetchError) -> Unanswered {
        Unanswered::Fetch(error)
    }
}

async fn send(host: &Rc<Host>, io: u32, call: ServiceCall) -> Settled {
    let (Some(outgoing), Some(callee)) = (call.outgoing, call.callee) else {
        return Settled::TypeError("Invalid URL or method.".to_owned());
    };
    let depth = match may_call(host, io) {
        Ok(depth) => depth,
        Err(text) => return Settled::Error(text),
    };
    let info = Info { io, depth, cf: call.cf, place: host.context(io).map_or(host.place, |context| context.place) };
    let answer = follow(outgoing, async |outgoing| attempt(host, &*callee, outgoing, &info).await).await;
    match answer {
        Ok(incoming) => answered(host, io, incoming, call.decode),
        Err(Unanswered::Unreachable(Unreachable::Stale(failure))) => stale(failure),
        Err(Unanswered::Unreachable(Unreachable::Failed(failure))) => failed(failure),
        Err(Unanswered::Unreachable(error)) => Settled::Error(error.to_string()),
        Err(Unanswered::Fetch(error)) => Settled::TypeError(error.to_string()),
        Err(Unanswered::Failure(failure)) => failed(failure),
    }
}

fn answered(host: &Rc<Host>, io: u32, mut incoming: Incoming, decode: bool) -> Settled {
    let socket = WebSocket::take(&mut incoming.response);
    let mut head = fetch::head(host, io, incoming, decode);
    if let Some(socket) = socket {
        let (near, far) = End::pair();
        deno_core::unsync::spawn(sockets::into_remote(Rc::new(far), || {}).join(socket));
        head["socket"] = host.sockets.borrow_mut().add(io, near).into();
    }
    Settled::Json(head.to_string())
}

/// What the caller is told of a failure of the Worker it called.
pub(crate) fn failed(failure: Failure) -> Settled {
    match failure {
        Failure::Exception(report) => match report.thrown {
            Some(bytes) => Settled::Thrown(bytes),
            None => Settled::Remote(report.message),
        },
        Failure::Reset(reset) => match reset.report.thrown {
            Some(bytes) => Settled::Thrown(bytes),
            None => Settled::Marked(reset.report.message, reset.marks),
        },
        other => Settled::Remote(other.to_string()),
    }
}

/// What the caller is told whose object was reset before: the same, but nobody was called.
pub(crate) fn stale(failure: Failure) -> Settled {
    match failed(failure) {
        Settled::Thrown(bytes) => Settled::ThrownBefore(bytes),
        other => other,
    }
}

struct Info {
    io: u32,
    place: Place,
    depth: u32,
    cf: Option<String>,
}

async fn attempt(
    host: &Rc<Host>,
    callee: &dyn Callee,
    outgoing: &mut Outgoing,
    info: &Info,
) -> Result<Response<Body>, Unanswered> {
    let reached = match callee.reach(info.place).await {
        Ok(reached) => reached,
        Err(missing @ Unreachable::NoWorker(_)) => return Ok(not_found(&missing)),
        Err(error) => return Err(Unanswered::Unreachable(error)),
    };
    let mut request = http::Request::new(outgoing.body.attempt().unwrap_or_else(Body::empty));
    *request.method_mut() = outgoing.method.clone();
    *request.headers_mut() = outgoing.headers.clone();
    if let OutgoingBody::Bytes(bytes) = &outgoing.body
        && !bytes.is_empty()
    {
        request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    }
    let cf = info.cf.clone().map(|cf| Box::new(move || cf) as crate::invoke::Cf);
    let is_own_isolate = Rc::ptr_eq(host, reached.isolate.host());
    let waiting = host.context(info.io).map(|context| Waiting::new(context, is_own_isolate));
    let info = RequestInfo {
        url: outgoing.url.to_string(),
        cf,
        place: Some(info.place),
        entry: reached.entry,
        depth: info.depth,
        from_worker: true,
        ..RequestInfo::default()
    };
    let answer = match reached.object {
        Some(object) => object.fetch(request, info).await,
        None => reached.isolate.fetch(request, info).await.map_err(|unanswered| unanswered.failure),
    };
    drop(waiting);
    answer.map_err(Unanswered::Failure)
}

/// What production's tool answers for a Worker that does not run.
fn not_found(error: &Unreachable) -> Response<Body> {
    let mut response = Response::new(Body::from(error.to_string()));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let text = HeaderValue::from_static("text/plain;charset=UTF-8");
    response.headers_mut().insert(http::header::CONTENT_TYPE, text);
    response
}
