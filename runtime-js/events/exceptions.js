// Exceptions of listeners and callbacks. A listener's exception is thrown out of `dispatchEvent`, as in production;
// whatever else nobody catches becomes an "error" event, and then a report to the host.

import { core } from "ext:core/mod.js";
import { currentIo } from "ext:edgeemu_js/context.js";
import { argumentError, fieldError } from "ext:edgeemu_js/web/errors.js";

const { ops } = core;
const { ErrorEvent, Event, EventTarget, saveGlobalThisReference } = core.loadExtScript("ext:deno_web/02_event.js");
const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");

const nativeDispatch = EventTarget.prototype.dispatchEvent;
const stopDispatch = Event.prototype.stopImmediatePropagation;

/** For each dispatch under way, innermost last, its event and what its listeners threw. */
const collectors = [];

/** Dispatches `event` and gives what its listeners threw: the first that throws is the last that runs. */
export function dispatchCollecting(target, event) {
  const failures = [];
  collectors.push({ event, failures });
  let allowed;
  try {
    allowed = Reflect.apply(nativeDispatch, target, [event]);
  } finally {
    collectors.pop();
  }
  return { allowed, failures };
}

/** An exception that nobody caught: "error" event first, then the host. Never throws. */
export function reportException(error) {
  const message = `Uncaught ${error instanceof Error ? `${error.name}: ${error.message}` : error}`;
  const event = new ErrorEvent("error", { cancelable: true, message, error });
  const { failures } = dispatchCollecting(globalThis, event);
  if (!event.defaultPrevented) ops.op_report_exception(currentIo(), "uncaught", error);
  for (const failure of failures) ops.op_report_exception(currentIo(), "uncaught", failure);
}

export const { reportError } = {
  reportError(error) {
    if (arguments.length < 1) throw argumentError("reportError", "ServiceWorkerGlobalScope", 1, "Value");
    reportException(error);
  },
};

/**
 * What the engine takes for the global object when a listener threw: it dispatches an "error" event there, and ends
 * all JavaScript if that is not cancelled. It always is, and the exception goes where it belongs.
 */
const engineReports = {
  dispatchEvent({ error }) {
    const collector = collectors.at(-1);
    if (collector === undefined) {
      queueMicrotask(() => reportException(error));
      return false;
    }
    collector.failures.push(error);
    Reflect.apply(stopDispatch, collector.event, []);
    return false;
  },
};

export function installDispatch() {
  saveGlobalThisReference(engineReports);
  const { dispatchEvent } = {
    dispatchEvent(event) {
      if (!(event instanceof Event)) throw argumentError("dispatchEvent", "EventTarget", 1, "Event");
      // While an event is being dispatched its phase says so.
      if (event.eventPhase !== Event.NONE) {
        throw new DOMException("The event is already being dispatched.", "InvalidStateError");
      }
      const { allowed, failures } = dispatchCollecting(this ?? globalThis, event);
      if (failures.length > 0) throw failures[0];
      return allowed;
    },
  };
  replaceMethod("dispatchEvent", dispatchEvent);
  // Called without an object they mean the global one, which is not the one that the engine was told of.
  for (const name of ["addEventListener", "removeEventListener"]) {
    const native = EventTarget.prototype[name];
    const { [name]: method } = {
      [name](...args) {
        const target = this ?? globalThis;
        if (args.length > 1 && name === "addEventListener") {
          checkListener(args[1]);
          if (target === globalThis) listenedTo.add(`${args[0]}`);
        }
        return Reflect.apply(native, target, args);
      },
    };
    replaceMethod(name, method);
  }
}

/** Types of events for which the global scope was given listeners. */
const listenedTo = new Set();

export function isListenedTo(type) {
  return listenedTo.has(type);
}

function checkListener(listener) {
  if (typeof listener === "function" || listener === null || listener === undefined) return;
  if (typeof listener !== "object") {
    throw argumentError("addEventListener", "EventTarget", 2, "function or HandlerObject");
  }
  if (typeof listener.handleEvent !== "function") throw fieldError("handleEvent", "HandlerObject", "function");
}

function replaceMethod(name, value) {
  Object.defineProperty(EventTarget.prototype, name, { value, writable: true, enumerable: true, configurable: true });
}
