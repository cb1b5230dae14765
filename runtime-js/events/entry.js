// The Worker's code as the host sees it: its handlers, whichever syntax they are written in.

import { core } from "ext:core/mod.js";
import { ExecutionContext, WorkerEntrypoint, env, extendLifetime } from "ext:edgeemu_js/modules/entrypoints.js";
import { dispatchCollecting } from "ext:edgeemu_js/events/exceptions.js";
import { FetchEvent, ScheduledEvent, answerOf } from "ext:edgeemu_js/events/listeners.js";
import { fetch } from "ext:edgeemu_js/web/fetch.js";

const { ops } = core;

/** What was loaded: `handlers` is the default export in module syntax, `undefined` in service-worker syntax. */
export const entry = { syntax: "none", handlers: undefined, isClass: false };

/** @param {object} namespace the main module */
export function installModules(namespace) {
  const handlers = namespace.default;
  entry.syntax = "modules";
  entry.handlers = handlers;
  entry.isClass = typeof handlers === "function";
}

export function installServiceWorker() {
  entry.syntax = "service-worker";
}

/** Calls the handler for `event`; what it returns is its answer. `makeArgument` is called only if there is a handler. */
export function callEntry(event, io, makeArgument) {
  if (entry.syntax === "service-worker") return listeners[event](io, makeArgument());
  const ctx = new ExecutionContext(io, {});
  const target = entry.isClass ? new entry.handlers(ctx, env) : entry.handlers;
  const handler = target?.[event];
  if (typeof handler !== "function") return ops.op_handler_missing(io, event);
  if (target instanceof WorkerEntrypoint) return handler.call(target, makeArgument());
  return handler.call(target, makeArgument(), env, ctx);
}

const listeners = {
  __proto__: null,

  /** A listener that does not call respondWith lets the request through to its origin, as in production. */
  fetch(io, request) {
    const event = new FetchEvent(request, (promise) => extendLifetime(io, promise), () => {
      ops.op_pass_through_on_exception(io);
    });
    dispatch(event);
    return answerOf(event) ?? fetch(request);
  },

  scheduled(io, controller) {
    const waiting = [];
    dispatch(new ScheduledEvent(controller, (promise) => waiting.push(promise)));
    return Promise.all(waiting);
  },
};

/** Like dispatchEvent, but an exception of a listener fails the event instead of only being reported. */
function dispatch(event) {
  const { failures } = dispatchCollecting(globalThis, event);
  if (failures.length > 0) throw failures[0];
}
