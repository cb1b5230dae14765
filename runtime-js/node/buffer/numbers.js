// The methods of Buffer that read and write numbers.

const { codes } = require("errors");
const { validateNumber } = require("validators");

const float32 = new Float32Array(1);
const float64 = new Float64Array(1);
const bytesOf32 = new Uint8Array(float32.buffer);
const bytesOf64 = new Uint8Array(float64.buffer);

function outOfBounds(value, length, { name = "offset", isWide = true } = {}) {
  validateNumber(value, name);
  if (Math.floor(value) !== value) throw new codes.ERR_OUT_OF_RANGE(name, "an integer", value);
  if (length < 0) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS();
  throw new codes.ERR_OUT_OF_RANGE(name, `>= ${name === "byteLength" ? 1 : 0} ${isWide ? "and" : "&&"} <= ${length}`, value);
}

function checkOffset(buffer, offset, size) {
  validateNumber(offset, "offset");
  if (!(offset >= 0 && offset + size <= buffer.length) || Math.floor(offset) !== offset) outOfBounds(offset, buffer.length - size, { isWide: size > 1 });
}

/** The text of the range of an integer of `size` bytes. */
function rangeOf(size, signed, suffix) {
  const bits = size * 8;
  if (size > 4) {
    const two = `2${suffix} ** `;
    // The bound above lacks a letter in production, too.
    return signed
      ? `>= -(${two}${bits - 1}${suffix}) and < 2 ** ${bits - 1}${suffix}`
      : `>= 0${suffix} and < ${two}${bits}${suffix}`;
  }
  return signed ? `>= ${-(2 ** (bits - 1))} and <= ${2 ** (bits - 1) - 1}` : `>= 0 and <= ${2 ** bits - 1}`;
}

function readInteger(buffer, offset, { size, little, signed }) {
  checkOffset(buffer, offset, size);
  let value = 0;
  if (little) for (let at = size - 1; at >= 0; at--) value = value * 256 + buffer[offset + at];
  else for (let at = 0; at < size; at++) value = value * 256 + buffer[offset + at];
  return signed && value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value;
}

function writeInteger(buffer, given, offset, { size, little, signed }) {
  const value = +given;
  const bits = size * 8;
  const [min, max] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  if (value > max || value < min) throw new codes.ERR_OUT_OF_RANGE("value", rangeOf(size, signed, ""), given);
  checkOffset(buffer, offset, size);
  let rest = Number.isNaN(value) ? 0 : Math.trunc(value);
  if (rest < 0) rest += 2 ** bits;
  for (let at = 0; at < size; at++) {
    buffer[little ? offset + at : offset + size - 1 - at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return offset + size;
}

function readBig(buffer, offset, { little, signed }) {
  checkOffset(buffer, offset, 8);
  let value = 0n;
  for (let at = 0; at < 8; at++) value = (value << 8n) | BigInt(buffer[little ? offset + 7 - at : offset + at]);
  return signed ? BigInt.asIntN(64, value) : value;
}

function writeBig(buffer, value, offset, { little, signed }) {
  const [min, max] = signed ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
  if (value > max || value < min) throw new codes.ERR_OUT_OF_RANGE("value", rangeOf(8, signed, "n"), value);
  checkOffset(buffer, offset, 8);
  let rest = BigInt.asUintN(64, value);
  for (let at = 0; at < 8; at++) {
    buffer[little ? offset + at : offset + 7 - at] = Number(rest & 255n);
    rest >>= 8n;
  }
  return offset + 8;
}

function readFloat(buffer, offset, little, [values, bytes]) {
  checkOffset(buffer, offset, bytes.length);
  for (let at = 0; at < bytes.length; at++) bytes[little ? at : bytes.length - 1 - at] = buffer[offset + at];
  return values[0];
}

function writeFloat(buffer, offset, little, [values, bytes]) {
  checkOffset(buffer, offset, bytes.length);
  for (let at = 0; at < bytes.length; at++) buffer[offset + at] = bytes[little ? at : bytes.length - 1 - at];
  return offset + values.BYTES_PER_ELEMENT;
}

function checkedSize(size) {
  if (size === undefined) throw new codes.ERR_INVALID_ARG_TYPE("byteLength", "number", size);
  if (!(size >= 1 && size <= 6) || Math.floor(size) !== size) outOfBounds(size, 6, { name: "byteLength" });
  return size;
}

const methods = {};

function integerMethods(name, size, signed) {
  for (const ending of size === 1 ? [""] : ["LE", "BE"]) {
    const kind = { size, little: ending === "LE", signed };
    methods[`read${name}${ending}`] = function (offset = 0) {
      return readInteger(this, offset, kind);
    };
    methods[`write${name}${ending}`] = function (value, offset = 0) {
      return writeInteger(this, value, offset, kind);
    };
  }
}

for (const [size, bits] of [[1, 8], [2, 16], [4, 32]]) {
  integerMethods(`UInt${bits}`, size, false);
  integerMethods(`Int${bits}`, size, true);
}
for (const little of [true, false]) {
  const ending = little ? "LE" : "BE";
  for (const signed of [true, false]) {
    const name = `${signed ? "" : "U"}Int${ending}`;
    methods[`read${name}`] = function (offset, size) {
      if (offset === undefined) throw new codes.ERR_INVALID_ARG_TYPE("offset", "number", offset);
      return readInteger(this, offset, { size: checkedSize(size), little, signed });
    };
    methods[`write${name}`] = function (value, offset, size) {
      return writeInteger(this, value, offset, { size: checkedSize(size), little, signed });
    };
    const big = `Big${signed ? "" : "U"}Int64${ending}`;
    methods[`read${big}`] = function (offset = 0) {
      return readBig(this, offset, { little, signed });
    };
    methods[`write${big}`] = function (value, offset = 0) {
      return writeBig(this, value, offset, { little, signed });
    };
  }
  for (const [name, pair] of [["Float", [float32, bytesOf32]], ["Double", [float64, bytesOf64]]]) {
    methods[`read${name}${ending}`] = function (offset = 0) {
      return readFloat(this, offset, little, pair);
    };
    methods[`write${name}${ending}`] = function (value, offset = 0) {
      pair[0][0] = +value;
      return writeFloat(this, offset, little, pair);
    };
  }
}

/** Adds them to the prototype, each also by the name with a small `i`. */
function addNumbers(prototype) {
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(value, "name", { value: name });
    const names = name.includes("UInt") ? [name, name.replace("UInt", "Uint")] : [name];
    for (const one of names) Object.defineProperty(prototype, one, { value, writable: true, enumerable: true, configurable: true });
  }
}

module.exports = { addNumbers };
