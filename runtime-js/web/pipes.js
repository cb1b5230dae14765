// Streams of bytes with a writable and a readable side, and what their writers do differently from those of other
// streams.

import { core, primordials } from "ext:core/mod.js";
import { closedWritableError, isClosedWritableError } from "ext:edgeemu_js/web/errors.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { replaceMethods } from "ext:edgeemu_js/web/define.js";
import { bytesView, closeByteController } from "ext:edgeemu_js/web/streams.js";

const {
  Error,
  PromisePrototypeThen,
  PromiseReject,
  PromiseResolve,
  ReflectApply,
  String,
  Symbol,
  TypeError,
} = primordials;

const { ReadableStream, WritableStream, WritableStreamDefaultWriter } = core.loadExtScript(
  "ext:deno_web/06_streams.js",
);

/** On the writable side of a pipe and on its writers: the pipe. */
const kPipe = Symbol("pipe");

/** What a pipe may carry, as bytes; null for anything else. */
function pipedBytes(chunk) {
  return typeof chunk === "string" ? core.encode(chunk) : bytesView(chunk);
}

/** Reasons cross a pipe as errors: what is no object becomes the text of one. */
function asError(reason, absent = "undefined") {
  if (isObject(reason)) return reason;
  return new Error(reason === undefined ? absent : String(reason));
}

/** What lies between the two sides. Subclasses say what becomes of the bytes. */
export class Pipe {
  /** @type {ReadableByteStreamController} */
  readable = null;
  /** @type {WritableStreamDefaultController} */
  writable = null;
  /** @type {{ reason: unknown } | null} why the reading side gave up, until a writer has been told */
  cancelled = null;
  /** No write can succeed any more. */
  over = false;
  /** Writes of writers that are still in the stream's queue. */
  queued = 0;
  closing = null;

  /**
   * @param {Uint8Array} _view what was written
   * @returns {Promise<void> | undefined} settled when the next write may come
   */
  carry(_view) {
    return undefined;
  }

  /** The writing side is done. */
  finish() {
    closeByteController(this.readable);
  }

  /**
   * The reading side wants more.
   *
   * @returns {Promise<void> | undefined}
   */
  ask() {
    return undefined;
  }

  /** Nothing more will come or be wanted. */
  release() {}

  /**
   * The write that nobody has read yet is given up.
   *
   * @param {unknown} _reason
   * @returns {boolean} whether there was one
   */
  drop(_reason) {
    return false;
  }

  /** A chunk from the stream's queue. */
  offer(chunk) {
    if (this.queued > 0) this.queued--;
    const view = pipedBytes(chunk);
    if (view === null) return this.fail(new TypeError("This WritableStream only supports writing byte types."));
    return this.carry(view);
  }

  /** Both sides fail with the same error; the write that did it is done. */
  fail(error) {
    this.readable.error(error);
    this.writable.error(error);
    this.release();
  }

  /** The writing side gave up, after all its writes were done or broken off. */
  abort(reason) {
    this.over = true;
    this.readable.error(asError(reason));
    this.release();
  }

  /** Whether somebody waits for a write, who will learn the reason. */
  giveUpWrites(reason) {
    return this.drop(reason) || this.queued > 0;
  }

  /** A write need not wait for a reader any longer. */
  breakOff(reason) {
    if (this.giveUpWrites(reason)) this.readable.error(new Error("Network connection lost."));
  }

  /** The reading side gave up. */
  cancel(reason) {
    const error = asError(reason, "Stream was cancelled.");
    this.over = true;
    if (!this.giveUpWrites(error)) this.cancelled = { reason: error };
    this.writable.error(error);
    this.release();
  }

  /** What a writer learns of an operation that is too late, or null if it is not. */
  refuse() {
    if (!this.over) return null;
    const first = this.cancelled;
    this.cancelled = null;
    return PromiseReject(first === null ? closedWritableError() : first.reason);
  }
}

/**
 * @param {Pipe} pipe
 * @param {{ highWaterMark?: number }} [strategy]
 * @returns {{ readable: ReadableStream, writable: WritableStream }} its two sides
 */
export function openPipe(pipe, strategy = undefined) {
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
    write: (chunk) => pipe.offer(chunk),
    close: () => pipe.finish(),
    abort: (reason) => pipe.abort(reason),
  }, highWaterMark === undefined ? undefined : { highWaterMark, size: chunkSize });
  writable[kPipe] = pipe;
  return { readable, writable };
}

/**
 * @param {WritableStream} stream
 * @returns {boolean} whether it leads into a pipe
 */
export function isPipeEnd(stream) {
  return stream[kPipe] !== undefined;
}

function chunkSize(chunk) {
  return bytesView(chunk)?.byteLength ?? 1;
}

// The writers of every stream are of one class. Those of a pipe know it, so that they can refuse a chunk without
// breaking the stream, and need not wait for a reader who never comes.

const writers = WritableStreamDefaultWriter.prototype;
const native = {
  getWriter: WritableStream.prototype.getWriter,
  abortStream: WritableStream.prototype.abort,
  write: writers.write,
  close: writers.close,
  abort: writers.abort,
  releaseLock: writers.releaseLock,
};

function abortPipe(pipe, reason, promise) {
  pipe?.breakOff(reason);
  return promise;
}

const streamMethods = {
  getWriter() {
    const writer = ReflectApply(native.getWriter, this, []);
    const pipe = this[kPipe];
    if (pipe !== undefined) writer[kPipe] = pipe;
    return writer;
  },
  abort(reason = undefined) {
    return abortPipe(this?.[kPipe], reason, ReflectApply(native.abortStream, this, [reason]));
  },
};

const writerMethods = {
  write(chunk = undefined) {
    const pipe = this?.[kPipe];
    if (pipe === undefined) return ReflectApply(native.write, this, [chunk]);
    const refused = pipe.refuse();
    if (refused !== null) return refused;
    if (chunk === undefined) return PromiseResolve();
    const bytes = pipedBytes(chunk);
    if (bytes === null) {
      return PromiseReject(
        new TypeError(
          "This TransformStream is being used as a byte stream, but received an object of " +
            "non-ArrayBuffer/ArrayBufferView type on its writable side.",
        ),
      );
    }
    pipe.queued++;
    return ReflectApply(native.write, this, [bytes]);
  },
  close() {
    const pipe = this?.[kPipe];
    if (pipe === undefined) return closeWriter(this);
    pipe.closing ??= pipe.refuse() ?? closeWriter(this);
    return pipe.closing;
  },
  abort(reason = undefined) {
    return abortPipe(this?.[kPipe], reason, ReflectApply(native.abort, this, [reason]));
  },
  releaseLock() {
    ReflectApply(native.releaseLock, this, []);
    delete this[kPipe];
  },
};

/** Closing what has failed says why it failed, not only that it is too late. */
function closeWriter(writer) {
  return PromisePrototypeThen(ReflectApply(native.close, writer, []), undefined, (error) => {
    if (!isClosedWritableError(error)) throw error;
    return PromisePrototypeThen(writer.closed, () => {
      throw error;
    });
  });
}

replaceMethods(WritableStream.prototype, streamMethods);
replaceMethods(writers, writerMethods);
