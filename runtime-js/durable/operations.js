// Keys and values as both `ctx.storage` and a transaction offer them. The storage itself, its limits and the texts of
// its errors live in the host.

/**
 * Ops; they throw the error the script gets. `object` is the object's I/O context. Lists are flat: key, bytes, key, bytes and so on.
 *
 * op_storage_get(object, key) -> Uint8Array | undefined
 * op_storage_get_many(object, keys: string[]) -> (string | Uint8Array)[]
 * op_storage_put(object, key, bytes, unconfirmed: boolean)
 * op_storage_put_many(object, pairs: (string | Uint8Array)[], unconfirmed: boolean)
 * op_storage_delete(object, key, unconfirmed: boolean) -> boolean
 * op_storage_delete_many(object, keys: string[], unconfirmed: boolean) -> number
 * op_storage_list(object, options: object) -> (string | Uint8Array)[]
 * op_storage_delete_all(object)
 * op_storage_alarm(object) -> number, negative if there is none
 * op_storage_set_alarm(object, milliseconds: number), op_storage_delete_alarm(object)
 * op_storage_refuse(why: string, name: string) throws the text for `why`
 */

import { core, primordials } from "ext:core/mod.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { argumentError } from "ext:edgeemu_js/web/errors.js";
import { fromBytes, toBytes } from "ext:edgeemu_js/durable/values.js";

const {
  ArrayIsArray,
  ArrayPrototypeMap,
  ArrayPrototypePush,
  DatePrototypeGetTime,
  Map,
  MapPrototypeSet,
  MathTrunc,
  ObjectKeys,
} = primordials;

const { ops } = core;

const toKey = (key) => `${key}`;

/** Options of a call: nothing, or an object. */
function optionsOf(options, method, owner, position, type) {
  if (options === undefined || options === null) return {};
  if (!isObject(options)) throw argumentError(method, owner, position, type);
  return options;
}

const isUnconfirmed = (options) => options?.allowUnconfirmed === true;

function toMap(flat) {
  const map = new Map();
  for (let i = 0; i < flat.length; i += 2) MapPrototypeSet(map, flat[i], fromBytes(flat[i + 1]));
  return map;
}

export function get(object, owner, key, options) {
  if (key === undefined) throw argumentError("get", owner, 1, "string or Array");
  optionsOf(options, "get", owner, 2, "GetOptions");
  if (ArrayIsArray(key)) return toMap(ops.op_storage_get_many(object, ArrayPrototypeMap(key, toKey)));
  const bytes = ops.op_storage_get(object, toKey(key));
  return bytes === undefined ? undefined : fromBytes(bytes);
}

export function put(object, owner, args) {
  const { 0: key, 1: value, 2: options } = args;
  if (isObject(key)) return putMany(object, owner, args);
  if (value === undefined) ops.op_storage_refuse("put-undefined", "");
  const given = optionsOf(options, "put", owner, 3, "PutOptions");
  ops.op_storage_put(object, toKey(key), toBytes(value), isUnconfirmed(given));
}

function putMany(object, owner, { 0: entries, 1: options, 2: extra }) {
  const isOptions = options === undefined || options === null || isObject(options);
  if (!isOptions || extra !== undefined) ops.op_storage_refuse("put-shape", "");
  const pairs = [];
  const keys = ObjectKeys(entries);
  for (let i = 0; i < keys.length; i++) {
    const value = entries[keys[i]];
    // Fields that are undefined are left out without a word.
    if (value !== undefined) ArrayPrototypePush(pairs, keys[i], toBytes(value));
  }
  ops.op_storage_put_many(object, pairs, isUnconfirmed(options));
}

export function remove(object, owner, key, options) {
  const given = optionsOf(options, "delete", owner, 2, "PutOptions");
  if (ArrayIsArray(key)) {
    return ops.op_storage_delete_many(object, ArrayPrototypeMap(key, toKey), isUnconfirmed(given));
  }
  return ops.op_storage_delete(object, toKey(key), isUnconfirmed(given));
}

/** The options of a listing as the host takes them. */
export function listOptions(options, owner) {
  const given = optionsOf(options, "list", owner, 1, "ListOptions");
  const text = (value) => (value === undefined || value === null ? undefined : `${value}`);
  return {
    start: text(given.start),
    startAfter: text(given.startAfter),
    end: text(given.end),
    prefix: text(given.prefix),
    reverse: given.reverse === true,
    limit: given.limit === undefined || given.limit === null ? undefined : toLimit(given.limit),
  };
}

function toLimit(limit) {
  const number = MathTrunc(+limit);
  return number > 0 ? number : 0;
}

export function list(object, owner, options) {
  return toMap(ops.op_storage_list(object, listOptions(options, owner)));
}

export function getAlarm(object) {
  const time = ops.op_storage_alarm(object);
  return time < 0 ? null : time;
}

export function setAlarm(object, owner, time) {
  let millis;
  if (core.isDate(time)) millis = DatePrototypeGetTime(time);
  else if (typeof time === "number") millis = time;
  else throw argumentError("setAlarm", owner, 1, "date");
  ops.op_storage_set_alarm(object, millis);
}

