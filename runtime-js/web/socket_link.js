// What `Response` and `fetch` need of WebSockets. The class itself is loaded when a Worker asks for it: until then no
// value is one.

import { core } from "ext:core/mod.js";

let script = null;

/** The script of the class says that it has been loaded. */
export function registerSockets(exports) {
  script = exports;
}

/** @returns {boolean} whether the value is a WebSocket */
export function isWebSocket(value) {
  return script !== null && script.isWebSocket(value);
}

/** @returns {object} a WebSocket for an end that the host has given to this invocation */
export function adoptSocket(id) {
  return core.loadExtScript("ext:edgeemu_js/web/websocket.js").adopt(id);
}

/**
 * Takes the end away from an object, which cannot be used any more.
 *
 * @returns {number} its id
 */
export function handOverSocket(socket) {
  return script.handOver(socket);
}
