// What node:util calls inspect: any value as text.

const { validateObject } = require("validators");
const { KIND_LIST, LINE_WIDTH, layOut } = require("inspect/layout");
const { colored, colors, formatBigInt, formatNumber, plain, quote, styles } = require("inspect/text");
const types = require("types");

const custom = Symbol.for("nodejs.util.inspect.custom");

const KIND_OBJECT = 0;
const KIND_LIST_EXTRA = 1;

const defaults = Object.seal({
  showHidden: false,
  depth: 2,
  colors: false,
  customInspect: true,
  showProxy: false,
  maxArrayLength: 100,
  maxStringLength: 10000,
  breakLength: 128,
  compact: 3,
  sorted: false,
  getters: false,
  numericSeparator: false,
});

function inspect(value, options = undefined, ...legacy) {
  const ctx = { budget: {}, indentationLvl: 0, seen: [], currentDepth: 0, stylize: plain, ...defaults };
  if (typeof options === "boolean") {
    ctx.showHidden = options;
    if (legacy[0] !== undefined) ctx.depth = legacy[0];
    if (legacy[1] !== undefined) ctx.colors = legacy[1];
  } else if (options) {
    for (const key of Object.keys(options)) if (key in defaults || key === "stylize") ctx[key] = options[key];
    if (ctx.userOptions === undefined) ctx.userOptions = options;
  }
  if (ctx.colors) ctx.stylize = colored;
  if (ctx.maxArrayLength === null) ctx.maxArrayLength = Infinity;
  if (ctx.maxStringLength === null) ctx.maxStringLength = Infinity;
  return formatValue(ctx, value, 0, false);
}

function userOptions(ctx, stylize) {
  const options = { stylize: ctx.stylize, showHidden: ctx.showHidden, depth: ctx.depth, ...ctx.userOptions };
  for (const key of Object.keys(defaults)) if (!(key in options)) options[key] = ctx[key];
  options.stylize = stylize;
  return options;
}

function formatPrimitive(ctx, value) {
  if (typeof value === "string") {
    let text = value;
    let trailer = "";
    if (text.length > ctx.maxStringLength) {
      const rest = text.length - ctx.maxStringLength;
      text = text.slice(0, ctx.maxStringLength);
      trailer = `... ${rest} more character${rest > 1 ? "s" : ""}`;
    }
    if (ctx.compact !== true && text.length > LINE_WIDTH && text.length > ctx.breakLength - ctx.indentationLvl - 4) {
      const lines = text.split(/(?<=\n)/);
      return lines.map((line) => ctx.stylize(quote(line), "string")).join(` +\n${" ".repeat(ctx.indentationLvl + 2)}`) + trailer;
    }
    return ctx.stylize(quote(text), "string") + trailer;
  }
  if (typeof value === "number") return ctx.stylize(formatNumber(value, ctx.numericSeparator), "number");
  if (typeof value === "bigint") return ctx.stylize(formatBigInt(value, ctx.numericSeparator), "bigint");
  if (typeof value === "boolean") return ctx.stylize(`${value}`, "boolean");
  if (value === undefined) return ctx.stylize("undefined", "undefined");
  return ctx.stylize(value.toString(), "symbol");
}

function callCustom(ctx, value, target, depth) {
  const maybe = target[custom];
  if (typeof maybe !== "function" || maybe === inspect) return undefined;
  const { constructor } = Object.getOwnPropertyDescriptor(target, "constructor") ?? {};
  if (constructor?.value?.prototype === target) return undefined;
  const left = ctx.depth === null ? null : ctx.depth - depth;
  const isForeign = target !== value || !(target instanceof Object);
  const result = maybe.call(target, left, userOptions(ctx, isForeign ? (text) => `${text}` : ctx.stylize), inspect);
  if (result === target) return undefined;
  return typeof result === "object" || typeof result !== "string"
    ? formatValue(ctx, result, depth)
    : result.replaceAll("\n", `\n${" ".repeat(ctx.indentationLvl)}`);
}

function formatValue(ctx, value, depth, typed = false) {
  if ((typeof value !== "object" && typeof value !== "function")) return formatPrimitive(ctx, value);
  if (value === null) return ctx.stylize("null", "null");
  let target = value;
  if (types.isProxy(value)) {
    const details = platform.core.getProxyDetails(value);
    if (details === null || details[0] === null) return ctx.stylize("<Revoked Proxy>", "special");
    if (ctx.showProxy) return formatProxy(ctx, details, depth);
    target = details[0];
    while (types.isProxy(target)) {
      const inner = platform.core.getProxyDetails(target);
      if (inner === null || inner[0] === null) return ctx.stylize("<Revoked Proxy>", "special");
      target = inner[0];
    }
  }
  if (ctx.customInspect) {
    const text = callCustom(ctx, value, target, depth);
    if (text !== undefined) return text;
  }
  if (ctx.seen.includes(target)) {
    ctx.circular ??= new Map();
    if (!ctx.circular.has(target)) ctx.circular.set(target, ctx.circular.size + 1);
    return ctx.stylize(`[Circular *${ctx.circular.get(target)}]`, "special");
  }
  const text = formatRaw(ctx, target, depth, typed);
  return target === value ? text : `Proxy(${text})`;
}

function formatProxy(ctx, [target, handler], depth) {
  if (depth > ctx.depth && ctx.depth !== null) return ctx.stylize("Proxy [Array]", "special");
  const inner = depth + 1;
  ctx.indentationLvl += 2;
  const output = [formatValue(ctx, target, inner), formatValue(ctx, handler, inner)];
  ctx.indentationLvl -= 2;
  return layOut(ctx, { output, base: "", braces: ["Proxy [", "]"], kind: KIND_LIST_EXTRA }, inner);
}

function isInstance(value, Class) {
  try {
    return value instanceof Class;
  } catch {
    return false;
  }
}

/** The name of the class, and if it is that of an ancestor, what the object itself inherits from. */
function constructorName(ctx, value, depth) {
  const first = Object.getPrototypeOf(value);
  for (let at = value; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, "constructor");
    if (descriptor !== undefined && typeof descriptor.value === "function" && descriptor.value.name !== "" && isInstance(value, descriptor.value)) {
      return `${descriptor.value.name}`;
    }
  }
  if (first === null) return null;
  const tag = require("inspect/names").internalName(value);
  if (depth > ctx.depth && ctx.depth !== null) return `${tag} <Complex prototype>`;
  const inherited = constructorName(ctx, first, depth + 1);
  if (inherited === null) return `${tag} <${inspect(first, { ...ctx.userOptions, customInspect: false, depth: -1 })}>`;
  return `${tag} <${inherited}>`;
}

/** `Map(2) `, `[Object: null prototype] `, `Foo [bar] `: what stands before the brace. */
function prefixOf(constructor, tag, fallback, size = "") {
  const suffix = tag !== "" && tag !== constructor ? `[${tag}] ` : "";
  if (constructor === null) {
    return tag !== "" && fallback !== tag ? `[${fallback}${size}: null prototype] [${tag}] ` : `[${fallback}${size}: null prototype] `;
  }
  return `${constructor}${size} ${suffix}`;
}

function keysOf(value, showHidden) {
  const symbols = Object.getOwnPropertySymbols(value);
  const isShown = (key) => Object.prototype.propertyIsEnumerable.call(value, key);
  if (showHidden) return [...Object.getOwnPropertyNames(value), ...symbols];
  let names;
  try {
    names = Object.keys(value);
  } catch {
    names = Object.getOwnPropertyNames(value);
  }
  return [...names, ...symbols.filter(isShown)];
}

const isIndex = (key) => typeof key === "string" && /^(0|[1-9]\d*)$/.test(key) && +key < 2 ** 32 - 1;
const otherKeys = (value, showHidden) => keysOf(value, showHidden).filter((key) => !isIndex(key));

function formatRaw(ctx, value, depth, typed) {
  const constructor = constructorName(ctx, value, depth);
  let tag = value[Symbol.toStringTag];
  if (typeof tag !== "string") tag = "";
  const shape = require("inspect/shapes").shapeOf(ctx, value, { constructor, tag, typed });
  if (shape.text !== undefined) return shape.text;
  const { braces, kind = KIND_OBJECT, entries = () => [] } = shape;
  const keys = shape.keys ?? keysOf(value, ctx.showHidden);
  if (depth > ctx.depth && ctx.depth !== null) {
    const name = prefixOf(constructor, tag, Array.isArray(value) ? "Array" : "Object").slice(0, -1);
    return ctx.stylize(`[${name}]`, "special");
  }
  ctx.seen.push(value);
  ctx.currentDepth = depth;
  const output = [...entries(depth + 1), ...keys.map((key) => formatProperty(ctx, value, depth + 1, { key, kind }))];
  ctx.seen.pop();
  let base = shape.base ?? "";
  if (ctx.circular?.has(value)) {
    const reference = ctx.stylize(`<ref *${ctx.circular.get(value)}>`, "special");
    if (ctx.compact !== true) base = base === "" ? reference : `${reference} ${base}`;
    else braces[0] = `${reference} ${braces[0]}`;
  }
  if (ctx.sorted) sortProperties(ctx, output, keys.length, kind);
  const text = layOut(ctx, { output, base, braces, kind, value: kind === KIND_LIST ? value : undefined }, depth);
  return withinBudget(ctx, text);
}

function sortProperties(ctx, output, count, kind) {
  const compare = ctx.sorted === true ? undefined : ctx.sorted;
  if (kind === KIND_OBJECT) output.sort(compare);
  else if (count > 1) output.splice(output.length - count, count, ...output.slice(output.length - count).sort(compare));
}

/** Past some total length everything deeper is left out. */
function withinBudget(ctx, text) {
  const spent = (ctx.budget[ctx.indentationLvl] || 0) + text.length;
  ctx.budget[ctx.indentationLvl] = spent;
  if (spent > 2 ** 27) ctx.depth = -1;
  return text;
}

function formatAccessor(ctx, value, descriptor, depth) {
  const { get, set } = descriptor;
  if (get === undefined) return set === undefined ? ctx.stylize("undefined", "undefined") : ctx.stylize("[Setter]", "special");
  const label = set === undefined ? "Getter" : "Getter/Setter";
  const wanted = ctx.getters === true || (ctx.getters === "get" && set === undefined) || (ctx.getters === "set" && set !== undefined);
  if (!wanted) return ctx.stylize(`[${label}]`, "special");
  try {
    const got = get.call(value);
    ctx.indentationLvl += 2;
    const shown = formatValue(ctx, got, depth);
    ctx.indentationLvl -= 2;
    if (got === null || typeof got !== "object") return `${ctx.stylize(`[${label}:`, "special")} ${shown}${ctx.stylize("]", "special")}`;
    return `${ctx.stylize(`[${label}]`, "special")} ${shown}`;
  } catch (error) {
    return `${ctx.stylize(`[${label}:`, "special")} <Inspection threw (${error.message})>${ctx.stylize("]", "special")}`;
  }
}

function formatKey(ctx, key, isEnumerable) {
  if (typeof key === "symbol") {
    const name = ctx.stylize(key.toString().replace(/[\x00-\x1f\x27\x5c\x7f-\x9f]/g, (letter) => quote(letter).slice(1, -1)), "symbol");
    return isEnumerable ? name : `[${name}]`;
  }
  if (key === "__proto__") return "['__proto__']";
  if (!isEnumerable) return `[${key.replace(/[\x00-\x1f\x27\x5c\x7f-\x9f]/g, (letter) => quote(letter).slice(1, -1))}]`;
  return /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key) ? ctx.stylize(key, "name") : ctx.stylize(quote(key), "string");
}

function formatProperty(ctx, value, depth, { key, kind }) {
  const found = Object.getOwnPropertyDescriptor(value, key) ?? { value: value[key], configurable: true, enumerable: true };
  let text;
  let gap = " ";
  if (found.value !== undefined || !("get" in found)) {
    const step = ctx.compact !== true || kind !== KIND_OBJECT ? 2 : 3;
    ctx.indentationLvl += step;
    text = formatValue(ctx, found.value, depth);
    if (step === 3 && ctx.breakLength < text.length) gap = `\n${" ".repeat(ctx.indentationLvl)}`;
    ctx.indentationLvl -= step;
  } else {
    text = formatAccessor(ctx, value, found, depth);
  }
  if (kind === KIND_LIST && isIndex(key)) return text;
  return `${formatKey(ctx, key, found.enumerable)}:${gap}${text}`;
}

Object.assign(inspect, { custom, colors, styles });
Object.defineProperty(inspect, "defaultOptions", {
  get: () => defaults,
  set: (options) => {
    validateObject(options, "options");
    return Object.assign(defaults, options);
  },
  enumerable: true,
  configurable: true,
});

module.exports = { formatPrimitive, formatProperty, formatValue, inspect, keysOf, otherKeys, prefixOf };
