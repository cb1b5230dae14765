// What is loaded when a Worker first asks for it: scripts that are no part of the snapshot. They are no modules, so that
// what they use of the modules here is given to them as `internals.parts`.

import { core, internals, primordials } from "ext:core/mod.js";
import { byKeys } from "ext:edgeemu_js/web/inspection.js";
import * as body from "ext:edgeemu_js/web/body.js";
import * as clone from "ext:edgeemu_js/web/clone.js";
import * as context from "ext:edgeemu_js/context.js";
import * as convert from "ext:edgeemu_js/web/convert.js";
import * as errors from "ext:edgeemu_js/web/errors.js";
import * as exceptions from "ext:edgeemu_js/events/exceptions.js";
import * as fetching from "ext:edgeemu_js/web/fetch.js";
import * as headers from "ext:edgeemu_js/web/headers.js";
import * as native from "ext:edgeemu_js/web/native.js";
import * as requests from "ext:edgeemu_js/web/request.js";
import * as responses from "ext:edgeemu_js/web/response.js";
import * as socketLink from "ext:edgeemu_js/web/socket_link.js";
import * as streams from "ext:edgeemu_js/web/streams.js";
import * as timers from "ext:edgeemu_js/web/timers.js";

const { ObjectDefineProperty, ObjectKeys } = primordials;

const CACHE = "ext:edgeemu_js/bindings/cache.js";
const EVENT_SOURCE = "ext:edgeemu_js/web/event_source.js";
const HTML_REWRITER = "ext:edgeemu_js/web/html_rewriter.js";
const WEB_SOCKET = "ext:edgeemu_js/web/websocket.js";

/** Global name -> the script that defines it. */
const GLOBALS = {
  __proto__: null,
  Cache: CACHE,
  CacheStorage: CACHE,
  EventSource: EVENT_SOURCE,
  HTMLRewriter: HTML_REWRITER,
  WebSocket: WEB_SOCKET,
  WebSocketPair: WEB_SOCKET,
  WebSocketRequestResponsePair: WEB_SOCKET,
};

/** The same for objects, which the global object has itself. */
const OWN = { __proto__: null, caches: CACHE };

/** The compatibility flags of this Worker, once it has started. */
const settings = { flags: [] };

/** @param {string[]} flags */
export function setLazyFlags(flags) {
  settings.flags = flags;
}

internals.parts = {
  __proto__: null,
  body,
  byKeys,
  clone,
  context,
  convert,
  errors,
  exceptions,
  fetching,
  headers,
  native,
  requests,
  responses,
  settings,
  socketLink,
  streams,
  timers,
};

function define(target, name, value, enumerable) {
  ObjectDefineProperty(target, name, { __proto__: null, value, writable: true, enumerable, configurable: true });
}

function defineLazily(target, scripts, enumerable) {
  const names = ObjectKeys(scripts);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    ObjectDefineProperty(target, name, {
      __proto__: null,
      get() {
        const value = core.loadExtScript(scripts[name])[name];
        define(target, name, value, enumerable);
        return value;
      },
      set(value) {
        define(this, name, value, enumerable);
      },
      enumerable,
      configurable: true,
    });
  }
}

/** @param {object} scope what the global object inherits */
export function defineLazyGlobals(scope) {
  defineLazily(scope, GLOBALS, true);
  defineLazily(globalThis, OWN, true);
}

/** The host calls this with what arrived at a WebSocket that a script has accepted. Never throws. */
export function deliverSocket(socket, kind, data, code) {
  core.loadExtScript(WEB_SOCKET).deliver(socket, kind, data, code);
}
