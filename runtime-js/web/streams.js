// Byte streams: what a stream carries natively, reading and pumping it, and the readers' minimum.

import { core, primordials } from "ext:core/mod.js";
import { argumentError, lockedBranchError, lockedStreamError, notBytesError } from "ext:edgeemu_js/web/errors.js";
import { isObject, toInt32, toLength } from "ext:edgeemu_js/web/convert.js";
import { replaceMethods } from "ext:edgeemu_js/web/define.js";

const {
  ArrayBuffer,
  ArrayBufferIsView,
  ArrayBufferPrototypeSlice,
  ArrayPrototypePush,
  DataViewPrototypeGetBuffer,
  DataViewPrototypeGetByteLength,
  DataViewPrototypeGetByteOffset,
  ReflectApply,
  Symbol,
  TypeError,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeGetSymbolToStringTag,
  TypedArrayPrototypeSet,
  Uint8Array,
} = primordials;

const {
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamDefaultController,
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
  if (!isObject(value) || !core.isAnyArrayBuffer(value)) return null;
  // One whose memory was given away holds nothing.
  return new Uint8Array(value.detached ? 0 : value);
}

/**
 * @param {Uint8Array} view
 * @returns {Uint8Array} a copy in memory of its own
 */
export function copyBytes(view) {
  const length = TypedArrayPrototypeGetByteLength(view);
  const result = new Uint8Array(length);
  if (length > 0) TypedArrayPrototypeSet(result, view);
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

/**
 * Closes also while a BYOB read waits, which needs its empty answer.
 *
 * @param {ReadableByteStreamController} controller
 */
export function closeByteController(controller) {
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
 * @returns {object | undefined} what `attachSource` was given
 */
export function attachedSource(stream) {
  return stream[kSource];
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

let measureSource = () => -1;

/** @param {(source: object) => number} measure says how many bytes an attached source has; -1 if it is not known */
export function setSourceMeasure(measure) {
  measureSource = measure;
}

/**
 * Number of bytes that both branches of a stream will deliver, if that can be known; else -1. To be asked before it is
 * split.
 *
 * @param {ReadableStream} stream
 * @returns {number}
 */
function branchLength(stream) {
  const source = untouchedSource(stream);
  return source === undefined ? -1 : source.length ?? measureSource(source);
}

/**
 * Splits a stream in two. Branches of a stream of known length have that length.
 *
 * @param {ReadableStream} stream
 * @param {() => [ReadableStream, ReadableStream]} split
 * @returns {[ReadableStream, ReadableStream]}
 */
export function splitStream(stream, split) {
  const length = branchLength(stream);
  const branches = split();
  if (length >= 0) {
    attachSource(branches[0], { length });
    attachSource(branches[1], { length });
  }
  return branches;
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
 * Moves a stream into a native sink, as fast as the sink takes it. Text goes out as UTF-8.
 *
 * @param {ReadableStream} stream
 * @param {number} sink
 * @param {(error: unknown) => string} [textOf] what the reader of the sink is told
 * @returns {Promise<void>} rejects with the stream's error, after the sink was told
 */
export async function pumpToSink(stream, sink, textOf = errorText) {
  const reader = acquireReadableStreamDefaultReader(stream);
  try {
    while (true) {
      const { value, done } = await reader.read();
      if (done) break;
      const view = typeof value === "string" ? core.encode(value) : await requireBytes(reader, value);
      if (TypedArrayPrototypeGetByteLength(view) === 0) continue;
      if (!(await ops.op_sink_write(sink, view))) {
        // The other side is gone: the producer is told, nobody is to blame.
        await reader.cancel(new TypeError("The client disconnected"));
        return;
      }
    }
    ops.op_sink_close(sink);
  } catch (error) {
    ops.op_sink_abort(sink, textOf(error));
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

const nativeRead = ReadableStreamBYOBReader.prototype.read;

/** Reads until at least `least` elements are there; fewer only at the end of the stream, which the next read shows. */
async function readMinimum(reader, view, least) {
  const capacity = elementsOf(view);
  if (!(least > 0)) throw new TypeError(`Requested invalid minimum number of bytes to read (${least}).`);
  if (least > capacity) throw new TypeError(`Minimum bytes to read (${least}) exceeds size of buffer (${capacity}).`);
  const first = await ReflectApply(nativeRead, reader, [view]);
  if (first.done || first.value === undefined) return first;
  const { constructor, buffer, byteOffset } = first.value;
  const target = new Uint8Array(buffer, byteOffset);
  let bytes = first.value.byteLength;
  let filled = elementsOf(first.value);
  while (filled < least) {
    const more = await readMore(reader, constructor, capacity - filled);
    if (more === null) break;
    TypedArrayPrototypeSet(target, bytesView(more), bytes);
    bytes += more.byteLength;
    filled += elementsOf(more);
  }
  return { value: new constructor(buffer, byteOffset, filled), done: false };
}

function elementsOf(view) {
  return view.length ?? view.byteLength;
}

/** At most `count` more elements; null at the end. An error, or what does not fill an element, is for the next read. */
async function readMore(reader, constructor, count) {
  const scratch = new constructor(new ArrayBuffer(count * (constructor.BYTES_PER_ELEMENT ?? 1)));
  try {
    const { value, done } = await ReflectApply(nativeRead, reader, [scratch]);
    return done || value === undefined ? null : value;
  } catch {
    return null;
  }
}

const readerMethods = {
  async read(view, options = undefined) {
    if (!ArrayBufferIsView(view)) throw argumentError("read", "ReadableStreamBYOBReader", 1, "ArrayBufferView");
    const min = options?.min;
    if (min === undefined) return await ReflectApply(nativeRead, this, [view]);
    return await readMinimum(this, view, toLength(min));
  },
  async readAtLeast(minElements, view) {
    if (arguments.length < 1) throw argumentError("readAtLeast", "ReadableStreamBYOBReader", 1, "integer");
    if (!ArrayBufferIsView(view)) throw argumentError("readAtLeast", "ReadableStreamBYOBReader", 2, "ArrayBufferView");
    return await readMinimum(this, view, toInt32(minElements));
  },
};

const nativeClose = ReadableStreamDefaultController.prototype.close;
const controllerMethods = {
  close() {
    try {
      ReflectApply(nativeClose, this, []);
    } catch (error) {
      throw error.message === "Unable to enqueue" ? new TypeError("This ReadableStream is closed.") : error;
    }
  },
};

const nativeTee = ReadableStream.prototype.tee;
const streamMethods = {
  tee() {
    if (!isReadableStream(this)) return ReflectApply(nativeTee, this, []);
    if (isReadableStreamLocked(this)) throw lockedBranchError();
    return splitStream(this, () => ReflectApply(nativeTee, this, []));
  },
};

replaceMethods(ReadableStream.prototype, streamMethods);
replaceMethods(ReadableStreamBYOBReader.prototype, readerMethods);
replaceMethods(ReadableStreamDefaultController.prototype, controllerMethods);

export {
  ReadableStream,
  isReadableStream,
  isReadableStreamDisturbed,
  isReadableStreamLocked,
};
