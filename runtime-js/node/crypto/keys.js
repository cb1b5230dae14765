// crypto: KeyObject and how keys are made and read.

const { codes, error } = require("errors");
const { validateFunction, validateInteger, validateObject, validateOneOf, validateString } = require("validators");
const { isBytes, toBytes, viewOf } = require("crypto/bytes");
const der = require("crypto/der");
const { nextTick } = require("process_queue");

const { core } = platform;
const CREATE = {};
const CURVE_NAMES = { "P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1" };
const CURVE_OF = { "prime256v1": "P-256", "secp256r1": "P-256", "P-256": "P-256", "secp384r1": "P-384", "P-384": "P-384", "secp521r1": "P-521", "P-521": "P-521" };
const bufferOf = (bytes) => require("buffer").Buffer.from(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength);

/** The host's own key for an algorithm, made of the key's DER; kept by the object. */
function handleOf(key, spec) {
  key._handles ??= new Map();
  if (!key._handles.has(spec)) key._handles.set(spec, core.ops.op_crypto_import(spec, key.type === "private" ? "pkcs8" : "spki", key._data));
  return key._handles.get(spec);
}

/** How WebCrypto calls what the key is for. */
function specOf(kind, hash = "SHA-256") {
  if (kind.type === "rsa" || kind.type === "rsa-pss") return `RSASSA-PKCS1-v1_5\n${hash}`;
  if (kind.type === "ec") return `ECDSA\n${kind.curve}`;
  if (kind.type === "ed25519") return "Ed25519";
  return kind.type === "x25519" ? "X25519" : "";
}

class KeyObject {
  constructor(token, type, data) {
    if (token !== CREATE) throw new codes.ERR_INVALID_ARG_TYPE("handle", "object", type);
    Object.defineProperties(this, {
      _type: { value: type },
      _data: { value: data },
      _handles: { value: undefined, writable: true },
    });
  }

  get type() {
    return this._type;
  }

  equals(other) {
    if (!(other instanceof KeyObject)) throw new codes.ERR_INVALID_ARG_TYPE("otherKeyObject", "KeyObject", other);
    return this.type === other.type && this._data.length === other._data.length && platform.core.ops.op_node_timing_safe_equal(this._data, other._data);
  }

  toCryptoKey() {
    throw new Error("edgeemu does not emulate keyObject.toCryptoKey yet: export the key and call crypto.subtle.importKey");
  }

  static from(key) {
    if (!(key instanceof platform.CryptoKey)) throw new codes.ERR_INVALID_ARG_TYPE("key", "CryptoKey", key);
    throw new Error("edgeemu does not emulate KeyObject.from yet: export the key with crypto.subtle.exportKey");
  }

  get [Symbol.toStringTag]() {
    return "KeyObject";
  }
}

class SecretKeyObject extends KeyObject {
  get symmetricKeySize() {
    return this._data.length;
  }

  export(options = undefined) {
    if (options?.format === "jwk") return { kty: "oct", k: this._data.toBase64({ alphabet: "base64url", omitPadding: true }) };
    return bufferOf(this._data.slice());
  }
}

class AsymmetricKeyObject extends KeyObject {
  get _kind() {
    return der.kindOf(this._data);
  }

  get asymmetricKeyType() {
    return this._kind.type;
  }

  get asymmetricKeyDetails() {
    const { type, curve } = this._kind;
    if (type === "ec") return { namedCurve: CURVE_NAMES[curve] };
    if (type !== "rsa" && type !== "rsa-pss") return {};
    const handle = handleOf(this, specOf(this._kind));
    const exponent = new Uint8Array(core.ops.op_crypto_key_exponent(handle));
    return { modulusLength: core.ops.op_crypto_key_bits(handle), publicExponent: BigInt(`0x${exponent.toHex()}`) };
  }

  export(options = {}) {
    validateObject(options, "options");
    const isPrivate = this.type === "private";
    if (options.format === "jwk") {
      const jwk = JSON.parse(core.ops.op_crypto_export_jwk(handleOf(this, specOf(this._kind))));
      delete jwk.alg;
      return jwk;
    }
    validateOneOf(options.format, "options.format", ["pem", "der"]);
    if (options.cipher !== undefined) throw new Error("edgeemu does not export encrypted keys yet: leave the option `cipher` out");
    const [label, bytes] = isPrivate ? exportPrivate(this, options.type) : exportPublic(this, options.type);
    return options.format === "pem" ? der.toPem(label, bytes) : bufferOf(bytes.slice());
  }
}

function exportPrivate(key, type) {
  if (type === "pkcs1" && key.asymmetricKeyType === "rsa") return ["RSA PRIVATE KEY", der.innerOfPkcs8(key._data)];
  if (type === "sec1" && key.asymmetricKeyType === "ec") return ["EC PRIVATE KEY", der.innerOfPkcs8(key._data)];
  validateOneOf(type, "options.type", ["pkcs8"]);
  return ["PRIVATE KEY", key._data];
}

function exportPublic(key, type) {
  if (type === "pkcs1" && key.asymmetricKeyType === "rsa") return ["RSA PUBLIC KEY", der.innerOfSpki(key._data)];
  validateOneOf(type, "options.type", ["spki"]);
  return ["PUBLIC KEY", key._data];
}

class PublicKeyObject extends AsymmetricKeyObject {}
class PrivateKeyObject extends AsymmetricKeyObject {}

const make = (Class, type, data) => new Class(CREATE, type, data);

function createSecretKey(key, encoding = undefined) {
  return make(SecretKeyObject, "secret", Uint8Array.from(toBytes(key, "key", encoding)));
}

const unsupported = () => error("ERR_OSSL_UNSUPPORTED", "Failed to read private key");

function ofBlock({ label, bytes, isEncrypted }) {
  if (isEncrypted || label === "ENCRYPTED PRIVATE KEY") throw new Error("edgeemu does not read encrypted keys yet: store the key without a passphrase");
  if (label === "PRIVATE KEY") return ["private", bytes];
  if (label === "RSA PRIVATE KEY") return ["private", der.pkcs1ToPkcs8(bytes)];
  if (label === "EC PRIVATE KEY") return ["private", der.sec1ToPkcs8(bytes)];
  if (label === "PUBLIC KEY") return ["public", bytes];
  if (label === "RSA PUBLIC KEY") return ["public", der.pkcs1ToSpki(bytes)];
  throw unsupported();
}

function ofDer(bytes, type, wanted) {
  if (type === "pkcs1") return wanted === "private" ? ["private", der.pkcs1ToPkcs8(bytes)] : ["public", der.pkcs1ToSpki(bytes)];
  if (type === "sec1") return ["private", der.sec1ToPkcs8(bytes)];
  return type === "spki" ? ["public", bytes] : ["private", bytes];
}

function ofJwk(jwk) {
  const { crv, kty } = jwk;
  const spec = kty === "RSA" ? "RSASSA-PKCS1-v1_5\nSHA-256" : kty === "EC" ? `ECDSA\n${crv}` : crv;
  const isPrivate = jwk.d !== undefined;
  const handle = core.ops.op_crypto_import_jwk(spec, JSON.stringify({ ...jwk, alg: undefined, use: undefined, key_ops: undefined, ext: undefined }), "", true);
  return [isPrivate ? "private" : "public", new Uint8Array(core.ops.op_crypto_export(handle, isPrivate ? "pkcs8" : "spki"))];
}

/** Whatever holds a key pair's half: type and DER. */
function readAsymmetric(given, wanted) {
  if (given instanceof KeyObject) return [given.type, given._data];
  const options = typeof given === "object" && given !== null && !isBytes(given) ? given : { key: given };
  if (options.key instanceof KeyObject) return [options.key.type, options.key._data];
  if (options.format === "jwk") return ofJwk(options.key);
  if (typeof options.key !== "string" && !isBytes(options.key)) {
    throw new codes.ERR_INVALID_ARG_TYPE("key", ["ArrayBuffer", "Buffer", "TypedArray", "DataView", "string", "KeyObject", "CryptoKey"], options.key);
  }
  if (options.format === "der") return ofDer(Uint8Array.from(viewOf(options.key)), options.type ?? (wanted === "private" ? "pkcs8" : "spki"), wanted);
  const text = typeof options.key === "string" ? options.key : new TextDecoder().decode(options.key);
  const block = der.pemBlocks(text)[0];
  if (block === undefined) throw unsupported();
  return ofBlock(block);
}

/** Reads it as the host would, so that what is no key is refused at once. */
function checked(key) {
  const spec = specOf(key._kind);
  if (spec === "") throw new Error(`edgeemu does not read keys of this kind yet: ${key._kind.type ?? "unknown"}`);
  handleOf(key, spec);
  return key;
}

function createPrivateKey(given) {
  const [type, data] = readAsymmetric(given, "private");
  if (type !== "private") throw error("ERR_INVALID_ARG_VALUE", "The argument 'key' must be a private key", TypeError);
  return checked(make(PrivateKeyObject, "private", data));
}

function createPublicKey(given) {
  const [type, data] = readAsymmetric(given, "public");
  if (type === "public") return checked(make(PublicKeyObject, "public", data));
  if (type !== "private") throw error("ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", `Invalid key object type ${type}, expected private.`, TypeError);
  const half = make(PrivateKeyObject, "private", data);
  const handle = core.ops.op_crypto_public_half(handleOf(half, specOf(half._kind)));
  return make(PublicKeyObject, "public", new Uint8Array(core.ops.op_crypto_export(handle, "spki")));
}

function generateHandle(type, options) {
  if (type === "rsa" || type === "rsa-pss") {
    validateInteger(options.modulusLength, "options.modulusLength", 0);
    const exponent = options.publicExponent ?? 65537;
    const hex = exponent.toString(16);
    return core.ops.op_crypto_generate_rsa("RSASSA-PKCS1-v1_5\nSHA-256", options.modulusLength, Uint8Array.fromHex(hex.padStart(hex.length + hex.length % 2, "0")));
  }
  if (type === "ec") {
    validateString(options.namedCurve, "options.namedCurve");
    const curve = CURVE_OF[options.namedCurve];
    if (curve === undefined) throw new Error("Invalid or unsupported curve");
    return core.ops.op_crypto_generate(`ECDSA\n${curve}`, -(2 ** 31));
  }
  const spec = { ed25519: "Ed25519", x25519: "X25519" }[type];
  if (spec === undefined) throw new codes.ERR_INVALID_ARG_VALUE("type", type, "must be a supported key type");
  return core.ops.op_crypto_generate(spec, -(2 ** 31));
}

function generateKeyPairSync(type, options = {}) {
  validateString(type, "type");
  validateObject(options, "options");
  const handle = generateHandle(type, options);
  const privateKey = make(PrivateKeyObject, "private", new Uint8Array(core.ops.op_crypto_export(handle, "pkcs8")));
  const publicKey = make(PublicKeyObject, "public", new Uint8Array(core.ops.op_crypto_export(core.ops.op_crypto_public_half(handle), "spki")));
  const shown = (key, encoding) => (encoding === undefined ? key : key.export(encoding));
  return { publicKey: shown(publicKey, options.publicKeyEncoding), privateKey: shown(privateKey, options.privateKeyEncoding) };
}

function generateKeyPair(type, options, callback) {
  validateFunction(callback, "callback");
  const { publicKey, privateKey } = generateKeyPairSync(type, options);
  nextTick(callback, null, publicKey, privateKey);
}
Object.defineProperty(generateKeyPair, Symbol.for("nodejs.util.promisify.custom"), { value: async (type, options) => generateKeyPairSync(type, options) });

function generateKeySync(type, options) {
  validateOneOf(type, "type", ["hmac", "aes"]);
  validateObject(options, "options");
  validateInteger(options.length, "options.length", 8, 2 ** 31 - 1);
  if (type === "aes") validateOneOf(options.length, "options.length", [128, 192, 256]);
  return createSecretKey(require("crypto/random").randomBytes(Math.floor(options.length / 8)));
}

function generateKey(type, options, callback) {
  validateFunction(callback, "callback");
  nextTick(callback, null, generateKeySync(type, options));
}

module.exports = {
  KeyObject,
  PrivateKeyObject,
  PublicKeyObject,
  SecretKeyObject,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKey,
  generateKeyPair,
  generateKeyPairSync,
  generateKeySync,
  handleOf,
  specOf,
};
