// stream.Readable.

const Stream = require("stream/legacy");
const { codes } = require("errors");
const { construct, destroy, destroyer, errorOrDestroy, undestroy } = require("stream/destroy");
const { highWaterMarkOf } = require("stream/state");
const { nextTick } = require("process_queue");

const MAX_HIGH_WATER_MARK = 0x40000000;
const bufferOf = () => require("buffer").Buffer;

function ReadableState(options, stream, isDuplex) {
  this.objectMode = Boolean(options?.objectMode || (isDuplex && options?.readableObjectMode));
  this.highWaterMark = highWaterMarkOf(options, "readableHighWaterMark", isDuplex, this.objectMode);
  Object.assign(this, {
    readable: undefined,
    buffer: [],
    length: 0,
    pipes: [],
    flowing: null,
    ended: false,
    endEmitted: false,
    reading: false,
    constructed: true,
    sync: true,
    needReadable: false,
    emittedReadable: false,
    readableListening: false,
    resumeScheduled: false,
    paused: null,
    errorEmitted: false,
    emitClose: options?.emitClose !== false,
    autoDestroy: options?.autoDestroy !== false,
    destroyed: false,
    errored: null,
    closed: false,
    closeEmitted: false,
    defaultEncoding: options?.defaultEncoding ?? "utf8",
    awaitDrainWriters: new Set(),
    readingMore: false,
    dataEmitted: false,
    decoder: null,
    encoding: null,
  });
  if (options?.encoding) {
    this.decoder = new (require("string_decoder").StringDecoder)(options.encoding);
    this.encoding = this.decoder.encoding;
  }
}

function Readable(options) {
  const isDuplex = this instanceof require("stream/duplex");
  if (!(this instanceof Readable)) return new Readable(options);
  this._readableState = new ReadableState(options, this, isDuplex);
  if (typeof options?.read === "function") this._read = options.read;
  if (typeof options?.destroy === "function") this._destroy = options.destroy;
  if (typeof options?.construct === "function") this._construct = options.construct;
  Stream.call(this, options);
  if (options?.signal && !isDuplex) require("stream/signal").addAbortSignal(options.signal, this);
  construct(this, () => {
    if (this._readableState.needReadable) maybeReadMore(this, this._readableState);
  });
}
Object.setPrototypeOf(Readable.prototype, Stream.prototype);
Object.setPrototypeOf(Readable, Stream);
Readable.ReadableState = ReadableState;

Readable.prototype.destroy = destroy;
Readable.prototype._undestroy = undestroy;
Readable.prototype._destroy = function (error, callback) {
  callback(error);
};
Readable.prototype._read = function () {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED("_read()");
};
Readable.prototype[Symbol.for("nodejs.rejection")] = function (error) {
  this.destroy(error);
};
Readable.prototype[Symbol.asyncDispose] = async function () {
  let reason = null;
  if (!this.destroyed) {
    reason = this.readableEnded ? null : new (require("errors").AbortError)();
    this.destroy(reason);
  }
  await new Promise((resolve, reject) => require("stream/finished").finished(this, (error) => (error && error !== reason ? reject(error) : resolve(null))));
};

/** A chunk as the stream keeps it; undefined if it is none. */
function toChunk(state, chunk, encoding, isFront) {
  if (state.objectMode) return { chunk, encoding };
  if (typeof chunk === "string") {
    const given = encoding || state.defaultEncoding;
    if (state.encoding === given) return { chunk, encoding: given };
    const bytes = bufferOf().from(chunk, given);
    return isFront && state.encoding ? { chunk: bytes.toString(state.encoding), encoding: state.encoding } : { chunk: bytes, encoding: "" };
  }
  if (chunk instanceof bufferOf()) return { chunk, encoding: "" };
  if (ArrayBuffer.isView(chunk)) return { chunk: bufferOf().from(chunk.buffer, chunk.byteOffset, chunk.byteLength), encoding: "" };
  return undefined;
}

function addToReadable(stream, given, givenEncoding, isFront) {
  const state = stream._readableState;
  if (given === null || (given === undefined && !state.objectMode)) {
    if (given === undefined) {
      state.reading = false;
      return canPush(state);
    }
    state.reading = false;
    onEnd(stream, state);
    return false;
  }
  const made = toChunk(state, given, givenEncoding, isFront);
  if (made === undefined) {
    errorOrDestroy(stream, new codes.ERR_INVALID_ARG_TYPE("chunk", ["string", "Buffer", "TypedArray", "DataView"], given));
    return false;
  }
  let { chunk } = made;
  if (!state.objectMode && chunk.length === 0) {
    if (!isFront) {
      state.reading = false;
      maybeReadMore(stream, state);
    }
    return canPush(state);
  }
  if (isFront) {
    if (state.endEmitted) errorOrDestroy(stream, new codes.ERR_STREAM_UNSHIFT_AFTER_END_EVENT());
    else if (state.destroyed || state.errored) return false;
    else addChunk(stream, state, chunk, true);
  } else if (state.ended) {
    errorOrDestroy(stream, new codes.ERR_STREAM_PUSH_AFTER_EOF());
    return false;
  } else if (state.destroyed || state.errored) {
    return false;
  } else {
    state.reading = false;
    if (state.decoder && !made.encoding) chunk = state.decoder.write(chunk);
    if (state.objectMode || chunk.length !== 0) addChunk(stream, state, chunk, false);
    else maybeReadMore(stream, state);
  }
  return canPush(state);
}

const canPush = (state) => !state.ended && (state.length < state.highWaterMark || state.length === 0);

Readable.prototype.push = function (chunk, encoding) {
  return addToReadable(this, chunk, encoding, false);
};
Readable.prototype.unshift = function (chunk, encoding) {
  return addToReadable(this, chunk, encoding, true);
};

function addChunk(stream, state, chunk, isFront) {
  if (state.flowing && state.length === 0 && !state.sync && stream.listenerCount("data") > 0) {
    state.awaitDrainWriters.clear();
    state.dataEmitted = true;
    stream.emit("data", chunk);
  } else {
    state.length += state.objectMode ? 1 : chunk.length;
    if (isFront) state.buffer.unshift(chunk);
    else state.buffer.push(chunk);
    if (state.needReadable) emitReadable(stream);
  }
  maybeReadMore(stream, state);
}

Readable.prototype.isPaused = function () {
  const state = this._readableState;
  return state.paused === true || state.flowing === false;
};

Readable.prototype.setEncoding = function (encoding) {
  const state = this._readableState;
  const decoder = new (require("string_decoder").StringDecoder)(encoding);
  state.decoder = decoder;
  state.encoding = decoder.encoding;
  const text = state.buffer.map((chunk) => decoder.write(chunk)).join("");
  state.buffer = text === "" ? [] : [text];
  state.length = text.length;
  return this;
};

function roundUp(size) {
  return size >= MAX_HIGH_WATER_MARK ? MAX_HIGH_WATER_MARK : 2 ** Math.ceil(Math.log2(size));
}

function howMuchToRead(size, state) {
  if (size <= 0 || (state.length === 0 && state.ended)) return 0;
  if (state.objectMode) return 1;
  if (Number.isNaN(size)) return state.flowing && state.length ? state.buffer[0].length : state.length;
  if (size <= state.length) return size;
  return state.ended ? state.length : 0;
}

function callRead(stream, state) {
  state.reading = true;
  state.sync = true;
  if (state.length === 0) state.needReadable = true;
  try {
    stream._read(state.highWaterMark);
  } catch (error) {
    errorOrDestroy(stream, error);
  }
  state.sync = false;
}

Readable.prototype.read = function (given) {
  const state = this._readableState;
  let size = given === undefined ? NaN : Number.isInteger(given) ? given : Number.parseInt(given, 10);
  const wanted = size;
  if (size > state.highWaterMark) state.highWaterMark = roundUp(size);
  if (size !== 0) state.emittedReadable = false;
  if (size === 0 && state.needReadable && ((state.highWaterMark !== 0 ? state.length >= state.highWaterMark : state.length > 0) || state.ended)) {
    if (state.length === 0 && state.ended) endReadable(this);
    else emitReadable(this);
    return null;
  }
  size = howMuchToRead(size, state);
  if (size === 0 && state.ended) {
    if (state.length === 0) endReadable(this);
    return null;
  }
  let doRead = state.needReadable;
  if (state.length === 0 || state.length - size < state.highWaterMark) doRead = true;
  if (state.ended || state.reading || state.destroyed || state.errored || !state.constructed) doRead = false;
  else if (doRead) {
    callRead(this, state);
    if (!state.reading) size = howMuchToRead(wanted, state);
  }
  const taken = size > 0 ? take(size, state) : null;
  if (taken === null) {
    state.needReadable = state.length <= state.highWaterMark;
    size = 0;
  } else {
    state.length -= size;
    state.awaitDrainWriters.clear();
  }
  if (state.length === 0) {
    if (!state.ended) state.needReadable = true;
    if (wanted !== size && state.ended) endReadable(this);
  }
  if (taken !== null && !state.errored && !state.closeEmitted) {
    state.dataEmitted = true;
    this.emit("data", taken);
  }
  return taken;
};

/** The first `size` bytes of what is kept; an object in object mode. */
function take(size, state) {
  if (state.length === 0) return null;
  if (state.objectMode) return state.buffer.shift();
  if (size >= state.length) {
    const all = state.decoder ? state.buffer.join("") : state.buffer.length === 1 ? state.buffer[0] : bufferOf().concat(state.buffer, state.length);
    state.buffer = [];
    return all;
  }
  const parts = [];
  for (let left = size; left > 0;) {
    const first = state.buffer[0];
    if (first.length <= left) {
      parts.push(state.buffer.shift());
      left -= first.length;
    } else {
      parts.push(first.slice(0, left));
      state.buffer[0] = first.slice(left);
      left = 0;
    }
  }
  if (state.decoder) return parts.join("");
  return parts.length === 1 ? parts[0] : bufferOf().concat(parts, size);
}
Readable._fromList = take;

function onEnd(stream, state) {
  if (state.ended) return;
  const rest = state.decoder?.end();
  if (rest) {
    state.buffer.push(rest);
    state.length += state.objectMode ? 1 : rest.length;
  }
  state.ended = true;
  if (state.sync) {
    emitReadable(stream);
  } else {
    state.needReadable = false;
    state.emittedReadable = true;
    emitReadableNow(stream);
  }
}

function emitReadable(stream) {
  const state = stream._readableState;
  state.needReadable = false;
  if (state.emittedReadable) return;
  state.emittedReadable = true;
  nextTick(emitReadableNow, stream);
}

function emitReadableNow(stream) {
  const state = stream._readableState;
  if (!state.destroyed && !state.errored && (state.length || state.ended)) {
    stream.emit("readable");
    state.emittedReadable = false;
  }
  state.needReadable = !state.flowing && !state.ended && state.length <= state.highWaterMark;
  flow(stream);
}

function maybeReadMore(stream, state) {
  if (state.readingMore || !state.constructed) return;
  state.readingMore = true;
  nextTick(() => {
    while (!state.reading && !state.ended && (state.length < state.highWaterMark || (state.flowing && state.length === 0))) {
      const { length } = state;
      stream.read(0);
      if (length === state.length) break;
    }
    state.readingMore = false;
  });
}

Readable.prototype.on = function (name, listener) {
  const result = Stream.prototype.on.call(this, name, listener);
  const state = this._readableState;
  if (name === "data") {
    state.readableListening = this.listenerCount("readable") > 0;
    if (state.flowing !== false) this.resume();
  } else if (name === "readable" && !state.endEmitted && !state.readableListening) {
    state.readableListening = state.needReadable = true;
    state.flowing = false;
    state.emittedReadable = false;
    if (state.length) emitReadable(this);
    else if (!state.reading) nextTick(() => this.read(0));
  }
  return result;
};
Readable.prototype.addListener = Readable.prototype.on;

function updateListening(stream) {
  const state = stream._readableState;
  state.readableListening = stream.listenerCount("readable") > 0;
  if (state.resumeScheduled && state.paused === false) state.flowing = true;
  else if (stream.listenerCount("data") > 0) stream.resume();
  else if (!state.readableListening) state.flowing = null;
}

Readable.prototype.removeListener = function (name, listener) {
  const result = Stream.prototype.removeListener.call(this, name, listener);
  if (name === "readable") nextTick(updateListening, this);
  else if (name === "data" && this.listenerCount("data") === 0) this._readableState.paused = null;
  return result;
};
Readable.prototype.off = Readable.prototype.removeListener;

Readable.prototype.removeAllListeners = function (...names) {
  const result = Stream.prototype.removeAllListeners.apply(this, names);
  if (names[0] === "readable" || names[0] === undefined) nextTick(updateListening, this);
  return result;
};

Readable.prototype.resume = function () {
  const state = this._readableState;
  if (!state.flowing) {
    state.flowing = !state.readableListening;
    if (!state.resumeScheduled) {
      state.resumeScheduled = true;
      nextTick(() => {
        if (!state.reading) this.read(0);
        state.resumeScheduled = false;
        this.emit("resume");
        flow(this);
        if (state.flowing && !state.reading) this.read(0);
      });
    }
  }
  state.paused = false;
  return this;
};

Readable.prototype.pause = function () {
  const state = this._readableState;
  if (state.flowing !== false) {
    state.flowing = false;
    this.emit("pause");
  }
  state.paused = true;
  return this;
};

function flow(stream) {
  const state = stream._readableState;
  while (state.flowing && stream.read() !== null);
}

function endReadable(stream) {
  const state = stream._readableState;
  if (state.endEmitted) return;
  state.ended = true;
  nextTick(() => {
    if (state.errored || state.closeEmitted || state.endEmitted || state.length !== 0) return;
    state.endEmitted = true;
    stream.emit("end");
    if (stream.writable && stream.allowHalfOpen === false) {
      nextTick(() => {
        if (stream.writable && !stream.writableEnded && !stream.destroyed) stream.end();
      });
    } else if (state.autoDestroy) {
      const writable = stream._writableState;
      if (!writable || (writable.autoDestroy && (writable.finished || writable.writable === false))) stream.destroy();
    }
  });
}

Readable.prototype.wrap = function (source) {
  let isPaused = false;
  source.on("data", (chunk) => {
    if (!this.push(chunk) && source.pause) {
      isPaused = true;
      source.pause();
    }
  });
  source.on("end", () => this.push(null));
  source.on("error", (error) => errorOrDestroy(this, error));
  source.on("close", () => destroyer(this));
  source.on("destroy", () => destroyer(this));
  this._read = () => {
    if (isPaused && source.resume) {
      isPaused = false;
      source.resume();
    }
  };
  for (const name of Object.keys(source)) {
    if (this[name] === undefined && typeof source[name] === "function") this[name] = source[name].bind(source);
  }
  return this;
};

Readable.prototype[Symbol.asyncIterator] = function () {
  return require("stream/iteration").iterate(this, undefined);
};
Readable.prototype.iterator = function (options) {
  if (options !== undefined) require("validators").validateObject(options, "options");
  return require("stream/iteration").iterate(this, options);
};

const stateOf = (name, fallback) => ({
  get() {
    return this._readableState ? this._readableState[name] : fallback;
  },
  configurable: true,
});
Object.defineProperties(Readable.prototype, {
  readable: {
    get() {
      const state = this._readableState;
      return Boolean(state) && state.readable !== false && !state.destroyed && !state.errorEmitted && !state.endEmitted;
    },
    set(value) {
      if (this._readableState) this._readableState.readable = Boolean(value);
    },
    configurable: true,
  },
  readableDidRead: stateOf("dataEmitted", false),
  readableAborted: {
    get() {
      const state = this._readableState;
      return Boolean(state.readable !== false && (state.destroyed || state.errored) && !state.endEmitted);
    },
    configurable: true,
  },
  readableHighWaterMark: stateOf("highWaterMark", undefined),
  readableBuffer: stateOf("buffer", undefined),
  readableFlowing: {
    get() {
      return this._readableState.flowing;
    },
    set(value) {
      if (this._readableState) this._readableState.flowing = value;
    },
    configurable: true,
  },
  readableLength: stateOf("length", undefined),
  readableObjectMode: stateOf("objectMode", false),
  readableEncoding: stateOf("encoding", null),
  errored: stateOf("errored", null),
  closed: stateOf("closed", false),
  destroyed: {
    get() {
      return this._readableState ? this._readableState.destroyed : false;
    },
    set(value) {
      if (this._readableState) this._readableState.destroyed = value;
    },
    configurable: true,
  },
  readableEnded: stateOf("endEmitted", false),
});
Object.defineProperties(ReadableState.prototype, {
  pipesCount: {
    get() {
      return this.pipes.length;
    },
  },
});

Readable.Readable = Readable;
Readable.from = (source, options) => require("stream/from").from(Readable, source, options);
Readable.fromWeb = (stream, options) => require("stream/web_adapters").readableFromWeb(stream, options);
Readable.toWeb = (stream, options) => require("stream/web_adapters").readableToWeb(stream, options);
Readable.wrap = (source, options) => new Readable({ objectMode: source.readableObjectMode ?? source.objectMode ?? true, ...options }).wrap(source);

module.exports = Readable;
Object.assign(Readable.prototype, require("stream/pipe"));
require("stream/operators").install(Readable);
