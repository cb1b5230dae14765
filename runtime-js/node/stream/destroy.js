// The end of a stream by failure or by decision, the same for both directions.

const { AbortError, codes } = require("errors");
const { nextTick } = require("process_queue");

function mark(stream, error) {
  for (const state of [stream._writableState, stream._readableState]) if (state && !state.errored) state.errored = error;
}

function emitClose(stream) {
  const { _readableState: readable, _writableState: writable } = stream;
  if (writable) writable.closeEmitted = true;
  if (readable) readable.closeEmitted = true;
  if (writable?.emitClose || readable?.emitClose) stream.emit("close");
}

function emitError(stream, error) {
  const { _readableState: readable, _writableState: writable } = stream;
  if (writable?.errorEmitted || readable?.errorEmitted) return;
  if (writable) writable.errorEmitted = true;
  if (readable) readable.errorEmitted = true;
  stream.emit("error", error);
}

function destroyNow(stream, given, callback) {
  let isCalled = false;
  const onDone = (error) => {
    if (isCalled) return;
    isCalled = true;
    const { _readableState: readable, _writableState: writable } = stream;
    if (error) mark(stream, error);
    if (writable) writable.closed = true;
    if (readable) readable.closed = true;
    if (typeof callback === "function") callback(error);
    nextTick(() => {
      if (error) emitError(stream, error);
      emitClose(stream);
    });
  };
  try {
    stream._destroy(given || null, onDone);
  } catch (error) {
    onDone(error);
  }
}

const kDestroy = Symbol("kDestroy");

function destroy(error, callback) {
  const { _readableState: readable, _writableState: writable } = this;
  const state = writable ?? readable;
  if (writable?.destroyed || readable?.destroyed) {
    if (typeof callback === "function") callback();
    return this;
  }
  if (error) mark(this, error);
  if (writable) writable.destroyed = true;
  if (readable) readable.destroyed = true;
  if (!state.constructed) {
    this.once(kDestroy, (later) => destroyNow(this, later && error ? new AggregateError([later, error]) : later || error, callback));
  } else {
    destroyNow(this, error, callback);
  }
  return this;
}

function undestroy() {
  const { _readableState: readable, _writableState: writable } = this;
  for (const state of [readable, writable]) {
    if (state) Object.assign(state, { constructed: true, closed: false, closeEmitted: false, destroyed: false, errored: null, errorEmitted: false });
  }
  if (readable) Object.assign(readable, { reading: false, ended: readable.readable === false, endEmitted: readable.readable === false });
  if (writable) {
    const isOver = writable.writable === false;
    Object.assign(writable, { finalCalled: false, prefinished: false, ended: isOver, ending: isOver, finished: isOver });
  }
}

/** An error while streaming: the stream is destroyed by it, or only tells it if it does not destroy itself. */
function errorOrDestroy(stream, error, isSync = false) {
  const { _readableState: readable, _writableState: writable } = stream;
  if (writable?.destroyed || readable?.destroyed) return;
  if (readable?.autoDestroy || writable?.autoDestroy) return void stream.destroy(error);
  mark(stream, error);
  if (isSync) nextTick(emitError, stream, error);
  else emitError(stream, error);
}

/** Runs `_construct` before anything else happens. */
function construct(stream, callback) {
  if (typeof stream._construct !== "function") return;
  const { _readableState: readable, _writableState: writable } = stream;
  if (readable) readable.constructed = false;
  if (writable) writable.constructed = false;
  stream.once("constructed", callback);
  if (stream.listenerCount("constructed") > 1) return;
  nextTick(() => {
    let isCalled = false;
    const onDone = (error) => {
      if (isCalled) return void errorOrDestroy(stream, error ?? new codes.ERR_MULTIPLE_CALLBACK());
      isCalled = true;
      const state = writable ?? readable;
      if (readable) readable.constructed = true;
      if (writable) writable.constructed = true;
      if (state.destroyed) stream.emit(kDestroy, error);
      else if (error) errorOrDestroy(stream, error, true);
      else stream.emit("constructed");
    };
    try {
      stream._construct((error) => nextTick(onDone, error));
    } catch (error) {
      nextTick(onDone, error);
    }
  });
}

const isRequest = (stream) => stream?.setHeader && typeof stream.abort === "function";

/** Ends any stream, ours or not. */
function destroyer(stream, error) {
  if (!stream || isDestroyed(stream)) return;
  const reason = error ?? (isFinished(stream) ? undefined : new AbortError());
  if (isRequest(stream)) stream.abort();
  else if (typeof stream.destroy === "function") stream.destroy(reason);
  else if (typeof stream.close === "function") stream.close();
}

function isDestroyed(stream) {
  const state = stream._writableState ?? stream._readableState;
  return Boolean(stream.destroyed || state?.destroyed);
}

function isFinished(stream) {
  const { _readableState: readable, _writableState: writable } = stream;
  return (!readable || readable.endEmitted) && (!writable || writable.finished);
}

module.exports = { construct, destroy, destroyer, errorOrDestroy, isDestroyed, undestroy };
