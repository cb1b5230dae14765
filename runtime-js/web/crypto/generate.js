// `generateKey`.

import { core, primordials } from "ext:core/mod.js";
import { ABSENT } from "ext:edgeemu_js/web/convert.js";
import {
  bytesMember,
  checkUsages,
  findAlgorithm,
  integerMember,
  pickUsages,
  requireUsage,
} from "ext:edgeemu_js/web/crypto/algorithms.js";
import { createKey } from "ext:edgeemu_js/web/crypto/key.js";
import { membersOf, parameterOf, shownAlgorithm } from "ext:edgeemu_js/web/crypto/parameters.js";
import { notSupported, operationError, syntaxError } from "ext:edgeemu_js/web/crypto/errors.js";

const { ArrayPrototypeConcat } = primordials;

const { ops } = core;

const NO_EXPONENT = 'Missing field "publicExponent" in "algorithm".';
const NO_MODULUS = 'Missing field "modulusLength" in "algorithm".';
const NO_LENGTH = 'Missing field "length" in "algorithm".';

/**
 * Makes a key or a pair.
 *
 * @param {string} name of the algorithm as the script gave it
 * @param {unknown} algorithm
 * @param {boolean} extractable
 * @param {string[]} usages
 * @returns {import("./key.js").CryptoKey | { publicKey: CryptoKey, privateKey: CryptoKey }}
 */
export function generateKey(name, algorithm, extractable, usages) {
  const entry = findAlgorithm(name);
  if (entry === undefined || entry.family === "kdf" || entry.family === "rsa-raw") {
    throw notSupported(`Unrecognized key generation algorithm "${name}" requested.`);
  }
  const { secret, private: own, public: given } = entry.usages;
  const allowed = ArrayPrototypeConcat(secret, own, given);
  const made = make(entry, membersOf(algorithm), () => checkUsages(usages, allowed, `generate ${entry.name}`));
  return secret.length > 0 ? single(entry, made, extractable, usages) : pair(entry, made, extractable, usages);
}

/** The key material and what it shows of itself. */
function make(entry, members, check) {
  const exponent = entry.family === "rsa" ? bytesMember(members, "publicExponent", NO_EXPONENT) : undefined;
  const { parameter, shown } = parameterOf(entry, members);
  const spec = `${entry.name}\n${parameter}`;
  let handle;
  if (exponent !== undefined) {
    const bits = integerMember(members, "modulusLength", NO_MODULUS);
    if (bits <= 0) throw operationError(`modulusLength must be greater than zero (requested ${bits}).`);
    check();
    handle = ops.op_crypto_generate_rsa(spec, bits, exponent);
  } else {
    check();
    const length = entry.family === "aes" ? integerMember(members, "length", NO_LENGTH) : hmacLength(entry, members);
    handle = ops.op_crypto_generate(spec, length);
  }
  return { handle, algorithm: shownAlgorithm(entry, shown, handle) };
}

function hmacLength(entry, members) {
  if (entry.family !== "hmac") return ABSENT;
  const length = integerMember(members, "length", ABSENT);
  if (length !== ABSENT && length <= 0) {
    throw operationError(`HMAC key length must be a non-zero unsigned long integer (requested ${length}).`);
  }
  return length;
}

function single(entry, { handle, algorithm }, extractable, asked) {
  const usages = pickUsages(asked, entry.usages.secret);
  requireUsage(usages);
  return createKey({ handle, type: "secret", extractable, algorithm, usages });
}

function pair(entry, { handle, algorithm }, extractable, asked) {
  const usages = pickUsages(asked, entry.usages.private);
  if (usages.length === 0) {
    throw syntaxError("Attempt to generate asymmetric keys with no valid private key usages.");
  }
  const publicKey = createKey({
    handle: ops.op_crypto_public_half(handle),
    type: "public",
    extractable: true,
    algorithm,
    usages: pickUsages(asked, entry.usages.public),
  });
  return { publicKey, privateKey: createKey({ handle, type: "private", extractable, algorithm, usages }) };
}
