// A native byte source: its chunks come from the host, and when a signal breaks it off it fails with that reason.

import { core, primordials } from "ext:core/mod.js";
import { currentIo } from "ext:edgeemu_js/context.js";
import { foreignIoError } from "ext:edgeemu_js/web/errors.js";
import { concatBytes } from "ext:edgeemu_js/web/streams.js";

const { ArrayPrototypePush, Promise, PromisePrototypeThen, PromiseReject } = primordials;
const { ops } = core;

const NOTHING = () => {};

// What production calls the objects that belong to an invocation: a body, and what a reader of it holds.
const BODY = "ReadableStreamSource";
export const READER = "Canceler";

/** Bytes that came with an invocation and can be read by it alone. */
export class ReceivedBytes {
  /**
   * @param {Uint8Array} bytes
   */
  constructor(bytes) {
    this.bytes = bytes;
    this.io = currentIo();
  }

  /** @returns {Uint8Array} the bytes, for the invocation they belong to */
  read(reader = BODY) {
    if (this.io !== currentIo()) throw foreignIoError(reader);
    return this.bytes;
  }
}

/** The only owner of the host's id, which it never uses again after the end, a failure, `cancel` or `handOver`. */
export class NativeSource {
  /** @param {number} rid */
  constructor(rid) {
    this.rid = rid;
    /** The invocation it belongs to: no other may read it. */
    this.io = currentIo();
    this.over = false;
    /** @type {{ reason: unknown } | null} */
    this.aborted = null;
    /** Rejects the read under way, while a signal could break it off. */
    this.reject = null;
    this.forget = null;
  }

  /**
   * @param {string} reader what another invocation is told that it must not use
   * @returns {Promise<Uint8Array | null>} null at the end
   */
  read(reader = BODY) {
    if (this.io !== currentIo()) return PromiseReject(foreignIoError(reader));
    if (this.aborted !== null) return PromiseReject(this.aborted.reason);
    return this.forget === null ? ops.op_body_read(this.rid) : this.readWatched();
  }

  /** A read that need not wait for the host to notice an abort. */
  readWatched() {
    return new Promise((resolve, reject) => {
      this.reject = reject;
      PromisePrototypeThen(ops.op_body_read(this.rid), (chunk) => {
        if (chunk === null) this.finish();
        resolve(chunk);
      }, (error) => {
        this.finish();
        reject(error);
      });
    });
  }

  /**
   * @returns {Promise<Uint8Array>} everything that is left
   */
  async readWhole() {
    const chunks = [];
    while (true) {
      const chunk = await this.read();
      if (chunk === null) return concatBytes(chunks);
      ArrayPrototypePush(chunks, chunk);
    }
  }

  /** Nobody will read the rest. */
  cancel() {
    if (this.over) return;
    this.finish();
    ops.op_body_cancel(this.rid);
  }

  /**
   * Gives the source to somebody on the host's side.
   *
   * @returns {number} its id
   */
  handOver() {
    if (this.io !== currentIo()) throw foreignIoError(BODY);
    if (this.aborted !== null) throw this.aborted.reason;
    this.finish();
    return this.rid;
  }

  /**
   * From now on `abort` may break the source off.
   *
   * @param {() => void} forget called once, when it need not be watched any longer
   */
  watch(forget) {
    this.forget = forget;
  }

  /** @param {unknown} reason what reading fails with */
  abort(reason) {
    if (this.over) return;
    this.aborted = { reason };
    this.finish();
    ops.op_body_cancel(this.rid);
    this.reject?.(reason);
  }

  finish() {
    if (this.over) return;
    this.over = true;
    const forget = this.forget ?? NOTHING;
    this.forget = null;
    forget();
  }
}
