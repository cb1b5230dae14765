// util.format: `%s`, `%d` and the like.

const { formatBigInt, formatNumber, stripVTControlCharacters } = require("inspect/text");
const { inspect } = require("inspect");

const firstLine = (error) => error.message.split("\n", 1)[0];
let circularText;

function stringify(value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (circularText === undefined) {
      const ring = {};
      ring.ring = ring;
      try {
        JSON.stringify(ring);
      } catch (failure) {
        circularText = firstLine(failure);
      }
    }
    if (error.name === "TypeError" && firstLine(error) === circularText) return "[Circular]";
    throw error;
  }
}

/** Whether the object's own class says how it is shown as text. */
function hasOwnToString(value) {
  if (typeof value.toString !== "function") return false;
  if (Object.hasOwn(value, "toString")) return true;
  let at = value;
  do {
    at = Object.getPrototypeOf(at);
  } while (at !== null && !Object.hasOwn(at, "toString"));
  const constructor = at === null ? undefined : Object.getOwnPropertyDescriptor(at, "constructor")?.value;
  return typeof constructor === "function" && !BUILT_IN.has(constructor.name);
}

const BUILT_IN = new Set(Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z][a-zA-Z0-9]+$/.test(name)));

const formatters = {
  __proto__: null,
  s: (value, options) => {
    if (typeof value === "number") return formatNumber(value, options.numericSeparator);
    if (typeof value === "bigint") return formatBigInt(value, options.numericSeparator);
    if (typeof value !== "object" || value === null || hasOwnToString(value)) return String(value);
    return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
  },
  j: (value) => stringify(value),
  d: (value, options) => {
    if (typeof value === "bigint") return formatBigInt(value, options.numericSeparator);
    return typeof value === "symbol" ? "NaN" : formatNumber(Number(value), options.numericSeparator);
  },
  O: (value, options) => inspect(value, options),
  o: (value, options) => inspect(value, { ...options, showHidden: true, showProxy: true, depth: 4 }),
  i: (value, options) => {
    if (typeof value === "bigint") return formatBigInt(value, options.numericSeparator);
    return typeof value === "symbol" ? "NaN" : formatNumber(Number.parseInt(value, 10), options.numericSeparator);
  },
  f: (value, options) => (typeof value === "symbol" ? "NaN" : formatNumber(Number.parseFloat(value), options.numericSeparator)),
  c: () => "",
};

function formatWith(options, values) {
  const [first, ...rest] = values;
  if (values.length === 0) return "";
  let text = "";
  let used = 0;
  if (typeof first === "string") {
    if (rest.length === 0) return first;
    text = first.replace(/%([sjdOoifc%])/g, (whole, letter) => {
      if (letter === "%") return "%";
      return used < rest.length ? formatters[letter](rest[used++], options) : whole;
    });
  } else {
    text = inspect(first, { ...options, compact: 3 });
  }
  for (const value of rest.slice(used)) text += ` ${typeof value === "string" ? value : inspect(value, { ...options, compact: 3 })}`;
  return text;
}

const format = (...values) => formatWith({}, values);

module.exports = { format, formatWith, stripVTControlCharacters };
