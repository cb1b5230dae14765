// Checks of WebCrypto, by kind of algorithm. Names, texts and lengths are production's.
import { checks, equal, hex, includes } from "../../assert.mjs";

const { subtle: s } = crypto;
const enc = new TextEncoder();
const raw = enc.encode("key");

/** A key and a signature that several checks need. */
async function fixtures() {
  const hk = await s.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, true, ["verify", "sign"]);
  const sig = await s.sign("HMAC", hk, enc.encode("data"));
  return { hk, sig };
}

/** The call throws or rejects with this name and a message that contains the text. */
async function fails(action, name, text) {
  let error;
  try {
    await action();
  } catch (thrown) {
    error = thrown;
  }
  equal(error?.name, name, text);
  includes(error.message, text);
}

export default checks({
  async "classes and their members"() {
    equal(Object.prototype.toString.call(crypto), "[object Crypto]", "tag");
    equal(String(s), "[object SubtleCrypto]", "tag");
    await fails(() => new Crypto(), "TypeError", "Illegal constructor");
    await fails(() => new CryptoKey(), "TypeError", "Illegal constructor");
    await fails(() => new SubtleCrypto(), "TypeError", "Illegal constructor");
    equal(Object.getOwnPropertyDescriptor(SubtleCrypto.prototype, "digest").enumerable, true, "enumerable");
    equal(
      Object.keys(Object.getOwnPropertyDescriptors(Crypto.prototype)).sort(),
      ["DigestStream","constructor","getRandomValues","randomUUID","subtle"],
      "members",
    );
    equal(
      [s.importKey.length, s.digest.length, s.verify.length, s.unwrapKey.length, s.deriveBits.length],
      [0, 0, 0, 0, 0],
      "lengths",
    );
  },
  async "random bytes and UUIDs"() {
    equal(crypto.getRandomValues(new Uint8Array(4)).length, 4, "same");
    const a32 = new Uint32Array(8);
    equal(crypto.getRandomValues(a32) === a32, true, "identity");
    equal(a32.some((x) => x > 65535), true, "random");
    await fails(
      () => crypto.getRandomValues(new Uint8Array(65537)),
      "QuotaExceededError",
      "getRandomValues() only accepts buffers of size <= 64K but provided 65537 bytes.",
    );
    await fails(
      () => crypto.getRandomValues(new Float32Array(1)),
      "TypeMismatchError",
      "must be an integer-typed view",
    );
    await fails(
      () => crypto.getRandomValues(new DataView(new ArrayBuffer(1))),
      "TypeMismatchError",
      "must be an integer-typed view",
    );
    await fails(() => crypto.getRandomValues({}), "TypeError", "parameter 1");
    equal(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), true, "uuid");
  },
  async "digests"() {
    equal(
      hex(await s.digest("sha-256", enc.encode("abc"))),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "sha",
    );
    equal(hex(await s.digest({ name: "MD5" }, enc.encode("abc").buffer)), "900150983cd24fb0d6963f7d28e17f72", "md5");
    equal(
      hex(await s.digest("SHA-1", new DataView(enc.encode("xabcx").buffer, 1, 3))),
      "a9993e364706816aba3e25717850c26c9cd0d89d",
      "view",
    );
    equal((await s.digest("SHA-1", new Uint8Array(0))) instanceof ArrayBuffer, true, "buffer");
    await fails(
      () => s.digest("SHA-3", new Uint8Array(1)),
      "NotSupportedError",
      "Unrecognized or unimplemented digest algorithm requested.",
    );
    await fails(
      () => s.digest("SHA-1", "text"),
      "TypeError",
      "parameter 2 is not of type 'BufferSource'",
    );
    await fails(() => s.digest({}, new Uint8Array(1)), "NotSupportedError", "Unrecognized or unimplemented digest");
    await fails(
      () => s.digest(null, new Uint8Array(1)),
      "TypeError",
      "Cannot initialize N7workerd3api12SubtleCrypto13HashAlgorithmE with required members from an undefined or null",
    );
    await fails(() => s.digest.call({}, "SHA-1", new Uint8Array(1)), "TypeError", "Illegal invocation");
    let p = s.digest();
    equal(p instanceof Promise, true, "rejects");
    p.catch(() => {});
  },
  async "HMAC"() {
    const hk = await s.importKey("raw", raw, { name: "hmac", hash: "sha-256" }, true, ["verify", "sign", "sign"]);
    equal(hk.algorithm, { name: "HMAC", hash: { name: "SHA-256" }, length: 24 }, "hmac algorithm");
    equal([hk.type, hk.extractable, hk.usages], ["secret", true, ["sign", "verify"]], "hmac");
    equal(hk.algorithm === hk.algorithm && hk.usages === hk.usages, true, "cached");
    hk.algorithm.name = "x";
    hk.usages.length = 0;
    const sig = await s.sign("HMAC", hk, enc.encode("data"));
    equal(hex(sig), "5031fe3d989c6d1537a013fa6e739da23463fdaec3b70137d828e36ace221bd0", "hmac sig");
    equal(await s.verify({ name: "HMAC" }, hk, sig, enc.encode("data")), true, "verify");
    equal(await s.verify("HMAC", hk, sig, enc.encode("datA")), false, "verify");
    equal(
      await s.exportKey("jwk", hk),
      { kty: "oct", key_ops: ["sign", "verify"], ext: true, alg: "HS256", k: "a2V5" },
      "jwk",
    );
    equal(hex(await s.exportKey("raw", hk)), hex(raw), "raw");
    await fails(
      () => s.importKey("raw", raw, { name: "HMAC", hash: "SHA-1" }, true, ["encrypt"]),
      "SyntaxError",
      'Attempt to import secret HMAC key with invalid usage "encrypt".',
    );
    await fails(
      () => s.importKey("raw", raw, { name: "HMAC", hash: "SHA-1" }, true, []),
      "SyntaxError",
      "Secret/private CryptoKeys must have at least one usage.",
    );
    await fails(
      () => s.importKey("raw", raw, "HMAC", true, ["sign"]),
      "TypeError",
      'Missing field "hash" in "algorithm".',
    );
    await fails(
      () => s.importKey("raw", raw, "FOO", true, ["sign"]),
      "NotSupportedError",
      'Unrecognized key import algorithm "FOO" requested.',
    );
    await fails(
      () => s.importKey("pem", raw, "HMAC", true, ["sign"]),
      "NotSupportedError",
      'Unrecognized key import format "pem".',
    );
    await fails(
      () => s.importKey("jwk", raw, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]),
      "TypeError",
      "must be a JsonWebKey",
    );
    await fails(
      () => s.importKey("raw", { kty: "oct" }, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]),
      "TypeError",
      "must be a buffer source",
    );
    await fails(() => s.sign("HMAC", {}, raw), "TypeError", "parameter 2 is not of type 'CryptoKey'");
    await fails(
      () => s.sign("ECDSA", hk, raw),
      "InvalidAccessError",
      `Requested algorithm "ECDSA" does not match this CryptoKey's algorithm "HMAC".`,
    );
    const vk = await s.importKey("raw", raw, { name: "HMAC", hash: "SHA-1" }, false, ["verify"]);
    await fails(
      () => s.sign("HMAC", vk, raw),
      "InvalidAccessError",
      'Requested key usage "sign" does not match any usage listed in this CryptoKey.',
    );
    await fails(() => s.exportKey("raw", vk), "InvalidAccessError", "Attempt to export non-extractable HMAC key.");
    const e = await s.exportKey("raw", vk).catch((x) => x);
    equal(e instanceof DOMException, true, "DOMException");
    equal(e.code, 15, "code");
    const gk = await s.generateKey({ name: "HMAC", hash: "SHA-512" }, true, ["sign"]);
    equal(gk.algorithm.length, 1024, "len");
    await fails(
      () => s.generateKey({ name: "HMAC", hash: "SHA-512", length: 0 }, true, ["sign"]),
      "OperationError",
      "non-zero unsigned long integer (requested 0)",
    );
  },
  async "AES"() {
    const { hk, sig } = await fixtures();
    for (const [alg, extra] of [["AES-GCM", { iv: new Uint8Array(12), additionalData: raw }], ["AES-CBC", { iv: new Uint8Array(16) }], ["AES-CTR", { counter: new Uint8Array(16), length: 64 }]]) {
      const k = await s.generateKey({ name: alg, length: 256 }, true, ["encrypt", "decrypt", "wrapKey", "unwrapKey"]);
      equal(k.algorithm, { name: alg, length: 256 }, "aes algorithm");
      const c = await s.encrypt({ name: alg, ...extra }, k, enc.encode("hello"));
      equal(hex(await s.decrypt({ name: alg, ...extra }, k, c)), hex(enc.encode("hello")), alg);
      for (const format of ["raw", "jwk"]) {
        const w = await s.wrapKey(format, hk, k, { name: alg, ...extra });
        const u = await s.unwrapKey(format, w, k, { name: alg, ...extra }, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
        equal(hex(await s.exportKey("raw", u)), hex(raw), "wrap");
      }
    }
    const gcm = await s.importKey("raw", new Uint8Array(16), "AES-GCM", true, ["encrypt", "decrypt"]);
    await fails(() => s.encrypt("AES-GCM", gcm, raw), "TypeError", 'Missing field "iv" in "algorithm".');
    await fails(
      () => s.encrypt({ name: "AES-GCM", iv: new Uint8Array(0) }, gcm, raw),
      "OperationError",
      "AES-GCM IV must not be empty.",
    );
    await fails(
      () => s.encrypt({ name: "AES-GCM", iv: new Uint8Array(12), tagLength: 5 }, gcm, raw),
      "OperationError",
      "Invalid AES-GCM tag length 5.",
    );
    await fails(
      () => s.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, gcm, new Uint8Array(20)),
      "OperationError",
      "Input length was 4, output length expected to be 4 for AES-GCM",
    );
    await fails(
      () => s.generateKey({ name: "AES-GCM", length: 100 }, true, ["encrypt"]),
      "OperationError",
      "Generated AES key length must be 128, 192, or 256 bits but requested 100.",
    );
    await fails(
      () => s.generateKey({ name: "AES-GCM", length: 128 }, true, ["sign"]),
      "SyntaxError",
      'Attempt to generate AES-GCM key with invalid usage "sign".',
    );
    await fails(() => s.generateKey({ name: "AES-GCM", length: 128 }, true, []), "SyntaxError", "Secret/private");
    const kw = await s.generateKey({ name: "AES-KW", length: 128 }, true, ["wrapKey", "unwrapKey"]);
    const w = await s.wrapKey("raw", gcm, kw, "AES-KW");
    equal(w.byteLength, 24, "kw");
    const u = await s.unwrapKey("raw", w, kw, "AES-KW", "AES-GCM", true, ["encrypt"]);
    equal(u.algorithm.length, 128, "kw");
    equal(
      await s.exportKey("jwk", gcm),
      { kty: "oct", key_ops: ["encrypt", "decrypt"], ext: true, alg: "A128GCM", k: "AAAAAAAAAAAAAAAAAAAAAA" },
      "aes jwk",
    );
  },
  async "RSA"() {
    const { hk, sig } = await fixtures();
    for (const [alg, usages] of [["RSASSA-PKCS1-v1_5", ["sign", "verify"]], ["RSA-PSS", ["sign", "verify"]], ["RSA-OAEP", ["encrypt", "decrypt", "wrapKey", "unwrapKey"]]]) {
      const { publicKey, privateKey } = await s.generateKey({ name: alg, hash: "SHA-256", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]) }, false, usages);
      equal(
        [publicKey.type, publicKey.extractable, privateKey.type, privateKey.extractable],
        ["public", true, "private", false],
        "pair",
      );
      equal(Object.keys(publicKey.algorithm), ["name", "modulusLength", "publicExponent", "hash"], "rsa");
      equal([publicKey.algorithm.modulusLength, [...publicKey.algorithm.publicExponent]], [1024, [1, 0, 1]], "rsa");
      if (alg === "RSA-OAEP") {
        const c = await s.encrypt({ name: alg, label: raw }, publicKey, raw);
        equal(hex(await s.decrypt({ name: alg, label: raw }, privateKey, c)), hex(raw), "oaep");
        await fails(() => s.decrypt(alg, privateKey, c), "OperationError", "RSA-OAEP failed encrypt/decrypt.");
      }
      else {
        const params = { name: alg, saltLength: 32 };
        const g = await s.sign(params, privateKey, raw);
        equal(await s.verify(params, publicKey, g, raw), true, alg);
        equal(await s.verify(params, publicKey, g, sig), false, alg);
      }
      const j = await s.exportKey("jwk", publicKey);
      equal([j.kty, j.key_ops.length > 0, j.ext], ["RSA", true, true], "jwk");
      const again = await s.importKey("jwk", j, { name: alg, hash: "SHA-256" }, true, publicKey.usages);
      equal(hex(await s.exportKey("spki", again)), hex(await s.exportKey("spki", publicKey)), "spki");
      await fails(
        () => s.exportKey("pkcs8", publicKey),
        "InvalidAccessError",
        'Asymmetric pkcs8 export requires private key (not "public").',
      );
    }
    await fails(
      () => s.generateKey({ name: "RSA-PSS", hash: "SHA-256", modulusLength: 1024 }, true, ["sign"]),
      "TypeError",
      'Missing field "publicExponent" in "algorithm".',
    );
    await fails(
      () => s.generateKey({ name: "RSA-PSS", hash: "SHA-256", modulusLength: 1024, publicExponent: new Uint8Array([3]) }, true, ["verify"]),
      "SyntaxError",
      "Attempt to generate asymmetric keys with no valid private key usages.",
    );
  },
  async "elliptic curves"() {
    for (const namedCurve of ["P-256", "P-384", "P-521"]) {
      const { publicKey, privateKey } = await s.generateKey({ name: "ECDSA", namedCurve }, true, ["sign", "verify"]);
      equal(publicKey.algorithm, { name: "ECDSA", namedCurve }, "ec");
      const g = await s.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, raw);
      equal(await s.verify({ name: "ECDSA", hash: { name: "SHA-256" } }, publicKey, g, raw), true, "ecdsa");
      equal(await s.verify({ name: "ECDSA", hash: "SHA-384" }, publicKey, g, raw), false, "ecdsa");
      const again = await s.importKey("pkcs8", await s.exportKey("pkcs8", privateKey), { name: "ECDSA", namedCurve: namedCurve.toLowerCase() }, true, ["sign"]);
      equal((await s.exportKey("jwk", again)).d, (await s.exportKey("jwk", privateKey)).d, "pkcs8");
      equal(again.algorithm.namedCurve, namedCurve, "curve");
      const a = await s.generateKey({ name: "ECDH", namedCurve }, true, ["deriveBits", "deriveKey"]), b = await s.generateKey({ name: "ECDH", namedCurve }, true, ["deriveBits"]);
      equal(a.publicKey.usages, [], "no usages");
      equal(
        hex(await s.deriveBits({ name: "ECDH", public: b.publicKey }, a.privateKey, null)),
        hex(await s.deriveBits({ name: "ECDH", public: a.publicKey }, b.privateKey)),
        "ecdh",
      );
      const dk = await s.deriveKey({ name: "ECDH", public: b.publicKey }, a.privateKey, { name: "AES-GCM", length: 256 }, true, ["encrypt"]);
      equal(dk.algorithm.length, 256, "deriveKey");
      const hkdf = await s.deriveKey({ name: "ECDH", public: b.publicKey }, a.privateKey, "HKDF", false, ["deriveBits"]);
      equal([hkdf.type, hkdf.algorithm], ["secret", { name: "HKDF" }], "null length");
    }
    await fails(
      () => s.generateKey({ name: "ECDSA", namedCurve: "P-1" }, true, ["sign"]),
      "NotSupportedError",
      'Unrecognized or unimplemented EC curve "P-1" requested.',
    );
    await fails(
      () => s.generateKey("ECDSA", true, ["sign"]),
      "TypeError",
      'Missing field "namedCurve" in "algorithm".',
    );
    const eck = await s.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    await fails(() => s.sign("ECDSA", eck.privateKey, raw), "TypeError", 'Missing "hash" in AlgorithmIdentifier.');
  },
  async "Ed25519 and X25519"() {
    for (const alg of ["Ed25519", { name: "NODE-ED25519", namedCurve: "NODE-ED25519" }]) {
      const { publicKey, privateKey } = await s.generateKey(alg, true, ["sign", "verify"]);
      const g = await s.sign(alg, privateKey, raw);
      equal(await s.verify(alg, publicKey, g, raw), true, "ed");
      equal(publicKey.algorithm, typeof alg === "string" ? { name: alg } : alg, "ed");
      const again = await s.importKey("raw", await s.exportKey("raw", publicKey), alg, true, ["verify"]);
      equal(await s.verify(alg, again, g, raw), true, "ed raw");
    }
    const x1 = await s.generateKey("X25519", true, ["deriveBits"]), x2 = await s.generateKey("x25519", true, ["deriveBits"]);
    equal(
      hex(await s.deriveBits({ name: "X25519", public: x2.publicKey }, x1.privateKey, 256)),
      hex(await s.deriveBits({ name: "X25519", public: x1.publicKey }, x2.privateKey, 256)),
      "x25519",
    );
    await fails(
      () => s.deriveBits("X25519", x1.privateKey, 8),
      "TypeError",
      'Missing field "public" in "derivedKeyParams".',
    );
  },
  async "keys derived from passwords and secrets"() {
    const pw = await s.importKey("raw", enc.encode("password"), "PBKDF2", false, ["deriveBits", "deriveKey"]);
    equal(
      hex(await s.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt: enc.encode("salt"), iterations: 1 }, pw, 160)),
      "0c60c80f961f0e71f3a9b524af6012062fe037a6",
      "pbkdf2",
    );
    await fails(
      () => s.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt: raw, iterations: 100001 }, pw, 160),
      "NotSupportedError",
      "Pbkdf2 failed: iteration counts above 100000 are not supported (requested 100001).",
    );
    await fails(
      () => s.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt: raw, iterations: 1 }, pw),
      "OperationError",
      "PBKDF2 cannot derive a key with null length.",
    );
    await fails(
      () => s.importKey("raw", raw, "PBKDF2", true, ["deriveBits"]),
      "SyntaxError",
      "PBKDF2 key cannot be extractable.",
    );
    await fails(
      () => s.deriveKey({ name: "PBKDF2", hash: "SHA-1", salt: raw, iterations: 1 }, pw, "ECDH", true, ["sign"]),
      "NotSupportedError",
      'Unrecognized derived key type "ECDH" requested.',
    );
    const dh = await s.deriveKey({ name: "PBKDF2", hash: "SHA-1", salt: raw, iterations: 1 }, pw, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
    equal(dh.algorithm.length, 512, "hmac length");
    const ikm = await s.importKey("raw", raw, "HKDF", false, ["deriveBits"]);
    equal((await s.deriveBits({ name: "HKDF", hash: "SHA-256", salt: raw, info: raw }, ikm, 128)).byteLength, 16, "hkdf");
    await fails(
      () => s.deriveBits({ name: "HKDF", hash: "SHA-256", salt: raw }, ikm, 128),
      "TypeError",
      'Missing field "info" in "algorithm".',
    );
  },
  async "comparing in constant time"() {
    equal(
      [s.timingSafeEqual(raw, enc.encode("key")), s.timingSafeEqual(raw.buffer, enc.encode("kez"))],
      [true, false],
      "tse",
    );
    await fails(
      () => s.timingSafeEqual(raw, new Uint8Array(1)),
      "TypeError",
      "Input buffers must have the same byte length.",
    );
  },
  async "a stream that digests"() {
    const ds = new crypto.DigestStream("SHA-256");
    equal(ds instanceof WritableStream, true, "ws");
    const wr = ds.getWriter();
    await wr.write(enc.encode("a"));
    await wr.write("b");
    await wr.write(enc.encode("c").buffer);
    await wr.close();
    equal(hex(await ds.digest), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "ds");
    equal(ds.bytesWritten === 3n, true, "bytesWritten");
    const crc = new crypto.DigestStream("crc32");
    await new ReadableStream({ start(c) { c.enqueue(enc.encode("123456789")); c.close(); } }).pipeTo(crc);
    equal(hex(await crc.digest), "cbf43926", "crc");
    await fails(
      () => new crypto.DigestStream("foo"),
      "NotSupportedError",
      "Unrecognized or unimplemented digest algorithm requested.",
    );
    const bad = new crypto.DigestStream("MD5");
    await fails(
      () => bad.getWriter().write(5),
      "TypeError",
      "DigestStream is a byte stream but received an object of non-ArrayBuffer/ArrayBufferView/string type on its writable side.",
    );
    const ab = new crypto.DigestStream("MD5");
    await ab.abort(new Error("boom"));
    await fails(() => ab.digest, "Error", "boom");
    const di = new crypto.DigestStream("MD5");
    di[Symbol.dispose]();
    await fails(() => di.digest, "TypeError", "The DigestStream was disposed.");
    await fails(() => crypto.DigestStream("MD5"), "TypeError", "");
  },
});
