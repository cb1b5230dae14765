// The Worker's code as the host sees it: its handlers, whichever syntax they are written in.

import { core } from "ext:core/mod.js";
import { ExecutionContext, WorkerEntrypoint, addLoopback, env, extendLifetime } from "ext:edgeemu_js/modules/entrypoints.js";
import { dispatchCollecting, isListenedTo } from "ext:edgeemu_js/events/exceptions.js";
import { FetchEvent, ScheduledEvent, answerOf, kEvent } from "ext:edgeemu_js/events/listeners.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { fetch } from "ext:edgeemu_js/web/fetch.js";
import { decode } from "ext:edgeemu_js/rpc/wire.js";

const { ops } = core;

/** A severity of the host. */
const ERROR = 3;

/** What a Worker can be called for. */
const EVENTS = ["alarm", "email", "fetch", "queue", "scheduled", "tail", "trace"];

/** What was loaded: in module syntax what its main module exports, as far as events can be for it. */
export const entry = { syntax: "none", exports: { __proto__: null } };

/** @param {object} namespace the main module */
export function installModules(namespace) {
  // By number: the Worker may have replaced what walks through an array.
  const names = Object.keys(namespace);
  for (let i = 0; i < names.length; i++) {
    requireEntry(names[i], namespace[names[i]]);
    entry.exports[names[i]] = namespace[names[i]];
    if (takesEvents(namespace[names[i]])) addLoopback(names[i]);
  }
  entry.syntax = "modules";
  const handlers = namespace.default;
  if (typeof handlers !== "function" || handlers.prototype instanceof WorkerEntrypoint) return;
  entry.exports.default = undefined;
  const text = "Exported actor class as default entrypoint. This doesn't work, but historically did not produce a " +
    "startup-time error.";
  ops.op_console(0, ERROR, text);
}

/** Whether events can be for an export: an object with handlers, or a class of entrypoints. */
function takesEvents(value) {
  return typeof value !== "function" || value.prototype instanceof WorkerEntrypoint;
}

/** What a Worker exports is all for the platform, which takes objects and classes. */
function requireEntry(name, value) {
  if (value === undefined || value === null) {
    throw new TypeError(
      "Cannot initialize N7workerd3api15ExportedHandlerE with required members from an undefined or null value.",
    );
  }
  if (isObject(value)) return;
  throw new TypeError(
    `Incorrect type for map entry '${name}': the provided value is not of type 'function or ExportedHandler'.`,
  );
}

/** Called after the script has run. */
export function installServiceWorker() {
  entry.syntax = "service-worker";
  if (EVENTS.some(isListenedTo)) return;
  throw new Error("No event handlers were registered. This script does nothing.");
}

/** `ctx.props` as the host passes them: text of a configuration, bytes of another isolate, or nothing. */
function decodeProps(props) {
  if (props === undefined) return {};
  return typeof props === "string" ? JSON.parse(props) : decode(props, null);
}

/**
 * The object that handles events for the export `name`, made anew if the export is a class.
 *
 * @param {number} io
 * @param {{ name: string | undefined, props: string | Uint8Array | undefined }} which
 * @returns {{ target: object, ctx: ExecutionContext }}
 */
export function openEntry(io, { name, props }) {
  const exported = entry.exports[name ?? "default"];
  const ctx = new ExecutionContext(io, decodeProps(props));
  if (exported === undefined && name !== undefined) throw missingEntry(name);
  return { target: typeof exported === "function" ? new exported(ctx, env) : exported, ctx };
}

function missingEntry(name) {
  return new TypeError(`The Worker has no such named entrypoint: "${name}".`);
}

/** An event for the default export, with nothing in `ctx.props`. */
export const DEFAULT = { name: undefined, props: undefined };

/** Calls the handler for `event`; what it returns is its answer. `makeArgument` is called only if there is a handler. */
export function callEntry(event, io, which, makeArgument) {
  if (entry.syntax === "service-worker") return listeners[event](io, makeArgument());
  const { target, ctx } = openEntry(io, which);
  const handler = target?.[event];
  if (typeof handler !== "function") return ops.op_handler_missing(io, event);
  return handler.call(target, makeArgument(), env, ctx);
}

const listeners = {
  __proto__: null,

  /** A listener that does not call respondWith lets the request through to its origin, as in production. */
  fetch(io, request) {
    const event = new FetchEvent(kEvent, request, {
      waitUntil: (promise) => extendLifetime(io, promise),
      passThrough: () => ops.op_pass_through_on_exception(io),
    });
    dispatch(event);
    return answerOf(event) ?? fetch(request);
  },

  scheduled(io, controller) {
    const waiting = [];
    dispatch(new ScheduledEvent(kEvent, controller, (promise) => waiting.push(promise)));
    return Promise.all(waiting);
  },
};

/** Like dispatchEvent, but an exception of a listener fails the event instead of only being reported. */
function dispatch(event) {
  const { failures } = dispatchCollecting(globalThis, event);
  if (failures.length > 0) throw failures[0];
}
