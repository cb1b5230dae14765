// crypto: chance.

const { codes } = require("errors");
const { validateBoolean, validateFunction, validateInteger, validateNumber, validateObject } = require("validators");
const { isBytes, viewOf } = require("crypto/bytes");
const { nextTick } = require("process_queue");

const { crypto } = platform;
const MAX_BYTES = 2147483647;
/** What one call of getRandomValues fills. */
const PIECE = 65536;
const MAX_RANGE = 2 ** 48 - 1;

function fill(bytes) {
  for (let at = 0; at < bytes.length; at += PIECE) crypto.getRandomValues(bytes.subarray(at, at + PIECE));
  return bytes;
}

function randomBytes(size, callback = undefined) {
  validateNumber(size, "size", 0, MAX_BYTES);
  if (callback !== undefined) validateFunction(callback, "callback");
  const buffer = require("buffer").Buffer.alloc(size);
  fill(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length));
  if (callback === undefined) return buffer;
  nextTick(callback, null, buffer);
}

function rangeOf(buffer, offset, size) {
  if (!isBytes(buffer)) throw new codes.ERR_INVALID_ARG_TYPE("buf", ["ArrayBuffer", "ArrayBufferView"], buffer);
  const unit = buffer.BYTES_PER_ELEMENT ?? 1;
  validateNumber(offset, "offset", 0, buffer.byteLength);
  const bytes = size === undefined ? buffer.byteLength - offset * unit : size * unit;
  validateNumber(bytes, "size", 0, MAX_BYTES);
  if (bytes + offset * unit > buffer.byteLength) throw new codes.ERR_OUT_OF_RANGE("size + offset", `<= ${buffer.byteLength}`, bytes + offset * unit);
  return viewOf(buffer).subarray(offset * unit, offset * unit + bytes);
}

function randomFillSync(buffer, offset = 0, size = undefined) {
  fill(rangeOf(buffer, offset, size));
  return buffer;
}

function randomFill(buffer, ...rest) {
  const callback = rest.pop();
  validateFunction(callback, "callback");
  randomFillSync(buffer, rest[0] ?? 0, rest[1]);
  nextTick(callback, null, buffer);
}

function randomInt(...given) {
  const callback = typeof given.at(-1) === "function" ? given.pop() : undefined;
  const [min, max] = given.length === 1 ? [0, given[0]] : given;
  for (const [name, value] of [["min", min], ["max", max]]) {
    if (!Number.isSafeInteger(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, "a safe integer", value);
  }
  if (max <= min) throw new codes.ERR_OUT_OF_RANGE("max", `greater than the value of "min" (${min})`, max);
  const range = max - min;
  if (range > MAX_RANGE) throw new codes.ERR_OUT_OF_RANGE(given.length === 1 ? "max" : "max - min", `<= ${MAX_RANGE}`, range);
  // What would make small numbers more likely is thrown away.
  const limit = MAX_RANGE - (MAX_RANGE % range);
  const bytes = new Uint8Array(6);
  let value;
  do {
    fill(bytes);
    value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  } while (value >= limit);
  const result = min + (value % range);
  if (callback === undefined) return result;
  nextTick(callback, undefined, result);
}

function randomUUID(options = undefined) {
  if (options !== undefined) validateObject(options, "options");
  if (options?.disableEntropyCache !== undefined) validateBoolean(options.disableEntropyCache, "options.disableEntropyCache");
  return crypto.randomUUID();
}

/** Miller and Rabin's test, with as many witnesses as make a mistake unthinkable. */
function isProbablyPrime(candidate, rounds = 24) {
  if (candidate < 4n) return candidate > 1n;
  if (candidate % 2n === 0n) return false;
  let [odd, twos] = [candidate - 1n, 0];
  for (; odd % 2n === 0n; odd /= 2n) twos++;
  for (let round = 0; round < rounds; round++) {
    let value = power(2n + toBigInt(fill(new Uint8Array(16))) % (candidate - 3n), odd, candidate);
    if (value === 1n || value === candidate - 1n) continue;
    let isWitness = true;
    for (let at = 1; at < twos && isWitness; at++) {
      value = (value * value) % candidate;
      isWitness = value !== candidate - 1n;
    }
    if (isWitness) return false;
  }
  return true;
}

function power(base, exponent, modulus) {
  let [result, factor, left] = [1n, base % modulus, exponent];
  for (; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

const toBigInt = (bytes) => (bytes.length === 0 ? 0n : BigInt(`0x${bytes.toHex()}`));

function checkPrimeSync(candidate, options = {}) {
  validateObject(options, "options");
  const value = typeof candidate === "bigint" ? candidate : toBigInt(viewOf(candidate));
  return isProbablyPrime(value, Math.max(options.checks ?? 0, 24));
}

function generatePrimeSync(size, options = {}) {
  validateInteger(size, "size", 1, 2 ** 31 - 1);
  validateObject(options, "options");
  const bytes = new Uint8Array(Math.ceil(size / 8));
  const top = (1n << BigInt(size)) - 1n;
  while (true) {
    const candidate = (toBigInt(fill(bytes)) & top) | (1n << BigInt(size - 1)) | 1n;
    if (!isProbablyPrime(candidate) || (options.safe && !isProbablyPrime((candidate - 1n) / 2n))) continue;
    if (options.bigint) return candidate;
    return Uint8Array.fromHex(candidate.toString(16).padStart(bytes.length * 2, "0")).buffer;
  }
}

const later = (action) => (value, ...rest) => {
  const callback = rest.pop();
  validateFunction(callback, "callback");
  const result = action(value, rest[0]);
  nextTick(callback, null, result);
};

module.exports = {
  checkPrime: later(checkPrimeSync),
  checkPrimeSync,
  generatePrime: later(generatePrimeSync),
  generatePrimeSync,
  randomBytes,
  randomFill,
  randomFillSync,
  randomInt,
  randomUUID,
};
