import { checks, equal, hex, throws } from "../../assert.mjs";

export default checks({
  "UTF-8"() {
    equal(hex(new TextEncoder().encode("h\u00e9\u{1f600}")), "68c3a9f09f9880");
    equal(new TextDecoder().decode(new Uint8Array([0x68, 0xc3, 0xa9])), "h\u00e9");
    equal(hex(new TextEncoder().encode("\ud800")), "efbfbd");
  },
  "encodeInto"() {
    const into = new Uint8Array(3);
    equal({ ...new TextEncoder().encodeInto("h\u00e9\u00e9", into) }, { read: 2, written: 3 });
  },
  "fatal and ignoreBOM"() {
    throws(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff])), "TypeError", "Failed to decode input.");
    const bom = new Uint8Array([0xef, 0xbb, 0xbf, 0x61]);
    equal([new TextDecoder().decode(bom), new TextDecoder("utf-8", { ignoreBOM: true }).decode(bom)], ["a", "\ufeffa"]);
  },
  "in pieces"() {
    const decoder = new TextDecoder();
    equal(decoder.decode(new Uint8Array([0xc3]), { stream: true }) + decoder.decode(new Uint8Array([0xa9])), "\u00e9");
  },
  "other encodings"() {
    equal(new TextDecoder("windows-1252").decode(new Uint8Array([0x80])), "\u20ac");
    equal(new TextDecoder("utf-16le").decode(new Uint8Array([0x61, 0])), "a");
    throws(() => new TextDecoder("nonsense"), "RangeError", '"nonsense" is not a valid encoding.');
    throws(() => new TextDecoder().decode("text"), "TypeError", "Failed to execute 'decode' on 'TextDecoder': parameter 1 is not of type 'Array'.");
  },
  "base64"() {
    equal([btoa("hello"), atob("aGVsbG8="), atob(" aGVs bG8 ")], ["aGVsbG8=", "hello", "hello"]);
    throws(() => btoa("\u0100"), "InvalidCharacterError");
    throws(() => atob("a"), "InvalidCharacterError");
  },
});
