// node:test: only `mock`, as in production.

const { codes } = require("errors");
const { validateFunction } = require("validators");

/** What a mocked function has been called with. */
class MockFunctionContext {
  #calls = [];
  #implementation;
  #once = new Map();
  #restore;
  #left;

  constructor(implementation, restore, times = Infinity) {
    this.#implementation = implementation;
    this.#restore = restore;
    this.#left = times;
  }

  get calls() {
    return [...this.#calls];
  }

  callCount() {
    return this.#calls.length;
  }

  mockImplementation(implementation) {
    validateFunction(implementation, "implementation");
    this.#implementation = implementation;
  }

  mockImplementationOnce(implementation, onCall = this.#calls.length) {
    validateFunction(implementation, "implementation");
    this.#once.set(onCall, implementation);
  }

  resetCalls() {
    this.#calls = [];
  }

  restore() {
    this.#restore?.();
  }

  _next() {
    const at = this.#calls.length;
    const once = this.#once.get(at);
    this.#once.delete(at);
    if (--this.#left <= 0) this.restore();
    return once ?? this.#implementation;
  }

  _record(call) {
    this.#calls.push(call);
  }
}

function mocked(original, implementation, { restore, times } = {}) {
  const context = new MockFunctionContext(implementation, restore, times);
  const invoke = (receiver, values, target) => {
    const chosen = context._next();
    const call = { arguments: values, error: undefined, result: undefined, stack: new Error(), target, this: receiver };
    try {
      call.result = target ? Reflect.construct(chosen, values, target) : Reflect.apply(chosen, receiver, values);
      return call.result;
    } catch (error) {
      call.error = error;
      throw error;
    } finally {
      context._record(call);
    }
  };
  return new Proxy(original, {
    apply: (_target, receiver, values) => invoke(receiver, values, undefined),
    construct: (_target, values, target) => invoke(undefined, values, target),
    get: (target, name, receiver) => (name === "mock" ? context : Reflect.get(target, name, receiver)),
  });
}

class MockTracker {
  #contexts = [];

  fn(original = () => {}, implementation = original, options = {}) {
    const [chosen, settings] = typeof implementation === "object" ? [original, implementation] : [implementation, options];
    const made = mocked(original, chosen, settings);
    this.#contexts.push(made.mock);
    return made;
  }

  method(object, name, implementation = undefined, options = {}) {
    const [chosen, settings] = typeof implementation === "object" ? [undefined, implementation] : [implementation, options];
    let owner = object;
    while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
    const descriptor = owner === null ? undefined : Object.getOwnPropertyDescriptor(owner, name);
    const kind = settings.getter ? "get" : settings.setter ? "set" : "value";
    const original = descriptor?.[kind];
    if (typeof original !== "function") throw new codes.ERR_INVALID_ARG_VALUE("methodName", original, "must be a method");
    const restore = () => Object.defineProperty(object, name, descriptor);
    const made = mocked(original, chosen ?? original, { ...settings, restore });
    Object.defineProperty(object, name, { ...descriptor, [kind]: made, configurable: true });
    this.#contexts.push(made.mock);
    return made;
  }

  getter(object, name, implementation, options = {}) {
    return this.method(object, name, implementation, { ...options, getter: true });
  }

  setter(object, name, implementation, options = {}) {
    return this.method(object, name, implementation, { ...options, setter: true });
  }

  reset() {
    this.restoreAll();
    this.#contexts = [];
  }

  restoreAll() {
    for (const context of this.#contexts) context.restore();
  }
}

module.exports = { MockFunctionContext, MockTracker, mock: new MockTracker() };
