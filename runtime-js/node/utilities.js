// node:util.

const { codes } = require("errors");
const { validateAbortSignal, validateBoolean, validateInteger, validateObject, validateString } = require("validators");
const { format, formatWith, stripVTControlCharacters } = require("utilities/format");
const { MIMEParams, MIMEType } = require("utilities/mime");
const { parseArgs } = require("utilities/parse_args");
const { callbackify, debuglog, deprecate, inherits, promisify } = require("utilities/wrappers");
const { inspect } = require("inspect");
const systemErrors = require("system_errors");
const types = require("types");

function formatWithOptions(options, ...values) {
  validateObject(options, "inspectOptions");
  return formatWith(options, values);
}

function paint(format, text) {
  const codesOf = inspect.colors[format];
  if (codesOf === undefined) {
    const allowed = Object.keys(inspect.colors);
    throw new codes.ERR_INVALID_ARG_VALUE("format", format, `must be one of: ${allowed.map((name) => `'${name}'`).join(", ")}`);
  }
  return `\u001b[${codesOf[0]}m${text}\u001b[${codesOf[1]}m`;
}

function styleText(format, text, { validateStream = true } = {}) {
  validateString(text, "text");
  validateBoolean(validateStream, "options.validateStream");
  if (!Array.isArray(format)) return format === "none" ? text : paint(format, text);
  return format.reduceRight((painted, one) => (one === "none" ? painted : paint(one, painted)), text);
}

function aborted(signal, resource) {
  if (signal === undefined) throw new codes.ERR_INVALID_ARG_TYPE("signal", "AbortSignal", signal);
  validateAbortSignal(signal, "signal");
  validateObject(resource, "resource", { nullable: false, functions: true, arrays: true });
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** The content of an .env file. */
function parseEnv(content) {
  validateString(content, "content");
  const values = {};
  const pattern = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:"((?:\\.|[^"\\])*)"|'([^']*)'|`([^`]*)`|([^#\r\n]*))/gm;
  for (const [, name, double, single, tick, plain] of content.matchAll(pattern)) {
    values[name] = double !== undefined ? double.replaceAll("\\n", "\n") : single ?? tick ?? plain.trim();
  }
  return values;
}

function getSystemErrorName(errno) {
  validateInteger(errno, "err");
  if (errno >= 0) throw new codes.ERR_OUT_OF_RANGE("err", "a negative integer", errno);
  return systemErrors.nameOf(errno);
}

function errnoException(errno, syscall, original = undefined) {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(original ? `${syscall} ${code} ${original}` : `${syscall} ${code}`), { errno, code, syscall });
}

/** Where the caller was called from. */
function getCallSites(count = 8) {
  const frames = new Error().stack.split("\n").slice(2).filter((line) => !line.includes("ext:"));
  return frames.slice(0, typeof count === "number" ? count : 8).map((line) => {
    const found = /at (?:(.*?) \()?(.*?):(\d+):(\d+)\)?$/.exec(line.trim());
    const [, functionName = "", scriptName = "", lineNumber = "0", column = "0"] = found ?? [];
    return { functionName, scriptId: "0", scriptName, lineNumber: +lineNumber, columnNumber: +column, column: +column };
  });
}

const is = (type) => (value) => typeof value === type;
const refuse = (name) => () => {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED(name);
};

module.exports = {
  MIMEParams,
  MIMEType,
  TextDecoder,
  TextEncoder,
  _errnoException: errnoException,
  _exceptionWithHostPort: (errno, syscall, address, port) => Object.assign(
    errnoException(errno, syscall, port ? `${address}:${port}` : address),
    { address, ...(port ? { port } : {}) },
  ),
  _extend: (target, source) => (source === null || typeof source !== "object" ? target : Object.assign(target, source)),
  aborted,
  callbackify,
  debug: debuglog,
  debuglog,
  deprecate,
  format,
  formatWithOptions,
  getCallSite: getCallSites,
  getCallSites,
  getSystemErrorMap: systemErrors.map,
  getSystemErrorMessage: systemErrors.messageOf,
  getSystemErrorName,
  inherits,
  inspect,
  isArray: Array.isArray,
  isBoolean: is("boolean"),
  isBuffer: (value) => require("buffer").Buffer.isBuffer(value),
  isDate: types.isDate,
  isDeepStrictEqual: (left, right) => require("deep_equal").isDeepStrictEqual(left, right),
  isError: (value) => types.isNativeError(value) || value instanceof Error,
  isFunction: is("function"),
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isNumber: is("number"),
  isObject: (value) => value !== null && typeof value === "object",
  isPrimitive: (value) => value === null || (typeof value !== "object" && typeof value !== "function"),
  isRegExp: types.isRegExp,
  isString: is("string"),
  isSymbol: is("symbol"),
  isUndefined: is("undefined"),
  log: (...values) => {
    const now = new Date();
    const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
    const month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][now.getMonth()];
    platform.console.log("%s - %s", `${now.getDate()} ${month} ${time}`, format(...values));
  },
  parseArgs,
  parseEnv,
  promisify,
  stripVTControlCharacters,
  styleText,
  toUSVString: (text) => `${text}`.toWellFormed(),
  transferableAbortController: refuse("util.transferableAbortController"),
  transferableAbortSignal: refuse("util.transferableAbortSignal"),
  types,
};
