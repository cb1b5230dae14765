// crypto: keys from passwords and secrets.

const { codes, error } = require("errors");
const { validateFunction, validateInteger, validateObject, validateString, validateUint32 } = require("validators");
const { toBytes } = require("crypto/bytes");
const { SIZES, hmacOf, keyBytes, plainName } = require("crypto/hash");
const { nextTick } = require("process_queue");

const { core } = platform;
const MAX_INT = 2147483647;
const bufferOf = (bytes) => require("buffer").Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function checkPbkdf2([password, salt, iterations, length, digest]) {
  validateString(digest, "digest");
  const given = [toBytes(password, "password"), toBytes(salt, "salt")];
  validateInteger(iterations, "iterations", 1, MAX_INT);
  validateInteger(length, "keylen", 0, MAX_INT);
  if (SIZES[plainName(digest)] === undefined) throw error("ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${digest}`, TypeError);
  return [digest, ...given, iterations, length];
}

const pbkdf2Sync = (...values) => bufferOf(core.ops.op_node_pbkdf2(...checkPbkdf2(values)));

function pbkdf2(...values) {
  const callback = values.pop();
  // Only the digest may have been left out, which is said before what is wrong with the rest.
  validateFunction(callback, "callback");
  const result = bufferOf(core.ops.op_node_pbkdf2(...checkPbkdf2(values)));
  nextTick(callback, null, result);
}

const SCRYPT = { N: 16384, r: 8, p: 1, maxmem: 32 << 20 };

function checkScrypt(password, salt, length, options) {
  validateObject(options, "options");
  const given = [toBytes(password, "password"), toBytes(salt, "salt")];
  validateInteger(length, "keylen", 0, MAX_INT);
  const pick = (long, short) => {
    if (options[long] !== undefined && options[short] !== undefined) throw error("ERR_INCOMPATIBLE_OPTION_PAIR", `Option "${short}" cannot be used in combination with option "${long}"`, TypeError);
    const value = options[long] ?? options[short] ?? SCRYPT[short];
    validateUint32(value, short);
    return value;
  };
  const [N, r, p] = [pick("cost", "N"), pick("blockSize", "r"), pick("parallelization", "p")];
  const maxmem = options.maxmem ?? SCRYPT.maxmem;
  const isPower = N > 1 && Number.isInteger(Math.log2(N));
  if (!isPower || r === 0 || p === 0) throw error("ERR_CRYPTO_INVALID_SCRYPT_PARAMS", "Invalid scrypt params", RangeError);
  if (128 * N * r > maxmem) throw error("ERR_CRYPTO_INVALID_SCRYPT_PARAMS", "Invalid scrypt params: memory limit exceeded", RangeError);
  return [...given, [Math.log2(N), r, p], length];
}

const scryptSync = (password, salt, length, options = {}) => bufferOf(core.ops.op_node_scrypt(...checkScrypt(password, salt, length, options)));

function scrypt(password, salt, length, ...rest) {
  const callback = rest.pop();
  validateFunction(callback, "callback");
  nextTick(callback, null, scryptSync(password, salt, length, rest[0] ?? {}));
}

function hkdfBytes([digest, key, salt, info, length]) {
  validateString(digest, "digest");
  const secret = keyBytes(key);
  const [saltBytes, infoBytes] = [toBytes(salt, "salt"), toBytes(info, "info")];
  validateInteger(length, "length", 0, MAX_INT);
  if (infoBytes.length > 1024) throw new codes.ERR_OUT_OF_RANGE("info", "must not contain more than 1024 bytes", infoBytes.length);
  const size = SIZES[plainName(digest)];
  if (size === undefined) throw error("ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${digest}`, TypeError);
  if (length > 255 * size) throw error("ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length", RangeError);
  const extracted = hmacOf(digest, saltBytes.length === 0 ? new Uint8Array(size) : saltBytes, secret);
  const output = new Uint8Array(length);
  let block = new Uint8Array(0);
  for (let at = 0, count = 1; at < length; at += size, count++) {
    block = hmacOf(digest, extracted, block, infoBytes, Uint8Array.of(count));
    output.set(block.subarray(0, Math.min(size, length - at)), at);
  }
  return output.buffer;
}

const hkdfSync = (...values) => hkdfBytes(values);

function hkdf(...values) {
  const callback = values.pop();
  validateFunction(callback, "callback");
  nextTick(callback, null, hkdfBytes(values));
}

module.exports = { hkdf, hkdfSync, pbkdf2, pbkdf2Sync, scrypt, scryptSync };
