// Which algorithms exist, what their keys may be used for, and how scripts name them.

import { core, primordials } from "ext:core/mod.js";
import { argumentError, fieldError } from "ext:edgeemu_js/web/errors.js";
import { isObject, toInt32 } from "ext:edgeemu_js/web/convert.js";
import { notSupported, syntaxError } from "ext:edgeemu_js/web/crypto/errors.js";

const {
  ArrayBufferIsView,
  ArrayIsArray,
  ArrayPrototypeFilter,
  ArrayPrototypeIncludes,
  ArrayPrototypeMap,
  StringPrototypeToLowerCase,
  StringPrototypeToUpperCase,
  TypeError,
} = primordials;

/** Every key usage in the order in which `CryptoKey.usages` lists them. */
const USAGES = ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];

const CIPHER = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
const DERIVATION = ["deriveKey", "deriveBits"];
const SIGNATURE = { secret: [], public: ["verify"], private: ["sign"] };

/**
 * One algorithm: the name as keys show it, the family that shares its rules, and the usages of each type of key.
 *
 * @typedef {{ name: string, family: string, usages: { secret: string[], public: string[], private: string[] } }} Entry
 */

function entry(name, family, usages) {
  return { __proto__: null, name, family, usages };
}

function secret(usages) {
  return { secret: usages, public: [], private: [] };
}

const ENTRIES = [
  entry("HMAC", "hmac", secret(["sign", "verify"])),
  entry("AES-CTR", "aes", secret(CIPHER)),
  entry("AES-CBC", "aes", secret(CIPHER)),
  entry("AES-GCM", "aes", secret(CIPHER)),
  entry("AES-KW", "aes", secret(["wrapKey", "unwrapKey"])),
  entry("HKDF", "kdf", secret(DERIVATION)),
  entry("PBKDF2", "kdf", secret(DERIVATION)),
  entry("RSASSA-PKCS1-v1_5", "rsa", SIGNATURE),
  entry("RSA-PSS", "rsa", SIGNATURE),
  entry("RSA-OAEP", "rsa", { secret: [], public: ["encrypt", "wrapKey"], private: ["decrypt", "unwrapKey"] }),
  entry("RSA-RAW", "rsa-raw", SIGNATURE),
  entry("ECDSA", "ec", SIGNATURE),
  entry("ECDH", "ec", { secret: [], public: [], private: DERIVATION }),
  entry("Ed25519", "okp", SIGNATURE),
  entry("NODE-ED25519", "okp", SIGNATURE),
  entry("X25519", "okp", { secret: [], public: [], private: DERIVATION }),
];

const BY_NAME = { __proto__: null };
for (const each of ENTRIES) BY_NAME[StringPrototypeToLowerCase(each.name)] = each;

/**
 * @param {string} name in any letter case
 * @returns {Entry | undefined}
 */
export function findAlgorithm(name) {
  return BY_NAME[StringPrototypeToLowerCase(name)];
}

/** Hash functions in the order in which the host numbers them. */
const HASHES = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];
const HASH_INDEX = { __proto__: null };
for (let index = 0; index < HASHES.length; index++) HASH_INDEX[HASHES[index]] = index;

/**
 * @param {string} name in any letter case
 * @returns {number} the host's number of the hash function
 */
export function hashIndex(name) {
  const index = HASH_INDEX[name] ?? HASH_INDEX[StringPrototypeToUpperCase(name)];
  if (index === undefined) throw notSupported("Unrecognized or unimplemented digest algorithm requested.");
  return index;
}

/** @returns {string} the standard name of the hash function */
export function hashName(index) {
  return HASHES[index];
}

/** @returns {number} the input block of the hash function in bits: the length of a derived HMAC key */
export function hashBlockBits(index) {
  return index > 2 ? 1024 : 512;
}

/**
 * The name in an algorithm argument: the argument itself or its `name`, as text whatever it is.
 *
 * @param {unknown} algorithm
 * @param {string} dictionary name of the options type
 * @returns {string}
 */
export function algorithmName(algorithm, dictionary) {
  if (algorithm === undefined || algorithm === null) {
    const type = `N7workerd3api12SubtleCrypto${dictionary.length}${dictionary}E`;
    throw new TypeError(`Cannot initialize ${type} with required members from an undefined or null value.`);
  }
  return isObject(algorithm) ? `${algorithm.name}` : `${algorithm}`;
}

/**
 * The `hash` member of an algorithm.
 *
 * @param {object} algorithm
 * @param {string} missing error text when there is none
 * @returns {number} the host's number of the hash function
 */
export function hashMember(algorithm, missing) {
  const { hash } = algorithm;
  if (hash === undefined) throw new TypeError(missing);
  return hashIndex(algorithmName(hash, "HashAlgorithm"));
}

/** @returns {boolean} whether `value` is an ArrayBuffer or a view of one */
export function isBytes(value) {
  return ArrayBufferIsView(value) || core.isArrayBuffer(value);
}

/**
 * A member of an algorithm that holds bytes.
 *
 * @param {object} algorithm
 * @param {string} field
 * @param {string} [missing] error text when there is none; without it the member is optional
 * @returns {ArrayBuffer | ArrayBufferView}
 */
export function bytesMember(algorithm, field, missing) {
  const value = algorithm[field];
  if (value === undefined && missing === undefined) return NO_BYTES;
  if (value === undefined) throw new TypeError(missing);
  if (!isBytes(value)) throw fieldError(field, "Algorithm", "BufferSource");
  return value;
}

const NO_BYTES = new primordials.Uint8Array(0);

/**
 * A member of an algorithm that holds an integer.
 *
 * @param {object} algorithm
 * @param {string} field
 * @param {number | string} otherwise the value, or the error text, when there is none
 * @returns {number}
 */
export function integerMember(algorithm, field, otherwise) {
  const value = algorithm[field];
  if (value !== undefined) return toInt32(value);
  if (typeof otherwise === "string") throw new TypeError(otherwise);
  return otherwise;
}

/**
 * The `keyUsages` argument as an array of strings.
 *
 * @param {unknown} value
 * @param {[string, number]} argument method name and position
 * @returns {string[]}
 */
export function toUsages(value, [method, position]) {
  if (!ArrayIsArray(value)) throw argumentError(method, "SubtleCrypto", position, "Array");
  return ArrayPrototypeMap(value, (usage) => `${usage}`);
}

/**
 * Checks that every usage is allowed.
 *
 * @param {string[]} usages
 * @param {string[]} allowed
 * @param {string} purpose what is done, for the error text: "generate HMAC", "import public ECDSA", ...
 */
export function checkUsages(usages, allowed, purpose) {
  for (let index = 0; index < usages.length; index++) {
    if (!ArrayPrototypeIncludes(allowed, usages[index])) {
      throw syntaxError(`Attempt to ${purpose} key with invalid usage "${usages[index]}".`);
    }
  }
}

/**
 * The usages that are among those allowed, in the standard's order and without repeats.
 *
 * @param {string[]} usages
 * @param {string[]} allowed
 * @returns {string[]}
 */
export function pickUsages(usages, allowed) {
  return ArrayPrototypeFilter(
    USAGES,
    (usage) => ArrayPrototypeIncludes(usages, usage) && ArrayPrototypeIncludes(allowed, usage),
  );
}

/** A secret or private key is good for something. */
export function requireUsage(usages) {
  if (usages.length === 0) throw syntaxError("Secret/private CryptoKeys must have at least one usage.");
}
