// node:buffer.

const { codes, error, received } = require("errors");
const { validateArray, validateInteger, validateNumber, validateString } = require("validators");
const { encodingOf, utf8 } = require("buffer/encodings");
const { addNumbers } = require("buffer/numbers");
const { fill, search } = require("buffer/search");

const kMaxLength = 2147483647;
const kStringMaxLength = 536870888;
const POOL_BYTES = 8192;

class FastBuffer extends Uint8Array {}

/** Callable without `new`, as the oldest packages do. */
function Buffer(value, encodingOrOffset, length) {
  if (typeof value !== "number") return from(value, encodingOrOffset, length);
  if (typeof encodingOrOffset === "string") throw new codes.ERR_INVALID_ARG_TYPE("string", "string", value);
  return alloc(value);
}

Object.setPrototypeOf(Buffer, Uint8Array);
Buffer.prototype = FastBuffer.prototype;
Object.defineProperty(Buffer, Symbol.species, { get: () => FastBuffer, configurable: true });

const isBytes = (value) => value instanceof Uint8Array;
const isAnyBuffer = (value) => Object.prototype.toString.call(value) === "[object ArrayBuffer]" || Object.prototype.toString.call(value) === "[object SharedArrayBuffer]";

/** The same bytes as a Buffer. */
function wrap(bytes) {
  return new FastBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function requireEncoding(name) {
  const found = encodingOf(name === undefined ? "utf8" : name);
  if (found === undefined) throw new codes.ERR_UNKNOWN_ENCODING(name);
  return found;
}

function alloc(size, value = undefined, encoding = undefined) {
  validateNumber(size, "size");
  const buffer = new FastBuffer(size);
  return value === undefined || value === 0 || size === 0 ? buffer : fill(buffer, value, { encoding });
}

function ofArrayBuffer(value, offset, length) {
  const start = offset === undefined ? 0 : Number.isNaN(+offset) ? 0 : +offset;
  const room = value.byteLength - start;
  if (room < 0) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS("offset");
  let size = room;
  if (length !== undefined) {
    size = +length > 0 ? +length : 0;
    if (size > room) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS("length");
  }
  return new FastBuffer(value, start, size);
}

function ofList(list) {
  const length = typeof list.length === "number" && list.length > 0 ? list.length : 0;
  const buffer = new FastBuffer(length);
  if (isBytes(list)) buffer.set(list);
  else for (let at = 0; at < length; at++) buffer[at] = list[at];
  return buffer;
}

function ofObject(value) {
  if (value.length !== undefined || isAnyBuffer(value.buffer)) return ofList(value);
  if (value.type === "Buffer" && Array.isArray(value.data)) return ofList(value.data);
  return undefined;
}

function fromObject(value, encodingOrOffset, length) {
  if (isAnyBuffer(value)) return ofArrayBuffer(value, encodingOrOffset, length);
  const inner = value.valueOf?.();
  if (inner !== undefined && inner !== null && inner !== value && (typeof inner === "string" || typeof inner === "object")) {
    return from(inner, encodingOrOffset, length);
  }
  const made = ofObject(value);
  if (made !== undefined) return made;
  if (typeof value[Symbol.toPrimitive] === "function") {
    const primitive = value[Symbol.toPrimitive]("string");
    if (typeof primitive === "string") return from(primitive, encodingOrOffset);
  }
  return undefined;
}

function from(value, encodingOrOffset, length) {
  if (typeof value === "string") return wrap(requireEncoding((typeof encodingOrOffset === "string" && encodingOrOffset) || "utf8").encode(value));
  if (typeof value === "object" && value !== null) {
    const made = fromObject(value, encodingOrOffset, length);
    if (made !== undefined) return made;
  }
  throw error(
    "ERR_INVALID_ARG_TYPE",
    "The first argument must be of type string or an instance of Buffer, TypedArray, ArrayBuffer, SharedArrayBuffer, or Array or an " +
      `Array-like Object.${received(value)}`,
    TypeError,
  );
}

function concat(list, total = undefined) {
  validateArray(list, "list");
  for (const [at, one] of list.entries()) {
    if (!isBytes(one)) throw new codes.ERR_INVALID_ARG_TYPE(`list[${at}]`, ["Buffer", "Uint8Array"], one);
  }
  if (total !== undefined) validateInteger(total, "length", 0);
  const length = total ?? list.reduce((sum, one) => sum + one.length, 0);
  const buffer = new FastBuffer(length);
  let at = 0;
  for (const one of list) {
    if (at >= length) break;
    const fits = at + one.length <= length;
    buffer.set(fits ? one : one.subarray(0, length - at), at);
    at += one.length;
  }
  return buffer;
}

function compareBytes(left, right) {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) if (left[at] !== right[at]) return left[at] < right[at] ? -1 : 1;
  return Math.sign(left.length - right.length);
}

function requireBytes(value, name) {
  if (!isBytes(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, ["Buffer", "Uint8Array"], value);
}

function copyBytesFrom(view, offset = undefined, length = undefined) {
  if (!ArrayBuffer.isView(view) || view instanceof DataView) throw new codes.ERR_INVALID_ARG_TYPE("view", ["TypedArray"], view);
  if (offset !== undefined) validateInteger(offset, "offset", 0);
  if (length !== undefined) validateInteger(length, "length", 0);
  const start = offset ?? 0;
  const part = view.slice(start, length === undefined ? undefined : start + length);
  return wrap(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
}

function byteLength(value, encoding) {
  if (typeof value === "string") return (encodingOf(encoding ?? "utf8") ?? utf8).byteLength(value);
  if (ArrayBuffer.isView(value) || isAnyBuffer(value)) return value.byteLength;
  throw new codes.ERR_INVALID_ARG_TYPE("string", ["string", "Buffer", "ArrayBuffer"], value);
}

Object.assign(Buffer, {
  poolSize: POOL_BYTES,
  from,
  of: (...bytes) => ofList(bytes),
  alloc,
  allocUnsafe: (size) => alloc(size),
  allocUnsafeSlow: (size) => alloc(size),
  isBuffer: (value) => value instanceof Buffer,
  isEncoding: (name) => typeof name === "string" && name.length > 0 && encodingOf(name) !== undefined,
  byteLength,
  concat,
  copyBytesFrom,
  compare: (left, right) => {
    requireBytes(left, "buf1");
    requireBytes(right, "buf2");
    return compareBytes(left, right);
  },
});

function toOffset(value, length) {
  const number = Math.trunc(+value) || 0;
  return number < 0 ? Math.max(number + length, 0) : Math.min(number, length);
}

function checkCompareRange(value, name, max) {
  if (value === undefined) return;
  validateInteger(value, name, 0, max);
}

function swap(buffer, size) {
  if (buffer.length % size !== 0) throw new codes.ERR_INVALID_BUFFER_SIZE(`${size * 8}-bits`);
  for (let at = 0; at < buffer.length; at += size) buffer.subarray(at, at + size).reverse();
  return buffer;
}

/** The arguments of `write`, three of which may be left out. */
function writeArguments(buffer, offset, length, encoding) {
  if (offset === undefined) return { offset: 0, length: buffer.length };
  if (length === undefined && typeof offset === "string") return { offset: 0, length: buffer.length, encoding: offset };
  validateInteger(offset, "offset", 0, buffer.length);
  const room = buffer.length - offset;
  if (length === undefined) return { offset, length: room, encoding };
  if (typeof length === "string") return { offset, length: room, encoding: length };
  validateInteger(length, "length", 0, buffer.length);
  return { offset, length: Math.min(length, room), encoding };
}

const methods = {
  toString(encoding, start, end) {
    const from = start === undefined || !(start > 0) ? 0 : Math.trunc(start);
    const to = end === undefined || end > this.length ? this.length : Math.trunc(end) || 0;
    if (from >= this.length || to <= from) return "";
    return requireEncoding(encoding).decode(from === 0 && to === this.length ? this : this.subarray(from, to));
  },

  write(text, offset, length, encoding) {
    if (typeof text !== "string") throw new codes.ERR_INVALID_ARG_TYPE("argument", "string", text);
    const range = writeArguments(this, offset, length, encoding);
    return requireEncoding(range.encoding || "utf8").write(text, this.subarray(range.offset, range.offset + range.length));
  },

  toJSON() {
    return { type: "Buffer", data: Array.from(this) };
  },

  equals(other) {
    requireBytes(other, "otherBuffer");
    return this === other || (this.length === other.length && compareBytes(this, other) === 0);
  },

  compare(target, ...range) {
    requireBytes(target, "target");
    const [targetStart, targetEnd, start, end] = range;
    checkCompareRange(targetStart, "targetStart", Number.MAX_SAFE_INTEGER);
    checkCompareRange(targetEnd, "targetEnd", target.length);
    checkCompareRange(start, "sourceStart", Number.MAX_SAFE_INTEGER);
    checkCompareRange(end, "sourceEnd", this.length);
    return compareBytes(
      Uint8Array.prototype.subarray.call(this, start ?? 0, Math.max(end ?? this.length, start ?? 0)),
      Uint8Array.prototype.subarray.call(target, targetStart ?? 0, Math.max(targetEnd ?? target.length, targetStart ?? 0)),
    );
  },

  indexOf(value, offset, encoding) {
    return search(this, value, { offset, encoding, forward: true });
  },

  lastIndexOf(value, offset, encoding) {
    return search(this, value, { offset, encoding, forward: false });
  },

  includes(value, offset, encoding) {
    return this.indexOf(value, offset, encoding) !== -1;
  },

  fill(value, offset, end, encoding) {
    return fill(this, value, { offset, end, encoding });
  },

  copy(target, targetStart = 0, start = 0, end = this.length) {
    requireBytes(target, "target");
    const at = Math.trunc(+targetStart) || 0;
    if (at < 0) throw new codes.ERR_OUT_OF_RANGE("targetStart", ">= 0", targetStart);
    const from = Math.trunc(+start) || 0;
    if (from < 0 || from > this.length) throw new codes.ERR_OUT_OF_RANGE("sourceStart", `>= 0 && <= ${this.length}`, start);
    const to = Math.trunc(+end) || 0;
    if (to < 0) throw new codes.ERR_OUT_OF_RANGE("sourceEnd", ">= 0", end);
    const count = Math.min(Math.min(to, this.length) - from, target.length - at);
    if (count <= 0) return 0;
    target.set(Uint8Array.prototype.subarray.call(this, from, from + count), at);
    return count;
  },

  subarray(start, end) {
    const from = toOffset(start, this.length);
    const to = end === undefined ? this.length : toOffset(end, this.length);
    return new FastBuffer(this.buffer, this.byteOffset + from, Math.max(to - from, 0));
  },

  slice(start, end) {
    return this.subarray(start, end);
  },

  swap16() {
    return swap(this, 2);
  },

  swap32() {
    return swap(this, 4);
  },

  swap64() {
    return swap(this, 8);
  },

  [Symbol.for("nodejs.util.inspect.custom")](_depth, options) {
    const max = module.exports.INSPECT_MAX_BYTES;
    const shown = this.subarray(0, max).toString("hex").replace(/(.{2})(?=.)/g, "$1 ");
    const rest = this.length - max;
    let text = rest > 0 ? `${shown} ... ${rest} more byte${rest > 1 ? "s" : ""}` : shown;
    const extras = Object.keys(this).filter((key) => !/^\d+$/.test(key));
    if (options && extras.length > 0) {
      const { inspect } = require("inspect");
      const own = Object.fromEntries(extras.map((key) => [key, this[key]]));
      text += `${text === "" ? "" : ", "}${inspect(own, { ...options, breakLength: Infinity, compact: true }).slice(2, -2)}`;
    }
    return `<${this.constructor.name} ${text}>`;
  },
};

for (const name of ["ascii", "base64", "base64url", "latin1", "hex", "ucs2", "utf8"]) {
  methods[`${name}Slice`] = function (start, end) {
    return this.toString(name, start, end);
  };
  methods[`${name}Write`] = function (text, offset, length) {
    return this.write(text, offset ?? 0, length ?? this.length - (offset ?? 0), name);
  };
}
for (const [name, value] of [...Object.entries(methods), [Symbol.for("nodejs.util.inspect.custom"), methods[Symbol.for("nodejs.util.inspect.custom")]]]) {
  Object.defineProperty(Buffer.prototype, name, { value, writable: true, enumerable: typeof name === "string", configurable: true });
}
addNumbers(Buffer.prototype);
Object.defineProperties(Buffer.prototype, {
  constructor: { value: Buffer, writable: true, configurable: true },
  toLocaleString: { value: methods.toString, writable: true, enumerable: true, configurable: true },
  parent: { get() { return this instanceof Buffer ? this.buffer : undefined; }, enumerable: true, configurable: true },
  offset: { get() { return this instanceof Buffer ? this.byteOffset : undefined; }, enumerable: true, configurable: true },
});

function SlowBuffer(size) {
  return alloc(size);
}

const TRANSCODED = new Set(["utf8", "utf16le", "latin1", "ascii"]);

function transcode(source, fromName, toName) {
  requireBytes(source, "source");
  const [start, end] = [encodingOf(fromName), encodingOf(toName)];
  if (!TRANSCODED.has(start?.name) || !TRANSCODED.has(end?.name)) {
    throw Object.assign(new Error("Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]"), { code: "U_ILLEGAL_ARGUMENT_ERROR", errno: 1 });
  }
  const text = start.decode(source);
  const narrow = end.name === "ascii" ? 0x7f : end.name === "latin1" ? 0xff : 0xffff;
  const fitting = narrow === 0xffff ? text : Array.from(text, (one) => (one.codePointAt(0) > narrow ? "?" : one)).join("");
  return wrap(end.encode(fitting));
}

const strict = new TextDecoder("utf-8", { fatal: true });

function viewOf(value) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (isAnyBuffer(value)) return new Uint8Array(value);
  throw new codes.ERR_INVALID_ARG_TYPE("input", ["ArrayBuffer", "Buffer", "TypedArray"], value);
}

function isUtf8(value) {
  const bytes = viewOf(value);
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const constants = { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: kStringMaxLength };

module.exports = {
  Blob,
  Buffer,
  File,
  INSPECT_MAX_BYTES: 50,
  SlowBuffer,
  atob,
  btoa,
  constants,
  isAscii: (value) => viewOf(value).every((byte) => byte < 128),
  isUtf8,
  kMaxLength,
  kStringMaxLength,
  resolveObjectURL: (id) => {
    validateString(id, "id");
    return undefined;
  },
  transcode,
};
