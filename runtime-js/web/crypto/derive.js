// `deriveBits` and the length that `deriveKey` asks of it.

import { core, primordials } from "ext:core/mod.js";
import { fieldError } from "ext:edgeemu_js/web/errors.js";
import { ABSENT } from "ext:edgeemu_js/web/convert.js";
import {
  bytesMember,
  findAlgorithm,
  hashBlockBits,
  hashMember,
  integerMember,
} from "ext:edgeemu_js/web/crypto/algorithms.js";
import { slotsOf } from "ext:edgeemu_js/web/crypto/key.js";
import { membersOf } from "ext:edgeemu_js/web/crypto/parameters.js";
import { invalidAccess, notSupported, operationError } from "ext:edgeemu_js/web/crypto/errors.js";

const { TypeError } = primordials;

const { ops } = core;

/**
 * Derives bits.
 *
 * @param {import("./key.js").Slots} key
 * @param {unknown} algorithm
 * @param {number} length in bits, or `ABSENT`
 * @returns {ArrayBuffer}
 */
export function deriveBits(key, algorithm, length) {
  const members = membersOf(algorithm);
  switch (key.algorithm.name) {
    case "ECDH":
    case "X25519":
      return agree(key, members, length);
    case "PBKDF2":
      return pbkdf2(key, members, length);
    default:
      return hkdf(key, members, length);
  }
}

function agree(key, members, length) {
  const field = members.public;
  if (field === undefined) throw new TypeError('Missing field "public" in "derivedKeyParams".');
  const peer = slotsOf(field, () => fieldError("public", "DeriveKeyAlgorithm", "CryptoKey"));
  if (peer.type !== "public") throw invalidAccess(`The provided key has type "${peer.type}", not "public"`);
  return ops.op_crypto_agree(key.handle, peer.handle, length);
}

function hkdf(key, members, length) {
  const hash = hashMember(members, 'Missing field "hash" in "algorithm".');
  const salt = bytesMember(members, "salt", 'Missing field "salt" in "algorithm".');
  const info = bytesMember(members, "info", 'Missing field "info" in "algorithm".');
  if (length === ABSENT) throw operationError("HKDF cannot derive a key with null length.");
  return ops.op_crypto_hkdf(key.handle, hash, salt, info, length);
}

function pbkdf2(key, members, length) {
  const hash = hashMember(members, 'Missing field "hash" in "algorithm".');
  const salt = bytesMember(members, "salt", 'Missing field "salt" in "algorithm".');
  const iterations = integerMember(members, "iterations", 'Missing field "iterations" in "algorithm".');
  if (length === ABSENT) throw operationError("PBKDF2 cannot derive a key with null length.");
  if (iterations < 0) {
    throw operationError(`PBKDF2 requires a positive iteration count (requested ${iterations}).`);
  }
  return ops.op_crypto_pbkdf2(key.handle, hash, salt, iterations, length);
}

/**
 * How many bits a key needs that `deriveKey` is to make.
 *
 * @param {string} name of the algorithm of the derived key
 * @param {unknown} algorithm
 * @returns {number} `ABSENT` where the derivation decides
 */
export function derivedLength(name, algorithm) {
  const entry = findAlgorithm(name);
  const members = membersOf(algorithm);
  switch (entry?.family) {
    case "aes":
      return aesLength(members);
    case "hmac":
      return hmacLength(members);
    case "kdf":
      return ABSENT;
    default:
      throw notSupported(`Unrecognized derived key type "${name}" requested.`);
  }
}

function aesLength(members) {
  const length = integerMember(members, "length", 'Missing field "length" in "derivedKeyParams".');
  if (length === 128 || length === 192 || length === 256) return length;
  throw operationError(`Derived AES key must be 128, 192, or 256 bits in length but provided ${length}.`);
}

function hmacLength(members) {
  const length = integerMember(members, "length", ABSENT);
  if (length > 0) return length;
  if (length !== ABSENT) throw new TypeError("HMAC key length must be a non-zero unsigned long integer.");
  return hashBlockBits(hashMember(members, 'Missing field "hash" in "derivedKeyParams".'));
}
