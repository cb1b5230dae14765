// node:events.

const { AbortError, codes } = require("errors");
const { validateAbortSignal, validateBoolean, validateFunction, validateInteger, validateNumber, validateObject, validateString } = require("validators");

const kCapture = Symbol("kCapture");
const errorMonitor = Symbol("events.errorMonitor");
const captureRejectionSymbol = Symbol.for("nodejs.rejection");
const kMaxEventTargetListeners = Symbol("events.maxEventTargetListeners");
const kRejection = captureRejectionSymbol;

let defaultMaxListeners = 10;

/** Callable without `new`, since old classes inherit by `EventEmitter.call(this)`. */
function EventEmitter(options) {
  EventEmitter.init.call(this, options);
}

EventEmitter.prototype._events = undefined;
EventEmitter.prototype._eventsCount = 0;
EventEmitter.prototype._maxListeners = undefined;

EventEmitter.init = function (options) {
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
    this._events = { __proto__: null };
    this._eventsCount = 0;
  }
  this._maxListeners = this._maxListeners || undefined;
  if (options?.captureRejections) {
    validateBoolean(options.captureRejections, "options.captureRejections");
    this[kCapture] = true;
  } else {
    this[kCapture] = EventEmitter.prototype[kCapture];
  }
};

const limitOf = (emitter) => emitter._maxListeners === undefined ? defaultMaxListeners : emitter._maxListeners;

function emitUnhandled(emitter, type, error) {
  if (error instanceof Error) throw error;
  let shown;
  try {
    shown = require("inspect").inspect(error);
  } catch {
    shown = error;
  }
  const failure = new codes.ERR_UNHANDLED_ERROR(shown);
  failure.context = error;
  throw failure;
}

/** A promise that a listener returned rejects: the emitter hears of it. */
function watchRejection(emitter, promise, type, values) {
  if (!emitter[kCapture]) return;
  try {
    const { then } = promise;
    if (typeof then !== "function") return;
    then.call(promise, undefined, (error) => require("process_queue").nextTick(() => {
      if (typeof emitter[kRejection] === "function") return emitter[kRejection](error, type, ...values);
      const before = emitter[kCapture];
      try {
        emitter[kCapture] = false;
        emitter.emit("error", error);
      } finally {
        emitter[kCapture] = before;
      }
    }));
  } catch (error) {
    emitter.emit("error", error);
  }
}

function addListener(emitter, type, listener, first) {
  validateFunction(listener, "listener");
  let events = emitter._events;
  if (events === undefined) {
    events = emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
  } else if (events.newListener !== undefined) {
    emitter.emit("newListener", type, listener.listener ?? listener);
    events = emitter._events;
  }
  const present = events[type];
  if (present === undefined) {
    events[type] = listener;
    emitter._eventsCount++;
    return emitter;
  }
  if (typeof present === "function") events[type] = first ? [listener, present] : [present, listener];
  else if (first) present.unshift(listener);
  else present.push(listener);
  warnOfLeak(emitter, type, events[type]);
  return emitter;
}

function warnOfLeak(emitter, type, listeners) {
  const limit = limitOf(emitter);
  if (limit === 0 || listeners.length <= limit || listeners.warned) return;
  listeners.warned = true;
  const warning = new Error(
    `Possible EventEmitter memory leak detected. ${listeners.length} ${String(type)} listeners ` +
      `added to ${require("inspect").inspect(emitter, { depth: -1 })}. Use emitter.setMaxListeners() to increase limit`,
  );
  Object.assign(warning, { name: "MaxListenersExceededWarning", emitter, type, count: listeners.length });
  platform.console.warn(`${warning.name}: ${warning.message}`);
}

function onceWrap(target, type, listener) {
  const state = { fired: false, wrap: undefined };
  const wrapped = function (...values) {
    if (state.fired) return;
    target.removeListener(type, wrapped);
    state.fired = true;
    return Reflect.apply(listener, target, values);
  };
  wrapped.listener = listener;
  return wrapped;
}

function listed(target, type, unwrap) {
  const present = target._events?.[type];
  if (present === undefined) return [];
  if (typeof present === "function") return [unwrap ? present.listener ?? present : present];
  return unwrap ? present.map((one) => one.listener ?? one) : [...present];
}

/** What `removeListener` leaves of a list. */
function without(list, listener) {
  for (let at = list.length - 1; at >= 0; at--) {
    if (list[at] === listener || list[at].listener === listener) return { removed: list[at], rest: list.toSpliced(at, 1) };
  }
  return null;
}

function removeAll(emitter, type, hasType) {
  const events = emitter._events;
  if (events === undefined) return emitter;
  if (events.removeListener === undefined) {
    if (!hasType) {
      emitter._events = { __proto__: null };
      emitter._eventsCount = 0;
    } else if (events[type] !== undefined) {
      forget(emitter, type);
    }
    return emitter;
  }
  if (!hasType) {
    for (const key of Reflect.ownKeys(events)) if (key !== "removeListener") emitter.removeAllListeners(key);
    emitter.removeAllListeners("removeListener");
    emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
    return emitter;
  }
  for (const listener of listed(emitter, type, false).reverse()) emitter.removeListener(type, listener);
  return emitter;
}

function forget(emitter, type) {
  emitter._eventsCount--;
  if (emitter._eventsCount === 0) emitter._events = { __proto__: null };
  else delete emitter._events[type];
}

const methods = {
  setMaxListeners(count) {
    validateNumber(count, "setMaxListeners", 0);
    this._maxListeners = count;
    return this;
  },

  getMaxListeners() {
    return limitOf(this);
  },

  emit(type, ...values) {
    const events = this._events;
    if (type === "error") {
      if (events?.[errorMonitor] !== undefined) this.emit(errorMonitor, ...values);
      if (events?.error === undefined) emitUnhandled(this, type, values[0]);
    }
    const handler = events?.[type];
    if (handler === undefined) return false;
    if (typeof handler === "function") {
      const result = Reflect.apply(handler, this, values);
      if (result !== undefined && result !== null) watchRejection(this, result, type, values);
      return true;
    }
    for (const listener of [...handler]) {
      const result = Reflect.apply(listener, this, values);
      if (result !== undefined && result !== null) watchRejection(this, result, type, values);
    }
    return true;
  },

  addListener(type, listener) {
    return addListener(this, type, listener, false);
  },

  on(type, listener) {
    return addListener(this, type, listener, false);
  },

  prependListener(type, listener) {
    return addListener(this, type, listener, true);
  },

  once(type, listener) {
    validateFunction(listener, "listener");
    this.on(type, onceWrap(this, type, listener));
    return this;
  },

  prependOnceListener(type, listener) {
    validateFunction(listener, "listener");
    this.prependListener(type, onceWrap(this, type, listener));
    return this;
  },

  removeListener(type, listener) {
    validateFunction(listener, "listener");
    const present = this._events?.[type];
    if (present === undefined) return this;
    if (present === listener || present.listener === listener) {
      forget(this, type);
      if (this._events.removeListener) this.emit("removeListener", type, present.listener || listener);
      return this;
    }
    const left = typeof present === "function" ? null : without(present, listener);
    if (left === null) return this;
    this._events[type] = left.rest.length === 1 ? left.rest[0] : left.rest;
    if (this._events.removeListener !== undefined) this.emit("removeListener", type, left.removed.listener ?? listener);
    return this;
  },

  removeAllListeners(type) {
    return removeAll(this, type, arguments.length > 0);
  },

  listeners(type) {
    return listed(this, type, true);
  },

  rawListeners(type) {
    return listed(this, type, false);
  },

  listenerCount(type, listener) {
    const all = listed(this, type, false);
    if (listener === undefined || listener === null) return all.length;
    return all.filter((one) => one === listener || one.listener === listener).length;
  },

  eventNames() {
    return this._eventsCount > 0 ? Reflect.ownKeys(this._events) : [];
  },
};

for (const [name, value] of Object.entries(methods)) EventEmitter.prototype[name] = value;
EventEmitter.prototype.off = EventEmitter.prototype.removeListener;
EventEmitter.prototype.on = EventEmitter.prototype.addListener;
Object.defineProperty(EventEmitter.prototype, kCapture, { value: false, writable: true, enumerable: false });

function isEventTarget(value) {
  return typeof value?.addEventListener === "function" && typeof value.removeEventListener === "function";
}

/** Listens on an emitter or an event target alike; returns how to stop. */
function listen(target, type, listener, options = undefined) {
  if (typeof target.on === "function") {
    if (options?.once) target.once(type, listener);
    else target.on(type, listener);
    return () => target.removeListener(type, listener);
  }
  if (!isEventTarget(target)) throw new codes.ERR_INVALID_ARG_TYPE("emitter", "EventEmitter", target);
  target.addEventListener(type, listener, options);
  return () => target.removeEventListener(type, listener);
}

async function once(emitter, type, options = {}) {
  validateObject(options, "options");
  const { signal } = options;
  validateAbortSignal(signal, "options.signal");
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  const { promise, resolve, reject } = Promise.withResolvers();
  const stops = [];
  const settle = (how) => (value) => {
    stops.forEach((stop) => stop());
    how(value);
  };
  stops.push(listen(emitter, type, (...values) => settle(resolve)(values), { once: true }));
  if (type !== "error" && typeof emitter.once === "function") stops.push(listen(emitter, "error", settle(reject), { once: true }));
  if (signal) stops.push(listen(signal, "abort", () => settle(reject)(new AbortError(undefined, { cause: signal.reason })), { once: true }));
  return promise;
}

/** Events that came and nobody asked for, and those who asked for what has not come. */
class EventIterator {
  #values = [];
  #waiting = [];
  #stops = [];
  #error = null;
  #finished = false;
  #watermarks;
  #emitter;
  #paused = false;

  constructor(emitter, type, options) {
    const { signal } = options;
    validateAbortSignal(signal, "options.signal");
    if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
    const high = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER;
    const low = options.lowWaterMark ?? options.lowWatermark ?? 1;
    validateInteger(high, "options.highWaterMark", 1);
    validateInteger(low, "options.lowWaterMark", 1);
    this.#watermarks = { high, low };
    this.#emitter = emitter;
    this.#stops.push(listen(emitter, type, (...values) => this.#take(isEventTarget(emitter) && !emitter.on ? values[0] : values)));
    if (type !== "error" && typeof emitter.on === "function") this.#stops.push(listen(emitter, "error", (error) => this.#fail(error)));
    for (const end of options.close ?? []) this.#stops.push(listen(emitter, end, () => this.#close()));
    if (signal) this.#stops.push(listen(signal, "abort", () => this.#fail(new AbortError(undefined, { cause: signal.reason })), { once: true }));
  }

  #take(value) {
    if (this.#waiting.length > 0) return this.#waiting.shift().resolve({ value, done: false });
    this.#values.push(value);
    if (!this.#paused && this.#values.length > this.#watermarks.high && this.#emitter.pause) {
      this.#paused = true;
      this.#emitter.pause();
    }
  }

  #fail(error) {
    if (this.#waiting.length > 0) this.#waiting.shift().reject(error);
    else this.#error = error;
    this.#close();
  }

  #close() {
    this.#stops.forEach((stop) => stop());
    this.#stops = [];
    this.#finished = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  }

  next() {
    if (this.#values.length > 0) {
      const value = this.#values.shift();
      if (this.#paused && this.#values.length < this.#watermarks.low) {
        this.#paused = false;
        this.#emitter.resume();
      }
      return Promise.resolve({ value, done: false });
    }
    if (this.#error !== null) {
      const error = this.#error;
      this.#error = null;
      return Promise.reject(error);
    }
    if (this.#finished) return this.#close();
    const { promise, resolve, reject } = Promise.withResolvers();
    this.#waiting.push({ resolve, reject });
    return promise;
  }

  return() {
    return this.#close();
  }

  throw(error) {
    if (!(error instanceof Error)) throw new codes.ERR_INVALID_ARG_TYPE("EventEmitter.AsyncIterator", "Error", error);
    this.#fail(error);
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

function on(emitter, type, options = {}) {
  validateObject(options, "options");
  return new EventIterator(emitter, type, options);
}

function getEventListeners(target, type) {
  if (typeof target.listeners === "function") return target.listeners(type);
  if (isEventTarget(target)) return [];
  throw new codes.ERR_INVALID_ARG_TYPE("emitter", ["EventEmitter", "EventTarget"], target);
}

function setMaxListeners(count = defaultMaxListeners, ...targets) {
  validateNumber(count, "setMaxListeners", 0);
  if (targets.length === 0) defaultMaxListeners = count;
  for (const target of targets) {
    if (typeof target.setMaxListeners === "function") target.setMaxListeners(count);
    else if (isEventTarget(target)) target[kMaxEventTargetListeners] = count;
    else throw new codes.ERR_INVALID_ARG_TYPE("eventTargets", ["EventEmitter", "EventTarget"], target);
  }
}

function getMaxListeners(target) {
  if (typeof target?.getMaxListeners === "function") return target.getMaxListeners();
  if (isEventTarget(target)) return target[kMaxEventTargetListeners] ?? defaultMaxListeners;
  throw new codes.ERR_INVALID_ARG_TYPE("emitter", ["EventEmitter", "EventTarget"], target);
}

function addAbortListener(signal, listener) {
  if (signal === undefined) throw new codes.ERR_INVALID_ARG_TYPE("signal", "AbortSignal", signal);
  validateAbortSignal(signal, "signal");
  validateFunction(listener, "listener");
  let stop = () => {};
  if (signal.aborted) queueMicrotask(() => listener());
  else stop = listen(signal, "abort", listener, { once: true });
  return { __proto__: null, [Symbol.dispose]: stop };
}

/** An emitter whose listeners run in the asynchronous context it was made in. */
class EventEmitterAsyncResource extends EventEmitter {
  #resource;

  constructor(options = undefined) {
    const name = typeof options === "string" ? options : options?.name ?? new.target.name;
    validateString(name, "options.name");
    super(typeof options === "string" ? undefined : options);
    const { AsyncResource } = require("async_hooks");
    const emitter = this;
    this.#resource = new (class EventEmitterReferencingAsyncResource extends AsyncResource {
      get eventEmitter() {
        return emitter;
      }
    })(name);
  }

  emit(type, ...values) {
    return this.#resource.runInAsyncScope(super.emit, this, type, ...values);
  }

  emitDestroy() {
    this.#resource.emitDestroy();
  }

  get asyncId() {
    return this.#resource.asyncId();
  }

  get triggerAsyncId() {
    return this.#resource.triggerAsyncId();
  }

  get asyncResource() {
    return this.#resource;
  }
}

Object.assign(EventEmitter, {
  EventEmitter,
  EventEmitterAsyncResource,
  addAbortListener,
  captureRejectionSymbol,
  errorMonitor,
  getEventListeners,
  getMaxListeners,
  listenerCount: (emitter, type) => typeof emitter.listenerCount === "function" ? emitter.listenerCount(type) : methods.listenerCount.call(emitter, type),
  on,
  once,
  setMaxListeners,
  usingDomains: false,
});
Object.defineProperties(EventEmitter, {
  captureRejections: {
    get: () => EventEmitter.prototype[kCapture],
    set: (value) => {
      validateBoolean(value, "EventEmitter.captureRejections");
      EventEmitter.prototype[kCapture] = value;
    },
    enumerable: true,
    configurable: true,
  },
  defaultMaxListeners: {
    get: () => defaultMaxListeners,
    set: (value) => {
      validateNumber(value, "defaultMaxListeners", 0);
      defaultMaxListeners = value;
    },
    enumerable: true,
    configurable: true,
  },
});

module.exports = EventEmitter;
