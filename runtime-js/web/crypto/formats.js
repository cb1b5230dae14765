// `importKey` and `exportKey`: keys from and to bytes and JSON Web Keys.

import { core, primordials } from "ext:core/mod.js";
import { isObject, toInt32 } from "ext:edgeemu_js/web/convert.js";
import { checkUsages, findAlgorithm, isBytes, pickUsages, requireUsage } from "ext:edgeemu_js/web/crypto/algorithms.js";
import { createKey } from "ext:edgeemu_js/web/crypto/key.js";
import { membersOf, parameterOf, shownAlgorithm } from "ext:edgeemu_js/web/crypto/parameters.js";
import { invalidAccess, notSupported, syntaxError } from "ext:edgeemu_js/web/crypto/errors.js";

const { ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypeMap, ArrayPrototypeSlice, JSONParse, JSONStringify, TypeError } =
  primordials;

const { ops } = core;

/** The members of a JSON Web Key that hold text, in the order in which exported keys show them. */
const JWK_TEXT = ["kty", "use", "alg", "crv", "x", "y", "d", "n", "e", "p", "q", "dp", "dq", "qi", "k"];

/**
 * Imports a key.
 *
 * @param {string} format
 * @param {unknown} keyData
 * @param {{ name: string, algorithm: unknown }} requested
 * @param {{ extractable: boolean, usages: string[] }} options
 * @returns {import("./key.js").CryptoKey}
 */
export function importKey(format, keyData, { name, algorithm }, { extractable, usages: asked }) {
  const jwk = checkData(format, keyData);
  const entry = findAlgorithm(name);
  if (entry === undefined) throw notSupported(`Unrecognized key import algorithm "${name}" requested.`);
  const members = membersOf(algorithm);
  const { parameter, shown } = parameterOf(entry, members);
  const type = importedType(entry, format, jwk);
  checkUsages(asked, entry.usages[type], `import ${type} ${entry.name}`);
  if (entry.family === "kdf" && extractable) throw syntaxError(`${entry.name} key cannot be extractable.`);
  const length = entry.family === "hmac" && members.length !== undefined ? toInt32(members.length) : "";
  const spec = `${entry.name}\n${parameter}\n${length}`;
  const handle = jwk === undefined
    ? ops.op_crypto_import(spec, format, keyData)
    : ops.op_crypto_import_jwk(spec, JSONStringify(jwk), ArrayPrototypeJoin(asked, ","), extractable);
  const usages = pickUsages(asked, entry.usages[type]);
  if (type !== "public") requireUsage(usages);
  return createKey({ handle, type, extractable, algorithm: shownAlgorithm(entry, shown, handle), usages });
}

/** Checks that the data suits the format; gives the JSON Web Key if it is one. */
function checkData(format, keyData) {
  if (format === "jwk") {
    if (!isObject(keyData) || isBytes(keyData)) {
      throw new TypeError('Import data provided for "jwk" import format must be a JsonWebKey.');
    }
    const jwk = readJwk(keyData);
    if (jwk.kty !== undefined) return jwk;
    throw new TypeError('Import data provided for "jwk" import format must be a JsonWebKey.');
  }
  if (format !== "raw" && format !== "pkcs8" && format !== "spki") {
    throw notSupported(`Unrecognized key import format "${format}".`);
  }
  if (!isBytes(keyData)) {
    throw new TypeError("Import data provided for buffer-based import formats must be a buffer source.");
  }
  return undefined;
}

function importedType({ usages }, format, jwk) {
  if (usages.secret.length > 0) return "secret";
  if (format === "jwk") return jwk.d === undefined ? "public" : "private";
  return format === "pkcs8" ? "private" : "public";
}

/** A plain copy of what WebCrypto reads of a JSON Web Key. */
function readJwk(source) {
  const jwk = { __proto__: null };
  for (let index = 0; index < JWK_TEXT.length; index++) {
    const value = source[JWK_TEXT[index]];
    if (value !== undefined && value !== null) jwk[JWK_TEXT[index]] = `${value}`;
  }
  const { ext, key_ops: operations, oth } = source;
  if (ext !== undefined && ext !== null) jwk.ext = !!ext;
  if (ArrayIsArray(operations)) jwk.key_ops = ArrayPrototypeMap(operations, (operation) => `${operation}`);
  if (oth !== undefined && oth !== null) jwk.oth = true;
  return jwk;
}

/**
 * Exports a key.
 *
 * @param {string} format
 * @param {import("./key.js").Slots} key
 * @returns {ArrayBuffer | object}
 */
export function exportKey(format, { handle, extractable, algorithm, usages }) {
  if (!extractable) throw invalidAccess(`Attempt to export non-extractable ${algorithm.name} key.`);
  if (format !== "jwk") return ops.op_crypto_export(handle, format);
  const { kty, ...rest } = JSONParse(ops.op_crypto_export_jwk(handle));
  return { kty, key_ops: ArrayPrototypeSlice(usages), ext: true, ...rest };
}
