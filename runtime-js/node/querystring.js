// node:querystring.

const { codes } = require("errors");

const PLAIN = /[^A-Za-z0-9\-_.!~*'()]/;

function escape(value) {
  const text = typeof value === "string" ? value : typeof value === "object" ? String(value) : `${value}`;
  if (!PLAIN.test(text)) return text;
  try {
    return encodeURIComponent(text);
  } catch {
    throw new codes.ERR_INVALID_URI();
  }
}

const isHex = (code) => (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);

function unescapeBuffer(text, decodeSpaces = false) {
  const source = require("buffer").Buffer.from(text);
  const bytes = require("buffer").Buffer.alloc(source.length);
  let length = 0;
  for (let at = 0; at < source.length; at++) {
    let byte = source[at];
    if (byte === 43 && decodeSpaces) byte = 32;
    else if (byte === 37 && isHex(source[at + 1]) && isHex(source[at + 2])) {
      byte = Number.parseInt(String.fromCharCode(source[at + 1], source[at + 2]), 16);
      at += 2;
    }
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

function unescape(text, decodeSpaces = false) {
  try {
    return decodeURIComponent(text);
  } catch {
    return unescapeBuffer(text, decodeSpaces).toString();
  }
}

function primitiveText(value) {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return `${value}`;
  return typeof value === "bigint" || typeof value === "boolean" ? `${value}` : "";
}

function stringify(object, separator = "&", equals = "=", options = undefined) {
  if (object === null || typeof object !== "object") return "";
  const encode = options?.encodeURIComponent ?? querystring.escape;
  const text = (value) => encode(primitiveText(value));
  const fields = [];
  for (const key of Object.keys(object)) {
    const values = Array.isArray(object[key]) ? object[key] : [object[key]];
    for (const value of values) fields.push(`${encode(primitiveText(key))}${equals || "="}${text(value)}`);
  }
  return fields.join(separator || "&");
}

function parse(text, separator = "&", equals = "=", options = undefined) {
  const result = { __proto__: null };
  if (typeof text !== "string" || text.length === 0) return result;
  const max = typeof options?.maxKeys === "number" ? options.maxKeys : 1000;
  const decode = options?.decodeURIComponent ?? querystring.unescape;
  const read = (part) => {
    const spaced = part.replaceAll("+", options?.decodeURIComponent ? "%20" : " ");
    if (!spaced.includes("%") && decode === unescape) return spaced;
    try {
      return decode(spaced);
    } catch {
      return unescape(spaced, true);
    }
  };
  let fields = text.split(`${separator || "&"}`).filter((field) => field !== "");
  if (max > 0) fields = fields.slice(0, max);
  for (const field of fields) {
    const at = field.indexOf(equals || "=");
    const key = read(at === -1 ? field : field.slice(0, at));
    const value = at === -1 ? "" : read(field.slice(at + (equals || "=").length));
    if (!(key in result)) result[key] = value;
    else if (Array.isArray(result[key])) result[key].push(value);
    else result[key] = [result[key], value];
  }
  return result;
}

const querystring = { decode: parse, encode: stringify, escape, parse, stringify, unescape, unescapeBuffer };

module.exports = querystring;
