// `SubtleCrypto`. Every method does its work at once and gives a settled promise, as production does.

import { core, primordials } from "ext:core/mod.js";
import { requireIo } from "ext:edgeemu_js/context.js";
import { argumentError, illegalConstructor, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { ABSENT, toInt32 } from "ext:edgeemu_js/web/convert.js";
import {
  algorithmName,
  bytesMember,
  hashIndex,
  hashMember,
  integerMember,
  isBytes,
  toUsages,
} from "ext:edgeemu_js/web/crypto/algorithms.js";
import { deriveBits, derivedLength } from "ext:edgeemu_js/web/crypto/derive.js";
import { exportKey, importKey } from "ext:edgeemu_js/web/crypto/formats.js";
import { generateKey } from "ext:edgeemu_js/web/crypto/generate.js";
import { slotsOf } from "ext:edgeemu_js/web/crypto/key.js";
import { membersOf } from "ext:edgeemu_js/web/crypto/parameters.js";
import { invalidAccess } from "ext:edgeemu_js/web/crypto/errors.js";

const { ArrayPrototypeIncludes, JSONParse, JSONStringify, StringPrototypeToLowerCase, TypeError, Uint8Array } =
  primordials;

const { ops } = core;
const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");

const CREATE = { __proto__: null };
const NO_BYTES = new Uint8Array(0);

let create;

export class SubtleCrypto {
  #brand;

  constructor(token = undefined) {
    if (token !== CREATE) throw illegalConstructor();
    this.#brand = true;
  }

  async encrypt(algorithm, key, data) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    const name = algorithmName(algorithm, "EncryptAlgorithm");
    const slots = keyOf("encrypt", 2, key);
    const bytes = bytesOf("encrypt", 3, data);
    checkOperation(slots, name, "encrypt");
    return cipher(ops.op_crypto_encrypt, slots, algorithm, bytes);
  }

  async decrypt(algorithm, key, data) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    const name = algorithmName(algorithm, "EncryptAlgorithm");
    const slots = keyOf("decrypt", 2, key);
    const bytes = bytesOf("decrypt", 3, data);
    checkOperation(slots, name, "decrypt");
    return cipher(ops.op_crypto_decrypt, slots, algorithm, bytes);
  }

  async sign(algorithm, key, data) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    const name = algorithmName(algorithm, "SignAlgorithm");
    const slots = keyOf("sign", 2, key);
    const bytes = bytesOf("sign", 3, data);
    checkOperation(slots, name, "sign");
    return ops.op_crypto_sign(slots.handle, signParameter(slots, algorithm), bytes);
  }

  async verify(algorithm, key, signature, data) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    const name = algorithmName(algorithm, "SignAlgorithm");
    const slots = keyOf("verify", 2, key);
    const signed = bytesOf("verify", 3, signature);
    const bytes = bytesOf("verify", 4, data);
    checkOperation(slots, name, "verify");
    return ops.op_crypto_verify(slots.handle, signParameter(slots, algorithm), signed, bytes);
  }

  async digest(algorithm, data) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    const name = algorithmName(algorithm, "HashAlgorithm");
    const bytes = bytesOf("digest", 2, data);
    return ops.op_crypto_digest(hashIndex(name), bytes);
  }

  async generateKey(algorithm, extractable, keyUsages) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    const name = algorithmName(algorithm, "GenerateKeyAlgorithm");
    const usages = toUsages(keyUsages, ["generateKey", 3]);
    requireIo();
    return generateKey(name, algorithm, !!extractable, usages);
  }

  async deriveKey(algorithm, baseKey, derivedKeyAlgorithm, extractable, keyUsages) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    const name = algorithmName(algorithm, "DeriveKeyAlgorithm");
    const slots = keyOf("deriveKey", 2, baseKey);
    const derived = { name: algorithmName(derivedKeyAlgorithm, "ImportKeyAlgorithm"), algorithm: derivedKeyAlgorithm };
    const usages = toUsages(keyUsages, ["deriveKey", 5]);
    checkOperation(slots, name, "deriveKey");
    const bits = deriveBits(slots, algorithm, derivedLength(derived.name, derivedKeyAlgorithm));
    return importKey("raw", bits, derived, { extractable: !!extractable, usages });
  }

  async deriveBits(algorithm, baseKey, length = undefined) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    const name = algorithmName(algorithm, "DeriveKeyAlgorithm");
    const slots = keyOf("deriveBits", 2, baseKey);
    const bits = length === undefined || length === null ? ABSENT : toInt32(length);
    if (bits < 0 && bits !== ABSENT) throw new TypeError("deriveBits length must be an unsigned long integer.");
    checkOperation(slots, name, "deriveBits");
    return deriveBits(slots, algorithm, bits);
  }

  async importKey(format, keyData, algorithm, extractable, keyUsages) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    const requested = { name: algorithmName(algorithm, "ImportKeyAlgorithm"), algorithm };
    const usages = toUsages(keyUsages, ["importKey", 5]);
    return importKey(`${format}`, keyData, requested, { extractable: !!extractable, usages });
  }

  async exportKey(format, key) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    return exportKey(`${format}`, keyOf("exportKey", 2, key));
  }

  async wrapKey(format, key, wrappingKey, wrapAlgorithm) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    const slots = keyOf("wrapKey", 2, key);
    const wrapping = keyOf("wrapKey", 3, wrappingKey);
    checkOperation(wrapping, algorithmName(wrapAlgorithm, "EncryptAlgorithm"), "wrapKey");
    const exported = exportKey(`${format}`, slots);
    const bytes = isBytes(exported) ? exported : core.encode(JSONStringify(exported));
    return cipher(ops.op_crypto_encrypt, wrapping, wrapAlgorithm, bytes);
  }

  async unwrapKey(format, wrappedKey, unwrappingKey, unwrapAlgorithm, unwrappedKeyAlgorithm, extractable, keyUsages) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    const bytes = bytesOf("unwrapKey", 2, wrappedKey);
    const unwrapping = keyOf("unwrapKey", 3, unwrappingKey);
    const name = algorithmName(unwrapAlgorithm, "EncryptAlgorithm");
    const requested = { name: algorithmName(unwrappedKeyAlgorithm, "ImportKeyAlgorithm"), algorithm: unwrappedKeyAlgorithm };
    const usages = toUsages(keyUsages, ["unwrapKey", 7]);
    checkOperation(unwrapping, name, "unwrapKey");
    const unwrapped = cipher(ops.op_crypto_decrypt, unwrapping, unwrapAlgorithm, bytes);
    const keyData = `${format}` === "jwk" ? JSONParse(core.decode(new Uint8Array(unwrapped))) : unwrapped;
    return importKey(`${format}`, keyData, requested, { extractable: !!extractable, usages });
  }

  timingSafeEqual(a, b) {
    if (this == null || !(#brand in this)) throw illegalInvocation();
    return ops.op_crypto_timing_safe_equal(bytesOf("timingSafeEqual", 1, a), bytesOf("timingSafeEqual", 2, b));
  }

  static {
    create = () => new SubtleCrypto(CREATE);
  }
}

webidl.configureInterface(SubtleCrypto);

/** @returns {SubtleCrypto} the one object of its class */
export function createSubtle() {
  return create();
}

function keyOf(method, position, value) {
  return slotsOf(value, () => argumentError(method, "SubtleCrypto", position, "CryptoKey"));
}

function bytesOf(method, position, value) {
  if (!isBytes(value)) {
    throw argumentError(method, "SubtleCrypto", position, "BufferSource");
  }
  return value;
}

/** The key must be of the algorithm that is asked for, and allow the operation. */
function checkOperation({ algorithm, usages }, requested, usage) {
  const { name } = algorithm;
  if (requested !== name && StringPrototypeToLowerCase(requested) !== StringPrototypeToLowerCase(name)) {
    throw invalidAccess(`Requested algorithm "${requested}" does not match this CryptoKey's algorithm "${name}".`);
  }
  if (!ArrayPrototypeIncludes(usages, usage)) {
    throw invalidAccess(`Requested key usage "${usage}" does not match any usage listed in this CryptoKey.`);
  }
}

/** The hash of ECDSA, the salt length of RSA-PSS; nothing for others. The host says what is missing. */
function signParameter({ algorithm: { name } }, algorithm) {
  if (name === "ECDSA") {
    const members = membersOf(algorithm);
    return members.hash === undefined ? ABSENT : hashMember(members, "");
  }
  if (name === "RSA-PSS") return integerMember(membersOf(algorithm), "saltLength", ABSENT);
  return ABSENT;
}

/** Encrypts or decrypts: the parameters of each algorithm in the places of the op. */
function cipher(op, { handle, algorithm: { name } }, algorithm, data) {
  const members = membersOf(algorithm);
  if (name === "AES-GCM") {
    const iv = bytesMember(members, "iv", 'Missing field "iv" in "algorithm".');
    return op(handle, iv, bytesMember(members, "additionalData"), integerMember(members, "tagLength", 128), data);
  }
  if (name === "AES-CBC") {
    return op(handle, bytesMember(members, "iv", 'Missing field "iv" in "algorithm".'), NO_BYTES, 0, data);
  }
  if (name === "AES-CTR") {
    const counter = bytesMember(members, "counter", 'Missing "counter" member in "algorithm".');
    const length = integerMember(members, "length", 'Missing "length" member in "algorithm".');
    return op(handle, counter, NO_BYTES, length, data);
  }
  if (name === "RSA-OAEP") return op(handle, bytesMember(members, "label"), NO_BYTES, 0, data);
  return op(handle, NO_BYTES, NO_BYTES, 0, data);
}
