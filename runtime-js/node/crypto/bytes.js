// crypto: what counts as bytes.

const { codes } = require("errors");

const isBytes = (value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer || Object.prototype.toString.call(value) === "[object SharedArrayBuffer]";

function viewOf(value) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return new Uint8Array(value);
}

/** Text in an encoding, or anything that holds bytes. */
function toBytes(value, name, encoding = undefined) {
  if (typeof value === "string") return require("buffer").Buffer.from(value, encoding === "buffer" ? "utf8" : encoding);
  if (isBytes(value)) return viewOf(value);
  throw new codes.ERR_INVALID_ARG_TYPE(name, ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"], value);
}

/** Bytes as a Buffer, or as text. */
function toOutput(bytes, encoding) {
  const buffer = require("buffer").Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return encoding === undefined || encoding === null || encoding === "buffer" ? buffer : buffer.toString(encoding);
}

module.exports = { isBytes, toBytes, toOutput, viewOf };
