// crypto: ciphers.

const { codes, error, notImplemented } = require("errors");
const { validateObject, validateString } = require("validators");
const Transform = require("stream/transform");
const { toBytes, toOutput } = require("crypto/bytes");
const { keyBytes } = require("crypto/hash");

const { core } = platform;
const BLOCK = 16;
const TAG = 16;
const MODES = { cbc: "AES-CBC", ctr: "AES-CTR", gcm: "AES-GCM" };
const NIDS = { "128-cbc": 419, "192-cbc": 423, "256-cbc": 427, "128-ctr": 904, "192-ctr": 905, "256-ctr": 906, "128-gcm": 895, "192-gcm": 898, "256-gcm": 901 };
const empty = new Uint8Array(0);

function parse(name) {
  const found = /^(?:aes-?|id-aes)(128|192|256)-(cbc|ctr|gcm)$/i.exec(name);
  return found === null ? undefined : { name: `aes-${found[1]}-${found[2].toLowerCase()}`, keyLength: +found[1] / 8, mode: found[2].toLowerCase(), nid: NIDS[`${found[1]}-${found[2].toLowerCase()}`] };
}

function checkLengths(cipher, key, iv) {
  if (key.length !== cipher.keyLength) throw new Error("Invalid key length");
  const isRight = cipher.mode === "gcm" ? iv.length > 0 : iv.length === BLOCK;
  if (!isRight) throw new Error("Invalid initialization vector");
}

const concat = (chunks) => require("buffer").Buffer.concat(chunks);

/** What both directions share. The host takes a text as a whole, so that nothing comes out before the end. */
function setUp(stream, name, key, { iv, options, decrypts }) {
  validateString(name, "cipher");
  const cipher = parse(name);
  if (cipher === undefined) throw error("ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
  const [secret, vector] = [keyBytes(key), iv === null ? empty : toBytes(iv, "iv")];
  checkLengths(cipher, secret, vector);
  Transform.call(stream, options);
  const handle = core.ops.op_crypto_import(MODES[cipher.mode], "raw", secret);
  const state = { cipher, handle, iv: Uint8Array.from(vector), chunks: [], aad: [], tag: undefined, tagLength: options?.authTagLength ?? TAG, pads: true, isOver: false, decrypts };
  Object.defineProperty(stream, "_cipher", { value: state });
}

function addMethods(Class) {
  Object.setPrototypeOf(Class.prototype, Transform.prototype);
  Object.setPrototypeOf(Class, Transform);
  Class.prototype._transform = function (chunk, encoding, callback) {
    this.push(this.update(chunk, encoding));
    callback();
  };
  Class.prototype._flush = function (callback) {
    try {
      this.push(this.final());
    } catch (failure) {
      return callback(failure);
    }
    return callback();
  };
  Class.prototype.update = function (data, inputEncoding, outputEncoding) {
    if (this._cipher.isOver) throw error("ERR_CRYPTO_INVALID_STATE", "Invalid state for operation update");
    // DIFFERS: `update` of a cipher gives nothing and `final` everything; in production `update` gives what it can.
    this._cipher.chunks.push(Uint8Array.from(toBytes(data, "data", inputEncoding)));
    return toOutput(empty, outputEncoding);
  };
  Class.prototype.final = function (outputEncoding) {
    if (this._cipher.isOver) throw error("ERR_CRYPTO_INVALID_STATE", "Unsupported state");
    this._cipher.isOver = true;
    return toOutput(run(this._cipher), outputEncoding);
  };
  Class.prototype.setAAD = function (data, options) {
    this._cipher.aad.push(Uint8Array.from(toBytes(data, "buffer", options?.encoding)));
    return this;
  };
  Class.prototype.setAutoPadding = function (pads = true) {
    if (!pads && this._cipher.cipher.mode === "cbc") this._cipher.pads = false;
    return this;
  };
}

function run(state) {
  const data = concat(state.chunks);
  const { mode } = state.cipher;
  if (mode === "gcm") return runGcm(state, data);
  if (mode === "ctr") return new Uint8Array(core.ops.op_crypto_encrypt(state.handle, state.iv, empty, 128, data));
  if (!state.pads) return runUnpadded(state, data);
  if (!state.decrypts) return new Uint8Array(core.ops.op_crypto_encrypt(state.handle, state.iv, empty, 0, data));
  if (data.length === 0 || data.length % BLOCK !== 0) throw error("ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH", "wrong final block length");
  try {
    return new Uint8Array(core.ops.op_crypto_decrypt(state.handle, state.iv, empty, 0, data));
  } catch {
    throw error("ERR_OSSL_BAD_DECRYPT", "bad decrypt");
  }
}

/** The host always pads: one more block is made, and cut off or put on. */
function runUnpadded(state, data) {
  if (data.length % BLOCK !== 0) throw error("ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH", state.decrypts ? "wrong final block length" : "data not multiple of block length");
  if (!state.decrypts) return new Uint8Array(core.ops.op_crypto_encrypt(state.handle, state.iv, empty, 0, data)).subarray(0, data.length);
  const last = data.length === 0 ? state.iv : data.subarray(data.length - BLOCK);
  const padding = new Uint8Array(core.ops.op_crypto_encrypt(state.handle, last, empty, 0, empty));
  return new Uint8Array(core.ops.op_crypto_decrypt(state.handle, state.iv, empty, 0, concat([data, padding])));
}

function runGcm(state, data) {
  const aad = concat(state.aad);
  if (!state.decrypts) {
    const sealed = new Uint8Array(core.ops.op_crypto_encrypt(state.handle, state.iv, aad, state.tagLength * 8, data));
    state.tag = sealed.slice(data.length);
    return sealed.subarray(0, data.length);
  }
  const refuse = () => error("ERR_CRYPTO_INVALID_STATE", "Unsupported state or unable to authenticate data");
  if (state.tag === undefined) throw refuse();
  try {
    return new Uint8Array(core.ops.op_crypto_decrypt(state.handle, state.iv, aad, state.tag.length * 8, concat([data, state.tag])));
  } catch {
    throw new Error("Authentication failed");
  }
}

function Cipheriv(name, key, iv, options) {
  if (!(this instanceof Cipheriv)) return new Cipheriv(name, key, iv, options);
  setUp(this, name, key, { iv, options, decrypts: false });
}
addMethods(Cipheriv);
Cipheriv.prototype.getAuthTag = function () {
  if (this._cipher.tag === undefined) throw error("ERR_CRYPTO_INVALID_STATE", "Invalid state for operation getAuthTag");
  return toOutput(this._cipher.tag);
};

function Decipheriv(name, key, iv, options) {
  if (!(this instanceof Decipheriv)) return new Decipheriv(name, key, iv, options);
  setUp(this, name, key, { iv, options, decrypts: true });
}
addMethods(Decipheriv);
Decipheriv.prototype.setAuthTag = function (tag, encoding) {
  const bytes = toBytes(tag, "buffer", encoding);
  if (![4, 8, 12, 13, 14, 15, 16].includes(bytes.length)) throw error("ERR_CRYPTO_INVALID_AUTH_TAG", `Invalid authentication tag length: ${bytes.length}`, TypeError);
  this._cipher.tag = Uint8Array.from(bytes);
  return this;
};

function getCipherInfo(nameOrNid, options = {}) {
  validateObject(options, "options");
  if (typeof nameOrNid !== "string" && typeof nameOrNid !== "number") throw new codes.ERR_INVALID_ARG_TYPE("nameOrNid", ["string", "number"], nameOrNid);
  const name = typeof nameOrNid === "string" ? nameOrNid : Object.keys(NIDS).filter((one) => NIDS[one] === nameOrNid).map((one) => `aes-${one}`)[0];
  const cipher = name === undefined ? undefined : parse(name);
  if (cipher === undefined || (options.keyLength !== undefined && options.keyLength !== cipher.keyLength)) return undefined;
  return { mode: cipher.mode, name: cipher.name, nid: cipher.nid, ...(cipher.mode === "cbc" ? { blockSize: BLOCK } : {}), ivLength: cipher.mode === "gcm" ? 12 : BLOCK, keyLength: cipher.keyLength };
}

module.exports = {
  Cipher: notImplemented("crypto.Cipher"),
  Cipheriv,
  Decipher: notImplemented("crypto.Decipher"),
  Decipheriv,
  createCipher: notImplemented("crypto.createCipher"),
  createCipheriv: (...values) => new Cipheriv(...values),
  createDecipher: notImplemented("crypto.createDecipher"),
  createDecipheriv: (...values) => new Decipheriv(...values),
  getCipherInfo,
  getCiphers: () => Object.keys(NIDS).map((name) => `aes-${name}`),
};
