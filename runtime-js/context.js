// The context that asynchronous work belongs to.
//
// Every request (and later every object) has an I/O context with a small integer id. The id travels in V8's
// continuation-preserved data, so it follows promises without anybody passing it along. No frame means global scope.

import { core } from "ext:core/mod.js";

const { ops } = core;

/** The frame carried by V8: immutable, one per context, and one per `AsyncLocalStorage.run`. */
class Frame {
  constructor(io, stores = undefined, section = 0) {
    this.io = io;
    /** @type {Map<object, unknown> | undefined} what each AsyncLocalStorage holds */
    this.stores = stores;
    /** The critical section of an object; 0 outside of all of them. */
    this.section = section;
  }
}

/** The id of the current I/O context; 0 in global scope. */
export function currentIo() {
  const frame = core.getAsyncContext();
  return frame === undefined ? 0 : frame.io;
}

/** Like `currentIo`, but throws production's error in global scope. Every entry point of asynchronous I/O calls it. */
export function requireIo() {
  const io = currentIo();
  if (io === 0) ops.op_io_denied();
  return io;
}

/** The critical section that is running; 0 outside of all of them. */
export function currentSection() {
  const frame = core.getAsyncContext();
  return frame === undefined ? 0 : frame.section;
}

/** Runs `callback` so that it and all it starts belong to the context `io`. */
export function runInContext(io, callback) {
  return runInFrame(new Frame(io), callback);
}

/** Runs `callback` so that it and all it starts belong to a critical section of the object that runs. */
export function runInSection(section, callback) {
  return runInFrame(new Frame(currentIo(), core.getAsyncContext()?.stores, section), callback);
}

/** Runs `callback` in a frame captured earlier with `core.getAsyncContext()`. */
export function runInFrame(frame, callback) {
  const outer = core.getAsyncContext();
  core.setAsyncContext(frame);
  try {
    return callback();
  } finally {
    core.setAsyncContext(outer);
  }
}

/** The frame that is current, with another set of values for AsyncLocalStorage; all else stays. */
export function withStores(stores) {
  return new Frame(currentIo(), stores, currentSection());
}
