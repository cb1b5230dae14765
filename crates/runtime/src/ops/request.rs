//! What a handler asks of the invocation it runs for.

use deno_core::{OpState, op2, v8};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

use super::host;
use crate::host::{Host, Operation};
use crate::settle::{Settled, uint8_array};
use crate::source::Source;

#[op2]
#[string]
pub(crate) fn op_request_method(state: &mut OpState, #[smi] id: u32) -> String {
    with_request(&host(state), id, |request| request.method.to_string()).unwrap_or_default()
}

#[op2]
#[string]
pub(crate) fn op_request_url(state: &mut OpState, #[smi] id: u32) -> String {
    with_request(&host(state), id, |request| request.url.clone()).unwrap_or_default()
}

#[op2]
#[string]
pub(crate) fn op_request_headers(state: &mut OpState, #[smi] id: u32) -> String {
    with_request(&host(state), id, |request| super::headers_to_wire(&request.headers)).unwrap_or_default()
}

#[op2]
#[string]
pub(crate) fn op_request_cf(state: &mut OpState, #[smi] id: u32) -> Option<String> {
    with_request(&host(state), id, |request| request.cf.take()).flatten().map(|cf| cf())
}

/// null, the complete bytes, or the id of a native source.
#[op2]
pub(crate) fn op_request_body<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] id: u32,
) -> v8::Local<'s, v8::Value> {
    let host = host(state);
    let taken = with_request(&host, id, |request| request.body.take().map(|body| (body, announces_body(request))));
    let Some((mut body, announced)) = taken.flatten() else { return v8::null(scope).into() };
    match body.take_full() {
        Some(bytes) if bytes.is_empty() && !announced => v8::null(scope).into(),
        Some(bytes) => uint8_array(scope, bytes),
        None => v8::Integer::new_from_unsigned(scope, add_source(&host, Source::new(id, body, None))).into(),
    }
}

/// Whether a request has a body, be it an empty one: its headers say so, as in production.
fn announces_body(request: &crate::context::InboundRequest) -> bool {
    request.headers.contains_key(CONTENT_LENGTH) || request.headers.contains_key(TRANSFER_ENCODING)
}

/// Gives a body to JavaScript as a native source.
pub(crate) fn add_source(host: &Host, source: Source) -> u32 {
    let id = host.sources.borrow_mut().insert(source.into());
    u32::try_from(id).expect("an isolate never has four billion bodies")
}

/// Settles when the client goes away before it has its answer.
#[op2]
pub(crate) fn op_request_aborted<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] id: u32,
) -> v8::Local<'s, v8::Promise> {
    let host = host(state);
    let gone = host.context(id).map(|context| context.client_watch());
    host.promise(
        scope,
        Operation::observer(id, async move {
            match gone {
                Some(gone) => gone.await,
                None => std::future::pending().await,
            }
            Settled::Undefined
        }),
    )
}

#[op2(fast)]
pub(crate) fn op_wait_until_start(state: &mut OpState, #[smi] id: u32) {
    if let Some(context) = host(state).context(id) {
        context.lifetimes.set(context.lifetimes.get() + 1);
    }
}

#[op2(fast)]
pub(crate) fn op_wait_until_end(state: &mut OpState, #[smi] id: u32) {
    let host = host(state);
    if let Some(context) = host.context(id) {
        context.lifetimes.set(context.lifetimes.get().saturating_sub(1));
        host.wake();
    }
}

#[op2(fast)]
pub(crate) fn op_pass_through_on_exception(state: &mut OpState, #[smi] id: u32) {
    if let Some(context) = host(state).context(id) {
        context.pass_through.set(true);
    }
}

#[op2(fast)]
pub(crate) fn op_scheduled_no_retry(state: &mut OpState, #[smi] id: u32) {
    if let Some(context) = host(state).context(id) {
        context.no_retry.set(true);
    }
}

fn with_request<R>(host: &Host, id: u32, f: impl FnOnce(&mut crate::context::InboundRequest) -> R) -> Option<R> {
    let context = host.context(id)?;
    let mut request = context.request.borrow_mut();
    request.as_mut().map(f)
}
