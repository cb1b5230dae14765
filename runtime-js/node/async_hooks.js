// node:async_hooks: values that follow asynchronous calls.
//
// The values travel in the same frame of V8's continuation-preserved data that carries the invocation, so nothing has
// to be done where promises, timers or callbacks are made.

const { core, runInFrame, withStores } = platform;

function typeFailure(method, position, type, owner = "AsyncLocalStorage") {
  return new TypeError(`Failed to execute '${method}' on '${owner}': parameter ${position} is not of type '${type}'.`);
}

function current() {
  return core.getAsyncContext()?.stores;
}

function runWithStores(stores, callback, values) {
  return runInFrame(withStores(stores), () => callback(...values));
}

/**
 * The frame with the stores of `captured`, in whichever invocation is running. In production what is bound runs with the
 * global scope as its `this`.
 */
function boundTo(captured) {
  return (callback, receiver, values) => runInFrame(withStores(captured), () => Reflect.apply(callback, receiver, values));
}

class AsyncLocalStorage {
  #fallback;
  #name;

  constructor(options = undefined) {
    this.#fallback = options?.defaultValue;
    this.#name = options?.name === undefined ? "" : `${options.name}`;
  }

  run(store, callback, ...values) {
    if (typeof callback !== "function") throw typeFailure("run", 2, "function");
    return runWithStores(new Map(current()).set(this, store), callback, values);
  }

  exit(callback, ...values) {
    if (typeof callback !== "function") throw typeFailure("exit", 1, "function");
    const stores = new Map(current());
    stores.delete(this);
    return runWithStores(stores, callback, values);
  }

  getStore() {
    const stores = current();
    return stores !== undefined && stores.has(this) ? stores.get(this) : this.#fallback;
  }

  enterWith() {
    throw new Error("asyncLocalStorage.enterWith() is not implemented");
  }

  disable() {
    throw new Error("asyncLocalStorage.disable() is not implemented");
  }

  get name() {
    return this.#name;
  }

  static bind(callback) {
    if (typeof callback !== "function") throw typeFailure("bind", 1, "Function");
    const run = boundTo(current());
    return (...values) => run(callback, globalThis, values);
  }

  static snapshot() {
    const run = boundTo(current());
    return (callback, ...values) => run(callback, globalThis, values);
  }
}

class AsyncResource {
  #run;

  constructor(type, _options = undefined) {
    if (type === undefined) throw new TypeError("Failed to construct 'AsyncResource': constructor parameter 1 is not of type 'string'.");
    this.#run = boundTo(current());
  }

  asyncId() {
    return 0;
  }

  triggerAsyncId() {
    return 0;
  }

  emitDestroy() {}

  bind(callback) {
    if (typeof callback !== "function") throw typeFailure("bind", 1, "Function", "AsyncResource");
    const run = this.#run;
    const bound = (...values) => run(callback, globalThis, values);
    return Object.defineProperty(bound, "asyncResource", { value: this, writable: true, enumerable: true, configurable: true });
  }

  runInAsyncScope(callback, receiver, ...values) {
    if (typeof callback !== "function") throw typeFailure("runInAsyncScope", 1, "Function", "AsyncResource");
    return this.#run(callback, receiver, values);
  }

  static bind(callback, type = undefined, receiver = undefined) {
    const bound = new AsyncResource(type ?? "AsyncResource").bind(callback);
    return receiver === undefined ? bound : bound.bind(receiver);
  }
}

for (const Class of [AsyncLocalStorage, AsyncResource]) {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
}

/** Hooks are accepted and never called, as in production. */
class AsyncHook {
  enable() {
    return this;
  }

  disable() {
    return this;
  }
}

const asyncWrapProviders = Object.freeze({ __proto__: null });

module.exports = {
  AsyncLocalStorage,
  AsyncResource,
  asyncWrapProviders,
  createHook: () => new AsyncHook(),
  executionAsyncId: () => 0,
  executionAsyncResource: () => ({}),
  triggerAsyncId: () => 0,
};
