// `Headers`: an ordered list of lower-case names and byte values, split from the wire form only when it is looked at.

import { core, primordials } from "ext:core/mod.js";
import { argumentError, constructorError, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { entryIterator, keyIterator, valueIterator } from "ext:edgeemu_js/web/iterators.js";

const {
  ArrayPrototypeJoin,
  ArrayPrototypePush,
  ArrayPrototypeSlice,
  ArrayPrototypeSort,
  MapPrototypeGet,
  MapPrototypeSet,
  ObjectDefineProperty,
  ObjectKeys,
  ReflectApply,
  RegExpPrototypeTest,
  SafeMap,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  StringPrototypeSplit,
  StringPrototypeToLowerCase,
  SymbolIterator,
  TypeError,
  Uint8Array,
} = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");

// Plain expressions, not guarded ones: they run for every header, and V8 tests them several times as fast.
const LOWER_TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-zA-Z]+$/;
const ODD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-zA-Z\x80-\uffff]*$/;
// What a value may hold without further thought; anything else needs a check or an encoding.
const NOT_PLAIN = /[^\x01-\x09\x0b\x0c\x0e-\x7f]/;
const FORBIDDEN = /[\0\r\n]/;
const NOT_ASCII = /[^\0-\x7f]/;

const INIT_TYPES = "Headers or Sequence or object";

/**
 * @param {unknown} name
 * @returns {string} lower-case
 */
function normalizeName(name) {
  const text = typeof name === "string" ? name : `${name}`;
  if (RegExpPrototypeTest(LOWER_TOKEN, text)) return text;
  if (RegExpPrototypeTest(TOKEN, text)) return StringPrototypeToLowerCase(text);
  // Production takes these too, although no message can carry them.
  if (RegExpPrototypeTest(ODD_NAME, text)) return text;
  throw new TypeError("Invalid header name.");
}

/**
 * @param {number} code
 * @returns {boolean}
 */
function isHttpWhitespace(code) {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/**
 * @param {string} text
 * @returns {string}
 */
function trimHttpWhitespace(text) {
  let start = 0;
  let end = text.length;
  while (start < end && isHttpWhitespace(StringPrototypeCharCodeAt(text, start))) start++;
  while (end > start && isHttpWhitespace(StringPrototypeCharCodeAt(text, end - 1))) end--;
  return start === 0 && end === text.length ? text : StringPrototypeSlice(text, start, end);
}

/**
 * Values travel as UTF-8 bytes, kept one byte per character, so a foreign byte sequence survives a pass-through.
 *
 * @param {unknown} value
 * @returns {string} the byte string
 */
function normalizeValue(value) {
  const text = trimHttpWhitespace(typeof value === "string" ? value : `${value}`);
  if (!RegExpPrototypeTest(NOT_PLAIN, text)) return text;
  if (RegExpPrototypeTest(FORBIDDEN, text)) throw new TypeError("Invalid header value.");
  return core.encodeBinaryString(core.encode(text));
}

/**
 * @param {string} bytes
 * @returns {string} what scripts see
 */
function displayValue(bytes) {
  if (!RegExpPrototypeTest(NOT_ASCII, bytes)) return bytes;
  const view = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) view[i] = StringPrototypeCharCodeAt(bytes, i);
  return core.decode(view);
}

/** @returns {TypeError} */
function immutableError() {
  return new TypeError("Can't modify immutable headers.");
}

// Filled by the static block of the class, the only code that can reach its private fields.
let isHeaders, fromWire, toWire, copy, isImmutable, fromInit, hasName, readName, writeName, eraseName;

class Headers {
  /** @type {string[] | null} name, value, name, value...; null while only the wire form exists */
  #list = null;
  /** @type {string} meaningful while `#list` is null */
  #wire = "";
  #immutable = false;

  constructor(init = undefined) {
    if (init !== undefined) this.#fill(init, () => constructorError("Headers", 1, INIT_TYPES));
    else this.#list = [];
  }

  append(name, value) {
    if (this == null || !(#list in this)) throw illegalInvocation();
    requireTwo(arguments.length, "append");
    if (this.#immutable) throw immutableError();
    const bytes = normalizeValue(value);
    ArrayPrototypePush(this.#entries(), normalizeName(name), bytes);
  }

  delete(name) {
    if (this == null || !(#list in this)) throw illegalInvocation();
    requireName(arguments.length, "delete");
    if (this.#immutable) throw immutableError();
    this.#removeFrom(normalizeName(name), 0);
  }

  get(name) {
    if (this == null || !(#list in this)) throw illegalInvocation();
    requireName(arguments.length, "get");
    return this.#combined(normalizeName(name));
  }

  getAll(name) {
    if (this == null || !(#list in this)) throw illegalInvocation();
    requireName(arguments.length, "getAll");
    if (StringPrototypeToLowerCase(`${name}`) !== "set-cookie") {
      throw new TypeError('getAll() can only be used with the header name "Set-Cookie".');
    }
    return this.#cookies();
  }

  getSetCookie() {
    if (this == null || !(#list in this)) throw illegalInvocation();
    return this.#cookies();
  }

  has(name) {
    if (this == null || !(#list in this)) throw illegalInvocation();
    requireName(arguments.length, "has");
    return this.#indexOf(normalizeName(name)) !== -1;
  }

  set(name, value) {
    if (this == null || !(#list in this)) throw illegalInvocation();
    requireTwo(arguments.length, "set");
    if (this.#immutable) throw immutableError();
    const bytes = normalizeValue(value);
    this.#assign(normalizeName(name), bytes);
  }

  forEach(callback, thisArg = undefined) {
    if (this == null || !(#list in this)) throw illegalInvocation();
    if (typeof callback !== "function") throw argumentError("forEach", "Headers", 1, "function");
    const shown = this.#displayed();
    for (let i = 0; i < shown.length; i++) {
      ReflectApply(callback, thisArg, [shown[i][1], shown[i][0], this]);
    }
  }

  /** Iteration shows the state at its start: changes made meanwhile stay invisible, as in production. */
  entries() {
    if (this == null || !(#list in this)) throw illegalInvocation();
    return entryIterator(this.#displayed(), (row) => row);
  }

  keys() {
    if (this == null || !(#list in this)) throw illegalInvocation();
    return keyIterator(this.#displayed(), (row) => row[0]);
  }

  values() {
    if (this == null || !(#list in this)) throw illegalInvocation();
    return valueIterator(this.#displayed(), (row) => row[1]);
  }

  #entries() {
    if (this.#list === null) {
      this.#list = this.#wire === "" ? [] : StringPrototypeSplit(this.#wire, "\n");
      this.#wire = "";
    }
    return this.#list;
  }

  #indexOf(name) {
    const list = this.#entries();
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) return i;
    return -1;
  }

  #combined(name) {
    const list = this.#entries();
    let result = null;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) result = result === null ? list[i + 1] : `${result}, ${list[i + 1]}`;
    }
    return result === null ? null : displayValue(result);
  }

  #cookies() {
    const list = this.#entries();
    const result = [];
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === "set-cookie") ArrayPrototypePush(result, displayValue(list[i + 1]));
    }
    return result;
  }

  #assign(name, bytes) {
    const at = this.#indexOf(name);
    if (at === -1) {
      ArrayPrototypePush(this.#list, name, bytes);
      return;
    }
    this.#list[at + 1] = bytes;
    this.#removeFrom(name, at + 2);
  }

  #removeFrom(name, start) {
    const list = this.#entries();
    let kept = start;
    for (let i = start; i < list.length; i += 2) {
      if (list[i] === name) continue;
      list[kept] = list[i];
      list[kept + 1] = list[i + 1];
      kept += 2;
    }
    list.length = kept;
  }

  // Sorted by name; equal names joined, except cookies, whose values may hold commas.
  #displayed() {
    const list = this.#entries();
    const rows = new SafeMap();
    const result = [];
    for (let i = 0; i < list.length; i += 2) {
      const name = list[i];
      const row = name === "set-cookie" ? undefined : MapPrototypeGet(rows, name);
      if (row !== undefined) {
        row[1] = `${row[1]}, ${list[i + 1]}`;
        continue;
      }
      const added = [name, list[i + 1]];
      MapPrototypeSet(rows, name, added);
      ArrayPrototypePush(result, added);
    }
    for (let i = 0; i < result.length; i++) result[i][1] = displayValue(result[i][1]);
    return ArrayPrototypeSort(result, (a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
  }

  #fill(init, refuse) {
    if (!isObject(init)) throw refuse();
    this.#list = [];
    if (#list in init) {
      this.#list = ArrayPrototypeSlice(init.#entries());
      return;
    }
    const method = init[SymbolIterator];
    if (method !== undefined && method !== null) this.#fillFromPairs(init);
    else this.#fillFromRecord(init);
  }

  #fillFromPairs(pairs) {
    // The script's own iteration protocol has to run here, so this loop is not a guarded one.
    for (const pair of pairs) {
      if (!isObject(pair) || typeof pair[SymbolIterator] !== "function") {
        throw new TypeError("Incorrect type: the provided value is not of type 'Sequence'.");
      }
      const items = [...pair];
      if (items.length !== 2) {
        throw new TypeError(
          "To initialize a Headers object from a sequence, each inner sequence must have exactly two elements.",
        );
      }
      const bytes = normalizeValue(items[1]);
      ArrayPrototypePush(this.#list, normalizeName(items[0]), bytes);
    }
  }

  #fillFromRecord(record) {
    const names = ObjectKeys(record);
    for (let i = 0; i < names.length; i++) {
      const bytes = normalizeValue(record[names[i]]);
      ArrayPrototypePush(this.#list, normalizeName(names[i]), bytes);
    }
  }

  static {
    isHeaders = (value) => isObject(value) && #list in value;
    fromWire = (wire, immutable) => {
      const headers = new Headers(undefined);
      headers.#list = null;
      headers.#wire = wire;
      headers.#immutable = immutable;
      return headers;
    };
    toWire = (headers) => headers.#list === null ? headers.#wire : ArrayPrototypeJoin(headers.#list, "\n");
    copy = (headers, immutable) => {
      const result = new Headers(undefined);
      if (headers.#list === null) {
        result.#list = null;
        result.#wire = headers.#wire;
      } else {
        result.#list = ArrayPrototypeSlice(headers.#list);
      }
      result.#immutable = immutable;
      return result;
    };
    isImmutable = (headers) => headers.#immutable;
    fromInit = (init, refuse) => {
      const headers = new Headers(undefined);
      headers.#fill(init, refuse);
      return headers;
    };
    hasName = (headers, name) => headers.#indexOf(name) !== -1;
    readName = (headers, name) => headers.#combined(name);
    writeName = (headers, name, value) => headers.#assign(name, value);
    eraseName = (headers, name) => headers.#removeFrom(name, 0);
  }
}

function requireName(count, member) {
  if (count < 1) throw argumentError(member, "Headers", 1, "string");
}

function requireTwo(count, member) {
  if (count < 1) throw argumentError(member, "Headers", 1, "string");
  if (count < 2) throw argumentError(member, "Headers", 2, "string");
}

webidl.configureInterface(Headers);
ObjectDefineProperty(Headers.prototype, SymbolIterator, {
  __proto__: null,
  value: Headers.prototype.entries,
  writable: true,
  enumerable: false,
  configurable: true,
});

/**
 * @param {string} wire Latin-1 "name\nvalue\nname\nvalue", "" for none
 * @param {"none" | "immutable"} guard
 * @returns {Headers}
 */
export function headersFromWire(wire, guard) {
  return fromWire(wire, guard === "immutable");
}

/**
 * @param {Headers} headers
 * @returns {string} Latin-1 "name\nvalue\nname\nvalue", "" for none
 */
export function headerListToWire(headers) {
  return toWire(headers);
}

/**
 * @param {Headers} headers
 * @returns {Headers} a copy scripts may change
 */
export function copyHeaders(headers) {
  return copy(headers, false);
}

/**
 * @param {Headers} headers
 * @returns {Headers} a copy as immutable as the original
 */
export function cloneHeaders(headers) {
  return copy(headers, isImmutable(headers));
}

/**
 * @param {unknown} init the `headers` option of a request or response
 * @param {() => TypeError} refuse makes the error for a value of a wrong type
 * @returns {Headers}
 */
export function headersFromInit(init, refuse) {
  return fromInit(init, refuse);
}

/**
 * @param {Headers} headers
 * @param {string} name lower-case
 * @returns {boolean}
 */
export function hasHeader(headers, name) {
  return hasName(headers, name);
}

/**
 * @param {Headers} headers
 * @param {string} name lower-case
 * @returns {string | null}
 */
export function readHeader(headers, name) {
  return readName(headers, name);
}

/**
 * Sets a header whatever the guard.
 *
 * @param {Headers} headers
 * @param {string} name lower-case
 * @param {string} value a valid byte string
 */
export function writeHeader(headers, name, value) {
  writeName(headers, name, value);
}

/**
 * Removes a header whatever the guard.
 *
 * @param {Headers} headers
 * @param {string} name lower-case
 */
export function eraseHeader(headers, name) {
  eraseName(headers, name);
}

/**
 * @param {Headers} headers
 * @returns {boolean}
 */
export function areImmutable(headers) {
  return isImmutable(headers);
}

export { Headers, isHeaders };
