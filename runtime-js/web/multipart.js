// multipart/form-data, byte for byte: the writer and the parser.

import { core, primordials } from "ext:core/mod.js";

const {
  ArrayPrototypePush,
  NumberPrototypeToString,
  RegExpPrototypeExec,
  SafeRegExp,
  StringPrototypeCharCodeAt,
  StringPrototypeEndsWith,
  StringPrototypeIndexOf,
  StringPrototypePadStart,
  StringPrototypeReplace,
  StringPrototypeSlice,
  StringPrototypeSplit,
  StringPrototypeStartsWith,
  StringPrototypeToLowerCase,
  StringPrototypeTrim,
  TypeError,
  TypedArrayPrototypeSlice,
  Uint8Array,
} = primordials;

const { ops } = core;

const QUOTED = new SafeRegExp(/["\r\n\\]/g);
const HEADERS_END = new SafeRegExp(/\r?\n\r?\n/);
const LINE_END = new SafeRegExp(/\r?\n/);
const DISPOSITION = new SafeRegExp(/^[ \t]*([\w!#$%&'*+.^`|~-]+)[ \t]*/);
const PARAMETER = new SafeRegExp(
  /^;[ \t]*([\w!#$%&'*+.^`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\\n]|\\[^\n])*)"|([^\s;"]+))[ \t]*/,
);
const ESCAPE = new SafeRegExp(/\\([^\n])/g);

const ESCAPES = { __proto__: null, '"': "%22", "\r": "%0D", "\n": "%0A", "\\": "\\\\" };

/** @returns {string} 32 hexadecimal digits */
export function makeBoundary() {
  const bytes = new Uint8Array(16);
  ops.op_random_fill(bytes);
  let text = "";
  for (let i = 0; i < 16; i++) text += StringPrototypePadStart(NumberPrototypeToString(bytes[i], 16), 2, "0");
  return text;
}

function quote(name) {
  if (StringPrototypeEndsWith(name, "\\")) throw new TypeError("Name or filename can't end with backslash");
  return StringPrototypeReplace(name, QUOTED, (character) => ESCAPES[character]);
}

/**
 * @param {{ name: string, value: string | File }[]} entries
 * @param {string} boundary
 * @returns {(Uint8Array | Blob)[]} the pieces of the body in order
 */
export function writeMultipart(entries, boundary) {
  const parts = [];
  let text = "";
  for (let i = 0; i < entries.length; i++) {
    const { name, value } = entries[i];
    text += `--${boundary}\r\nContent-Disposition: form-data; name="${quote(name)}"`;
    if (typeof value === "string") {
      text += `\r\n\r\n${value}\r\n`;
      continue;
    }
    const type = value.type === "" ? "application/octet-stream" : value.type;
    text += `; filename="${quote(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`;
    ArrayPrototypePush(parts, core.encode(text), value);
    text = "\r\n";
  }
  ArrayPrototypePush(parts, core.encode(`${text}--${boundary}--`));
  return parts;
}

/**
 * @param {Uint8Array} bytes
 * @param {string} boundary
 * @returns {{ name: string, filename: string | null, type: string | null, content: Uint8Array }[]}
 */
export function parseMultipart(bytes, boundary) {
  // One character per byte: positions in the text are positions in the bytes.
  const text = core.encodeBinaryString(bytes);
  const dashes = core.encodeBinaryString(core.encode(`--${boundary}`));
  const delimiter = `\n${dashes}`;
  const parts = [];
  const first = StringPrototypeIndexOf(text, dashes);
  if (first === -1 || first + dashes.length >= text.length) {
    throw new TypeError("No initial boundary string (or you have a truncated message).");
  }
  let at = afterBoundary(text, first + dashes.length);
  while (at !== -1) {
    const rest = StringPrototypeSlice(text, at);
    const end = RegExpPrototypeExec(HEADERS_END, rest);
    if (end === null) throw new TypeError("No multipart message header termination found.");
    const start = at + end.index + end[0].length;
    // The line break that ends the headers may also begin the next delimiter, when the content is empty.
    const next = StringPrototypeIndexOf(text, delimiter, start - 1);
    if (next === -1 || next + delimiter.length >= text.length) {
      throw new TypeError("No subsequent boundary string after multipart message.");
    }
    const part = readHeaders(StringPrototypeSlice(rest, 0, end.index));
    part.content = TypedArrayPrototypeSlice(bytes, start, contentEnd(text, start, next));
    ArrayPrototypePush(parts, part);
    at = afterBoundary(text, next + delimiter.length);
  }
  return parts;
}

function contentEnd(text, start, next) {
  if (next <= start) return start;
  return StringPrototypeCharCodeAt(text, next - 1) === 0x0d ? next - 1 : next;
}

/** @returns {number} where the next part begins, -1 after the last boundary */
function afterBoundary(text, at) {
  if (StringPrototypeStartsWith(text, "\n", at)) return at + 1;
  if (StringPrototypeStartsWith(text, "\r\n", at)) return at + 2;
  if (StringPrototypeStartsWith(text, "--", at)) return -1;
  throw new TypeError("Boundary string was not succeeded by CRLF, LF, or '--'.");
}

function readHeaders(text) {
  let disposition = null;
  let type = null;
  const lines = StringPrototypeSplit(text, LINE_END);
  for (let i = 0; i < lines.length; i++) {
    const colon = StringPrototypeIndexOf(lines[i], ":");
    if (colon < 1) throw new TypeError("FormData part had invalid headers.");
    const name = StringPrototypeToLowerCase(StringPrototypeTrim(StringPrototypeSlice(lines[i], 0, colon)));
    const value = StringPrototypeTrim(StringPrototypeSlice(lines[i], colon + 1));
    if (name === "content-disposition") disposition = value;
    else if (name === "content-type") type = value;
  }
  if (disposition === null) {
    throw new TypeError("No valid Content-Disposition header found in FormData part.");
  }
  const { name, filename } = readDisposition(disposition);
  return { name, filename, type, content: null };
}

function readDisposition(text) {
  const head = RegExpPrototypeExec(DISPOSITION, text);
  if (head === null) throw new TypeError("Invalid Content-Disposition header found in FormData part.");
  if (head[1] !== "form-data") {
    throw new TypeError(
      'Content-Disposition header for FormData part must have the value "form-data", possibly followed by ' +
        `parameters. Got: "${head[1]}"`,
    );
  }
  let name = null;
  let filename = null;
  let rest = StringPrototypeSlice(text, head[0].length);
  let match = RegExpPrototypeExec(PARAMETER, rest);
  while (match !== null) {
    if (match[1] === "name") name = parameterValue(match);
    else if (match[1] === "filename") filename = parameterValue(match);
    rest = StringPrototypeSlice(rest, match[0].length);
    match = RegExpPrototypeExec(PARAMETER, rest);
  }
  if (name === null) throw new TypeError("Content-Disposition header in FormData part is missing a name.");
  return { name, filename };
}

function parameterValue(match) {
  const raw = match[2] === undefined ? match[3] : StringPrototypeReplace(match[2], ESCAPE, "$1");
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = StringPrototypeCharCodeAt(raw, i);
  return core.decode(bytes);
}
