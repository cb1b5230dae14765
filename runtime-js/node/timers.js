// node:timers, and the global timers that return objects.

const { validateFunction } = require("validators");

/** What setTimeout and setInterval return. It counts as a number where one is wanted. */
class Timeout {
  #id;
  #start;
  #hasRef = true;

  constructor(start) {
    this.#start = start;
    this.#id = start();
  }

  refresh() {
    platform.clearTimeout(this.#id);
    this.#id = this.#start();
    return this;
  }

  unref() {
    this.#hasRef = false;
    return this;
  }

  ref() {
    this.#hasRef = true;
    return this;
  }

  hasRef() {
    return this.#hasRef;
  }

  close() {
    platform.clearTimeout(this.#id);
    return this;
  }

  [Symbol.toPrimitive]() {
    return this.#id;
  }

  [Symbol.dispose]() {
    this.close();
  }
}

class Immediate {
  #id;
  #hasRef = true;

  constructor(id) {
    this.#id = id;
  }

  ref() {
    this.#hasRef = true;
    return this;
  }

  unref() {
    this.#hasRef = false;
    return this;
  }

  hasRef() {
    return this.#hasRef;
  }

  [Symbol.toPrimitive]() {
    return this.#id;
  }

  [Symbol.dispose]() {
    platform.clearTimeout(this.#id);
  }
}

function setTimeout(callback, delay, ...values) {
  validateFunction(callback, "callback");
  return new Timeout(() => platform.setTimeout(callback, delay, ...values));
}

function setInterval(callback, delay, ...values) {
  validateFunction(callback, "callback");
  return new Timeout(() => platform.setInterval(callback, delay, ...values));
}

function setImmediate(callback, ...values) {
  validateFunction(callback, "callback");
  return new Immediate(platform.setTimeout(callback, 0, ...values));
}

function clear(timer) {
  if (timer !== undefined && timer !== null) platform.clearTimeout(+timer);
}

const { clearTimeout, clearInterval, clearImmediate } = {
  clearTimeout: (timer) => clear(timer),
  clearInterval: (timer) => clear(timer),
  clearImmediate: (immediate) => clear(immediate),
};

const timers = {
  Timeout,
  active: () => {},
  clearImmediate,
  clearInterval,
  clearTimeout,
  enroll: () => {
    throw new Error("Not implemented. Please use setTimeout() instead.");
  },
  setImmediate,
  setInterval,
  setTimeout,
  unenroll: () => {
    throw new Error("Not implemented. Please use clearTimeout() instead.");
  },
};
Object.defineProperty(timers, "promises", { get: () => require("timers_promises"), enumerable: true, configurable: true });

module.exports = timers;
