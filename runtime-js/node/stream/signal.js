// Streams that end when a signal aborts.

const { AbortError, codes } = require("errors");
const { validateAbortSignal } = require("validators");
const { isNodeStream, isReadableStream, isWritableStream } = require("stream/state");

function addAbortSignal(signal, stream) {
  validateAbortSignal(signal, "signal");
  if (signal === undefined) throw new codes.ERR_INVALID_ARG_TYPE("signal", "AbortSignal", signal);
  if (!isNodeStream(stream) && !isReadableStream(stream) && !isWritableStream(stream)) {
    throw new codes.ERR_INVALID_ARG_TYPE("stream", ["ReadableStream", "WritableStream", "Stream"], stream);
  }
  const onAbort = () => {
    const error = new AbortError(undefined, { cause: signal.reason });
    if (isNodeStream(stream)) stream.destroy(error);
    else if (isReadableStream(stream)) stream.cancel(error).catch(() => {});
    else stream.abort(error).catch(() => {});
  };
  if (signal.aborted) {
    onAbort();
  } else {
    signal.addEventListener("abort", onAbort, { once: true });
    if (isNodeStream(stream)) require("stream/finished").finished(stream, () => signal.removeEventListener("abort", onAbort));
  }
  return stream;
}

module.exports = { addAbortSignal };
