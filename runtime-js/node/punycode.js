// node:punycode: RFC 3492.

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const FIRST_BIAS = 72;
const FIRST_CODE = 128;
const MAX = 2147483647;
const SEPARATORS = /[\u002e\u3002\uff0e\uff61]/g;

const failures = {
  overflow: "Overflow: input needs wider integers to process",
  notBasic: "Illegal input >= 0x80 (not a basic code point)",
  invalid: "Invalid input",
};
const fail = (kind) => new RangeError(failures[kind]);

const ucs2 = {
  decode: (text) => Array.from(text, (letter) => letter.codePointAt(0)),
  encode: (points) => String.fromCodePoint(...points),
};

function adapt(difference, count, isFirst) {
  let delta = isFirst ? Math.floor(difference / DAMP) : difference >> 1;
  delta += Math.floor(delta / count);
  let k = 0;
  for (; delta > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) delta = Math.floor(delta / (BASE - T_MIN));
  return Math.floor(k + ((BASE - T_MIN + 1) * delta) / (delta + SKEW));
}

function digitOf(code) {
  if (code >= 48 && code < 58) return 26 + code - 48;
  if (code >= 65 && code < 91) return code - 65;
  return code >= 97 && code < 123 ? code - 97 : BASE;
}

const letterOf = (digit) => String.fromCharCode(digit + 22 + 75 * (digit < 26));
const threshold = (k, bias) => (k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias);

/** One number of variable length; returns it with the place after it. */
function decodeNumber(text, start, bias, old) {
  let [value, weight, at] = [old, 1, start];
  for (let k = BASE; ; k += BASE) {
    if (at >= text.length) throw fail("invalid");
    const digit = digitOf(text.charCodeAt(at++));
    if (digit >= BASE) throw fail("invalid");
    if (digit > Math.floor((MAX - value) / weight)) throw fail("overflow");
    value += digit * weight;
    const limit = threshold(k, bias);
    if (digit < limit) return [value, at];
    if (weight > Math.floor(MAX / (BASE - limit))) throw fail("overflow");
    weight *= BASE - limit;
  }
}

function decode(text) {
  const basic = Math.max(text.lastIndexOf("-"), 0);
  const output = [];
  for (let at = 0; at < basic; at++) {
    if (text.charCodeAt(at) >= 0x80) throw fail("notBasic");
    output.push(text.charCodeAt(at));
  }
  let [code, place, bias] = [FIRST_CODE, 0, FIRST_BIAS];
  for (let at = basic > 0 ? basic + 1 : 0; at < text.length;) {
    const old = place;
    [place, at] = decodeNumber(text, at, bias, place);
    const count = output.length + 1;
    bias = adapt(place - old, count, old === 0);
    if (Math.floor(place / count) > MAX - code) throw fail("overflow");
    code += Math.floor(place / count);
    place %= count;
    output.splice(place++, 0, code);
  }
  return String.fromCodePoint(...output);
}

function encodeNumber(value, bias) {
  let [rest, text] = [value, ""];
  for (let k = BASE; ; k += BASE) {
    const limit = threshold(k, bias);
    if (rest < limit) return text + letterOf(rest);
    text += letterOf(limit + ((rest - limit) % (BASE - limit)));
    rest = Math.floor((rest - limit) / (BASE - limit));
  }
}

function encode(given) {
  const points = ucs2.decode(given);
  const basic = points.filter((point) => point < 0x80);
  let output = String.fromCharCode(...basic) + (basic.length > 0 ? "-" : "");
  let [code, delta, bias, handled] = [FIRST_CODE, 0, FIRST_BIAS, basic.length];
  while (handled < points.length) {
    const next = Math.min(...points.filter((point) => point >= code));
    if (next - code > Math.floor((MAX - delta) / (handled + 1))) throw fail("overflow");
    delta += (next - code) * (handled + 1);
    code = next;
    for (const point of points) {
      if (point < code && ++delta > MAX) throw fail("overflow");
      if (point !== code) continue;
      output += encodeNumber(delta, bias);
      bias = adapt(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled++;
    }
    delta++;
    code++;
  }
  return output;
}

/** Each label of a domain, or of the part of a mail address after the `@`. */
function mapDomain(domain, callback) {
  const at = domain.lastIndexOf("@");
  const [user, name] = at === -1 ? ["", domain] : [domain.slice(0, at + 1), domain.slice(at + 1)];
  return user + name.replace(SEPARATORS, ".").split(".").map(callback).join(".");
}

module.exports = {
  decode,
  encode,
  toASCII: (domain) => mapDomain(domain, (label) => (/[^\0-\x7f]/.test(label) ? `xn--${encode(label)}` : label)),
  toUnicode: (domain) => mapDomain(domain, (label) => (label.startsWith("xn--") ? decode(label.slice(4).toLowerCase()) : label)),
  ucs2,
  version: "2.1.0",
};
