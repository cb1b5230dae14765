// crypto: secrets that two parties agree on.

const { codes, error } = require("errors");
const { validateObject, validateString } = require("validators");
const { toBytes, toOutput } = require("crypto/bytes");
const { KeyObject, handleOf } = require("crypto/keys");

const { core } = platform;
const CURVES = { __proto__: null, prime256v1: "P-256", secp256r1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };
/** "Not given" where the host takes a number. */
const ABSENT = -(2 ** 31);

const agree = (privateHandle, publicHandle) => new Uint8Array(core.ops.op_crypto_agree(privateHandle, publicHandle, -1));

/** A point without its second coordinate, of which the first byte keeps the parity. */
function compressed(point) {
  const half = (point.length - 1) / 2;
  const short = point.slice(0, half + 1);
  short[0] = 2 + (point[point.length - 1] & 1);
  return short;
}

class ECDH {
  #spec;
  #private = null;

  constructor(curve) {
    validateString(curve, "curve");
    if (CURVES[curve] === undefined) throw error("ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name", TypeError);
    this.#spec = `ECDH\n${CURVES[curve]}`;
  }

  #required() {
    if (this.#private === null) throw error("ERR_CRYPTO_ECDH_INVALID_PRIVATE_KEY", "Private key is not valid for specified curve.");
    return this.#private;
  }

  generateKeys(encoding = undefined, format = "uncompressed") {
    this.#private = core.ops.op_crypto_generate(this.#spec, ABSENT);
    return this.getPublicKey(encoding, format);
  }

  computeSecret(otherPublicKey, inputEncoding = undefined, outputEncoding = undefined) {
    const own = this.#required();
    let other;
    try {
      other = core.ops.op_crypto_import(this.#spec, "raw", toBytes(otherPublicKey, "otherPublicKey", inputEncoding));
    } catch {
      throw error("ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY", "Public key is not valid for specified curve");
    }
    return toOutput(agree(own, other), outputEncoding);
  }

  getPublicKey(encoding = undefined, format = "uncompressed") {
    const point = new Uint8Array(core.ops.op_crypto_export(core.ops.op_crypto_public_half(this.#required()), "raw"));
    if (format !== "compressed" && format !== "uncompressed") throw error("ERR_CRYPTO_ECDH_INVALID_FORMAT", `Invalid ECDH format: ${format}`, TypeError);
    return toOutput(format === "compressed" ? compressed(point) : point, encoding);
  }

  getPrivateKey(encoding = undefined) {
    const { d } = JSON.parse(core.ops.op_crypto_export_jwk(this.#required()));
    return toOutput(Uint8Array.fromBase64(d, { alphabet: "base64url" }), encoding);
  }

  setPrivateKey() {
    throw new Error("edgeemu does not emulate ecdh.setPrivateKey yet: use crypto.diffieHellman with key objects");
  }
}

/** The secret of two keys of the same kind. */
function diffieHellman(options) {
  validateObject(options, "options");
  const { privateKey, publicKey } = options;
  for (const [name, key] of [["options.privateKey", privateKey], ["options.publicKey", publicKey]]) {
    if (!(key instanceof KeyObject)) throw new codes.ERR_INVALID_ARG_VALUE(name, key);
  }
  const [own, other] = [privateKey.asymmetricKeyType, publicKey.asymmetricKeyType];
  if (own !== other || (own !== "ec" && own !== "x25519")) throw error("ERR_CRYPTO_INCOMPATIBLE_KEY", `Incompatible key types for Diffie-Hellman: ${own} and ${other}`);
  const spec = own === "x25519" ? "X25519" : `ECDH\n${privateKey._kind.curve}`;
  return toOutput(agree(handleOf(privateKey, spec), handleOf(publicKey, spec)));
}

module.exports = { ECDH, createECDH: (curve) => new ECDH(curve), diffieHellman, getCurves: () => ["prime256v1", "secp384r1", "secp521r1"] };
