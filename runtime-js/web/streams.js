// Byte streams: what a stream carries natively, reading and pumping it, and the platform's own transform streams.

import { core, primordials } from "ext:core/mod.js";
import { illegalInvocation, lockedStreamError, notBytesError } from "ext:edgeemu_js/web/errors.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";

const {
  ArrayBufferIsView,
  ArrayBufferPrototypeSlice,
  ArrayPrototypePush,
  DataViewPrototypeGetBuffer,
  DataViewPrototypeGetByteLength,
  DataViewPrototypeGetByteOffset,
  Number,
  NumberIsInteger,
  ObjectDefineProperty,
  ObjectSetPrototypeOf,
  Promise,
  PromiseReject,
  Symbol,
  TypeError,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeGetSymbolToStringTag,
  TypedArrayPrototypeSet,
  Uint8Array,
} = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const {
  ReadableStream,
  ReadableStreamBYOBReader,
  TransformStream,
  WritableStream,
  acquireReadableStreamDefaultReader,
  isReadableStream,
  isReadableStreamDisturbed,
  isReadableStreamLocked,
  readableStreamDisturb,
} = core.loadExtScript("ext:deno_web/06_streams.js");

const { ops } = core;

/** On a stream: the body source it was made from, or what is known of its length. */
const kSource = Symbol("source");

/**
 * @param {unknown} value
 * @returns {Uint8Array | null} a view on the same memory, null if the value holds no bytes
 */
export function bytesView(value) {
  if (ArrayBufferIsView(value)) {
    const tag = TypedArrayPrototypeGetSymbolToStringTag(value);
    if (tag === "Uint8Array") return value;
    if (tag !== undefined) {
      return new Uint8Array(
        TypedArrayPrototypeGetBuffer(value),
        TypedArrayPrototypeGetByteOffset(value),
        TypedArrayPrototypeGetByteLength(value),
      );
    }
    return new Uint8Array(
      DataViewPrototypeGetBuffer(value),
      DataViewPrototypeGetByteOffset(value),
      DataViewPrototypeGetByteLength(value),
    );
  }
  return isObject(value) && core.isAnyArrayBuffer(value) ? new Uint8Array(value) : null;
}

/**
 * @param {Uint8Array} view
 * @returns {Uint8Array} a copy in memory of its own
 */
export function copyBytes(view) {
  const result = new Uint8Array(TypedArrayPrototypeGetByteLength(view));
  TypedArrayPrototypeSet(result, view);
  return result;
}

/**
 * @param {Uint8Array} view which nobody else uses
 * @returns {ArrayBuffer} holding the bytes of the view and no others
 */
export function exactBuffer(view) {
  const buffer = TypedArrayPrototypeGetBuffer(view);
  const length = TypedArrayPrototypeGetByteLength(view);
  if (buffer.byteLength === length) return buffer;
  const offset = TypedArrayPrototypeGetByteOffset(view);
  return ArrayBufferPrototypeSlice(buffer, offset, offset + length);
}

/**
 * @param {Uint8Array[]} chunks
 * @returns {Uint8Array} the only chunk itself, else one array
 */
export function concatBytes(chunks) {
  if (chunks.length === 1) return chunks[0];
  let total = 0;
  for (let i = 0; i < chunks.length; i++) total += TypedArrayPrototypeGetByteLength(chunks[i]);
  const result = new Uint8Array(total);
  let offset = 0;
  for (let i = 0; i < chunks.length; i++) {
    TypedArrayPrototypeSet(result, chunks[i], offset);
    offset += TypedArrayPrototypeGetByteLength(chunks[i]);
  }
  return result;
}

/**
 * A byte stream that serves BYOB readers too.
 *
 * @param {() => Promise<Uint8Array | null>} next the next chunk in memory of its own, null at the end
 * @param {(reason: unknown) => void} cancel
 * @returns {ReadableStream}
 */
export function byteStream(next, cancel) {
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      let chunk = await next();
      // A byte controller refuses empty chunks.
      while (chunk !== null && TypedArrayPrototypeGetByteLength(chunk) === 0) chunk = await next();
      if (chunk === null) closeByteController(controller);
      else controller.enqueue(chunk);
    },
    cancel,
  });
}

/** Closes also while a BYOB read waits, which needs its empty answer. */
function closeByteController(controller) {
  controller.close();
  controller.byobRequest?.respond(0);
}

/**
 * @param {ReadableStream} stream
 * @param {object} source
 */
export function attachSource(stream, source) {
  stream[kSource] = source;
}

/**
 * @param {ReadableStream} stream
 * @returns {object | undefined} the source, as long as nobody has touched the stream
 */
export function untouchedSource(stream) {
  const source = stream[kSource];
  if (source === undefined || isReadableStreamDisturbed(stream) || isReadableStreamLocked(stream)) return undefined;
  return source;
}

/**
 * Number of bytes the stream is bound to deliver; -1 if unknown.
 *
 * @param {ReadableStream} stream
 * @returns {number}
 */
export function streamLength(stream) {
  return stream[kSource]?.length ?? -1;
}

/**
 * Marks a stream as consumed by somebody who reads its source directly.
 *
 * @param {ReadableStream} stream
 */
export function claimStream(stream) {
  if (isReadableStreamLocked(stream)) throw lockedStreamError();
  acquireReadableStreamDefaultReader(stream);
  readableStreamDisturb(stream);
}

/**
 * Reads a whole stream. It stays locked and disturbed afterwards.
 *
 * @param {ReadableStream} stream
 * @param {number} limit stop and cancel once more than this many bytes are there
 * @returns {Promise<Uint8Array>} in memory of its own
 */
export async function readAllBytes(stream, limit = Infinity) {
  if (isReadableStreamLocked(stream)) throw lockedStreamError();
  const reader = acquireReadableStreamDefaultReader(stream);
  const chunks = [];
  let total = 0;
  while (true) {
    const { value, done } = await reader.read();
    if (done) break;
    const view = await requireBytes(reader, value);
    ArrayPrototypePush(chunks, view);
    total += TypedArrayPrototypeGetByteLength(view);
    if (total > limit) {
      await reader.cancel();
      break;
    }
  }
  return chunks.length === 1 ? copyBytes(chunks[0]) : concatBytes(chunks);
}

async function requireBytes(reader, value) {
  const view = bytesView(value);
  if (view !== null) return view;
  const error = notBytesError();
  await reader.cancel(error);
  throw error;
}

/**
 * Moves a stream into a native sink, as fast as the sink takes it.
 *
 * @param {ReadableStream} stream
 * @param {number} sink
 * @returns {Promise<void>} rejects with the stream's error, after the sink was told
 */
export async function pumpToSink(stream, sink) {
  const reader = acquireReadableStreamDefaultReader(stream);
  try {
    while (true) {
      const { value, done } = await reader.read();
      if (done) break;
      const view = await requireBytes(reader, value);
      if (TypedArrayPrototypeGetByteLength(view) === 0) continue;
      if (!(await ops.op_sink_write(sink, view))) {
        // The other side is gone: the producer is told, nobody is to blame.
        await reader.cancel(new TypeError("The client disconnected"));
        return;
      }
    }
    ops.op_sink_close(sink);
  } catch (error) {
    ops.op_sink_abort(sink, errorText(error));
    throw error;
  }
}

function errorText(error) {
  try {
    return `${error}`;
  } catch {
    return "Error";
  }
}

/**
 * A stream that takes over the content of another, which stays locked and disturbed.
 *
 * @param {ReadableStream} stream
 * @returns {ReadableStream}
 */
export function proxyStream(stream) {
  if (isReadableStreamLocked(stream)) throw lockedStreamError();
  const reader = acquireReadableStreamDefaultReader(stream);
  const length = streamLength(stream);
  readableStreamDisturb(stream);
  const proxy = byteStream(async () => {
    const { value, done } = await reader.read();
    return done ? null : copyBytes(await requireBytes(reader, value));
  }, (reason) => reader.cancel(reason));
  if (length >= 0) attachSource(proxy, { length });
  return proxy;
}

/** A write waits until its bytes are read: no buffer, one producer, one consumer. */
class Rendezvous {
  constructor(limit) {
    this.remaining = limit;
    this.write = null;
    this.pull = null;
    this.readable = null;
    this.writable = null;
    this.failure = null;
  }

  offer(view) {
    if (this.failure !== null) return PromiseReject(this.failure.reason);
    const length = TypedArrayPrototypeGetByteLength(view);
    if (length === 0) return undefined;
    if (length > this.remaining) {
      return this.reject(new TypeError("Attempt to write too many bytes through a FixedLengthStream."));
    }
    this.remaining -= length;
    return new Promise((resolve, reject) => {
      this.write = { view, resolve, reject };
      this.meet();
    });
  }

  ask() {
    return new Promise((resolve) => {
      this.pull = resolve;
      this.meet();
    });
  }

  meet() {
    if (this.write === null || this.pull === null) return;
    const { write, pull } = this;
    this.write = this.pull = null;
    this.readable.enqueue(copyBytes(write.view));
    write.resolve();
    pull();
  }

  finish() {
    if (this.failure !== null) return PromiseReject(this.failure.reason);
    if (this.remaining > 0 && this.remaining !== Infinity) {
      return this.reject(new TypeError("FixedLengthStream did not see all expected bytes before close()."));
    }
    closeByteController(this.readable);
    this.releasePull();
    return undefined;
  }

  /** Both sides fail with the same error. */
  reject(error) {
    this.failure = { reason: error };
    this.readable.error(error);
    this.releasePull();
    return PromiseReject(error);
  }

  /** The writing side gave up. */
  abort(reason) {
    this.failure = { reason };
    this.readable.error(reason);
    this.releasePull();
  }

  /** The reading side gave up. */
  cancel(reason) {
    this.failure = { reason };
    const { write } = this;
    this.write = null;
    if (write !== null) write.reject(reason);
    this.writable.error(reason);
    this.releasePull();
  }

  releasePull() {
    const { pull } = this;
    this.pull = null;
    if (pull !== null) pull();
  }
}

function writtenBytes(chunk) {
  if (typeof chunk === "string") {
    throw new TypeError(
      "This TransformStream is being used as a byte stream, but received a string on its writable side. If you wish " +
        "to write a string, you'll probably want to explicitly UTF-8-encode it with TextEncoder.",
    );
  }
  const view = bytesView(chunk);
  if (view !== null) return view;
  throw new TypeError(
    "This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView " +
      "type on its writable side.",
  );
}

function openPair(limit, strategy) {
  const pipe = new Rendezvous(limit);
  const readable = new ReadableStream({
    type: "bytes",
    start: (controller) => {
      pipe.readable = controller;
    },
    pull: () => pipe.ask(),
    cancel: (reason) => pipe.cancel(reason),
  });
  const highWaterMark = strategy?.highWaterMark;
  const writable = new WritableStream({
    start: (controller) => {
      pipe.writable = controller;
    },
    write: (chunk) => pipe.offer(writtenBytes(chunk)),
    close: () => pipe.finish(),
    abort: (reason) => pipe.abort(reason),
  }, highWaterMark === undefined ? undefined : { highWaterMark, size: chunkSize });
  return { readable, writable };
}

function chunkSize(chunk) {
  return bytesView(chunk)?.byteLength ?? 1;
}

class IdentityTransformStream {
  #readable;
  #writable;

  constructor(queuingStrategy = undefined) {
    const limit = takeLimit(queuingStrategy);
    const { readable, writable } = openPair(limit.bytes, limit.strategy);
    this.#readable = readable;
    this.#writable = writable;
  }

  get readable() {
    if (this == null || !(#readable in this)) throw illegalInvocation();
    return this.#readable;
  }

  get writable() {
    if (this == null || !(#readable in this)) throw illegalInvocation();
    return this.#writable;
  }
}

/** How FixedLengthStream hands its limit to the class it extends. */
class Limit {
  constructor(bytes, strategy) {
    this.bytes = bytes;
    this.strategy = strategy;
  }
}

function takeLimit(argument) {
  return isObject(argument) && argument instanceof Limit ? argument : new Limit(Infinity, argument);
}

class FixedLengthStream extends IdentityTransformStream {
  constructor(expectedLength, queuingStrategy = undefined) {
    const length = typeof expectedLength === "bigint" ? Number(expectedLength) : +expectedLength;
    if (!NumberIsInteger(length) || length < 0 || length >= 2 ** 53) {
      throw new TypeError("FixedLengthStream requires an integer expected length less than 2^53.");
    }
    super(new Limit(length, queuingStrategy));
    attachSource(this.readable, { length });
  }
}

// Both are TransformStreams to `instanceof`, without the default pair a call of its constructor would make.
ObjectSetPrototypeOf(IdentityTransformStream, TransformStream);
ObjectSetPrototypeOf(IdentityTransformStream.prototype, TransformStream.prototype);
webidl.configureInterface(IdentityTransformStream);
webidl.configureInterface(FixedLengthStream);

/**
 * Reads until at least `minElements` elements are there; fewer only at the end of the stream.
 *
 * @this {ReadableStreamBYOBReader}
 * @param {number} minElements
 * @param {ArrayBufferView} view
 * @returns {Promise<{ value?: ArrayBufferView, done: boolean }>}
 */
async function readAtLeast(minElements, view) {
  const least = +minElements;
  if (!(least > 0)) throw new TypeError(`Requested invalid minimum number of bytes to read (${least}).`);
  const capacity = view?.length ?? view?.byteLength;
  if (least > capacity) throw new TypeError(`Minimum bytes to read (${least}) exceeds size of buffer (${capacity}).`);
  const result = await this.read(view, { min: least });
  // A short last read is still a read; the end shows with the next one.
  if (result.done && result.value !== undefined && result.value.byteLength > 0) {
    return { value: result.value, done: false };
  }
  return result;
}

ObjectDefineProperty(ReadableStreamBYOBReader.prototype, "readAtLeast", {
  __proto__: null,
  value: readAtLeast,
  writable: true,
  enumerable: true,
  configurable: true,
});

export {
  FixedLengthStream,
  IdentityTransformStream,
  ReadableStream,
  isReadableStream,
  isReadableStreamDisturbed,
  isReadableStreamLocked,
};
