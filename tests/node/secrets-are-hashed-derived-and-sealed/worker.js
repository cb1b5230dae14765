import crypto, { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, pbkdf2Sync, randomBytes, randomFillSync, randomInt, randomUUID, scryptSync, timingSafeEqual } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { checks, equal, ok, same, throws } from "../../assert.mjs";

const key = Buffer.alloc(32, 7);
const iv = Buffer.alloc(16, 9);

export default checks({
  "digests"() {
    const digest = (name) => createHash(name).update("abc").digest("hex");
    equal(digest("md5"), "900150983cd24fb0d6963f7d28e17f72");
    equal(digest("sha1"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    equal(digest("sha224"), "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
    equal(digest("SHA256"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    equal(digest("sha384").slice(0, 16), "cb00753f45a35e8b");
    equal(digest("sha512").slice(0, 16), "ddaf35a193617aba");
    equal(createHash("sha256").update("a").update(Buffer.from("b")).update("63", "hex").digest("base64"), createHash("sha256").update("abc").digest("base64"));
    const first = createHash("sha1").update("a");
    const second = first.copy();
    equal([first.update("b").digest("hex") === createHash("sha1").update("ab").digest("hex"), second.digest("hex") === createHash("sha1").update("a").digest("hex")], [true, true]);
    throws(() => first.digest(), "Error", "Digest already called");
    throws(() => createHash("sha1").update(5), "TypeError", /^The "data" argument must be/);
    equal(crypto.hash("sha1", "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    ok(crypto.getHashes().includes("sha256"));
  },
  async "a digest is a stream"() {
    const hash = createHash("sha256");
    await pipeline(["a", "bc"], hash);
    equal(hash.read().toString("hex"), createHash("sha256").update("abc").digest("hex"));
  },
  "codes of authentication"() {
    equal(createHmac("sha256", "key").update("The quick brown fox jumps over the lazy dog").digest("hex"), "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
    equal(createHmac("md5", "key").update("The quick brown fox jumps over the lazy dog").digest("hex"), "80070713463e7749b90c2dc24911e275");
    equal(createHmac("sha512", Buffer.alloc(200, 1)).update("x").digest("base64url").length, 86);
    throws(() => createHmac("sha256", null), "TypeError", /^The "key" argument must be/);
  },
  async "keys from passwords"() {
    equal(pbkdf2Sync("password", "salt", 2, 20, "sha1").toString("hex"), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
    equal(pbkdf2Sync("password", "salt", 1, 20, "sha1").toString("hex"), "0c60c80f961f0e71f3a9b524af6012062fe037a6");
    equal((await promisify(crypto.pbkdf2)("password", "salt", 1, 32, "sha256")).toString("hex"), "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b");
    equal(scryptSync("", "", 64, { N: 16, r: 1, p: 1 }).toString("hex"), "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
    equal((await promisify(crypto.scrypt)("a", "b", 16)).length, 16);
    equal(Buffer.from(hkdfSync("sha256", Buffer.alloc(22, 0x0b), Buffer.from("000102030405060708090a0b0c", "hex"), Buffer.from("f0f1f2f3f4f5f6f7f8f9", "hex"), 42)).toString("hex"), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    throws(() => pbkdf2Sync("a", "b", 0, 8, "sha1"), "RangeError", /^The value of "iterations" is out of range/);
  },
  async "chance"() {
    equal([randomBytes(8).length, randomBytes(0).length, (await promisify(randomBytes)(4)).length], [8, 0, 4]);
    const filled = randomFillSync(Buffer.alloc(32));
    ok(filled.some((byte) => byte !== 0));
    for (let round = 0; round < 50; round++) {
      const value = randomInt(5, 8);
      ok(value >= 5 && value < 8);
    }
    ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4/.test(randomUUID()));
    throws(() => randomInt(5, 5), "RangeError", /out of range/);
    same(crypto.webcrypto.subtle, crypto.subtle);
  },
  "texts are compared in constant time"() {
    equal([timingSafeEqual(Buffer.from("a"), Buffer.from("a")), timingSafeEqual(Buffer.from("a"), Buffer.from("b"))], [true, false]);
    throws(() => timingSafeEqual(Buffer.from("a"), Buffer.from("ab")), "TypeError", "Input buffers must have the same byte length.");
  },
  "ciphers"() {
    const seal = (name, vector) => {
      const cipher = createCipheriv(name, key, vector);
      return cipher.update("attack at dawn", "utf8", "hex") + cipher.final("hex");
    };
    const open = (name, vector, sealed) => {
      const decipher = createDecipheriv(name, key, vector);
      return decipher.update(sealed, "hex", "utf8") + decipher.final("utf8");
    };
    equal(open("aes-256-cbc", iv, seal("aes-256-cbc", iv)), "attack at dawn");
    equal(open("aes-256-ctr", iv, seal("aes-256-ctr", iv)), "attack at dawn");
    equal(seal("aes-256-cbc", iv).length, 32);
    throws(() => createCipheriv("aes-256-cbc", Buffer.alloc(5), iv), "Error", "Invalid key length");
    throws(() => createCipheriv("aes-256-cbc", key, Buffer.alloc(5)), "Error", "Invalid initialization vector");
  },
  "sealed boxes"() {
    const cipher = createCipheriv("aes-256-gcm", key, Buffer.alloc(12, 1));
    cipher.setAAD(Buffer.from("header"));
    const sealed = Buffer.concat([cipher.update("secret", "utf8"), cipher.final()]);
    const tag = cipher.getAuthTag();
    equal([sealed.length, tag.length], [6, 16]);
    const open = (header) => {
      const decipher = createDecipheriv("aes-256-gcm", key, Buffer.alloc(12, 1));
      decipher.setAAD(Buffer.from(header));
      decipher.setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed), decipher.final()]).toString();
    };
    equal(open("header"), "secret");
    throws(() => open("other"), "Error", "Authentication failed");
  },
});
