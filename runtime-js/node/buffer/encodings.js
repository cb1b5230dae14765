// Text to bytes and back, in the encodings that Node knows.

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();
/** Numbers that one call of String.fromCharCode takes without trouble. */
const PIECE = 8192;
/** Below this length text is turned into bytes and back faster here than by a call. */
const SHORT = 24;

function ofCharCodes(codes) {
  if (codes.length <= PIECE) return String.fromCharCode.apply(null, codes);
  let text = "";
  for (let at = 0; at < codes.length; at += PIECE) text += String.fromCharCode.apply(null, codes.subarray(at, at + PIECE));
  return text;
}

/** A short piece of ASCII; null for anything else. */
function shortText(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] > 127) return null;
    text += String.fromCharCode(bytes[at]);
  }
  return text;
}

const utf8 = {
  name: "utf8",
  byteLength: (text) => {
    let length = text.length;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code < 0x80) continue;
      length += code < 0x800 ? 1 : 2;
      if (code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) at++;
    }
    return length;
  },
  encode: (text) => encoder.encode(text),
  decode: (bytes) => (bytes.length <= SHORT ? shortText(bytes) : null) ?? decoder.decode(bytes),
  write: (text, bytes) => encoder.encodeInto(text, bytes).written,
};

/** An encoding that writes by making all of the bytes first. */
function whole(name, { byteLength, encode, decode, unit = 1 }) {
  const write = (text, bytes) => {
    const encoded = encode(text);
    const length = Math.min(encoded.length, bytes.length - bytes.length % unit);
    bytes.set(length < encoded.length ? encoded.subarray(0, length) : encoded);
    return length;
  };
  return { name, byteLength, encode, decode, write };
}

const encodeLatin1 = (text) => {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
};

const latin1 = whole("latin1", { byteLength: (text) => text.length, encode: encodeLatin1, decode: ofCharCodes });
const ascii = whole("ascii", {
  byteLength: (text) => text.length,
  encode: encodeLatin1,
  decode: (bytes) => ofCharCodes(bytes.map((byte) => byte & 0x7f)),
});

const utf16le = whole("utf16le", {
  byteLength: (text) => text.length * 2,
  encode: (text) => {
    const bytes = new Uint8Array(text.length * 2);
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      bytes[at * 2] = code;
      bytes[at * 2 + 1] = code >> 8;
    }
    return bytes;
  },
  decode: (bytes) => {
    const codes = new Uint16Array(bytes.length >> 1);
    for (let at = 0; at < codes.length; at++) codes[at] = bytes[at * 2] | (bytes[at * 2 + 1] << 8);
    return ofCharCodes(codes);
  },
  unit: 2,
});

const hex = whole("hex", {
  byteLength: (text) => text.length >>> 1,
  encode: (text) => {
    const wrong = /[^0-9a-fA-F]/.exec(text);
    const good = wrong === null ? text.length : wrong.index;
    return Uint8Array.fromHex(text.slice(0, good - good % 2));
  },
  decode: (bytes) => bytes.toHex(),
});

const NOT_BASE64 = /[^A-Za-z0-9+/]/;

/** Node takes both alphabets at once, skips what belongs to neither, and stops at the padding. */
function encodeBase64(text) {
  const padding = text.indexOf("=");
  let plain = padding === -1 ? text : text.slice(0, padding);
  if (NOT_BASE64.test(plain)) plain = plain.replaceAll("-", "+").replaceAll("_", "/").replace(/[^A-Za-z0-9+/]+/g, "");
  if (plain.length % 4 === 1) plain = plain.slice(0, -1);
  return Uint8Array.fromBase64(plain, { lastChunkHandling: "loose" });
}

function base64Length(text) {
  let length = text.length;
  if (length > 0 && text.charCodeAt(length - 1) === 0x3d) length--;
  if (length > 1 && text.charCodeAt(length - 1) === 0x3d) length--;
  return (length * 3) >>> 2;
}

const base64 = whole("base64", { byteLength: base64Length, encode: encodeBase64, decode: (bytes) => bytes.toBase64() });
const base64url = whole("base64url", {
  byteLength: base64Length,
  encode: encodeBase64,
  decode: (bytes) => bytes.toBase64({ alphabet: "base64url", omitPadding: true }),
});

const byName = {
  __proto__: null,
  utf8,
  "utf-8": utf8,
  hex,
  base64,
  base64url,
  latin1,
  binary: latin1,
  ascii,
  ucs2: utf16le,
  "ucs-2": utf16le,
  utf16le,
  "utf-16le": utf16le,
};

/** The encoding called `name`, in any case; undefined if there is none. */
function encodingOf(name) {
  return byName[name] ?? byName[`${name}`.toLowerCase()];
}

module.exports = { encodingOf, utf8 };
