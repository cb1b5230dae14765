//! Reading native sources and writing sinks, chunk by chunk.

use std::rc::Rc;

use bytes::Bytes;
use deno_core::{JsBuffer, OpState, op2, v8};

use super::host;
use crate::host::{Host, Operation};
use crate::settle::Settled;
use crate::sink::Sink;
use crate::source::Source;

/// How many bytes a native source will give; negative if that is not known.
#[op2(fast)]
pub(crate) fn op_body_length(state: &mut OpState, #[smi] id: u32) -> f64 {
    let source: Option<Rc<Source>> = host(state).sources.borrow().get(id as usize).cloned();
    let length = source.and_then(|source| source.length());
    #[allow(clippy::cast_precision_loss, reason = "bodies are far smaller than 2^53 bytes")]
    length.map_or(-1.0, |length| length as f64)
}

/// The next chunk of a native source; null at the end.
#[op2]
pub(crate) fn op_body_read<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] id: u32,
) -> v8::Local<'s, v8::Promise> {
    let host = host(state);
    let source: Option<Rc<Source>> = host.sources.borrow().get(id as usize).cloned();
    let io = source.as_ref().map_or(0, |source| source.context);
    let owner = Rc::clone(&host);
    host.promise(
        scope,
        Operation::new(io, async move {
            let Some(source) = source else { return Settled::Null };
            let chunk = source.read().await;
            if source.is_over() {
                owner.forget_source(id, &source);
            }
            chunk
        }),
    )
}

/// Nobody will read the rest.
#[op2(fast)]
pub(crate) fn op_body_cancel(state: &mut OpState, #[smi] source: u32) {
    let removed = host(state).sources.borrow_mut().try_remove(source as usize);
    if let Some(source) = removed {
        source.take();
    }
}

/// Hands a chunk over; false if the reader is gone. Settles when there is room for the next.
#[op2]
pub(crate) fn op_sink_write<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] sink: u32,
    #[buffer] bytes: JsBuffer,
) -> v8::Local<'s, v8::Promise> {
    let host = host(state);
    let sink: Option<Rc<Sink>> = host.sinks.borrow().get(sink as usize).cloned();
    let io = sink.as_ref().map_or(0, |sink| sink.context);
    let bytes = Bytes::copy_from_slice(&bytes);
    host.promise(
        scope,
        Operation::new(io, async move {
            match sink {
                Some(sink) => sink.write(bytes).await,
                None => Settled::Bool(false),
            }
        }),
    )
}

/// The body is complete.
#[op2(fast)]
pub(crate) fn op_sink_close(state: &mut OpState, #[smi] sink: u32) {
    if let Some(sink) = take_sink(&host(state), sink) {
        sink.close();
    }
}

/// The body cannot be completed.
#[op2(fast)]
pub(crate) fn op_sink_abort(state: &mut OpState, #[smi] sink: u32, #[string] message: String) {
    if let Some(sink) = take_sink(&host(state), sink) {
        sink.abort(message);
    }
}

fn take_sink(host: &Host, sink: u32) -> Option<Rc<Sink>> {
    let sink = host.sinks.borrow_mut().try_remove(sink as usize)?;
    if let Some(context) = host.context(sink.context) {
        context.open_sinks.set(context.open_sinks.get().saturating_sub(1));
    }
    host.wake();
    Some(sink)
}
