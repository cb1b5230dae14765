// crypto: signatures.

const { error, notImplemented } = require("errors");
const { validateFunction, validateString } = require("validators");
const Writable = require("stream/writable");
const { toBytes, toOutput } = require("crypto/bytes");
const der = require("crypto/der");
const { createPrivateKey, createPublicKey, handleOf, specOf, KeyObject } = require("crypto/keys");
const { nextTick } = require("process_queue");

const { core } = platform;
const constants = require("crypto/constants");
/** The host's numbers of hashes. */
const HASHES = { md5: [0, "MD5"], sha1: [1, "SHA-1"], sha256: [2, "SHA-256"], sha384: [3, "SHA-384"], sha512: [4, "SHA-512"] };
const COORDINATE_BYTES = { "P-256": 32, "P-384": 48, "P-521": 66 };
const ABSENT = -(2 ** 31);
const DEFAULT_HASH = "sha256";

function hashOf(algorithm) {
  const name = `${algorithm ?? DEFAULT_HASH}`.toLowerCase().replace(/^rsa-/, "").replace("-", "");
  const found = HASHES[name];
  if (found === undefined) throw error("ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${algorithm}`, TypeError);
  return found;
}

/** How the host is asked to sign with this key. */
function planOf(key, algorithm, options) {
  const kind = key._kind;
  const [index, name] = hashOf(algorithm);
  if (kind.type === "ec") return { spec: specOf(kind), parameter: index, isDer: (options.dsaEncoding ?? "der") === "der", size: COORDINATE_BYTES[kind.curve] };
  if (kind.type === "ed25519") return { spec: "Ed25519", parameter: ABSENT };
  if (options.padding === constants.RSA_PKCS1_PSS_PADDING || kind.type === "rsa-pss") {
    const salt = options.saltLength ?? constants.RSA_PSS_SALTLEN_DIGEST;
    const digestBytes = [16, 20, 32, 48, 64][index];
    return { spec: `RSA-PSS\n${name}`, parameter: salt >= 0 ? salt : digestBytes };
  }
  return { spec: `RSASSA-PKCS1-v1_5\n${name}`, parameter: ABSENT };
}

const optionsOf = (given) => (typeof given === "object" && given !== null && !(given instanceof KeyObject) ? given : {});

function signBytes(algorithm, data, given) {
  if (given === undefined || given === null) throw error("ERR_CRYPTO_SIGN_KEY_REQUIRED", "No key provided to sign");
  const key = createPrivateKey(given);
  const plan = planOf(key, algorithm, optionsOf(given));
  const raw = new Uint8Array(core.ops.op_crypto_sign(handleOf(key, plan.spec), plan.parameter, data));
  return plan.isDer ? der.toDerSignature(raw) : raw;
}

function verifyBytes(algorithm, data, ...[given, signature]) {
  const key = createPublicKey(given);
  const plan = planOf(key, algorithm, optionsOf(given));
  let raw = signature;
  if (plan.isDer) {
    try {
      raw = der.fromDerSignature(signature, plan.size);
    } catch {
      return false;
    }
  }
  return core.ops.op_crypto_verify(handleOf(key, plan.spec), plan.parameter, raw, data);
}

/** Collects what is to be signed. */
function collector(name) {
  const Class = { [name]: function (algorithm, options) {
    if (!(this instanceof Class)) return new Class(algorithm, options);
    validateString(algorithm, "algorithm");
    hashOf(algorithm);
    Writable.call(this, options);
    Object.defineProperty(this, "_parts", { value: { algorithm, chunks: [] } });
  } }[name];
  Object.setPrototypeOf(Class.prototype, Writable.prototype);
  Object.setPrototypeOf(Class, Writable);
  Class.prototype._write = function (chunk, encoding, callback) {
    this.update(chunk, encoding);
    callback();
  };
  Class.prototype.update = function (data, encoding) {
    this._parts.chunks.push(Uint8Array.from(toBytes(data, "data", encoding)));
    return this;
  };
  return Class;
}

const whole = (chunks) => require("buffer").Buffer.concat(chunks);

const Sign = collector("Sign");
Sign.prototype.sign = function (key, encoding) {
  return toOutput(signBytes(this._parts.algorithm, whole(this._parts.chunks), key), encoding);
};

const Verify = collector("Verify");
Verify.prototype.verify = function (key, signature, encoding) {
  return verifyBytes(this._parts.algorithm, whole(this._parts.chunks), key, toBytes(signature, "signature", encoding));
};

function sign(algorithm, data, key, callback = undefined) {
  if (callback !== undefined) validateFunction(callback, "callback");
  const signature = toOutput(signBytes(algorithm, toBytes(data, "data"), key));
  if (callback === undefined) return signature;
  nextTick(callback, null, signature);
}

function verify(algorithm, data, key, ...[signature, callback]) {
  if (callback !== undefined) validateFunction(callback, "callback");
  const result = verifyBytes(algorithm, toBytes(data, "data"), key, toBytes(signature, "signature"));
  if (callback === undefined) return result;
  nextTick(callback, null, result);
}

function oaep(given, name) {
  const { padding = constants.RSA_PKCS1_OAEP_PADDING, oaepHash = "sha1", oaepLabel } = optionsOf(given);
  if (padding !== constants.RSA_PKCS1_OAEP_PADDING) throw new Error(`edgeemu's crypto.${name} knows the padding RSA_PKCS1_OAEP_PADDING alone`);
  return { spec: `RSA-OAEP\n${hashOf(oaepHash)[1]}`, label: oaepLabel === undefined ? new Uint8Array(0) : toBytes(oaepLabel, "key.oaepLabel") };
}

function publicEncrypt(given, data) {
  const { spec, label } = oaep(given, "publicEncrypt");
  const key = createPublicKey(given);
  return toOutput(new Uint8Array(core.ops.op_crypto_encrypt(handleOf(key, spec), label, new Uint8Array(0), ABSENT, toBytes(data, "buffer"))));
}

function privateDecrypt(given, data) {
  const { spec, label } = oaep(given, "privateDecrypt");
  const key = createPrivateKey(given);
  return toOutput(new Uint8Array(core.ops.op_crypto_decrypt(handleOf(key, spec), label, new Uint8Array(0), ABSENT, toBytes(data, "buffer"))));
}

module.exports = {
  Sign,
  Verify,
  createSign: (algorithm, options) => new Sign(algorithm, options),
  createVerify: (algorithm, options) => new Verify(algorithm, options),
  privateDecrypt,
  privateEncrypt: notImplemented("crypto.privateEncrypt"),
  publicDecrypt: notImplemented("crypto.publicDecrypt"),
  publicEncrypt,
  sign,
  verify,
};
