// node:timers/promises.

const { AbortError } = require("errors");
const { validateAbortSignal, validateBoolean, validateNumber, validateObject } = require("validators");

function check(delay, options) {
  if (delay !== undefined) validateNumber(delay, "delay");
  validateObject(options, "options");
  validateAbortSignal(options.signal, "options.signal");
  if (options.ref !== undefined) validateBoolean(options.ref, "options.ref");
  if (options.signal?.aborted) throw new AbortError(undefined, { cause: options.signal.reason });
}

/** Waits once; `start` gives the id of the timer. */
function wait(start, value, { signal }) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const onAbort = () => {
    platform.clearTimeout(id);
    reject(new AbortError(undefined, { cause: signal.reason }));
  };
  const id = start(() => {
    signal?.removeEventListener("abort", onAbort);
    resolve(value);
  });
  signal?.addEventListener("abort", onAbort, { once: true });
  return promise;
}

async function setTimeout(delay = undefined, value = undefined, options = {}) {
  check(delay, options);
  return wait((done) => platform.setTimeout(done, delay), value, options);
}

async function setImmediate(value = undefined, options = {}) {
  check(undefined, options);
  return wait((done) => platform.setTimeout(done, 0), value, options);
}

async function* setInterval(delay = undefined, value = undefined, options = {}) {
  check(delay, options);
  const { signal } = options;
  let due = 0;
  let wake;
  const id = platform.setInterval(() => {
    due++;
    wake?.();
  }, delay);
  const onAbort = () => wake?.();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    while (true) {
      if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
      if (due === 0) await new Promise((resolve) => { wake = resolve; });
      if (signal?.aborted) continue;
      for (; due > 0; due--) yield value;
    }
  } finally {
    platform.clearTimeout(id);
    signal?.removeEventListener("abort", onAbort);
  }
}

const scheduler = {
  wait: (delay, options = undefined) => setTimeout(delay, undefined, options),
  yield: () => setImmediate(),
};

module.exports = { scheduler, setImmediate, setInterval, setTimeout };
