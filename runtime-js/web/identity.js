// IdentityTransformStream and FixedLengthStream: what is written on one side is read on the other.

import { core, primordials } from "ext:core/mod.js";
import { constructorError, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { isObject, toLength } from "ext:edgeemu_js/web/convert.js";
import { Pipe, openPipe } from "ext:edgeemu_js/web/pipes.js";
import { attachSource, closeByteController, copyBytes } from "ext:edgeemu_js/web/streams.js";

const { ObjectSetPrototypeOf, Promise, TypeError, TypedArrayPrototypeGetByteLength } = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { TransformStream } = core.loadExtScript("ext:deno_web/06_streams.js");

/** A write waits until its bytes are read: no buffer, one producer, one consumer. */
class Rendezvous extends Pipe {
  write = null;
  pull = null;

  constructor(limit) {
    super();
    this.remaining = limit;
  }

  carry(view) {
    const length = TypedArrayPrototypeGetByteLength(view);
    if (length === 0) return undefined;
    if (length > this.remaining) {
      return this.fail(new TypeError("Attempt to write too many bytes through a FixedLengthStream."));
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

  /** Closing succeeds even if bytes are missing: it is the reader who misses them. */
  finish() {
    if (this.remaining > 0 && this.remaining !== Infinity) {
      this.readable.error(new TypeError("FixedLengthStream did not see all expected bytes before close()."));
    } else {
      closeByteController(this.readable);
    }
    this.release();
  }

  drop(reason) {
    const { write } = this;
    this.write = null;
    write?.reject(reason);
    return write !== null;
  }

  release() {
    const { pull } = this;
    this.pull = null;
    if (pull !== null) pull();
  }
}

class IdentityTransformStream {
  #readable;
  #writable;

  constructor(queuingStrategy = undefined) {
    const limit = takeLimit(queuingStrategy);
    const { readable, writable } = openPipe(new Rendezvous(limit.bytes), limit.strategy);
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
  if (argument === undefined || argument === null) return new Limit(Infinity, undefined);
  if (!isObject(argument)) throw constructorError("IdentityTransformStream", 1, "QueuingStrategy");
  return argument instanceof Limit ? argument : new Limit(Infinity, argument);
}

class FixedLengthStream extends IdentityTransformStream {
  constructor(expectedLength, queuingStrategy = undefined) {
    if (arguments.length < 1) throw constructorError("FixedLengthStream", 1, "bigint");
    const length = toLength(expectedLength);
    if (length >= 2 ** 53) {
      throw new TypeError("FixedLengthStream requires an integer expected length less than 2^53.");
    }
    super(new Limit(length, queuingStrategy));
    attachSource(this.readable, { length });
  }
}

// Both are TransformStreams to `instanceof`, without the default pair a call of its constructor would make.
ObjectSetPrototypeOf(IdentityTransformStream.prototype, TransformStream.prototype);
webidl.configureInterface(IdentityTransformStream);
webidl.configureInterface(FixedLengthStream);

export { FixedLengthStream, IdentityTransformStream };
