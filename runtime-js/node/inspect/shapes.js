// inspect: what kind of object it is, and so what stands around and before its properties.

const { KIND_LIST } = require("inspect/layout");
const { formatBigInt, formatNumber } = require("inspect/text");
const { describeError } = require("inspect/errors");
const types = require("types");

const KIND_LIST_EXTRA = 1;
const { formatPrimitive, formatProperty, formatValue, keysOf, otherKeys, prefixOf } = require("inspect");

const more = (rest, what = "item") => `... ${rest} more ${what}${rest > 1 ? "s" : ""}`;

/** Entries of an array, where what is missing is counted. */
function listEntries(ctx, list, depth) {
  const output = [];
  const shown = Math.min(Math.max(0, ctx.maxArrayLength), list.length);
  let at = 0;
  while (at < list.length && output.length < shown) {
    if (Object.hasOwn(list, at)) {
      output.push(formatProperty(ctx, list, depth, { key: String(at), kind: KIND_LIST }));
      at++;
      continue;
    }
    let end = at + 1;
    while (end < list.length && !Object.hasOwn(list, end)) end++;
    output.push(ctx.stylize(`<${end - at} empty item${end - at > 1 ? "s" : ""}>`, "undefined"));
    at = end;
  }
  if (list.length > at) output.push(more(list.length - at));
  return output;
}

function numberEntries(ctx, list, depth) {
  const shown = Math.min(Math.max(0, ctx.maxArrayLength), list.length);
  const output = [];
  const format = typeof list[0] === "bigint" ? formatBigInt : formatNumber;
  const style = typeof list[0] === "bigint" ? "bigint" : "number";
  for (let at = 0; at < shown; at++) output.push(ctx.stylize(format(list[at], ctx.numericSeparator), style));
  if (list.length > shown) output.push(more(list.length - shown));
  if (ctx.showHidden) {
    ctx.indentationLvl += 2;
    for (const key of ["BYTES_PER_ELEMENT", "length", "byteLength", "byteOffset", "buffer"]) output.push(`[${key}]: ${formatValue(ctx, list[key], depth, true)}`);
    ctx.indentationLvl -= 2;
  }
  return output;
}

function limited(ctx, values, format) {
  const shown = Math.min(Math.max(0, ctx.maxArrayLength), values.length);
  ctx.indentationLvl += 2;
  const output = values.slice(0, shown).map(format);
  ctx.indentationLvl -= 2;
  if (values.length > shown) output.push(more(values.length - shown));
  return output;
}

const setEntries = (ctx, set, depth) => limited(ctx, [...Set.prototype.values.call(set)], (one) => formatValue(ctx, one, depth));
const mapEntries = (ctx, map, depth) => limited(
  ctx,
  [...Map.prototype.entries.call(map)],
  ([key, value]) => `${formatValue(ctx, key, depth)} => ${formatValue(ctx, value, depth)}`,
);

function bufferEntries(ctx, buffer, depth, typed) {
  let bytes;
  try {
    bytes = new Uint8Array(buffer);
  } catch {
    return [ctx.stylize("(detached)", "special")];
  }
  const count = Math.min(Math.max(0, ctx.maxArrayLength), bytes.length);
  let text = Array.from(bytes.subarray(0, count), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (bytes.length > count) text += ` ${more(bytes.length - count, "byte")}`;
  return [`${ctx.stylize("[Uint8Contents]", "special")}: <${text}>`, ...(typed ? [] : [`byteLength: ${ctx.stylize(`${bytes.length}`, "number")}`])];
}

function promiseEntries(ctx, promise, depth) {
  const [state, value] = platform.core.getPromiseDetails(promise);
  if (state === 0) return [ctx.stylize("<pending>", "special")];
  ctx.indentationLvl += 2;
  const text = formatValue(ctx, value, depth);
  ctx.indentationLvl -= 2;
  return [state === 2 ? `${ctx.stylize("<rejected>", "special")} ${text}` : text];
}

/** The entries that an iterator has not given yet. */
function iteratorEntries(ctx, iterator, depth) {
  const [values, isKeyed] = platform.core.ops.op_preview_entries(iterator, true);
  if (!isKeyed) return limited(ctx, values, (one) => formatValue(ctx, one, depth));
  const pairs = [];
  for (let at = 0; at < values.length; at += 2) pairs.push([values[at], values[at + 1]]);
  return limited(ctx, pairs, ([key, value]) => `[ ${formatValue(ctx, key, depth)}, ${formatValue(ctx, value, depth)} ]`);
}

function functionBase(value, constructor, tag) {
  const source = Function.prototype.toString.call(value);
  if (source.startsWith("class") && source.endsWith("}")) return classBase(value, constructor, tag);
  const kind = `${types.isAsyncFunction(value) ? "Async" : ""}${types.isGeneratorFunction(value) ? "Generator" : ""}Function`;
  const type = types.isGeneratorFunction(value) && types.isAsyncFunction(value) ? "AsyncGeneratorFunction" : kind;
  let base = `[${type}${constructor === null ? " (null prototype)" : ""}`;
  base += value.name === "" ? " (anonymous)]" : `: ${typeof value.name === "string" ? value.name : formatPrimitive({ stylize: (text) => text, maxStringLength: 100 }, value.name)}]`;
  if (constructor !== type && constructor !== null) base += ` ${constructor}`;
  if (tag !== "" && constructor !== tag) base += ` [${tag}]`;
  return base;
}

function classBase(value, constructor, tag) {
  const name = Object.hasOwn(value, "name") && value.name;
  let base = `[class ${name || "(anonymous)"}`;
  if (constructor !== "Function" && constructor !== null) base += ` [${constructor}]`;
  if (tag !== "" && constructor !== tag) base += ` [${tag}]`;
  if (constructor === null) return `${base} extends [null prototype]]`;
  const { name: parent } = Object.getPrototypeOf(value);
  return `${base}${parent ? ` extends ${parent}` : ""}]`;
}

const boxes = [
  ["Number", types.isNumberObject, Number],
  ["String", types.isStringObject, String],
  ["Boolean", types.isBooleanObject, Boolean],
  ["BigInt", types.isBigIntObject, BigInt],
  ["Symbol", types.isSymbolObject, Symbol],
];

function boxedBase(ctx, value, constructor, tag) {
  const [type, , Class] = boxes.find(([, is]) => is(value));
  const plainCtx = { ...ctx, stylize: (text) => text };
  let base = `[${type}`;
  if (type !== constructor) base += constructor === null ? " (null prototype)" : ` (${constructor})`;
  base += `: ${formatPrimitive(plainCtx, Class.prototype.valueOf.call(value))}]`;
  if (tag !== "" && tag !== constructor) base += ` [${tag}]`;
  return ctx.stylize(base, type.toLowerCase());
}

/** Things with a text of their own: the text alone if they have no further properties. */
function based(base, keys, extra = {}) {
  return keys.length === 0 ? { text: base } : { base, keys, braces: ["{", "}"], ...extra };
}

function listShape(ctx, value, { constructor, tag, typed }) {
  if (Array.isArray(value)) {
    const prefix = constructor !== "Array" || tag !== "" ? prefixOf(constructor, tag, "Array", `(${value.length})`) : "";
    const keys = otherKeys(value, ctx.showHidden);
    const braces = [`${prefix}[`, "]"];
    if (value.length === 0 && keys.length === 0) return { text: `${braces[0]}]` };
    return { braces, keys, kind: KIND_LIST, entries: (depth) => listEntries(ctx, value, depth) };
  }
  if (types.isTypedArray(value)) {
    const fallback = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get.call(value);
    const prefix = prefixOf(constructor, tag, fallback, `(${value.length})`);
    const keys = otherKeys(value, ctx.showHidden);
    if (value.length === 0 && keys.length === 0 && !ctx.showHidden) return { text: `${prefix}[]` };
    return { braces: [`${prefix}[`, "]"], keys, kind: KIND_LIST, entries: (depth) => numberEntries(ctx, value, depth) };
  }
  return collectionShape(ctx, value, { constructor, tag, typed });
}

function collectionShape(ctx, value, { constructor, tag, typed }) {
  const keys = keysOf(value, ctx.showHidden);
  const sized = (name, size, entries) => {
    const prefix = prefixOf(constructor, tag, name, `(${size})`);
    if (size === 0 && keys.length === 0) return { text: `${prefix}{}` };
    return { braces: [`${prefix}{`, "}"], keys, entries };
  };
  if (types.isSet(value)) return sized("Set", Reflect.get(Set.prototype, "size", value), (depth) => setEntries(ctx, value, depth));
  if (types.isMap(value)) return sized("Map", Reflect.get(Map.prototype, "size", value), (depth) => mapEntries(ctx, value, depth));
  if (types.isMapIterator(value) || types.isSetIterator(value)) {
    const name = types.isMapIterator(value) ? "Map Iterator" : "Set Iterator";
    const isKeyed = platform.core.ops.op_preview_entries(value, true)[1];
    const label = tag === name && isKeyed ? name.replace("Iterator", "Entries") : tag;
    return { braces: [`[${label}] {`, "}"], keys, kind: KIND_LIST_EXTRA, entries: (depth) => iteratorEntries(ctx, value, depth) };
  }
  if (types.isAnyArrayBuffer(value)) {
    const prefix = prefixOf(constructor, tag, types.isArrayBuffer(value) ? "ArrayBuffer" : "SharedArrayBuffer");
    return { braces: [`${prefix}{`, "}"], keys, entries: (depth) => bufferEntries(ctx, value, depth, typed && false) };
  }
  if (types.isDataView(value)) {
    const entries = (depth) => ["byteLength", "byteOffset", "buffer"].map((key) => formatProperty(ctx, { [key]: value[key] }, depth, { key, kind: 0 }));
    return { braces: [`${prefixOf(constructor, tag, "DataView")}{`, "}"], keys, entries };
  }
  if (types.isPromise(value)) return { braces: [`${prefixOf(constructor, tag, "Promise")}{`, "}"], keys, entries: (depth) => promiseEntries(ctx, value, depth) };
  for (const [name, is] of [["WeakSet", types.isWeakSet], ["WeakMap", types.isWeakMap]]) {
    if (is(value)) return { braces: [`${prefixOf(constructor, tag, name)}{`, "}"], keys, entries: () => [ctx.stylize("<items unknown>", "special")] };
  }
  return otherShape(ctx, value, { constructor, tag, keys });
}

function otherShape(ctx, value, { constructor, tag, keys }) {
  if (types.isArgumentsObject(value)) {
    const rest = otherKeys(value, ctx.showHidden);
    return { braces: ["[Arguments] [", "]"], keys: rest, kind: KIND_LIST, entries: (depth) => listEntries(ctx, value, depth) };
  }
  if (typeof value === "function") {
    const base = functionBase(value, constructor, tag);
    return keys.length === 0 ? { text: ctx.stylize(base, "special") } : { base, keys, braces: ["{", "}"] };
  }
  if (types.isRegExp(value)) {
    const text = ctx.stylize(RegExp.prototype.toString.call(value), "regexp");
    const prefix = prefixOf(constructor, tag, "RegExp");
    return based(prefix === "RegExp " ? text : `${prefix}${text}`, keys);
  }
  if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value);
    const text = ctx.stylize(Number.isNaN(time) ? "Invalid Date" : Date.prototype.toISOString.call(value), "date");
    const prefix = prefixOf(constructor, tag, "Date");
    return based(prefix === "Date " ? text : `${prefix}${text}`, keys);
  }
  if (types.isNativeError(value) || value instanceof Error) {
    const described = describeError(ctx, value, { constructor, tag, keys });
    return based(described.text, described.keys);
  }
  if (types.isBoxedPrimitive(value)) {
    const rest = types.isStringObject(value) ? otherKeys(value, ctx.showHidden) : keys;
    return based(boxedBase(ctx, value, constructor, tag), rest);
  }
  if (types.isModuleNamespaceObject(value)) return { braces: [`[${tag}] {`, "}"], keys };
  if (constructor === "Object" && tag === "") return keys.length === 0 ? { text: "{}" } : { braces: ["{", "}"], keys };
  const prefix = prefixOf(constructor, tag, "Object");
  return keys.length === 0 ? { text: `${prefix}{}` } : { braces: [`${prefix}{`, "}"], keys };
}

module.exports = { shapeOf: listShape };
