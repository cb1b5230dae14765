// stream.Writable.

const Stream = require("stream/legacy");
const { codes } = require("errors");
const { encodingOf } = require("buffer/encodings");
const { construct, destroy, errorOrDestroy, undestroy } = require("stream/destroy");
const { highWaterMarkOf } = require("stream/state");
const { nextTick } = require("process_queue");

const NOTHING = () => {};

function WritableState(options, stream, isDuplex) {
  this.objectMode = Boolean(options?.objectMode || (isDuplex && options?.writableObjectMode));
  this.highWaterMark = highWaterMarkOf(options, "writableHighWaterMark", isDuplex, this.objectMode);
  Object.assign(this, {
    writable: undefined,
    finalCalled: false,
    needDrain: false,
    ending: false,
    ended: false,
    finished: false,
    destroyed: false,
    decodeStrings: options?.decodeStrings !== false,
    defaultEncoding: options?.defaultEncoding ?? "utf8",
    length: 0,
    writing: false,
    corked: 0,
    sync: true,
    bufferProcessing: false,
    onwrite: (error) => onWritten(stream, error),
    writecb: null,
    writelen: 0,
    buffered: [],
    pendingcb: 0,
    constructed: true,
    prefinished: false,
    errorEmitted: false,
    emitClose: options?.emitClose !== false,
    autoDestroy: options?.autoDestroy !== false,
    errored: null,
    closed: false,
    closeEmitted: false,
    onFinished: [],
  });
}

WritableState.prototype.getBuffer = function () {
  return this.buffered.slice();
};

Object.defineProperty(WritableState.prototype, "bufferedRequestCount", {
  get() {
    return this.buffered.length;
  },
});

function takeMethods(stream, options) {
  if (typeof options?.write === "function") stream._write = options.write;
  if (typeof options?.writev === "function") stream._writev = options.writev;
  if (typeof options?.destroy === "function") stream._destroy = options.destroy;
  if (typeof options?.final === "function") stream._final = options.final;
  if (typeof options?.construct === "function") stream._construct = options.construct;
}

function Writable(options) {
  const isDuplex = this instanceof require("stream/duplex");
  if (!isDuplex && !Function.prototype[Symbol.hasInstance].call(Writable, this)) return new Writable(options);
  this._writableState = new WritableState(options, this, isDuplex);
  if (options) takeMethods(this, options);
  Stream.call(this, options);
  if (options?.signal) require("stream/signal").addAbortSignal(options.signal, this);
  construct(this, () => {
    const state = this._writableState;
    if (!state.writing) clearBuffer(this, state);
    finishMaybe(this, state);
  });
}
Object.setPrototypeOf(Writable.prototype, Stream.prototype);
Object.setPrototypeOf(Writable, Stream);
Writable.WritableState = WritableState;

Object.defineProperty(Writable, Symbol.hasInstance, {
  value(object) {
    if (Function.prototype[Symbol.hasInstance].call(this, object)) return true;
    return this === Writable && object?._writableState instanceof WritableState;
  },
});

Writable.prototype.pipe = function () {
  errorOrDestroy(this, new codes.ERR_STREAM_CANNOT_PIPE());
};

/** What is written, as the stream wants it. */
function prepared(state, chunk, encoding) {
  if (chunk === null) throw new codes.ERR_STREAM_NULL_VALUES();
  if (state.objectMode) return { chunk, encoding };
  if (typeof chunk === "string") {
    if (!state.decodeStrings) return { chunk, encoding };
    return { chunk: require("buffer").Buffer.from(chunk, encoding), encoding: "buffer" };
  }
  const { Buffer } = require("buffer");
  if (chunk instanceof Buffer) return { chunk, encoding: "buffer" };
  if (ArrayBuffer.isView(chunk)) return { chunk: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength), encoding: "buffer" };
  throw new codes.ERR_INVALID_ARG_TYPE("chunk", ["string", "Buffer", "TypedArray", "DataView"], chunk);
}

function write(stream, given, givenEncoding, givenCallback) {
  const state = stream._writableState;
  const callback = typeof givenEncoding === "function" ? givenEncoding : typeof givenCallback === "function" ? givenCallback : NOTHING;
  let encoding = typeof givenEncoding === "function" ? state.defaultEncoding : givenEncoding || state.defaultEncoding;
  if (encoding !== "buffer" && encodingOf(encoding) === undefined) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
  const made = prepared(state, given, encoding);
  encoding = made.encoding;
  let error;
  if (state.ending) error = new codes.ERR_STREAM_WRITE_AFTER_END();
  else if (state.destroyed) error = new codes.ERR_STREAM_DESTROYED("write");
  if (error) {
    nextTick(callback, error);
    errorOrDestroy(stream, error, true);
    return error;
  }
  state.pendingcb++;
  return writeOrBuffer(stream, state, { chunk: made.chunk, encoding, callback });
}

Writable.prototype.write = function (chunk, encoding, callback) {
  return write(this, chunk, encoding, callback) === true;
};

function writeOrBuffer(stream, state, request) {
  const length = state.objectMode ? 1 : request.chunk.length;
  state.length += length;
  const hasRoom = state.length < state.highWaterMark;
  if (!hasRoom) state.needDrain = true;
  if (state.writing || state.corked || state.errored || !state.constructed) {
    state.buffered.push(request);
  } else {
    startWrite(stream, state, { length, callback: request.callback }, () => stream._write(request.chunk, request.encoding, state.onwrite));
  }
  return hasRoom && !state.errored && !state.destroyed;
}

function startWrite(stream, state, { length, callback }, run) {
  state.writelen = length;
  state.writecb = callback;
  state.writing = true;
  state.sync = true;
  if (state.destroyed) state.onwrite(new codes.ERR_STREAM_DESTROYED("write"));
  else run();
  state.sync = false;
}

function onWriteError(stream, state, error, callback) {
  state.pendingcb--;
  callback(error);
  failBuffered(state);
  errorOrDestroy(stream, error);
}

function onWritten(stream, error) {
  const state = stream._writableState;
  const { sync, writecb: callback } = state;
  if (typeof callback !== "function") return void errorOrDestroy(stream, new codes.ERR_MULTIPLE_CALLBACK());
  state.writing = false;
  state.writecb = null;
  state.length -= state.writelen;
  state.writelen = 0;
  if (error) {
    state.errored ??= error;
    if (stream._readableState && !stream._readableState.errored) stream._readableState.errored = error;
    if (sync) nextTick(onWriteError, stream, state, error, callback);
    else onWriteError(stream, state, error, callback);
    return;
  }
  if (state.buffered.length > 0) clearBuffer(stream, state);
  if (!sync) return afterWrite(stream, state, callback, 1);
  if (state.afterTick && state.afterTick.callback === callback) return void state.afterTick.count++;
  const tick = { count: 1, callback };
  state.afterTick = tick;
  nextTick(() => {
    if (state.afterTick === tick) state.afterTick = null;
    afterWrite(stream, state, callback, tick.count);
  });
}

function afterWrite(stream, state, callback, count) {
  if (!state.ending && !stream.destroyed && state.length === 0 && state.needDrain) {
    state.needDrain = false;
    stream.emit("drain");
  }
  for (let left = count; left > 0; left--) {
    state.pendingcb--;
    callback(null);
  }
  if (state.destroyed) failBuffered(state);
  finishMaybe(stream, state);
}

function failBuffered(state) {
  if (state.writing) return;
  for (const { chunk, callback } of state.buffered.splice(0)) {
    state.length -= state.objectMode ? 1 : chunk.length;
    callback(state.errored ?? new codes.ERR_STREAM_DESTROYED("write"));
  }
  for (const callback of state.onFinished.splice(0)) callback(state.errored ?? new codes.ERR_STREAM_DESTROYED("end"));
}

/** Writes what has waited. */
function clearBuffer(stream, state) {
  if (state.corked || state.bufferProcessing || state.destroyed || !state.constructed || state.buffered.length === 0) return;
  state.bufferProcessing = true;
  if (stream._writev && state.buffered.length > 1) {
    const requests = state.buffered.splice(0);
    state.pendingcb -= requests.length - 1;
    const callback = (error) => requests.forEach((request) => request.callback(error));
    const chunks = requests.map(({ chunk, encoding, callback: done }) => ({ chunk, encoding, callback: done }));
    chunks.allBuffers = requests.every((request) => request.encoding === "buffer");
    startWrite(stream, state, { length: state.length, callback }, () => stream._writev(chunks, state.onwrite));
  } else {
    do {
      const { chunk, encoding, callback } = state.buffered.shift();
      startWrite(stream, state, { length: state.objectMode ? 1 : chunk.length, callback }, () => stream._write(chunk, encoding, state.onwrite));
    } while (state.buffered.length > 0 && !state.writing);
  }
  state.bufferProcessing = false;
}

Writable.prototype._write = function (chunk, encoding, callback) {
  if (!this._writev) throw new codes.ERR_METHOD_NOT_IMPLEMENTED("_write()");
  this._writev([{ chunk, encoding }], callback);
};
Writable.prototype._writev = null;

Writable.prototype.cork = function () {
  this._writableState.corked++;
};

Writable.prototype.uncork = function () {
  const state = this._writableState;
  if (!state.corked) return;
  state.corked--;
  if (!state.writing) clearBuffer(this, state);
};

Writable.prototype.setDefaultEncoding = function (encoding) {
  if (encodingOf(encoding) === undefined) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
  this._writableState.defaultEncoding = `${encoding}`.toLowerCase();
  return this;
};

Writable.prototype.end = function (givenChunk, givenEncoding, givenCallback) {
  const state = this._writableState;
  const callback = [givenChunk, givenEncoding, givenCallback].find((one) => typeof one === "function");
  const chunk = typeof givenChunk === "function" ? null : givenChunk;
  const encoding = typeof givenEncoding === "function" ? null : givenEncoding;
  let error;
  if (chunk !== null && chunk !== undefined) {
    const result = write(this, chunk, encoding);
    if (result instanceof Error) error = result;
  }
  if (state.corked) {
    state.corked = 1;
    this.uncork();
  }
  if (!error) {
    if (!state.errored && !state.ending) {
      state.ending = true;
      finishMaybe(this, state, true);
      state.ended = true;
    } else if (state.finished) error = new codes.ERR_STREAM_ALREADY_FINISHED("end");
    else if (state.destroyed) error = new codes.ERR_STREAM_DESTROYED("end");
  }
  if (callback) {
    if (error) nextTick(callback, error);
    else if (state.finished) nextTick(callback, null);
    else state.onFinished.push(callback);
  }
  return this;
};

const needsFinish = (state) => state.ending && !state.destroyed && state.constructed && state.length === 0 && !state.errored &&
  state.buffered.length === 0 && !state.finished && !state.writing && !state.errorEmitted && !state.closeEmitted;

function callFinal(stream, state) {
  let isCalled = false;
  const onDone = (error) => {
    if (isCalled) return void errorOrDestroy(stream, error ?? new codes.ERR_MULTIPLE_CALLBACK());
    isCalled = true;
    state.pendingcb--;
    if (error) {
      for (const callback of state.onFinished.splice(0)) callback(error);
      errorOrDestroy(stream, error, state.sync);
    } else if (needsFinish(state)) {
      state.prefinished = true;
      stream.emit("prefinish");
      state.pendingcb++;
      nextTick(finish, stream, state);
    }
  };
  state.sync = true;
  state.pendingcb++;
  try {
    stream._final(onDone);
  } catch (error) {
    onDone(error);
  }
  state.sync = false;
}

function prefinish(stream, state) {
  if (state.prefinished || state.finalCalled) return;
  if (typeof stream._final === "function" && !state.destroyed) {
    state.finalCalled = true;
    callFinal(stream, state);
  } else {
    state.prefinished = true;
    stream.emit("prefinish");
  }
}

function finishMaybe(stream, state, isSync = false) {
  if (!needsFinish(state)) return;
  prefinish(stream, state);
  if (state.pendingcb !== 0) return;
  if (isSync) {
    state.pendingcb++;
    nextTick(() => {
      if (needsFinish(state)) finish(stream, state);
      else state.pendingcb--;
    });
  } else if (needsFinish(state)) {
    state.pendingcb++;
    finish(stream, state);
  }
}

function finish(stream, state) {
  state.pendingcb--;
  if (state.finished) return;
  state.finished = true;
  for (const callback of state.onFinished.splice(0)) callback(null);
  stream.emit("finish");
  if (!state.autoDestroy) return;
  const readable = stream._readableState;
  const isOver = !readable || (readable.autoDestroy && (readable.endEmitted || readable.readable === false));
  if (isOver) stream.destroy();
}

Writable.prototype.destroy = function (error, callback) {
  const state = this._writableState;
  if (!state.destroyed && (state.buffered.length > 0 || state.onFinished.length > 0)) nextTick(failBuffered, state);
  destroy.call(this, error, callback);
  return this;
};
Writable.prototype._undestroy = undestroy;
Writable.prototype._destroy = function (error, callback) {
  callback(error);
};
Writable.prototype[Symbol.for("nodejs.rejection")] = function (error) {
  this.destroy(error);
};
Writable.prototype[Symbol.asyncDispose] = async function () {
  if (!this.destroyed) this.destroy(this.writableFinished ? null : new (require("errors").AbortError)());
  await new Promise((resolve, reject) => require("stream/finished").finished(this, (error) => (error && error.name !== "AbortError" ? reject(error) : resolve(null))));
};

const stateOf = (name, fallback) => ({
  get() {
    return this._writableState ? this._writableState[name] : fallback;
  },
  configurable: true,
});
Object.defineProperties(Writable.prototype, {
  closed: stateOf("closed", false),
  destroyed: {
    get() {
      return this._writableState ? this._writableState.destroyed : false;
    },
    set(value) {
      if (this._writableState) this._writableState.destroyed = value;
    },
    configurable: true,
  },
  writable: {
    get() {
      const state = this._writableState;
      return Boolean(state) && state.writable !== false && !state.destroyed && !state.errored && !state.ending && !state.ended;
    },
    set(value) {
      if (this._writableState) this._writableState.writable = Boolean(value);
    },
    configurable: true,
  },
  writableFinished: stateOf("finished", false),
  writableObjectMode: stateOf("objectMode", false),
  writableBuffer: { get() { return this._writableState?.getBuffer(); }, configurable: true },
  writableEnded: stateOf("ending", false),
  writableNeedDrain: {
    get() {
      const state = this._writableState;
      return Boolean(state) && !state.destroyed && !state.ending && state.needDrain;
    },
    configurable: true,
  },
  writableHighWaterMark: stateOf("highWaterMark", undefined),
  writableCorked: stateOf("corked", 0),
  writableLength: stateOf("length", undefined),
  errored: stateOf("errored", null),
  writableAborted: {
    get() {
      const state = this._writableState;
      return state.writable !== false && (state.destroyed || Boolean(state.errored)) && !state.finished;
    },
    configurable: true,
  },
});

Writable.Writable = Writable;
Writable.fromWeb = (stream, options) => require("stream/web_adapters").writableFromWeb(stream, options);
Writable.toWeb = (stream) => require("stream/web_adapters").writableToWeb(stream);

module.exports = Writable;
