// atob and btoa, by the forgiving rules of the standard and with production's texts.

import { core } from "ext:core/mod.js";
import { argumentError } from "ext:edgeemu_js/web/errors.js";

const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");

const GLOBAL = "ServiceWorkerGlobalScope";
/** Characters that one call of String.fromCharCode takes without trouble. */
const PIECE = 8192;

export const { atob, btoa } = {
  atob(data) {
    if (arguments.length < 1) throw argumentError("atob", GLOBAL, 1, "string");
    let text = `${data}`.replace(/[\t\n\f\r ]+/g, "");
    if (text.length % 4 === 0) text = text.replace(/={1,2}$/, "");
    if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) {
      throw new DOMException(
        "atob() called with invalid base64-encoded data. (Only whitespace, '+', '/', alphanumeric ASCII, and up to " +
          "two terminal '=' signs when the input data length is divisible by 4 are allowed.)",
        "InvalidCharacterError",
      );
    }
    const bytes = Uint8Array.fromBase64(text, { lastChunkHandling: "loose" });
    let decoded = "";
    for (let at = 0; at < bytes.length; at += PIECE) {
      decoded += String.fromCharCode.apply(null, bytes.subarray(at, at + PIECE));
    }
    return decoded;
  },

  btoa(data) {
    if (arguments.length < 1) throw argumentError("btoa", GLOBAL, 1, "String");
    const text = `${data}`;
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 255) {
        throw new DOMException(
          "btoa() can only operate on characters in the Latin1 (ISO/IEC 8859-1) range.",
          "InvalidCharacterError",
        );
      }
      bytes[at] = code;
    }
    return bytes.toBase64();
  },
};
