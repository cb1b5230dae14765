// `FormData`, and its two encodings: reading both, writing the multipart one.

import { core, primordials } from "ext:core/mod.js";
import { argumentError, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { isObject, toUsvString } from "ext:edgeemu_js/web/convert.js";
import { entryIterator, keyIterator, valueIterator } from "ext:edgeemu_js/web/iterators.js";
import { makeBoundary, parseMultipart, writeMultipart } from "ext:edgeemu_js/web/multipart.js";

const {
  ArrayPrototypePush,
  MapPrototypeGet,
  NumberParseInt,
  ObjectDefineProperty,
  ObjectPrototypeIsPrototypeOf,
  ReflectApply,
  RegExpPrototypeExec,
  SafeRegExp,
  StringPrototypeCharCodeAt,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeSplit,
  StringPrototypeToLowerCase,
  SymbolIterator,
  TypeError,
  TypedArrayPrototypeSubarray,
  Uint8Array,
} = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { File, FilePrototype, isBlob } = core.loadExtScript("ext:deno_web/09_file.js");
const { essence, parseMimeType } = core.loadExtScript("ext:deno_web/01_mimesniff.js");

const { ops } = core;

const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;
const HEX_DIGITS = new SafeRegExp(/^[0-9a-fA-F]{0,2}/);

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
    return entryIterator(this.#entries, (entry) => [entry.name, entry.value]);
  }

  keys() {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    return keyIterator(this.#entries, (entry) => entry.name);
  }

  values() {
    if (this == null || !(#entries in this)) throw illegalInvocation();
    return valueIterator(this.#entries, (entry) => entry.value);
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
  const entries = [];
  const pairs = StringPrototypeSplit(core.encodeBinaryString(bytes), "&");
  for (let i = 0; i < pairs.length; i++) {
    if (pairs[i] === "") continue;
    const equals = StringPrototypeIndexOf(pairs[i], "=");
    const end = equals === -1 ? pairs[i].length : equals;
    const name = decodeComponent(StringPrototypeSlice(pairs[i], 0, end));
    ArrayPrototypePush(entries, { name, value: decodeComponent(StringPrototypeSlice(pairs[i], end + 1)) });
  }
  return entries;
}

/** A percent sign takes the hexadecimal digits that follow it, be it two, one or none. */
function decodeComponent(text) {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = StringPrototypeCharCodeAt(text, at);
    if (code === PERCENT) {
      const digits = RegExpPrototypeExec(HEX_DIGITS, StringPrototypeSlice(text, at + 1, at + 3))[0];
      at += digits.length;
      if (digits !== "") bytes[length++] = NumberParseInt(digits, 16);
    } else {
      bytes[length++] = code === PLUS ? SPACE : code;
    }
  }
  return core.decode(TypedArrayPrototypeSubarray(bytes, 0, length));
}

export { FormData, isFormData };
