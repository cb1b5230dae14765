//! What a Worker says, and how it fails.

use deno_core::error::JsError;
use deno_core::{JsBuffer, OpState, op2, v8};

use super::host;
use crate::context::{Answer, Failure};
use crate::report::{ExceptionReport, ExceptionSource, Level, LogKind};

/// Production's error for I/O at the top level of a Worker.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[class(generic)]
#[error(
    "Disallowed operation called within global scope. Asynchronous I/O (ex: fetch() or connect()), setting a timeout, \
     and generating random values are not allowed within global scope. To fix this error, perform this operation \
     within a handler. https://developers.cloudflare.com/workers/runtime-apis/handlers/"
)]
pub(crate) struct DisallowedInGlobalScope;

/// A handler that gave something other than a `Response`.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[class(type)]
#[error("Incorrect type for Promise: the Promise did not resolve to 'Response'.")]
pub(crate) struct NotAResponse;

#[op2(fast)]
pub(crate) fn op_io_denied() -> Result<(), DisallowedInGlobalScope> {
    Err(DisallowedInGlobalScope)
}

#[op2(fast)]
pub(crate) fn op_not_a_response() -> Result<(), NotAResponse> {
    Err(NotAResponse)
}

/// A handler that answered with `Response.error()`.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[class(type)]
#[error("Return value from serve handler must not be an error response (like Response.error())")]
pub(crate) struct ErrorResponse;

#[op2(fast)]
pub(crate) fn op_error_response() -> Result<(), ErrorResponse> {
    Err(ErrorResponse)
}

/// One finished line of `console`.
#[op2(fast)]
pub(crate) fn op_console(state: &mut OpState, #[smi] io: u32, #[smi] level: u32, #[string] text: String) {
    let level = match level {
        0 => Level::Debug,
        1 => Level::Info,
        2 => Level::Warn,
        _ => Level::Error,
    };
    host(state).log(io, LogKind::Console { level, text });
}

/// An exception that nobody caught, outside of a handler's own answer.
#[op2(nofast, reentrant)]
pub(crate) fn op_report_exception<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: std::rc::Rc<std::cell::RefCell<OpState>>,
    #[smi] io: u32,
    #[string] source: &str,
    exception: v8::Local<'s, v8::Value>,
) {
    let source = match source {
        "wait-until" => ExceptionSource::WaitUntil,
        "unhandled-rejection" => ExceptionSource::UnhandledRejection,
        _ => ExceptionSource::Callback,
    };
    let report = ExceptionReport::from_js(&JsError::from_v8_exception(scope, exception));
    let host = host(&state.borrow());
    host.log_exception(io, source, report);
}

/// The handler of invocation `id` threw.
#[op2(reentrant)]
pub(crate) fn op_request_failed<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: std::rc::Rc<std::cell::RefCell<OpState>>,
    #[smi] id: u32,
    exception: v8::Local<'s, v8::Value>,
    #[buffer] thrown: Option<JsBuffer>,
) {
    let mut report = ExceptionReport::from_js(&JsError::from_v8_exception(scope, exception));
    let host = host(&state.borrow());
    let Some(context) = host.context(id) else { return };
    host.log_exception(id, ExceptionSource::Handler, report.clone());
    report.thrown = thrown.map(|bytes| bytes::Bytes::copy_from_slice(&bytes));
    context.answer(Answer::Failed(Failure::Exception(Box::new(report))));
    host.wake();
}

/// The Worker has no handler for the event of invocation `id`.
#[op2(fast)]
pub(crate) fn op_handler_missing(
    state: &mut OpState,
    #[smi] id: u32,
    #[string] event: String,
) -> Result<(), deno_error::JsErrorBox> {
    let host = host(state);
    let missing = Failure::HandlerMissing(event);
    host.notice(id, Level::Error, missing.log_text());
    let text = missing.to_string();
    if let Some(context) = host.context(id) {
        context.answer(Answer::Failed(missing));
        host.wake();
    }
    Err(deno_error::JsErrorBox::generic(text))
}
