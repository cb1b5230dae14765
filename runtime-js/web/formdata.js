// `FormData`, and its two encodings: reading both, writing the multipart one.

import { core, primordials } from "ext:core/mod.js";
import { argumentError, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { isObject, toUsvString } from "ext:edgeemu_js/web/convert.js";
import { makeBoundary, parseMultipart, writeMultipart } from "ext:edgeemu_js/web/multipart.js";

const {
  ArrayIteratorPrototype,
  ArrayPrototypePush,
  MapPrototypeGet,
  ObjectDefineProperty,
  ObjectGetPrototypeOf,
  ObjectPrototypeIsPrototypeOf,
  ObjectSetPrototypeOf,
  ReflectApply,
  StringPrototypeToLowerCase,
  SymbolFor,
  SymbolIterator,
  SymbolToStringTag,
  TypeError,
} = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { File, FilePrototype, isBlob } = core.loadExtScript("ext:deno_web/09_file.js");
const { parseUrlEncoded } = core.loadExtScript("ext:deno_web/00_url.js");
const { essence, parseMimeType } = core.loadExtScript("ext:deno_web/01_mimesniff.js");

const { ops } = core;

/** Keeps a File as it is; a Blob, or a File that gets another name, becomes a new File. */
function toEntryValue(name, value, filename) {
  if (!isObject(value) || !isBlob(value)) return toUsvString(value);
  const isFile = ObjectPrototypeIsPrototypeOf(FilePrototype, value);
  if (isFile && filename === undefined) return value;
  const options = { type: value.type, lastModified: ops.op_clock_now() };
  return new File([value], filename === undefined ? name : toUsvString(filename), options);
}

// Filled by the static block of the class, the only code that can reach its private fields.
let isFormData, entriesOf, fromEntries;

class FormData {
  /** @type {{ name: string, value: string | File }[]} */
  #entries = [];

  append(name, value, filename = undefined) {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    requireTwo(arguments.length, "append");
    const key = toUsvString(name);
    ArrayPrototypePush(this.#entries, { name: key, value: toEntryValue(key, value, filename) });
  }

  delete(name) {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    requireName(arguments.length, "delete");
    this.#removeFrom(toUsvString(name), 0);
  }

  get(name) {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    requireName(arguments.length, "get");
    const at = this.#indexOf(toUsvString(name));
    return at === -1 ? null : this.#entries[at].value;
  }

  getAll(name) {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    requireName(arguments.length, "getAll");
    const key = toUsvString(name);
    const result = [];
    for (let i = 0; i < this.#entries.length; i++) {
      if (this.#entries[i].name === key) ArrayPrototypePush(result, this.#entries[i].value);
    }
    return result;
  }

  has(name) {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    requireName(arguments.length, "has");
    return this.#indexOf(toUsvString(name)) !== -1;
  }

  set(name, value, filename = undefined) {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    requireTwo(arguments.length, "set");
    const key = toUsvString(name);
    const entry = { name: key, value: toEntryValue(key, value, filename) };
    const at = this.#indexOf(key);
    if (at === -1) {
      ArrayPrototypePush(this.#entries, entry);
      return;
    }
    this.#entries[at] = entry;
    this.#removeFrom(key, at + 1);
  }

  forEach(callback, thisArg = undefined) {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    if (typeof callback !== "function") throw argumentError("forEach", "FormData", 1, "function");
    for (let i = 0; i < this.#entries.length; i++) {
      ReflectApply(callback, thisArg, [this.#entries[i].value, this.#entries[i].name, this]);
    }
  }

  entries() {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    return makeIterator(this.#entries, (entry) => [entry.name, entry.value]);
  }

  keys() {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    return makeIterator(this.#entries, (entry) => entry.name);
  }

  values() {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    return makeIterator(this.#entries, (entry) => entry.value);
  }

  #indexOf(key) {
    for (let i = 0; i < this.#entries.length; i++) if (this.#entries[i].name === key) return i;
    return -1;
  }

  #removeFrom(key, start) {
    let kept = start;
    for (let i = start; i < this.#entries.length; i++) {
      if (this.#entries[i].name !== key) this.#entries[kept++] = this.#entries[i];
    }
    this.#entries.length = kept;
  }

  [SymbolFor("Deno.privateCustomInspect")](inspect, options) {
    if (!(#entries in this)) return inspect({}, options);
    const pairs = [];
    for (let i = 0; i < this.#entries.length; i++) {
      ArrayPrototypePush(pairs, [this.#entries[i].name, this.#entries[i].value]);
    }
    return `FormData(${pairs.length}) ${inspect(pairs, options)}`;
  }

  static {
    isFormData = (value) => isObject(value) && #entries in value;
    entriesOf = (form) => form.#entries;
    fromEntries = (entries) => {
      const form = new FormData();
      form.#entries = entries;
      return form;
    };
  }
}

function requireName(count, member) {
  if (count < 1) throw argumentError(member, "FormData", 1, "string");
}

function requireTwo(count, member) {
  requireName(count, member);
  if (count < 2) throw argumentError(member, "FormData", 2, "File or Blob or string");
}

class Cursor {
  #entries;
  #show;
  #index = 0;
  constructor(entries, show) {
    this.#entries = entries;
    this.#show = show;
  }
  static advance(cursor) {
    if (!isObject(cursor) || !(#entries in cursor)) throw illegalInvocation();
    if (cursor.#index >= cursor.#entries.length) return { done: true, value: undefined };
    const show = cursor.#show;
    return { done: false, value: show(cursor.#entries[cursor.#index++]) };
  }
}

const { advance } = Cursor;

const iteratorPrototype = {
  next() {
    return advance(this);
  },
};
ObjectSetPrototypeOf(iteratorPrototype, ObjectGetPrototypeOf(ArrayIteratorPrototype));
ObjectDefineProperty(iteratorPrototype, SymbolToStringTag, {
  __proto__: null,
  value: "FormData Iterator",
  configurable: true,
});

// Unlike Headers, iteration is live: it sees entries appended meanwhile.
function makeIterator(entries, show) {
  return ObjectSetPrototypeOf(new Cursor(entries, show), iteratorPrototype);
}

webidl.configureInterface(FormData);
ObjectDefineProperty(FormData.prototype, SymbolIterator, {
  __proto__: null,
  value: FormData.prototype.entries,
  writable: true,
  enumerable: false,
  configurable: true,
});

/**
 * @param {FormData} form
 * @returns {{ parts: (Uint8Array | Blob)[], type: string }} the body and its Content-Type
 */
export function serializeFormData(form) {
  const boundary = makeBoundary();
  return { parts: writeMultipart(entriesOf(form), boundary), type: `multipart/form-data; boundary=${boundary}` };
}

/**
 * @param {Uint8Array} bytes
 * @param {string} contentType
 * @returns {FormData}
 */
export function parseFormData(bytes, contentType) {
  const mime = parseMimeType(contentType);
  const kind = mime === null ? "" : essence(mime);
  if (kind === "multipart/form-data") return fromEntries(parseParts(bytes, mime));
  if (kind === "application/x-www-form-urlencoded") return fromEntries(parseUrlEncodedEntries(bytes, mime));
  throw new TypeError(
    "Unrecognized Content-Type header value. FormData can only parse the following MIME types: " +
      "multipart/form-data, application/x-www-form-urlencoded",
  );
}

function parseParts(bytes, mime) {
  const boundary = MapPrototypeGet(mime.parameters, "boundary");
  if (boundary === undefined) {
    throw new TypeError(
      "No boundary string in Content-Type header. The multipart/form-data MIME type requires a boundary parameter, " +
        "e.g. 'Content-Type: multipart/form-data; boundary=\"abcd\"'. See RFC 7578, section 4.",
    );
  }
  const entries = [];
  const parts = parseMultipart(bytes, boundary);
  for (let i = 0; i < parts.length; i++) {
    const { name, filename, type, content } = parts[i];
    const value = filename === null
      ? core.decode(content)
      : new File([content], filename, { type: type ?? "", lastModified: ops.op_clock_now() });
    ArrayPrototypePush(entries, { name, value });
  }
  return entries;
}

function parseUrlEncodedEntries(bytes, mime) {
  const charset = StringPrototypeToLowerCase(MapPrototypeGet(mime.parameters, "charset") ?? "utf-8");
  if (charset !== "utf-8" && charset !== "utf8" && charset !== "unicode-1-1-utf-8") {
    throw new TypeError("Non-utf-8 application/x-www-form-urlencoded body.");
  }
  const pairs = parseUrlEncoded(bytes);
  const entries = [];
  for (let i = 0; i < pairs.length; i++) ArrayPrototypePush(entries, { name: pairs[i][0], value: pairs[i][1] });
  return entries;
}

export { FormData, isFormData };
