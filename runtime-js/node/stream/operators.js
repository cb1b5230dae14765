// readable.map, filter and the rest: streams as one works with arrays.

const { AbortError, codes } = require("errors");
const { validateAbortSignal, validateFunction, validateInteger, validateObject } = require("validators");

function checkOptions(options) {
  if (options !== undefined && options !== null) validateObject(options, "options");
  validateAbortSignal(options?.signal, "options.signal");
  if (options?.concurrency !== undefined) validateInteger(options.concurrency, "options.concurrency", 1);
  return { signal: options?.signal, concurrency: options?.concurrency ?? 1 };
}

const throwIfAborted = (signal) => {
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
};

/** Several calls at once, their results in order. */
async function* mapped(stream, callback, { signal, concurrency }) {
  const controller = new AbortController();
  const both = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
  const queue = [];
  try {
    for await (const value of stream) {
      throwIfAborted(signal);
      queue.push(Promise.resolve(callback(value, { signal: both })));
      if (queue.length >= concurrency) yield await queue.shift();
    }
    while (queue.length > 0) yield await queue.shift();
  } finally {
    queue.forEach((promise) => promise.catch(() => {}));
    controller.abort();
  }
}

const NONE = Symbol("none");

async function* filtered(stream, callback, options) {
  const chosen = mapped(stream, async (value, more) => ((await callback(value, more)) ? value : NONE), options);
  for await (const value of chosen) if (value !== NONE) yield value;
}

async function* flattened(stream, callback, options) {
  for await (const values of mapped(stream, callback, options)) yield* values;
}

function toCount(value) {
  const number = Number(value);
  if (Number.isNaN(number)) return 0;
  if (number < 0) throw new codes.ERR_OUT_OF_RANGE("number", ">= 0", number);
  return number;
}

async function* dropped(stream, count, signal) {
  let left = count;
  for await (const value of stream) {
    throwIfAborted(signal);
    if (left-- <= 0) yield value;
  }
}

async function* taken(stream, count, signal) {
  let left = count;
  if (left <= 0) return;
  for await (const value of stream) {
    throwIfAborted(signal);
    yield value;
    if (--left <= 0) return;
  }
}

async function* indexed(stream, signal) {
  let index = 0;
  for await (const value of stream) {
    throwIfAborted(signal);
    yield [index++, value];
  }
}

const streams = {
  map(callback, options) {
    validateFunction(callback, "fn");
    return mapped(this, callback, checkOptions(options));
  },
  filter(callback, options) {
    validateFunction(callback, "fn");
    return filtered(this, callback, checkOptions(options));
  },
  flatMap(callback, options) {
    validateFunction(callback, "fn");
    return flattened(this, callback, checkOptions(options));
  },
  drop(count, options) {
    return dropped(this, toCount(count), checkOptions(options).signal);
  },
  take(count, options) {
    return taken(this, toCount(count), checkOptions(options).signal);
  },
  asIndexedPairs(options) {
    return indexed(this, checkOptions(options).signal);
  },
};

const promises = {
  async forEach(callback, options) {
    validateFunction(callback, "fn");
    for await (const _unused of mapped(this, callback, checkOptions(options)));
  },
  async toArray(options) {
    const { signal } = checkOptions(options);
    const values = [];
    for await (const value of this) {
      throwIfAborted(signal);
      values.push(value);
    }
    return values;
  },
  async some(callback, options) {
    validateFunction(callback, "fn");
    for await (const _unused of filtered(this, callback, checkOptions(options))) return true;
    return false;
  },
  async every(callback, options) {
    validateFunction(callback, "fn");
    return !(await promises.some.call(this, async (...values) => !(await callback(...values)), options));
  },
  async find(callback, options) {
    validateFunction(callback, "fn");
    for await (const value of filtered(this, callback, checkOptions(options))) return value;
    return undefined;
  },
  async reduce(callback, initial, options) {
    validateFunction(callback, "reducer");
    const { signal } = checkOptions(options);
    let [result, isEmpty] = [initial, arguments.length < 2];
    for await (const value of this) {
      throwIfAborted(signal);
      result = isEmpty ? value : await callback(result, value, { signal });
      isEmpty = false;
    }
    if (isEmpty) throw Object.assign(new TypeError("Reduce of an empty stream requires an initial value"), { code: "ERR_MISSING_ARGS" });
    return result;
  },
};

function install(Readable) {
  const define = (name, value) => Object.defineProperty(Readable.prototype, name, { value, writable: true, enumerable: false, configurable: true });
  for (const [name, make] of Object.entries(streams)) {
    define(name, { [name](...values) { return Readable.from(Reflect.apply(make, this, values)); } }[name]);
  }
  for (const [name, value] of Object.entries(promises)) define(name, value);
  define("compose", function (stage, options) {
    if (options !== undefined) checkOptions(options);
    return require("stream/pipeline").compose(this, stage);
  });
}

module.exports = { install };
