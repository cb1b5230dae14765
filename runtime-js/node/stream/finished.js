// stream.finished: when a stream has come to its end, in whichever way.

const { AbortError, codes } = require("errors");
const { validateAbortSignal, validateFunction, validateObject } = require("validators");
const { isNodeStream, isReadableNode, isReadableStream, isWritableNode, isWritableStream } = require("stream/state");
const { nextTick } = require("process_queue");

const isRequest = (stream) => stream.setHeader && typeof stream.abort === "function";

function isReadableOver(stream) {
  const state = stream._readableState;
  return Boolean(stream.readableEnded || state?.endEmitted || (state?.ended && state.length === 0 && state.errored === null && state.endEmitted));
}
const isWritableOver = (stream) => Boolean(stream.writableFinished || stream._writableState?.finished);

function finishedWeb(stream, options, callback) {
  let isAborted = false;
  const onAbort = () => {
    isAborted = true;
    callback.call(stream, new AbortError(undefined, { cause: options.signal.reason }));
  };
  if (options.signal?.aborted) nextTick(onAbort);
  else options.signal?.addEventListener("abort", onAbort, { once: true });
  const done = (error) => {
    if (!isAborted) nextTick(() => callback.call(stream, error));
  };
  const wait = isReadableStream(stream) ? stream.pipeTo?.bind(stream) : undefined;
  const { closed } = isWritableStream(stream) ? stream.getWriter() : wait === undefined ? {} : stream.getReader();
  closed?.then(() => done(), done);
  return () => {};
}

function finished(stream, givenOptions, givenCallback) {
  const callback = typeof givenOptions === "function" ? givenOptions : givenCallback;
  const options = typeof givenOptions === "function" || givenOptions === undefined || givenOptions === null ? {} : givenOptions;
  validateObject(options, "options");
  validateFunction(callback, "callback");
  validateAbortSignal(options.signal, "options.signal");
  if (isReadableStream(stream) || isWritableStream(stream)) return finishedWeb(stream, options, callback);
  if (!isNodeStream(stream)) throw new codes.ERR_INVALID_ARG_TYPE("stream", ["ReadableStream", "WritableStream", "Stream"], stream);
  return new Watch(stream, options, callback).start();
}

/** One wait for the end. */
class Watch {
  constructor(stream, options, callback) {
    this.stream = stream;
    this.options = options;
    this.callback = callback;
    this.readable = options.readable ?? isReadableNode(stream);
    this.writable = options.writable ?? isWritableNode(stream);
    this.listeners = [];
    this.isOver = false;
    this.readableOver = isReadableOver(stream);
    this.writableOver = isWritableOver(stream);
    const state = stream._writableState ?? stream._readableState;
    this.willEmitClose = Boolean(state?.autoDestroy && state.emitClose && state.closed === false) &&
      isReadableNode(stream) === this.readable && isWritableNode(stream) === this.writable;
  }

  done(error) {
    if (this.isOver) return;
    this.isOver = true;
    this.callback.call(this.stream, ...(error === undefined ? [] : [error]));
  }

  listen(name, listener) {
    this.listeners.push([name, listener]);
    this.stream.on(name, listener);
  }

  stop() {
    this.isOver = true;
    for (const [name, listener] of this.listeners) this.stream.removeListener(name, listener);
    this.options.signal?.removeEventListener("abort", this.onAbort);
  }

  /** One of the halves has ended. */
  halfOver(half) {
    this[`${half}Over`] = true;
    const { stream } = this;
    if (stream.destroyed) this.willEmitClose = false;
    if (this.willEmitClose && (!stream.readable || this.readable) && (!stream.writable || this.writable)) return;
    const other = half === "readable" ? "writable" : "readable";
    if (!this[other] || this[`${other}Over`]) this.done();
  }

  onClose() {
    const { stream } = this;
    const errored = stream._writableState?.errored ?? stream._readableState?.errored ?? stream.errored;
    if (errored && typeof errored !== "boolean") return this.done(errored);
    if (this.readable && !this.readableOver && isReadableNode(stream) && !isReadableOver(stream)) return this.done(new codes.ERR_STREAM_PREMATURE_CLOSE());
    if (this.writable && !this.writableOver && !isWritableOver(stream)) return this.done(new codes.ERR_STREAM_PREMATURE_CLOSE());
    return this.done();
  }

  start() {
    const { stream, options } = this;
    if (isRequest(stream)) {
      this.listen("complete", () => this.halfOver("writable"));
      if (!this.willEmitClose) this.listen("abort", () => this.onClose());
    }
    this.listen("end", () => this.halfOver("readable"));
    this.listen("finish", () => this.halfOver("writable"));
    if (options.error !== false) this.listen("error", (error) => this.done(error));
    this.listen("close", () => this.onClose());
    const state = stream._writableState ?? stream._readableState;
    const isClosed = state?.closed ?? stream.closed ?? false;
    if (isClosed) nextTick(() => this.onClose());
    else if (stream._writableState?.errorEmitted || stream._readableState?.errorEmitted) {
      if (!this.willEmitClose) nextTick(() => this.onClose());
    } else if (!this.readable && (!this.willEmitClose || stream.readable) && (this.writableOver || stream.writable === false)) nextTick(() => this.onClose());
    else if (!this.writable && (!this.willEmitClose || stream.writable) && (this.readableOver || stream.readable === false)) nextTick(() => this.onClose());
    if (options.signal) this.watchSignal();
    return () => this.stop();
  }

  watchSignal() {
    const { signal } = this.options;
    this.onAbort = () => {
      const { callback } = this;
      this.stop();
      callback.call(this.stream, new AbortError(undefined, { cause: signal.reason }));
    };
    if (signal.aborted) nextTick(this.onAbort);
    else signal.addEventListener("abort", this.onAbort, { once: true });
  }
}

function finishedLater(stream, options = {}) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const stop = finished(stream, options, (error) => {
    if (options?.cleanup) stop();
    if (error) reject(error);
    else resolve();
  });
  return promise;
}

Object.defineProperty(finished, Symbol.for("nodejs.util.promisify.custom"), { get: () => finishedLater, enumerable: true });

module.exports = { finished, finishedLater };
