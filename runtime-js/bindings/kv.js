// Workers KV as a script sees it. The namespace itself, its limits and the texts of its errors live in the host.

/**
 * Ops, all synchronous unless a plan decides when things happen (`waitForAnswers`): then what they give is a promise for
 * what is written here. They throw the error the script gets (its text begins with "KV GET failed: " and so on).
 * `ABSENT` (-2147483648) as an integer argument means that the option was not given.
 *
 * op_kv_get(ns: number, key: string, cacheTtl: i32, asText: boolean)
 *   -> null | { value: string | Uint8Array, metadata: string | null, cacheStatus: string | null }
 *   `value` is a string (UTF-8, broken sequences replaced) if `asText`. `metadata` is JSON text.
 * op_kv_get_many(ns: number, keys: string[], type: string, withMetadata: boolean, cacheTtl: i32)
 *   -> { key: string, value: string | null, metadata: string | null }[]
 *   `type` is what the script gave, "" for nothing; the host refuses all but "", "text", "json", and values that are
 *   not JSON if it is "json". One row per distinct key in the order of the keys.
 * op_kv_put(ns: number, key: string, value: string | Uint8Array, expiration: i32, expirationTtl: i32,
 *   metadata: string | null) -> undefined
 * op_kv_delete(ns: number, key: string) -> undefined
 * op_kv_list(ns: number, prefix: string | null, limit: i32, cursor: string | null)
 *   -> { keys: { name: string, expiration: number | null, metadata: string | null }[], listComplete: boolean,
 *        cursor: string | null, cacheStatus: string | null }
 */

import { core, primordials } from "ext:core/mod.js";
import { requireIo } from "ext:edgeemu_js/context.js";
import { ABSENT, isObject, optionalInt32, toInt32, toOptions } from "ext:edgeemu_js/web/convert.js";
import { argumentError, illegalConstructor, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";
import { hideLengths } from "ext:edgeemu_js/web/define.js";
import { BYTES, streamFromSource } from "ext:edgeemu_js/web/body.js";
import { bytesView, exactBuffer, isReadableStream, readAllBytes } from "ext:edgeemu_js/web/streams.js";

const {
  ArrayIsArray,
  ArrayPrototypePush,
  Error,
  JSONParse,
  JSONStringify,
  Map,
  MapPrototypeSet,
  PromisePrototypeThen,
  Symbol,
  TypeError,
} = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");

const { ops } = core;

const kInternal = Symbol("internal");
const CLASS = "KvNamespace";
const MAX_VALUE_BYTES = 26214400;
const MAX_KEY_BYTES = 512;

/** @returns {string} the key, refused if no namespace can hold it */
function toKey(value, operation) {
  const key = typeof value === "string" ? value : `${value}`;
  if (key === "") throw new TypeError("Key name cannot be empty.");
  // A lone surrogate has no UTF-8 form, so the name cannot cross to the backend.
  if (!key.isWellFormed()) ops.op_kv_undecodable(operation);
  if (key === ".") throw new TypeError('"." is not allowed as a key name.');
  if (key === "..") throw new TypeError('".." is not allowed as a key name.');
  // No UTF-16 unit takes more than three bytes, so most keys need no counting.
  if (key.length > MAX_KEY_BYTES / 3) {
    const size = core.byteLength(key);
    if (size > MAX_KEY_BYTES) {
      throw new Error(
        `KV ${operation} failed: 414 UTF-8 encoded length of ${size} exceeds key length limit of ${MAX_KEY_BYTES}.`,
      );
    }
  }
  return key;
}

function toKeys(values) {
  const keys = [];
  for (let i = 0; i < values.length; i++) ArrayPrototypePush(keys, `${values[i]}`);
  return keys;
}

/** @returns {{ type: string, cacheTtl: number }} type "" if none was given */
function toGetOptions(value, member) {
  if (value === undefined || value === null) return { type: "", cacheTtl: ABSENT };
  if (!isObject(value)) return { type: `${value}`, cacheTtl: ABSENT };
  const options = toOptions(value, () => argumentError(member, CLASS, 2, "string or GetOptions"));
  const { cacheTtl, type } = options;
  return { type: type === undefined ? "" : `${type}`, cacheTtl: optionalInt32(cacheTtl) };
}

/** The type is looked at only when there is a value, as in production. */
function decodeValue(value, type) {
  switch (type) {
    case "":
    case "text":
      return value;
    case "json":
      return JSONParse(value);
    case "arrayBuffer":
      return exactBuffer(value);
    case "stream":
      return streamFromSource(BYTES, value);
    default:
      throw new TypeError('Unknown response type. Possible types are "text", "arrayBuffer", "json", and "stream".');
  }
}

function isTextType(type) {
  return type === "" || type === "text" || type === "json";
}

function decodeMetadata(metadata) {
  return metadata === null ? null : JSONParse(metadata);
}

/** Whether ops answer with promises. */
let directed = false;

/** In this isolate a plan decides when operations happen. */
export function waitForAnswers() {
  directed = true;
}

/** @returns what `use` makes of the answer of an op; in a promise if the answer is one */
function answered(answer, use) {
  return directed ? PromisePrototypeThen(answer, use) : use(answer);
}

function getSingle(ns, name, options, member) {
  const key = toKey(name, "GET");
  const { type, cacheTtl } = toGetOptions(options, member);
  return answered(ops.op_kv_get(ns, key, cacheTtl, isTextType(type)), (found) => {
    if (found === null) return null;
    found.value = decodeValue(found.value, type);
    return found;
  });
}

function getMany(ns, names, options, withMetadata) {
  const { type, cacheTtl } = toGetOptions(options, withMetadata ? "getWithMetadata" : "get");
  const rows = ops.op_kv_get_many(ns, toKeys(names), type, withMetadata, cacheTtl);
  return answered(rows, (rows) => toMap(rows, type, withMetadata));
}

function toMap(rows, type, withMetadata) {
  const result = new Map();
  for (let i = 0; i < rows.length; i++) {
    const { key, value, metadata } = rows[i];
    const decoded = value === null || type !== "json" ? value : JSONParse(value);
    if (!withMetadata) MapPrototypeSet(result, key, decoded);
    else MapPrototypeSet(result, key, value === null ? null : { value: decoded, metadata: decodeMetadata(metadata) });
  }
  return result;
}

/** @returns {string | null} JSON text; null for no metadata */
function encodeMetadata(value) {
  if (value === undefined || value === null) return null;
  const text = JSONStringify(value);
  // A function has no JSON text; production's backend chokes on it.
  if (text === undefined) throw new Error("KV PUT failed: 500 Internal Server Error");
  return text;
}

function unsupportedValue() {
  return new TypeError(
    "KV put() accepts only strings, ArrayBuffers, ArrayBufferViews, and ReadableStreams as values.",
  );
}

/** @returns {string | Uint8Array | null} null for a stream, which has to be read first */
function toStoredValue(value) {
  if (!isObject(value)) return `${value}`;
  if (isReadableStream(value)) return null;
  const view = bytesView(value);
  if (view === null) throw unsupportedValue();
  return view;
}

function listOptions(value) {
  const options = toOptions(value, () => argumentError("list", CLASS, 1, "ListOptions"));
  const { cursor, limit, prefix } = options;
  // A limit of zero or less counts as none.
  const count = limit === undefined ? ABSENT : toInt32(limit);
  return {
    prefix: prefix === undefined || prefix === null ? null : `${prefix}`,
    limit: count > 0 ? count : ABSENT,
    cursor: cursor === undefined || cursor === null ? null : `${cursor}`,
  };
}

function toListedKey({ name, expiration, metadata }) {
  const key = { name };
  if (expiration !== null) key.expiration = expiration;
  if (metadata !== null) key.metadata = JSONParse(metadata);
  return key;
}

// Called where it must not be, a method throws at once; everything else it has to say comes through its promise.
class KvNamespace {
  #ns;

  constructor(key = undefined, ns = undefined) {
    if (key !== kInternal) throw illegalConstructor();
    this.#ns = ns;
  }

  get(name, options = undefined) {
    if (this == null || !(#ns in this)) throw illegalInvocation();
    requireIo();
    return this.#get(...arguments);
  }

  async #get(name, options = undefined) {
    if (arguments.length < 1) throw argumentError("get", CLASS, 1, "string or Array");
    if (ArrayIsArray(name)) return getMany(this.#ns, name, options, false);
    let found = getSingle(this.#ns, name, options, "get");
    if (directed) found = await found;
    return found === null ? null : found.value;
  }

  getWithMetadata(name, options = undefined) {
    if (this == null || !(#ns in this)) throw illegalInvocation();
    requireIo();
    return this.#getWithMetadata(...arguments);
  }

  async #getWithMetadata(name, options = undefined) {
    if (arguments.length < 1) throw argumentError("getWithMetadata", CLASS, 1, "Array or string");
    if (ArrayIsArray(name)) return getMany(this.#ns, name, options, true);
    let found = getSingle(this.#ns, name, options, "getWithMetadata");
    if (directed) found = await found;
    if (found === null) return { value: null, metadata: null, cacheStatus: null };
    return { value: found.value, metadata: decodeMetadata(found.metadata), cacheStatus: found.cacheStatus };
  }

  put(name, value, options = undefined) {
    if (this == null || !(#ns in this)) throw illegalInvocation();
    requireIo();
    return this.#put(...arguments);
  }

  async #put(name, value, options = undefined) {
    if (arguments.length < 1) throw argumentError("put", CLASS, 1, "string");
    if (arguments.length < 2) throw argumentError("put", CLASS, 2, "string or Object");
    const key = toKey(name, "PUT");
    const { expiration, expirationTtl, metadata } = toOptions(
      options,
      () => argumentError("put", CLASS, 3, "PutOptions"),
    );
    const until = optionalInt32(expiration);
    const ttl = optionalInt32(expirationTtl);
    const meta = encodeMetadata(metadata);
    const stored = toStoredValue(value);
    if (stored !== null) return ops.op_kv_put(this.#ns, key, stored, until, ttl, meta);
    // One byte over the limit is enough for the namespace to refuse it.
    const bytes = await readAllBytes(value, MAX_VALUE_BYTES);
    return ops.op_kv_put(this.#ns, key, bytes, until, ttl, meta);
  }

  list(options = undefined) {
    if (this == null || !(#ns in this)) throw illegalInvocation();
    requireIo();
    return this.#list(...arguments);
  }

  async #list(options = undefined) {
    const { prefix, limit, cursor } = listOptions(options);
    let page = ops.op_kv_list(this.#ns, prefix, limit, cursor);
    if (directed) page = await page;
    const keys = [];
    for (let i = 0; i < page.keys.length; i++) ArrayPrototypePush(keys, toListedKey(page.keys[i]));
    const result = { keys, list_complete: page.listComplete };
    if (page.cursor !== null) result.cursor = page.cursor;
    result.cacheStatus = page.cacheStatus;
    return result;
  }

  delete(name) {
    if (this == null || !(#ns in this)) throw illegalInvocation();
    requireIo();
    return this.#delete(...arguments);
  }

  async #delete(name) {
    if (arguments.length < 1) throw argumentError("delete", CLASS, 1, "string");
    return ops.op_kv_delete(this.#ns, toKey(name, "DELETE"));
  }
}

webidl.configureInterface(KvNamespace);
refuseCloning(KvNamespace);
hideLengths(KvNamespace.prototype);

/**
 * @param {number} ns the host's handle of a namespace
 * @returns {KvNamespace}
 */
export function createKvNamespace(ns) {
  return new KvNamespace(kInternal, ns);
}
