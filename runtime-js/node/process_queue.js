// process.nextTick, apart from the rest of `process`, since nearly every module needs it.

const { validateFunction } = require("validators");

/** In production, too, ticks are microtasks. */
function nextTick(callback, ...values) {
  validateFunction(callback, "callback");
  queueMicrotask(values.length === 0 ? callback : () => callback(...values));
}

module.exports = { nextTick };
