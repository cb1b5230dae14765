// Buffer: searching and filling.

const { codes } = require("errors");
const { validateNumber } = require("validators");
const { encodingOf } = require("buffer/encodings");

const isBytes = (value) => value instanceof Uint8Array;

function matchesAt(bytes, needle, at) {
  for (let index = 0; index < needle.length; index++) if (bytes[at + index] !== needle[index]) return false;
  return true;
}

function findForward(bytes, needle, from, step) {
  const last = bytes.length - needle.length;
  const next = (start) => Uint8Array.prototype.indexOf.call(bytes, needle[0], start);
  for (let at = next(from); at !== -1 && at <= last; at = next(at + 1)) {
    if ((at - from) % step === 0 && matchesAt(bytes, needle, at)) return at;
  }
  return -1;
}

function findBackward(bytes, needle, from, step) {
  for (let at = Math.min(from, bytes.length - needle.length); at >= 0; at -= step) if (matchesAt(bytes, needle, at)) return at;
  return -1;
}

/** What is looked for, as bytes; a number is one byte. */
function needleOf(value, encoding) {
  if (typeof value === "number") return Uint8Array.of(value);
  if (typeof value === "string") {
    const found = encodingOf(encoding === undefined ? "utf8" : encoding);
    if (found === undefined) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
    return found.encode(value);
  }
  if (isBytes(value)) return value;
  throw new codes.ERR_INVALID_ARG_TYPE("value", ["number", "string", "Buffer", "Uint8Array"], value);
}

function search(bytes, value, { offset, encoding, forward }) {
  if (typeof offset === "string") return search(bytes, value, { offset: undefined, encoding: offset, forward });
  let from = +offset;
  if (from > 0x7fffffff) from = 0x7fffffff;
  else if (from < -0x80000000) from = -0x80000000;
  if (Number.isNaN(from)) from = forward ? 0 : bytes.length;
  from = Math.trunc(from);
  const needle = needleOf(value, encoding);
  const step = encodingOf(encoding ?? "utf8")?.name === "utf16le" && typeof value === "string" ? 2 : 1;
  if (from < 0) from += bytes.length;
  if (from < 0) {
    if (!forward) return -1;
    from = 0;
  }
  if (needle.length === 0) return Math.min(from, bytes.length);
  if (!forward) return findBackward(bytes, needle, from, step);
  return from >= bytes.length ? -1 : findForward(bytes, needle, from, step);
}

/** The pattern that `fill` repeats. */
function patternOf(value, encoding) {
  if (typeof value === "string") {
    if (encoding !== undefined && encoding !== null && typeof encoding !== "string") {
      throw new codes.ERR_INVALID_ARG_TYPE("encoding", "string", encoding);
    }
    const found = encodingOf(encoding || "utf8");
    if (found === undefined) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
    const pattern = found.encode(value);
    if (pattern.length === 0 && value.length > 0) throw new codes.ERR_INVALID_ARG_VALUE("value", value);
    return pattern.length === 0 ? Uint8Array.of(0) : pattern;
  }
  if (ArrayBuffer.isView(value)) {
    if (value.byteLength === 0) throw new codes.ERR_INVALID_ARG_VALUE("value", value);
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  return Uint8Array.of(typeof value === "boolean" ? +value : value & 255);
}

function fill(bytes, value, { offset, end, encoding }) {
  if (typeof offset === "string") return fill(bytes, value, { offset: undefined, end: undefined, encoding: offset });
  if (typeof end === "string") return fill(bytes, value, { offset, end: undefined, encoding: end });
  const pattern = patternOf(value, encoding);
  if (offset !== undefined) validateNumber(offset, "offset", 0, bytes.length);
  if (end !== undefined) validateNumber(end, "end", 0, bytes.length);
  const [start, stop] = [offset ?? 0, end ?? bytes.length];
  if (start >= stop) return bytes;
  if (pattern.length === 1) return Uint8Array.prototype.fill.call(bytes, pattern[0], start, stop);
  bytes.set(pattern.subarray(0, Math.min(pattern.length, stop - start)), start);
  for (let done = pattern.length; done < stop - start; done *= 2) {
    bytes.copyWithin(start + done, start, Math.min(start + done, stop - done));
  }
  return bytes;
}

module.exports = { fill, search };
