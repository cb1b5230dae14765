// console: formatted text goes to the host as one structured log entry, with the context it belongs to.

import { core } from "ext:core/mod.js";
import { currentIo } from "ext:edgeemu_js/context.js";

const { ops } = core;
const { Console, inspect, setNoColorFns } = core.loadExtScript("ext:deno_web/01_console.js");

// Colours are for whoever shows the line, who knows where it is shown.
setNoColorFns(() => true, () => true);

/** Severities of the host. */
const DEBUG = 0;
const INFO = 1;
const WARN = 2;
const ERROR = 3;

/** Production shows values as Node does. */
const FORMAT = { quotes: ["'", '"', "`"], colors: false, depth: 2 };

/** Constructors whose `toString` says less of an object than its inspection. */
const builtIns = new Set(Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z][a-zA-Z0-9]+$/.test(name)));

function saysNothingByItself(object) {
  if (Object.hasOwn(object, "toString")) return false;
  let holder = Object.getPrototypeOf(object);
  while (holder !== null && !Object.hasOwn(holder, "toString")) holder = Object.getPrototypeOf(holder);
  return holder === null || builtIns.has(holder.constructor?.name);
}

function shown(value) {
  return typeof value === "string" ? value : inspect(value, FORMAT);
}

function asNumber(value, convert) {
  if (typeof value === "bigint" && convert !== parseFloat) return `${value}n`;
  if (typeof value === "symbol") return "NaN";
  const number = convert(value);
  return Object.is(number, -0) ? "-0" : `${number}`;
}

/** Letter after the percent sign -> the text of an argument. */
const specifiers = {
  __proto__: null,
  s(value) {
    if (typeof value === "number") return asNumber(value, Number);
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "object" || value === null || !saysNothingByItself(value)) return String(value);
    return inspect(value, { ...FORMAT, depth: 0 });
  },
  d: (value) => asNumber(value, Number),
  i: (value) => asNumber(value, parseInt),
  f: (value) => asNumber(value, parseFloat),
  j(value) {
    try {
      return JSON.stringify(value);
    } catch (error) {
      if (error instanceof TypeError && error.message.includes("circular structure")) return "[Circular]";
      throw error;
    }
  },
  o: (value) => inspect(value, { ...FORMAT, depth: 4, showHidden: true, showProxy: true }),
  O: (value) => inspect(value, FORMAT),
  c: () => "",
};

/** One text of all arguments. Percent signs mean something only if more than the text was given. */
function format(values) {
  if (typeof values[0] !== "string" || values.length === 1) return values.map(shown).join(" ");
  let next = 1;
  const text = values[0].replace(/%([sdifjoOc%])/g, (sign, letter) => {
    if (letter === "%") return "%";
    return next < values.length ? specifiers[letter](values[next++]) : sign;
  });
  return [text, ...values.slice(next).map(shown)].join(" ");
}

/** Text before each line, one step for each open group. */
let indentation = "";

/** deno_web's console writes one finished line with a level of the same numbers. */
function print(text, level) {
  const line = text.endsWith("\n") ? text.slice(0, -1) : text;
  const lines = indentation === "" ? line : indentation + line.replaceAll("\n", `\n${indentation}`);
  ops.op_console(currentIo(), level, lines);
}

const engine = new Console(print);

/** `console`: the methods that production has, in its order. */
export const console = Object.create({}, { [Symbol.toStringTag]: { value: "console", configurable: true } });

function group(...values) {
  if (values.length > 0) print(format(values), INFO);
  indentation += "  ";
}

/** label -> when it was started, on the Worker's own clock. */
const stopwatches = new Map();

function elapsed(label, values) {
  const start = stopwatches.get(label);
  if (start === undefined) return print(`Timer '${label}' does not exist`, WARN);
  const rest = values.length > 0 ? ` ${format(values)}` : "";
  print(`${label}: ${ops.op_clock_now() - start}ms${rest}`, INFO);
}

function assert(condition, ...values) {
  if (condition) return;
  const [first, ...rest] = values;
  const said = typeof first === "string" ? [`Assertion failed: ${first}`, ...rest] : ["Assertion failed:", ...values];
  print(values.length === 0 ? "Assertion failed" : format(said), ERROR);
}

/** The calls that led here, below a text. */
function trace(...values) {
  const entry = { name: "Trace", message: format(values) };
  Error.captureStackTrace(entry, trace);
  print(entry.stack, ERROR);
}

const methods = {
  assert,
  clear: () => {},
  debug: (...values) => print(format(values), DEBUG),
  dir: (value, options) => print(inspect(value, { ...FORMAT, ...options }), INFO),
  dirxml: (...values) => print(format(values), INFO),
  error: (...values) => print(format(values), ERROR),
  group,
  groupCollapsed: group,
  groupEnd: () => {
    indentation = indentation.slice(2);
  },
  info: (...values) => print(format(values), INFO),
  time: (label = "default") => {
    if (stopwatches.has(`${label}`)) return print(`Timer '${label}' already exists`, WARN);
    stopwatches.set(`${label}`, ops.op_clock_now());
  },
  timeEnd: (label = "default") => {
    elapsed(`${label}`, []);
    stopwatches.delete(`${label}`);
  },
  timeLog: (label = "default", ...values) => elapsed(`${label}`, values),
  log: (...values) => print(format(values), INFO),
  trace,
  warn: (...values) => print(format(values), WARN),
};

/**
 * A method that tells a debugger too, if one is attached: the engine's own method does nothing otherwise. Nothing but the
 * native function stands between the caller and it, so that the debugger names the caller's line.
 */
function mirrored(name, method) {
  if (typeof method !== "function" || typeof core.v8Console[name] !== "function") return method;
  const toldTwice = Function.prototype.bind.call(core.callConsole, console, core.v8Console[name], method);
  return Object.defineProperty(toldTwice, "name", { value: name, configurable: true });
}

const NAMES = [
  "debug", "error", "info", "log", "warn", "dir", "dirxml", "table", "trace", "group", "groupCollapsed", "groupEnd",
  "clear", "count", "countReset", "assert", "profile", "profileEnd", "time", "timeLog", "timeEnd", "timeStamp",
];

for (const name of NAMES) {
  const value = mirrored(name, methods[name] ?? engine[name]);
  Object.defineProperty(console, name, { value, writable: true, enumerable: true, configurable: true });
}
