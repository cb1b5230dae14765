// The `cf` property of requests and responses: parsed once, frozen on incoming requests, copied as JSON.

import { core, primordials } from "ext:core/mod.js";
import { requireObjectField } from "ext:edgeemu_js/web/convert.js";

const { ArrayIsArray, JSONParse, JSONStringify, ObjectFreeze, ObjectKeys } = primordials;
const { ops } = core;

/**
 * @param {unknown} value a tree of JSON values
 * @returns {unknown} the same value, frozen all the way down
 */
function freezeDeep(value) {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayIsArray(value)) {
    for (let i = 0; i < value.length; i++) freezeDeep(value[i]);
  } else {
    const keys = ObjectKeys(value);
    for (let i = 0; i < keys.length; i++) freezeDeep(value[keys[i]]);
  }
  return ObjectFreeze(value);
}

/**
 * @param {number} id of an incoming request
 * @returns {object | undefined} frozen
 */
export function incomingCf(id) {
  const json = ops.op_request_cf(id);
  if (json === null) return undefined;
  const value = JSONParse(json);
  return typeof value === "object" && value !== null ? freezeDeep(value) : undefined;
}

/**
 * @param {object | undefined} cf
 * @returns {object | undefined} a copy scripts may change
 */
export function cloneCf(cf) {
  return cf === undefined ? undefined : JSONParse(JSONStringify(cf));
}

/**
 * @param {unknown} value the `cf` option; undefined keeps `inherited`
 * @param {object | undefined} inherited
 * @param {string} dictionary name of the options type, for the error text
 * @returns {object | undefined}
 */
export function cfFromInit(value, inherited, dictionary) {
  if (value === undefined) return inherited;
  return cloneCf(requireObjectField(value, "cf", dictionary));
}
