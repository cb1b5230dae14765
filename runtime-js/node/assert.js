// node:assert.

const { codes } = require("errors");
const { validateFunction, validateObject } = require("validators");
const { difference, loose, unequalText } = require("assert/difference");
const { isDeepStrictEqual, isPartiallyEqual } = require("deep_equal");
const { inspect } = require("inspect");
const types = require("types");

function describe({ operator, actual, expected }) {
  if (["deepStrictEqual", "strictEqual", "partialDeepStrictEqual"].includes(operator)) return difference(operator, actual, expected);
  return loose(operator, actual, expected);
}

class AssertionError extends Error {
  constructor(options) {
    validateObject(options, "options");
    const { message, operator, actual, expected } = options;
    super(message === undefined || message === null ? describe(options) : String(message));
    this.generatedMessage = !message;
    this.code = "ERR_ASSERTION";
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    Object.defineProperty(this, "name", { value: "AssertionError", writable: true, configurable: true });
    Error.captureStackTrace?.(this, options.stackStartFn ?? options.stackStartFunction);
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](_depth, options) {
    return inspect(this, { ...options, customInspect: false, depth: 0 });
  }
}

function fail({ message, ...rest }) {
  if (message instanceof Error) throw message;
  throw new AssertionError({ message, ...rest });
}

function requireBoth(count) {
  if (count < 2) throw new codes.ERR_MISSING_ARGS("actual", "expected");
}

const SAME = "Expected actual to be strictly unequal to expected";
const DEEPLY_SAME = "Expected actual to not be deeply strictly equal to expected";
const NO_PART = "Expected actual to be partially deeply strictly equal to expected";

/** The assertions that compare two values: operator, whether it holds, text. In production the loose ones are strict. */
const comparisons = {
  strictEqual: ["strictEqual", Object.is, unequalText],
  notStrictEqual: ["notStrictEqual", (left, right) => !Object.is(left, right), () => SAME],
  deepStrictEqual: ["deepStrictEqual", isDeepStrictEqual],
  notDeepStrictEqual: ["notDeepStrictEqual", (left, right) => !isDeepStrictEqual(left, right), () => DEEPLY_SAME],
  partialDeepStrictEqual: ["partialDeepStrictEqual", isPartiallyEqual, () => NO_PART],
};

const compare = {};
for (const [name, [operator, holds, textOf]] of Object.entries(comparisons)) {
  compare[name] = function (actual, expected, message) {
    requireBoth(arguments.length);
    if (holds(actual, expected)) return;
    fail({ actual, expected, message: message ?? textOf?.(actual, expected), operator, stackStartFn: compare[name] });
  };
  Object.defineProperty(compare[name], "name", { value: name });
}
Object.assign(compare, {
  equal: compare.strictEqual,
  deepEqual: compare.deepStrictEqual,
  notEqual: compare.notStrictEqual,
  notDeepEqual: compare.notDeepStrictEqual,
});

function checkTruth(count, value, message, caller) {
  if (value) return;
  if (count === 0) return fail({ message: "No value argument passed to `assert.ok()`", stackStartFn: caller });
  if (message instanceof Error) throw message;
  throw new AssertionError({ actual: value, expected: true, message, operator: "==", stackStartFn: caller });
}

function ok(value, message) {
  checkTruth(arguments.length, value, message, ok);
}

function assert(value, message) {
  checkTruth(arguments.length, value, message, assert);
}

function failAlways(message = "Failed") {
  if (message instanceof Error) throw message;
  const error = new AssertionError({ message, operator: "fail", stackStartFn: failAlways });
  error.generatedMessage = arguments.length === 0;
  throw error;
}

/** Compares what was thrown with an object of expected properties. */
function checkProperties(actual, expected, { message, caller }) {
  const keys = Object.keys(expected);
  if (expected instanceof Error) keys.push("name", "message");
  else if (keys.length === 0) throw new codes.ERR_INVALID_ARG_VALUE("error", expected, "may not be an empty object");
  for (const key of keys) {
    if (typeof actual[key] === "string" && types.isRegExp(expected[key]) && expected[key].test(actual[key])) continue;
    if (key in actual && isDeepStrictEqual(actual[key], expected[key])) continue;
    if (message) fail({ actual, expected, message, operator: caller.name, stackStartFn: caller });
    const error = new AssertionError({ actual: actual[key], expected: expected[key], operator: "deepStrictEqual", stackStartFn: caller });
    Object.assign(error, { actual, expected, operator: caller.name });
    throw error;
  }
}

function checkThrown(actual, expected, { message, caller }) {
  if (typeof expected !== "function") {
    if (types.isRegExp(expected)) {
      if (expected.test(String(actual))) return;
      const text = message ?? `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(String(actual))}\n`;
      const error = new AssertionError({ actual, expected, message: text, operator: caller.name, stackStartFn: caller });
      error.generatedMessage = !message;
      throw error;
    }
    if (typeof actual !== "object" || actual === null) {
      const error = new AssertionError({ actual, expected, message, operator: "deepStrictEqual", stackStartFn: caller });
      error.operator = caller.name;
      throw error;
    }
    return checkProperties(actual, expected, { message, caller });
  }
  if (expected.prototype !== undefined && actual instanceof expected) return;
  const isErrorClass = Object.prototype.isPrototypeOf.call(Error, expected) || expected === Error;
  if (isErrorClass) {
    const text = message ?? `The error is expected to be an instance of "${expected.name}". Received ${actual?.constructor?.name ? `"${actual.constructor.name}"` : `"${inspect(actual, { depth: -1 })}"`}${actual instanceof Error ? `\n\nError message:\n\n${actual.message}` : ""}`;
    const error = new AssertionError({ actual, expected, message: text, operator: caller.name, stackStartFn: caller });
    error.generatedMessage = !message;
    throw error;
  }
  if (Reflect.apply(expected, {}, [actual]) === true) return;
  const name = expected.name ? `"${expected.name}" ` : "";
  const text = message ?? `The ${name}validation function is expected to return "true". Received ${inspect(Reflect.apply(expected, {}, [actual]))}${actual instanceof Error ? `\n\nCaught error:\n\n${actual}` : ""}`;
  fail({ actual, expected, message: text, operator: caller.name, stackStartFn: caller });
}

const NOTHING = Symbol("nothing was thrown");

function expectThrown(caller, actual, expected, message) {
  if (typeof expected === "string") {
    if (message !== undefined) throw new codes.ERR_INVALID_ARG_TYPE("error", ["Object", "Error", "Function", "RegExp"], expected);
    if (actual !== NOTHING && (actual?.message === expected || actual === expected)) {
      throw new codes.ERR_AMBIGUOUS_ARGUMENT("error/message", `The error ${typeof actual === "object" ? `message "${actual.message}"` : `"${actual}"`} is identical to the message.`);
    }
    return expectThrown(caller, actual, undefined, expected);
  }
  if (expected !== undefined && expected !== null && typeof expected !== "object" && typeof expected !== "function") {
    throw new codes.ERR_INVALID_ARG_TYPE("error", ["Object", "Error", "Function", "RegExp"], expected);
  }
  if (actual === NOTHING) {
    const kind = caller === rejects ? "rejection" : "exception";
    const named = expected?.name ? ` (${expected.name})` : "";
    return fail({ actual: undefined, expected, operator: caller.name, message: message instanceof Error ? message : `Missing expected ${kind}${named}${message ? `: ${message}` : "."}`, stackStartFn: caller });
  }
  if (expected) checkThrown(actual, expected, { message, caller });
}

function expectNothing(caller, actual, expected, message) {
  if (actual === NOTHING) return;
  if (typeof expected === "string") return expectNothing(caller, actual, undefined, expected);
  if (!expected || matchesExpected(actual, expected)) {
    const kind = caller === doesNotReject ? "rejection" : "exception";
    const text = `Got unwanted ${kind}${message ? `: ${message}` : "."}\nActual message: "${actual?.message}"`;
    fail({ actual, expected, operator: caller.name, message: text, stackStartFn: caller });
  }
  throw actual;
}

function matchesExpected(actual, expected) {
  if (typeof expected === "function") {
    if (expected.prototype !== undefined && actual instanceof expected) return true;
    if (Object.prototype.isPrototypeOf.call(Error, expected)) return false;
    return Reflect.apply(expected, {}, [actual]) === true;
  }
  return types.isRegExp(expected) && expected.test(String(actual));
}

function caught(action) {
  validateFunction(action, "fn");
  try {
    action();
  } catch (error) {
    return error;
  }
  return NOTHING;
}

async function caughtLater(action) {
  let promise = action;
  if (typeof action === "function") {
    promise = action();
    if (typeof promise?.then !== "function") throw new codes.ERR_INVALID_RETURN_VALUE("instance of Promise", "promiseFn", promise);
  } else if (typeof action?.then !== "function") {
    throw new codes.ERR_INVALID_ARG_TYPE("promiseFn", ["Function", "Promise"], action);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return NOTHING;
}

function throws(action, expected, message) {
  expectThrown(throws, caught(action), expected, message);
}

async function rejects(action, expected, message) {
  expectThrown(rejects, await caughtLater(action), expected, message);
}

function doesNotThrow(action, expected, message) {
  expectNothing(doesNotThrow, caught(action), expected, message);
}

async function doesNotReject(action, expected, message) {
  expectNothing(doesNotReject, await caughtLater(action), expected, message);
}

function ifError(value) {
  if (value === null || value === undefined) return;
  let text = "ifError got unwanted exception: ";
  if (typeof value === "object" && typeof value.message === "string") text += value.message.length === 0 && value.constructor ? value.constructor.name : value.message;
  else text += inspect(value);
  const error = new AssertionError({ actual: value, expected: null, operator: "ifError", message: text, stackStartFn: ifError });
  error.generatedMessage = true;
  throw error;
}

function matching(caller, text, { expression, message, wanted }) {
  if (!types.isRegExp(expression)) throw new codes.ERR_INVALID_ARG_TYPE("regexp", "RegExp", expression);
  if (typeof text === "string" && expression.test(text) === wanted) return;
  if (message instanceof Error) throw message;
  const kind = `actual: ${JSON.stringify(text)} expected to ${wanted ? "" : "not "}match: "${expression}"`;
  throw new AssertionError({ actual: text, expected: expression, message: message ?? kind, operator: caller.name, stackStartFn: caller });
}

function match(text, expression, message) {
  matching(match, text, { expression, message, wanted: true });
}

function doesNotMatch(text, expression, message) {
  matching(doesNotMatch, text, { expression, message, wanted: false });
}

Object.defineProperty(failAlways, "name", { value: "fail" });

const assertions = { AssertionError, doesNotMatch, doesNotReject, doesNotThrow, fail: failAlways, ifError, match, ok, rejects, throws };
Object.assign(assert, assertions, compare);

function strict(value, message) {
  checkTruth(arguments.length, value, message, strict);
}
Object.assign(strict, assertions, compare);
strict.strict = strict;
assert.strict = strict;

module.exports = assert;
