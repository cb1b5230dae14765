// node:crypto.

const { codes, notImplemented } = require("errors");
const { Hash, Hmac, hash, hashes } = require("crypto/hash");
const { isBytes, viewOf } = require("crypto/bytes");
const derive = require("crypto/derive");
const random = require("crypto/random");

const { crypto, CryptoKey } = platform;

function timingSafeEqual(left, right) {
  for (const [name, value] of [["buf1", left], ["buf2", right]]) {
    if (!isBytes(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, ["ArrayBuffer", "Buffer", "TypedArray", "DataView"], value);
  }
  return platform.core.ops.op_node_timing_safe_equal(viewOf(left), viewOf(right));
}

const lazily = (path, names) => Object.fromEntries(names.map((name) => [name, { get: () => require(path)[name], enumerable: true, configurable: true }]));

module.exports = {
  CryptoKey,
  Hash,
  Hmac,
  constants: require("crypto/constants"),
  createHash: (algorithm, options) => new Hash(algorithm, options),
  createHmac: (algorithm, key, options) => new Hmac(algorithm, key, options),
  fips: false,
  getFips: () => 0,
  getHashes: () => [...hashes],
  getRandomValues: (view) => crypto.getRandomValues(view),
  hash,
  ...derive,
  ...random,
  pseudoRandomBytes: random.randomBytes,
  secureHeapUsed: () => undefined,
  setEngine: notImplemented("crypto.setEngine"),
  setFips: notImplemented("crypto.setFips"),
  subtle: crypto.subtle,
  timingSafeEqual,
  webcrypto: crypto,
};
Object.defineProperties(module.exports, {
  ...lazily("crypto/keys", [
    "KeyObject", "PrivateKeyObject", "PublicKeyObject", "SecretKeyObject", "createPrivateKey", "createPublicKey", "createSecretKey", "generateKey",
    "generateKeyPair", "generateKeyPairSync", "generateKeySync",
  ]),
  ...lazily("crypto/ciphers", [
    "Cipher", "Cipheriv", "Decipher", "Decipheriv", "createCipher", "createCipheriv", "createDecipher", "createDecipheriv", "getCipherInfo", "getCiphers",
  ]),
  ...lazily("crypto/signing", [
    "Sign", "Verify", "createSign", "createVerify", "sign", "verify", "privateDecrypt", "privateEncrypt", "publicDecrypt", "publicEncrypt",
  ]),
  ...lazily("crypto/absent", [
    "Certificate", "DiffieHellman", "DiffieHellmanGroup", "X509Certificate", "createDiffieHellman", "createDiffieHellmanGroup", "getDiffieHellman",
  ]),
  ...lazily("crypto/agreement", ["ECDH", "createECDH", "diffieHellman", "getCurves"]),
});
