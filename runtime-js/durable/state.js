// `ctx` of an object.

import { core } from "ext:core/mod.js";
import { argumentError, illegalConstructor } from "ext:edgeemu_js/web/errors.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";
import { runSection } from "ext:edgeemu_js/durable/frame.js";
import { createSockets } from "ext:edgeemu_js/durable/sockets.js";
import { encodeThrown } from "ext:edgeemu_js/rpc/wire.js";

const { ops } = core;

const OWNER = "DurableObjectState";
const kInternal = Symbol("internal");

/** What belongs to features of the platform that are not emulated: there, and refused by its name. */
function refuse(name) {
  throw new Error(`edgeemu does not emulate \`ctx.${name}\` of Durable Objects`);
}

export class DurableObjectState {
  #object;
  #sockets;

  constructor(key, { object, id, storage, props, exports }) {
    if (key !== kInternal) throw illegalConstructor();
    this.#object = object;
    this.#sockets = createSockets(object);
    this.id = id;
    this.storage = storage;
    this.props = props;
    this.exports = exports;
    this.container = undefined;
    this.facets = {
      get: () => refuse("facets"),
      abort: () => refuse("facets"),
      delete: () => refuse("facets"),
    };
  }

  /** The object lives on anyway; a rejection is logged. */
  waitUntil(promise) {
    if (arguments.length < 1) throw argumentError("waitUntil", OWNER, 1, "Promise");
    const object = this.#object;
    Promise.resolve(promise).then(undefined, (error) => ops.op_report_exception(object, "wait-until", error));
  }

  async blockConcurrencyWhile(callback) {
    if (typeof callback !== "function") throw argumentError("blockConcurrencyWhile", OWNER, 1, "function");
    return await runSection(this.#object, callback, (error) => {
      breakObject(this.#object, error);
      return new Promise(() => {});
    });
  }

  /** Resets the object. Whoever calls this does not go on. */
  abort(reason = undefined) {
    const error = reason === undefined ? undefined : new Error(`${reason}`);
    ops.op_object_abort(this.#object, error ?? null, error === undefined ? null : encodeReset(error));
    // The engine ends what runs at the next loop or call.
    for (;;);
  }

  /** From now on the handlers of the class get what arrives, also after a hibernation. */
  acceptWebSocket(socket, tags = undefined) {
    this.#sockets.accept(socket, tags);
  }

  getWebSockets(tag = undefined) {
    return this.#sockets.list(tag);
  }

  setWebSocketAutoResponse(pair = undefined) {
    this.#sockets.setAutoResponse(pair);
  }

  getWebSocketAutoResponse() {
    return this.#sockets.autoResponse();
  }

  getWebSocketAutoResponseTimestamp(socket) {
    return this.#sockets.answered(socket);
  }

  setHibernatableWebSocketEventTimeout(millis = undefined) {
    this.#sockets.setTimeout(millis);
  }

  getHibernatableWebSocketEventTimeout() {
    return this.#sockets.timeout();
  }

  getTags(socket) {
    return this.#sockets.tags(socket);
  }

  get [Symbol.toStringTag]() {
    return OWNER;
  }
}

refuseCloning(DurableObjectState);

function encodeReset(error) {
  if (core.isNativeError(error)) {
    error.remote = true;
    error.durableObjectReset = true;
  }
  return encodeThrown(error);
}

/** Resets the object: whoever waits for it gets `error`. */
export function breakObject(object, error) {
  ops.op_object_break(object, error, encodeReset(error));
}

export function createState(parts) {
  return new DurableObjectState(kInternal, parts);
}
