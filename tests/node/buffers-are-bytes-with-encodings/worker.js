import { Buffer as Imported, constants, isAscii, isUtf8, kMaxLength, transcode } from "node:buffer";
import { StringDecoder } from "node:string_decoder";
import { inspect } from "node:util";
import { checks, equal, ok, same, throws } from "../../assert.mjs";

export default checks({
  "the global is the export"() {
    same(Buffer, Imported);
    ok(Buffer.from("a") instanceof Uint8Array);
    equal([kMaxLength, constants.MAX_LENGTH, constants.MAX_STRING_LENGTH], [2147483647, 2147483647, 536870888]);
  },
  "text becomes bytes"() {
    const hexOf = (text, encoding) => Buffer.from(text, encoding).toString("hex");
    equal(hexOf("h\u00e9\u20ac\u{1f600}"), "68c3a9e282acf09f9880");
    equal(hexOf("\ud800x"), "efbfbd78");
    equal(hexOf("h\u00e9\u20ac", "latin1"), "68e9ac");
    equal(hexOf("h\u00e9", "utf16le"), "6800e900");
    equal([hexOf("0aFfzz", "hex"), hexOf("abc", "hex"), hexOf("", "hex")], ["0aff", "ab", ""]);
    equal([hexOf("aGk=", "base64"), hexOf("aGk", "base64url"), hexOf("-_ +/\n", "base64"), hexOf("a=b", "base64")], ["6869", "6869", "fbffbf", ""]);
    throws(() => Buffer.from("a", "zork"), "TypeError", "Unknown encoding: zork");
  },
  "bytes become text"() {
    const bytes = Buffer.from([0x68, 0xc3, 0xa9, 0xff, 0xfb]);
    equal(bytes.toString(), "h\u00e9\ufffd\ufffd");
    equal([bytes.toString("latin1"), bytes.toString("ascii"), bytes.toString("hex")], ["h\u00c3\u00a9\u00ff\u00fb", "hC)\x7f{", "68c3a9fffb"]);
    equal([bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("utf8", 0, 1)], ["aMOp//s=", "aMOp__s", "h"]);
    equal(Buffer.from("\ufeffx").toString(), "\ufeffx");
    equal(JSON.stringify(Buffer.from("ab")), '{"type":"Buffer","data":[97,98]}');
    equal(inspect(Buffer.from("ab")), "<Buffer 61 62>");
    equal(inspect(Buffer.alloc(60)).endsWith(" ... 10 more bytes>"), true);
  },
  "they are made of many things"() {
    const shown = (value) => Buffer.from(value).toString("hex");
    equal([shown([1, 300, -1]), shown(new Uint16Array([1, 300])), shown(new Uint8Array([7]).buffer), shown({ type: "Buffer", data: [1] })], ["012cff", "012c", "07", "01"]);
    const memory = new ArrayBuffer(4);
    const view = Buffer.from(memory, 1, 2);
    view[0] = 9;
    equal([new Uint8Array(memory)[1], view.length, view.buffer === memory], [9, 2, true]);
    throws(() => Buffer.from(5), "TypeError", "The first argument must be of type string or an instance of Buffer, TypedArray, ArrayBuffer, SharedArrayBuffer, or Array or an Array-like Object. Received type number (5)");
    equal([Buffer.alloc(3, "ab").toString(), Buffer.alloc(2, 1).toString("hex"), Buffer.allocUnsafe(2).length], ["aba", "0101", 2]);
    throws(() => Buffer.alloc(-1), "RangeError", "Invalid typed array length: -1");
  },
  "parts share memory"() {
    const bytes = Buffer.from("hello");
    const part = bytes.slice(1, 3);
    part[0] = 0x61;
    equal([bytes.toString(), part.toString(), bytes.subarray(-2).toString(), Buffer.isBuffer(part)], ["hallo", "al", "lo", true]);
    equal([Buffer.concat([bytes, part]).toString(), Buffer.concat([bytes], 2).toString()], ["halloal", "ha"]);
    const target = Buffer.alloc(4);
    equal([bytes.copy(target, 1, 0, 2), target.toString("hex")], [2, "00686100"]);
  },
  "they are searched, compared and filled"() {
    const bytes = Buffer.from("abcabc");
    equal([bytes.indexOf("c"), bytes.lastIndexOf("bc"), bytes.indexOf(98, 2), bytes.indexOf("x"), bytes.includes("ca"), bytes.indexOf("", 9)], [2, 4, 4, -1, true, 6]);
    equal([Buffer.compare(Buffer.from("a"), Buffer.from("b")), bytes.equals(Buffer.from("abcabc")), bytes.compare(Buffer.from("bc"), 0, 2, 1, 3)], [-1, true, 0]);
    equal([Buffer.alloc(5).fill("xy").toString(), Buffer.from("abcd").swap16().toString()], ["xyxyx", "badc"]);
    throws(() => Buffer.from("abc").swap16(), "RangeError", "Buffer size must be a multiple of 16-bits");
  },
  "numbers are read and written"() {
    const bytes = Buffer.from([0x01, 0x02, 0xff, 0xfe, 0x80, 0x00, 0x00, 0x7f]);
    equal([bytes.readUInt8(2), bytes.readInt8(2), bytes.readUInt16LE(0), bytes.readInt16BE(2), bytes.readUint32BE(0), bytes.readInt32LE(4)], [255, -1, 513, -2, 16973822, 2130706560]);
    equal([bytes.readUIntBE(0, 3), bytes.readIntLE(0, 6), bytes.readBigUInt64BE(), bytes.readBigInt64LE()], [66303, 554033938945, 72902012525609087n, 9151314996850786817n]);
    const out = Buffer.alloc(8);
    equal([out.writeDoubleBE(1.5), out.toString("hex"), out.readDoubleBE()], [8, "3ff8000000000000", 1.5]);
    equal([out.writeInt32LE(-2, 1), out.toString("hex"), out.writeUIntBE(0x123456, 0, 3), out.toString("hex", 0, 3)], [5, "3ffeffffff000000", 3, "123456"]);
    throws(() => out.writeUInt8(256), "RangeError", 'The value of "value" is out of range. It must be >= 0 and <= 255. Received 256');
    throws(() => out.readUInt32LE(6), "RangeError", 'The value of "offset" is out of range. It must be >= 0 and <= 4. Received 6');
    throws(() => out.writeBigInt64LE(2n ** 63n), "RangeError", 'The value of "value" is out of range. It must be >= -(2n ** 63n) and < 2 ** 63n. Received 9_223_372_036_854_775_808n');
  },
  "a decoder waits for the rest of a character"() {
    const decoder = new StringDecoder("utf8");
    equal([decoder.write(Buffer.from([0xe2, 0x82])), decoder.write(Buffer.from([0xac, 0x61])), decoder.end(Buffer.from([0xc3]))], ["", "\u20aca", "\ufffd"]);
    const base64 = new StringDecoder("base64");
    equal(base64.write(Buffer.from("a")) + base64.write(Buffer.from("bc")) + base64.end(Buffer.from("d")), "YWJjZA==");
  },
  "other functions of the module"() {
    equal([isAscii(Buffer.from("a")), isAscii(Buffer.from("\u00e9")), isUtf8(Buffer.from([0xff])), Buffer.byteLength("\u20ac"), Buffer.byteLength("aGk=", "base64")], [true, false, false, 3, 2]);
    equal(transcode(Buffer.from("a\u00e9"), "utf8", "latin1").toString("hex"), "61e9");
    equal([Buffer.isEncoding("UTF-8"), Buffer.isEncoding("x")], [true, false]);
  },
});
