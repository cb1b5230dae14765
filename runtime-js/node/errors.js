// Errors with a `code`, in Node's words.

const inspect = (value, options) => require("inspect").inspect(value, options);

/** A class of errors whose text names the code, as Node's do. */
function coded(Class) {
  return class NodeError extends Class {
    constructor(code, message) {
      super(message);
      this.code = code;
    }

    toString() {
      return `${this.name} [${this.code}]: ${this.message}`;
    }

    static {
      Object.defineProperty(this, "name", { value: Class.name });
    }
  };
}

const NodeError = coded(Error);
const NodeTypeError = coded(TypeError);
const NodeRangeError = coded(RangeError);

/** What was received instead, as every text about a wrong argument ends. */
function received(value) {
  if (value === null || value === undefined) return ` Received ${value}`;
  if (typeof value === "function") return ` Received function ${value.name}`;
  if (typeof value === "object") {
    if (value.constructor?.name) return ` Received an instance of ${value.constructor.name}`;
    return ` Received ${inspect(value, { depth: -1 })}`;
  }
  let shown = inspect(value, { colors: false });
  if (shown.length > 28) shown = `${shown.slice(0, 25)}...`;
  return ` Received type ${typeof value} (${shown})`;
}

const PRIMITIVES = new Set(["string", "function", "number", "object", "boolean", "bigint", "symbol"]);

/** "a, b or c" */
function either(list) {
  if (list.length < 3) return list.join(" or ");
  return `${list.slice(0, -1).join(", ")}, or ${list.at(-1)}`;
}

function expectation(expected) {
  const list = Array.isArray(expected) ? expected : [expected];
  const types = list.filter((name) => PRIMITIVES.has(name) || name === "Function" || name === "Object").map((name) => name.toLowerCase());
  const classes = list.filter((name) => !PRIMITIVES.has(name) && /^[A-Z]/.test(name) && name !== "Function" && name !== "Object");
  const others = list.filter((name) => !PRIMITIVES.has(name) && !/^[A-Z]/.test(name));
  const hasObject = types.includes("object") && classes.length > 0;
  const plain = hasObject ? types.filter((name) => name !== "object") : types;
  if (hasObject) classes.push("Object");
  const parts = [];
  if (plain.length > 0) parts.push(`${plain.length > 1 ? "one of type" : "of type"} ${either(plain)}`);
  if (classes.length > 0) parts.push(`an instance of ${either(classes)}`);
  if (others.length > 0) parts.push(others.length > 1 ? `one of ${either(others)}` : others[0].toLowerCase() === others[0] ? others[0] : `an ${others[0]}`);
  return parts.join(" or ");
}

/** "argument" or "property", with its name in quotes unless it is a phrase. */
function subject(name) {
  if (name.endsWith(" argument")) return name;
  return `"${name}" ${name.includes(".") ? "property" : "argument"}`;
}

const groups = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, "_");

function shownNumber(value) {
  if (Number.isInteger(value) && Math.abs(value) > 2 ** 32) return groups(String(value));
  if (typeof value === "bigint") return `${value > 2n ** 32n || value < -(2n ** 32n) ? groups(String(value)) : value}n`;
  return inspect(value);
}

const texts = {
  __proto__: null,
  ERR_INVALID_ARG_TYPE: (name, expected, value) => [NodeTypeError, `The ${subject(name)} must be ${expectation(expected)}.${received(value)}`],
  ERR_INVALID_ARG_VALUE: (name, value, reason = "is invalid") => {
    let shown = inspect(value);
    if (shown.length > 128) shown = `${shown.slice(0, 128)}...`;
    return [NodeTypeError, `The ${name.includes(".") ? "property" : "argument"} '${name}' ${reason}. Received ${shown}`];
  },
  ERR_INVALID_ARG_VALUE_RANGE: (name, value) => [NodeRangeError, `The value "${value}" is invalid for option "${name}"`],
  ERR_OUT_OF_RANGE: (name, range, value) => [NodeRangeError, `The value of "${name}" is out of range. It must be ${range}. Received ${shownNumber(value)}`],
  ERR_METHOD_NOT_IMPLEMENTED: (name) => [NodeError, `The ${name} method is not implemented`],
  ERR_OPTION_NOT_IMPLEMENTED: (name) => [NodeError, `The ${name} option is not implemented`],
  ERR_FEATURE_UNAVAILABLE_ON_PLATFORM: (name) => [NodeTypeError, `The feature ${name} is unavailable on the current platform, which is being used to run Node.js`],
  ERR_UNKNOWN_ENCODING: (name) => [NodeTypeError, `Unknown encoding: ${name}`],
  ERR_INVALID_THIS: (name) => [NodeTypeError, `Value of "this" must be of type ${name}`],
  ERR_MISSING_ARGS: (...names) => {
    const quoted = names.map((name) => (Array.isArray(name) ? name.map((one) => `"${one}"`).join(" or ") : `"${name}"`));
    const list = quoted.length < 3 ? quoted.join(" and ") : `${quoted.slice(0, -1).join(", ")}, and ${quoted.at(-1)}`;
    return [NodeTypeError, `The ${list} argument${names.length > 1 ? "s" : ""} must be specified`];
  },
  ERR_UNHANDLED_ERROR: (shown) => [NodeError, shown === undefined ? "Unhandled error." : `Unhandled error. (${shown})`],
  ERR_INVALID_STATE: (text) => [NodeError, `Invalid state: ${text}`],
  ERR_INVALID_RETURN_VALUE: (expected, name, value) => [NodeTypeError, `Expected ${expected} to be returned from the "${name}" function but got ${value?.constructor?.name ? `an instance of ${value.constructor.name}` : `type ${typeof value}`}.`],
  ERR_FALSY_VALUE_REJECTION: () => [NodeError, "Promise was rejected with falsy value"],
  ERR_BUFFER_OUT_OF_BOUNDS: (name) => [NodeRangeError, name ? `"${name}" is outside of buffer bounds` : "Attempt to access memory outside buffer bounds"],
  ERR_INVALID_BUFFER_SIZE: (size) => [NodeRangeError, `Buffer size must be a multiple of ${size}`],
  ERR_BUFFER_TOO_LARGE: (max) => [NodeRangeError, `Cannot create a Buffer larger than ${max} bytes`],
  ERR_STRING_TOO_LONG: (max) => [NodeError, `Cannot create a string longer than 0x${max.toString(16)} characters`],
  ERR_INVALID_URI: () => [URIError, "URI malformed"],
  ERR_INVALID_URL_SCHEME: (expected) => [NodeError, `The URL must be of scheme ${expected}`],
  ERR_INVALID_FILE_URL_HOST: (name) => [NodeTypeError, `File URL host must be "localhost" or empty on ${name}`],
  ERR_INVALID_FILE_URL_PATH: (text) => [NodeTypeError, `File URL path ${text}`],
  ERR_AMBIGUOUS_ARGUMENT: (name, text) => [NodeTypeError, `The "${name}" argument is ambiguous. ${text}`],
  ERR_ASYNC_CALLBACK: (name) => [NodeTypeError, `${name} must be a function`],
  ERR_STREAM_PREMATURE_CLOSE: () => [NodeError, "Premature close"],
  ERR_STREAM_DESTROYED: (name) => [NodeError, `Cannot call ${name} after a stream was destroyed`],
  ERR_STREAM_ALREADY_FINISHED: (name) => [NodeError, `Cannot call ${name} after a stream was finished`],
  ERR_STREAM_CANNOT_PIPE: () => [NodeError, "Cannot pipe, not readable"],
  ERR_STREAM_NULL_VALUES: () => [NodeTypeError, "May not write null values to stream"],
  ERR_STREAM_PUSH_AFTER_EOF: () => [NodeError, "stream.push() after EOF"],
  ERR_STREAM_UNSHIFT_AFTER_END_EVENT: () => [NodeError, "stream.unshift() after end event"],
  ERR_STREAM_WRITE_AFTER_END: () => [NodeError, "write after end"],
  ERR_STREAM_UNABLE_TO_PIPE: () => [NodeError, "Cannot pipe to a closed or destroyed stream"],
  ERR_MULTIPLE_CALLBACK: () => [NodeError, "Callback called multiple times"],
  ERR_INTERNAL_ASSERTION: (text) => [NodeError, text],
  ERR_INVALID_MIME_SYNTAX: (production, text, at) => [NodeTypeError, `The MIME syntax for a ${production} in "${text}" is invalid${at === -1 ? "" : ` at ${at}`}`],
  ERR_PARSE_ARGS_UNKNOWN_OPTION: (option, positionals) => [NodeTypeError, `Unknown option '${option}'${positionals ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- ${JSON.stringify(option)}` : ""}`],
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: (text) => [NodeTypeError, `Unexpected argument '${text}'. This command does not take positional arguments`],
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: (text) => [NodeTypeError, text],
  ERR_BROTLI_INVALID_PARAM: (name) => [NodeRangeError, `${name} is not a valid Brotli parameter`],
  ERR_FS_EISDIR: (text) => [NodeError, text],
  ERR_ILLEGAL_CONSTRUCTOR: () => [NodeTypeError, "Illegal constructor"],
  ERR_EVENT_RECURSION: (type) => [NodeError, `The event "${type}" is already being dispatched`],
  ERR_UNAVAILABLE_DURING_EXIT: () => [NodeError, "Cannot call function in process exit handler"],
};

const cache = new Map();

/** `new (code("ERR_X"))(...)`: an error class for one code, whose arguments are those of its text. */
const codes = new Proxy(texts, {
  get(_texts, code) {
    if (!(code in texts)) return undefined;
    if (!cache.has(code)) {
      cache.set(code, function NodeErrorOfCode(...values) {
        const [Class, message] = texts[code](...values);
        if (Class === URIError) return Object.assign(new URIError(message), { code });
        return new Class(code, message);
      });
    }
    return cache.get(code);
  },
});

class AbortError extends Error {
  constructor(message = "The operation was aborted", options = undefined) {
    super(message, options);
    this.code = "ABORT_ERR";
    this.name = "AbortError";
  }
}

/** An error of the system: `ENOENT: no such file or directory, open '/x'`. */
function systemError({ code, errno, syscall, text, path, dest }) {
  const shown = `${path === undefined ? "" : ` '${path}'`}${dest === undefined ? "" : ` -> '${dest}'`}`;
  const error = new Error(`${code}: ${text}, ${syscall}${shown}`);
  Object.assign(error, { errno, code, syscall });
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}

/** A function that is there and cannot be called. */
function notImplemented(name) {
  const { refuse } = {
    refuse() {
      throw new codes.ERR_METHOD_NOT_IMPLEMENTED(name);
    },
  };
  Object.defineProperty(refuse, "name", { value: name.slice(name.lastIndexOf(".") + 1) });
  return refuse;
}

/** An error with any code and text. */
function error(code, message, Class = Error) {
  const Known = { Error: NodeError, TypeError: NodeTypeError, RangeError: NodeRangeError }[Class.name];
  return new Known(code, message);
}

module.exports = { AbortError, NodeError, NodeRangeError, NodeTypeError, codes, either, error, notImplemented, received, systemError };
