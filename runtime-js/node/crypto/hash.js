// crypto: createHash, createHmac, hash.

const { codes, error } = require("errors");
const { validateString } = require("validators");
const Transform = require("stream/transform");
const { isBytes, toBytes, toOutput } = require("crypto/bytes");

const { core } = platform;
const INNER = 0x36;
const OUTER = 0x5c;
const SIZES = { __proto__: null, md5: 16, sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64, "sha512-256": 32 };

const hashes = [
  "RSA-MD5", "RSA-SHA1", "RSA-SHA224", "RSA-SHA256", "RSA-SHA384", "RSA-SHA512", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512-256",
];

function start(name) {
  try {
    return core.ops.op_node_hash_new(name);
  } catch {
    throw error("ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${name}`, TypeError);
  }
}

const plainName = (name) => name.toLowerCase().replace(/^rsa-/, "").replace(/^sha-(\d)/, "sha$1");
const blockBytes = (name) => (/^sha(384|512)/.test(plainName(name)) ? 128 : 64);

function digestOf(name, ...parts) {
  const handle = start(name);
  for (const part of parts) core.ops.op_node_hash_update(handle, part);
  return core.ops.op_node_hash_finish(handle);
}

/** Being a stream is what Hash and Hmac share. */
function makeStream(Class) {
  Object.setPrototypeOf(Class.prototype, Transform.prototype);
  Object.setPrototypeOf(Class, Transform);
  Class.prototype._transform = function (chunk, encoding, callback) {
    this.update(chunk, encoding);
    callback();
  };
  Class.prototype._flush = function (callback) {
    this.push(this.digest());
    callback();
  };
}

function checkData(data) {
  if (typeof data !== "string" && !isBytes(data)) throw new codes.ERR_INVALID_ARG_TYPE("data", ["string", "Buffer", "TypedArray", "DataView"], data);
}

const finalized = () => error("ERR_CRYPTO_HASH_FINALIZED", "Digest already called");

function Hash(algorithm, options) {
  if (!(this instanceof Hash)) return new Hash(algorithm, options);
  const isCopy = algorithm instanceof Hash;
  if (!isCopy) validateString(algorithm, "algorithm");
  Transform.call(this, options);
  const handle = isCopy ? core.ops.op_node_hash_copy(algorithm._hash.handle) : start(algorithm);
  const size = isCopy ? algorithm._hash.size : SIZES[plainName(algorithm)];
  if (options?.outputLength !== undefined && options.outputLength !== size) throw error("ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH", "Unsupported state or unable to authenticate");
  Object.defineProperty(this, "_hash", { value: { handle, size, isOver: false } });
}
makeStream(Hash);

Hash.prototype.copy = function (options) {
  if (this._hash.isOver) throw finalized();
  return new Hash(this, options);
};
Hash.prototype.update = function (data, encoding) {
  checkData(data);
  if (this._hash.isOver) throw finalized();
  core.ops.op_node_hash_update(this._hash.handle, toBytes(data, "data", encoding));
  return this;
};
Hash.prototype.digest = function (encoding) {
  if (this._hash.isOver) throw finalized();
  this._hash.isOver = true;
  return toOutput(core.ops.op_node_hash_finish(this._hash.handle), encoding);
};

function padded(key, size, mask) {
  const block = new Uint8Array(size).fill(mask);
  for (let at = 0; at < key.length; at++) block[at] ^= key[at];
  return block;
}

function keyBytes(key, encoding = undefined) {
  const { KeyObject } = require("crypto/keys");
  if (key instanceof KeyObject) {
    if (key.type !== "secret") throw error("ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", `Invalid key object type ${key.type}, expected secret.`, TypeError);
    return key.export();
  }
  if (key === null || key === undefined || (typeof key !== "string" && !isBytes(key))) {
    throw new codes.ERR_INVALID_ARG_TYPE("key", ["ArrayBuffer", "Buffer", "TypedArray", "DataView", "string", "KeyObject", "CryptoKey"], key);
  }
  return toBytes(key, "key", encoding);
}

function Hmac(algorithm, key, options) {
  if (!(this instanceof Hmac)) return new Hmac(algorithm, key, options);
  validateString(algorithm, "hmac");
  const given = keyBytes(key, options?.encoding);
  Transform.call(this, options);
  const size = blockBytes(algorithm);
  const short = given.length > size ? digestOf(algorithm, given) : given;
  const handle = start(algorithm);
  core.ops.op_node_hash_update(handle, padded(short, size, INNER));
  Object.defineProperty(this, "_hmac", { value: { algorithm, handle, outer: padded(short, size, OUTER), isOver: false } });
}
makeStream(Hmac);

Hmac.prototype.update = function (data, encoding) {
  checkData(data);
  if (this._hmac.isOver) throw finalized();
  core.ops.op_node_hash_update(this._hmac.handle, toBytes(data, "data", encoding));
  return this;
};
Hmac.prototype.digest = function (encoding) {
  const { algorithm, handle, outer, isOver } = this._hmac;
  if (isOver) return toOutput(new Uint8Array(0), encoding);
  this._hmac.isOver = true;
  return toOutput(digestOf(algorithm, outer, core.ops.op_node_hash_finish(handle)), encoding);
};

/** A digest at once. */
function hash(algorithm, data, encoding = "hex") {
  validateString(algorithm, "algorithm");
  checkData(data);
  return toOutput(digestOf(algorithm, toBytes(data, "input")), encoding);
}

const hmacOf = (algorithm, key, ...parts) => {
  const hmac = new Hmac(algorithm, key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
};

module.exports = { Hash, Hmac, SIZES, digestOf, hash, hashes, hmacOf, keyBytes, plainName };
