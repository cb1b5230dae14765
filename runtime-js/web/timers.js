// setTimeout and its family, on the world's clock. A timer belongs to the request that started it.

import { core, primordials } from "ext:core/mod.js";
import { currentSection, requireIo, runInFrame } from "ext:edgeemu_js/context.js";
import { reportException } from "ext:edgeemu_js/events/exceptions.js";
import { argumentError } from "ext:edgeemu_js/web/errors.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";

const { ops } = core;
const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { AbortController, AbortSignal, newSignal, signalAbort } = core.loadExtScript("ext:deno_web/03_abort_signal.js");
const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");

/** id -> what to call when the host says that the timer is due. */
const timers = new Map();

const GLOBAL = "ServiceWorkerGlobalScope";

function start(name, callback, delay, args, repeat) {
  if (typeof callback !== "function") throw argumentError(name, GLOBAL, 1, "function");
  const io = requireIo();
  const id = ops.op_timer_start(io, Number(delay) || 0, repeat);
  const section = currentSection();
  if (section !== 0) ops.op_section_timer(io, id, section);
  timers.set(id, { callback, args, repeat, frame: core.getAsyncContext() });
  return id;
}

function clear(name, count, id) {
  if (count < 1) throw argumentError(name, GLOBAL, 1, "Number");
  const number = Number(id);
  if (timers.delete(number)) ops.op_timer_cancel(number);
}

/** The engine's, which finds V8's function when it is called for the first time: as long as the global has its own. */
const nativeMicrotask = primordials.queueMicrotask;

export const { clearInterval, clearTimeout, queueMicrotask, setInterval, setTimeout } = {
  clearInterval(id) {
    clear("clearInterval", arguments.length, id);
  },
  clearTimeout(id) {
    clear("clearTimeout", arguments.length, id);
  },
  queueMicrotask(callback) {
    if (typeof callback !== "function") throw argumentError("queueMicrotask", GLOBAL, 1, "function");
    nativeMicrotask(callback);
  },
  setInterval(callback, delay = 0, ...args) {
    return start("setInterval", callback, delay, args, true);
  },
  setTimeout(callback, delay = 0, ...args) {
    return start("setTimeout", callback, delay, args, false);
  },
};

/** Last chance for the engine to find V8's function, before the global object loses what is in front of it. */
export function prepareMicrotasks() {
  nativeMicrotask(() => {});
  while (delete globalThis.queueMicrotask && Object.hasOwn(globalThis, "queueMicrotask"));
}

/** The host calls this when timer `id` is due; an exception is reported, never thrown into the host. */
export function fireTimer(id) {
  const timer = timers.get(id);
  if (timer === undefined) return;
  if (!timer.repeat) timers.delete(id);
  try {
    runInFrame(timer.frame, () => Reflect.apply(timer.callback, globalThis, timer.args));
  } catch (error) {
    runInFrame(timer.frame, () => reportException(error));
  }
}

/** The host calls this when a context ends with timers still waiting. */
export function forgetTimer(id) {
  timers.delete(id);
}

export class Scheduler {
  /** Resolves after `delay` milliseconds, or rejects when `signal` aborts. */
  async wait(delay, options = undefined) {
    if (arguments.length < 1) throw argumentError("wait", "Scheduler", 1, "number");
    if (options !== undefined && options !== null && !isObject(options)) {
      throw argumentError("wait", "Scheduler", 2, "WaitOptions");
    }
    const signal = options?.signal;
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers();
    const id = setTimeout(resolve, delay);
    signal?.addEventListener("abort", () => {
      clearTimeout(id);
      reject(signal.reason);
    }, { once: true });
    return promise;
  }

}

webidl.configureInterface(Scheduler);

export const scheduler = Object.create(Scheduler.prototype);

/** AbortSignal.timeout on our clock. */
function timeout(delay) {
  if (arguments.length < 1) throw argumentError("timeout", "AbortSignal", 1, "number");
  const signal = newSignal();
  setTimeout(() => {
    signal[signalAbort](new DOMException("The operation was aborted due to timeout", "TimeoutError"));
  }, delay);
  return signal;
}

/** Aborting without a reason, in production's words. */
function aborted() {
  return new DOMException("The operation was aborted", "AbortError");
}

const nativeAbort = AbortController.prototype.abort;
const { abort } = {
  abort(reason = aborted()) {
    Reflect.apply(nativeAbort, this, [reason]);
  },
};
const nativeAborted = AbortSignal.abort;
const { abort: abortedSignal } = {
  abort(reason = aborted()) {
    return Reflect.apply(nativeAborted, AbortSignal, [reason]);
  },
};

for (const [owner, value] of [[AbortController.prototype, abort], [AbortSignal, abortedSignal]]) {
  Object.defineProperty(owner, "abort", { value, writable: true, enumerable: true, configurable: true });
}
Object.defineProperty(AbortSignal, "timeout", { value: timeout, writable: true, enumerable: true, configurable: true });
