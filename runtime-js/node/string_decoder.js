// node:string_decoder: bytes that come in pieces, as text.

const { codes } = require("errors");
const { encodingOf } = require("buffer/encodings");

/** How many bytes at the end of `bytes` begin a UTF-8 character that is not complete. */
function incompleteUtf8(bytes) {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const needs = byte >= 0xf0 && byte <= 0xf4 ? 4 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xc2 && byte < 0xe0 ? 2 : 1;
    return needs > back && isPossible(bytes.subarray(bytes.length - back)) ? back : 0;
  }
  return 0;
}

/** Whether a character can begin so: the second byte has a narrower range after some first ones. */
function isPossible([first, second]) {
  if (second === undefined) return true;
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second < 0xa0;
  if (first === 0xf0) return second >= 0x90;
  return first !== 0xf4 || second < 0x90;
}

function incompleteUtf16(bytes) {
  const odd = bytes.length % 2;
  const high = bytes.length >= 2 + odd && (bytes[bytes.length - 1 - odd] & 0xfc) === 0xd8;
  return high ? 2 + odd : odd;
}

const incomplete = {
  __proto__: null,
  utf8: incompleteUtf8,
  utf16le: incompleteUtf16,
  base64: (bytes) => bytes.length % 3,
  base64url: (bytes) => bytes.length % 3,
};

function StringDecoder(encoding = "utf8") {
  const found = encodingOf(encoding ?? "utf8");
  if (found === undefined) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
  this.encoding = found.name;
  Object.defineProperty(this, "_rest", { value: new Uint8Array(0), writable: true });
}

function bytesOf(value) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new codes.ERR_INVALID_ARG_TYPE("buf", ["Buffer", "TypedArray", "DataView"], value);
}

StringDecoder.prototype.write = function (value) {
  if (typeof value === "string") return value;
  const given = bytesOf(value);
  let bytes = given;
  if (this._rest.length > 0) {
    bytes = new Uint8Array(this._rest.length + given.length);
    bytes.set(this._rest);
    bytes.set(given, this._rest.length);
  }
  const left = incomplete[this.encoding]?.(bytes) ?? 0;
  this._rest = bytes.slice(bytes.length - left);
  return encodingOf(this.encoding).decode(left === 0 ? bytes : bytes.subarray(0, bytes.length - left));
};

StringDecoder.prototype.end = function (value) {
  const text = value === undefined ? "" : this.write(value);
  const rest = this._rest;
  this._rest = new Uint8Array(0);
  if (rest.length === 0) return text;
  return text + encodingOf(this.encoding).decode(this.encoding === "utf16le" ? rest.subarray(0, rest.length - rest.length % 2) : rest);
};

StringDecoder.prototype.text = function (value, offset) {
  this._rest = new Uint8Array(0);
  return this.write(value.slice(offset));
};

Object.defineProperties(StringDecoder.prototype, {
  lastChar: { get() { return require("buffer").Buffer.from(this._rest); }, enumerable: true, configurable: true },
  lastNeed: { get() { return this._rest.length === 0 ? 0 : needOf(this._rest, this.encoding); }, enumerable: true, configurable: true },
  lastTotal: { get() { return this._rest.length === 0 ? 0 : needOf(this._rest, this.encoding) + this._rest.length; }, enumerable: true, configurable: true },
});

function needOf(rest, encoding) {
  if (encoding === "utf16le") return rest.length % 2 === 1 ? 1 : 2;
  if (encoding !== "utf8") return 3 - rest.length;
  return (rest[0] >= 0xf0 ? 4 : rest[0] >= 0xe0 ? 3 : 2) - rest.length;
}

module.exports = { StringDecoder };
