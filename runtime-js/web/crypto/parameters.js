// The parameters of an algorithm that stay with a key.

import { core, primordials } from "ext:core/mod.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { hashMember, hashName } from "ext:edgeemu_js/web/crypto/algorithms.js";
import { notSupported } from "ext:edgeemu_js/web/crypto/errors.js";

const { StringPrototypeToUpperCase, TypeError, Uint8Array } = primordials;

const { ops } = core;

const EMPTY = { __proto__: null };

/**
 * The algorithm argument as an object: members of a plain name read as undefined.
 *
 * @param {unknown} algorithm
 * @returns {object}
 */
export function membersOf(algorithm) {
  return isObject(algorithm) ? algorithm : EMPTY;
}

/**
 * The one parameter which the host takes besides the name (a hash or a curve, or ""), and what
 * `CryptoKey.algorithm` shows of it.
 *
 * @param {import("./algorithms.js").Entry} entry
 * @param {object} members of the algorithm argument
 * @returns {{ parameter: string, shown: object }}
 */
export function parameterOf(entry, members) {
  if (entry.family === "hmac" || entry.family === "rsa") {
    const parameter = hashName(hashMember(members, 'Missing field "hash" in "algorithm".'));
    return { parameter, shown: { hash: { name: parameter } } };
  }
  if (entry.family === "ec") {
    const parameter = StringPrototypeToUpperCase(curveOf(members));
    return { parameter, shown: { namedCurve: parameter } };
  }
  if (entry.name === "NODE-ED25519") {
    const namedCurve = curveOf(members);
    if (namedCurve !== "NODE-ED25519") throw notSupported(`EDDSA curve "${namedCurve}" isn't supported.`);
    return { parameter: "", shown: { namedCurve } };
  }
  return { parameter: "", shown: EMPTY };
}

function curveOf({ namedCurve }) {
  if (namedCurve === undefined) throw new TypeError('Missing field "namedCurve" in "algorithm".');
  return `${namedCurve}`;
}

/**
 * `CryptoKey.algorithm` of a key, member by member in production's order.
 *
 * @param {import("./algorithms.js").Entry} entry
 * @param {object} shown from `parameterOf`
 * @param {object} handle
 * @returns {object}
 */
export function shownAlgorithm({ name, family }, shown, handle) {
  if (family === "hmac") return { name, hash: shown.hash, length: ops.op_crypto_key_bits(handle) };
  if (family === "aes") return { name, length: ops.op_crypto_key_bits(handle) };
  if (family === "rsa" || family === "rsa-raw") {
    const modulusLength = ops.op_crypto_key_bits(handle);
    const publicExponent = new Uint8Array(ops.op_crypto_key_exponent(handle));
    return { name, modulusLength, publicExponent, ...shown };
  }
  return { name, ...shown };
}
