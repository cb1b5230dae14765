// The WebSockets that an object keeps while it hibernates. The host has them and what is known of them; an instance has
// an object for each that it has accepted or asked for.

/**
 * op_kept_accept(object, socket, tags, attachment) -> { kept, tags }
 * op_kept_wake(object, kept) -> { id, tags, attachment, closedIncoming, closedOutgoing } | null
 * op_kept_list(object, tag: string | null) -> number[]
 * op_kept_set_attachment(object, kept, bytes)
 * op_kept_refuse(isAccepted) throws why a socket has no tags
 * op_kept_set_auto(object, request, response), op_kept_auto(object) -> [request, response] | null
 * op_kept_answered(object, kept) -> milliseconds, negative if it never was
 * op_kept_set_timeout(object, milliseconds), op_kept_timeout(object) -> milliseconds, zero for none
 */

import { core, primordials } from "ext:core/mod.js";
import { argumentError } from "ext:edgeemu_js/web/errors.js";
import { isWebSocket } from "ext:edgeemu_js/web/socket_link.js";

const {
  ArrayIsArray,
  ArrayPrototypeMap,
  ArrayPrototypePush,
  ArrayPrototypeSlice,
  Date,
  Error,
  MathTrunc,
  NumberIsNaN,
  ReflectApply,
  SafeMap,
  TypeError,
} = primordials;

const { ops } = core;

const OWNER = "DurableObjectState";
/** More than any limit, and still a small integer. */
const TOO_LONG = 604_800_001;

// What the host says has arrived; ops/sockets.rs has the same numbers.
const TEXT = 0;
const BINARY = 1;
const CLOSE = 2;
const LOST = 3;

const script = () => core.loadExtScript("ext:edgeemu_js/web/websocket.js");

/** The object's I/O context -> what its instance knows of its sockets. */
const known = new SafeMap();

class ObjectSockets {
  #object;
  /** Number -> { socket, tags } */
  #entries = new SafeMap();

  constructor(object) {
    this.#object = object;
  }

  accept(socket, tags) {
    if (!isWebSocket(socket)) throw argumentError("acceptWebSocket", OWNER, 1, "WebSocket");
    if (tags !== undefined && !ArrayIsArray(tags)) throw argumentError("acceptWebSocket", OWNER, 2, "Array");
    const texts = tags === undefined ? [] : ArrayPrototypeMap(tags, (tag) => `${tag}`);
    const accepted = script().keep(socket, this.#object, texts);
    this.#entries.set(accepted.kept, { socket, tags: accepted.tags });
  }

  /** @returns {{ socket: WebSocket, tags: string[] } | null} */
  find(kept) {
    const entry = this.#entries.get(kept);
    if (entry !== undefined) return entry;
    const found = ops.op_kept_wake(this.#object, kept);
    if (found === null) return null;
    const woken = { socket: script().wake(this.#object, kept, found), tags: found.tags };
    this.#entries.set(kept, woken);
    return woken;
  }

  forget(kept) {
    this.#entries.delete(kept);
  }

  list(tag) {
    const numbers = ops.op_kept_list(this.#object, tag === undefined ? null : `${tag}`);
    const sockets = [];
    for (let i = 0; i < numbers.length; i++) {
      const entry = this.find(numbers[i]);
      if (entry !== null) ArrayPrototypePush(sockets, entry.socket);
    }
    return sockets;
  }

  tags(socket) {
    if (!isWebSocket(socket)) throw argumentError("getTags", OWNER, 1, "WebSocket");
    const { isAccepted, tags } = script().acceptance(socket);
    if (tags === null) ops.op_kept_refuse(isAccepted);
    return ArrayPrototypeSlice(tags);
  }

  answered(socket) {
    if (!isWebSocket(socket)) throw argumentError("getWebSocketAutoResponseTimestamp", OWNER, 1, "WebSocket");
    const { kept } = script().acceptance(socket);
    const time = kept === 0 ? -1 : ops.op_kept_answered(this.#object, kept);
    return time < 0 ? null : new Date(time);
  }

  setAutoResponse(pair) {
    if (pair === undefined) return ops.op_kept_set_auto(this.#object, null, null);
    if (!script().isPair(pair)) {
      throw argumentError("setWebSocketAutoResponse", OWNER, 1, "WebSocketRequestResponsePair");
    }
    ops.op_kept_set_auto(this.#object, pair.request, pair.response);
  }

  autoResponse() {
    const pair = ops.op_kept_auto(this.#object);
    if (pair === null) return null;
    const { WebSocketRequestResponsePair } = script();
    return new WebSocketRequestResponsePair(pair[0], pair[1]);
  }

  setTimeout(value) {
    const millis = value === undefined ? 0 : MathTrunc(+value);
    if (NumberIsNaN(millis)) throw new TypeError("The value cannot be converted because it is not an integer.");
    if (millis < 0) {
      throw new TypeError(
        "The value cannot be converted because it is negative and this API expects a positive number.",
      );
    }
    ops.op_kept_set_timeout(this.#object, millis > TOO_LONG ? TOO_LONG : millis);
  }

  timeout() {
    const millis = ops.op_kept_timeout(this.#object);
    return millis === 0 ? null : millis;
  }

  /** Calls the handler for an arrival, if the class has one; gives what that gives. */
  deliver(instance, kept, { kind, data, code }) {
    const entry = this.find(kept);
    if (entry === null) return undefined;
    const { socket } = entry;
    const call = (name, args) => {
      const handler = instance[name];
      return typeof handler === "function" ? ReflectApply(handler, instance, args) : undefined;
    };
    if (kind === TEXT || kind === BINARY) return call("webSocketMessage", [socket, data]);
    const { end, settle, DISCONNECTED } = script();
    end(socket);
    try {
      if (kind === CLOSE) return call("webSocketClose", [socket, code, data, true]);
      if (kind === LOST) return call("webSocketClose", [socket, 1006, DISCONNECTED, false]);
      return call("webSocketError", [socket, new Error(data)]);
    } finally {
      this.forget(kept);
      settle(socket, kind === CLOSE);
    }
  }
}

export function createSockets(object) {
  const sockets = new ObjectSockets(object);
  known.set(object, sockets);
  return sockets;
}

/** @returns {ObjectSockets | undefined} */
export function socketsOf(object) {
  return known.get(object);
}

export function dropSockets(object) {
  known.delete(object);
}
