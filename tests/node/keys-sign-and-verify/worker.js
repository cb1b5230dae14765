import crypto, { createPrivateKey, createPublicKey, createSecretKey, createSign, createVerify, generateKeyPairSync, sign, verify } from "node:crypto";
import { checks, equal, ok, throws } from "../../assert.mjs";

const data = Buffer.from("to be signed");

export default checks({
  "elliptic curves"() {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    equal([publicKey.type, privateKey.type, privateKey.asymmetricKeyType, publicKey.asymmetricKeyDetails.namedCurve], ["public", "private", "ec", "prime256v1"]);
    const signature = createSign("SHA256").update(data).sign(privateKey);
    equal(signature[0], 0x30);
    equal([createVerify("SHA256").update(data).verify(publicKey, signature), createVerify("SHA256").update("other").verify(publicKey, signature)], [true, false]);
    const pem = (key, type) => ({ key: key.export({ type, format: "pem" }), dsaEncoding: "ieee-p1363" });
    const raw = sign("sha256", data, pem(privateKey, "pkcs8"));
    equal([raw.length, verify("sha256", data, pem(publicKey, "spki"), raw)], [64, true]);
  },
  "RSA"() {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    ok(publicKey.startsWith("-----BEGIN PUBLIC KEY-----\n") && privateKey.startsWith("-----BEGIN PRIVATE KEY-----\n"));
    const signature = createSign("RSA-SHA256").update(data).sign(privateKey, "base64");
    equal(createVerify("RSA-SHA256").update(data).verify(publicKey, signature, "base64"), true);
    const pss = { key: privateKey, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    equal(verify("sha256", data, { ...pss, key: publicKey }, sign("sha256", data, pss)), true);
    const sealed = crypto.publicEncrypt(publicKey, Buffer.from("secret"));
    equal(crypto.privateDecrypt(privateKey, sealed).toString(), "secret");
    const old = createPrivateKey(privateKey).export({ type: "pkcs1", format: "pem" });
    ok(old.startsWith("-----BEGIN RSA PRIVATE KEY-----\n"));
    equal(createPublicKey(old).export({ type: "spki", format: "pem" }), publicKey);
    equal([createPrivateKey(old).asymmetricKeyDetails.modulusLength, createPrivateKey(old).asymmetricKeyDetails.publicExponent], [2048, 65537n]);
  },
  "Ed25519"() {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const signature = sign(null, data, privateKey);
    equal([signature.length, verify(null, data, publicKey, signature)], [64, true]);
    const jwk = publicKey.export({ format: "jwk" });
    equal([jwk.kty, jwk.crv, jwk.x.length], ["OKP", "Ed25519", 43]);
    equal(createPublicKey({ key: jwk, format: "jwk" }).equals(publicKey), true);
  },
  "secrets"() {
    const key = createSecretKey(Buffer.from("0123456789abcdef"));
    equal([key.type, key.symmetricKeySize, key.export().toString(), key.export({ format: "jwk" }).kty], ["secret", 16, "0123456789abcdef", "oct"]);
    equal(crypto.createHmac("sha1", key).update("x").digest("hex"), crypto.createHmac("sha1", "0123456789abcdef").update("x").digest("hex"));
    equal(crypto.generateKeySync("hmac", { length: 64 }).symmetricKeySize, 8);
  },
  "what is no key is refused"() {
    throws(() => createPrivateKey("no key"), "Error");
    throws(() => createSign("sha256").update("x").sign(undefined), "Error");
    throws(() => generateKeyPairSync("ec", { namedCurve: "zork" }), "Error", "Invalid or unsupported curve");
  },
});
