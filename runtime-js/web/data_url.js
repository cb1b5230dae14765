// `data:` URLs, decoded as the fetch standard says.

import { core, primordials } from "ext:core/mod.js";

const {
  RegExpPrototypeExec,
  RegExpPrototypeTest,
  SafeRegExp,
  StringPrototypeCharCodeAt,
  StringPrototypeIndexOf,
  StringPrototypeReplace,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  StringPrototypeTrim,
  TypedArrayPrototypeSubarray,
  Uint8Array,
} = primordials;

const { forgivingBase64Decode } = core.loadExtScript("ext:deno_web/00_infra.js");
const { parseMimeType, serializeMimeType } = core.loadExtScript("ext:deno_web/01_mimesniff.js");

const BASE64 = new SafeRegExp(/;[ ]*base64[ ]*$/i);
const HEX = new SafeRegExp(/^[0-9a-fA-F]{2}$/);
const SPACES = new SafeRegExp(/[\t\n\f\r ]/g);

/**
 * @param {string} text ASCII
 * @returns {Uint8Array}
 */
function percentDecode(text) {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const digits = StringPrototypeSlice(text, i + 1, i + 3);
    if (text[i] === "%" && RegExpPrototypeTest(HEX, digits)) {
      bytes[length++] = +`0x${digits}`;
      i += 2;
    } else {
      bytes[length++] = StringPrototypeCharCodeAt(text, i);
    }
  }
  return TypedArrayPrototypeSubarray(bytes, 0, length);
}

/**
 * @param {string} href a parsed URL with the scheme `data:`
 * @returns {{ type: string, content: Uint8Array } | null} null for one without a comma, or with broken base64
 */
export function readDataUrl(href) {
  const hash = StringPrototypeIndexOf(href, "#");
  const text = hash === -1 ? StringPrototypeSlice(href, 5) : StringPrototypeSlice(href, 5, hash);
  const comma = StringPrototypeIndexOf(text, ",");
  if (comma === -1) return null;
  let label = StringPrototypeTrim(StringPrototypeSlice(text, 0, comma));
  let content = percentDecode(StringPrototypeSlice(text, comma + 1));
  const base64 = RegExpPrototypeExec(BASE64, label);
  if (base64 !== null) {
    label = StringPrototypeSlice(label, 0, base64.index);
    content = decodeBase64(content);
    if (content === null) return null;
  }
  if (StringPrototypeStartsWith(label, ";")) label = `text/plain${label}`;
  const mime = parseMimeType(label);
  return { type: mime === null ? "text/plain;charset=US-ASCII" : serializeMimeType(mime), content };
}

function decodeBase64(bytes) {
  try {
    return forgivingBase64Decode(StringPrototypeReplace(core.encodeBinaryString(bytes), SPACES, ""));
  } catch {
    return null;
  }
}
