import crypto, { createECDH, diffieHellman, generateKeyPairSync } from "node:crypto";
import { checks, equal, throws } from "../../assert.mjs";

export default checks({
  "two parties have one secret"() {
    for (const curve of ["prime256v1", "secp384r1", "secp521r1"]) {
      const [ada, bob] = [createECDH(curve), createECDH(curve)];
      const [adas, bobs] = [ada.generateKeys(), bob.generateKeys("hex")];
      equal(ada.computeSecret(bobs, "hex", "hex"), bob.computeSecret(adas).toString("hex"), curve);
      equal(adas[0], 4);
      equal(ada.getPublicKey(null, "compressed").length, (adas.length - 1) / 2 + 1);
    }
  },
  "keys agree, too"() {
    for (const [type, options] of [["x25519", {}], ["ec", { namedCurve: "prime256v1" }]]) {
      const [ada, bob] = [generateKeyPairSync(type, options), generateKeyPairSync(type, options)];
      const secret = diffieHellman({ privateKey: ada.privateKey, publicKey: bob.publicKey });
      equal([secret.length, secret.equals(diffieHellman({ privateKey: bob.privateKey, publicKey: ada.publicKey }))], [32, true], type);
    }
  },
  "what cannot be is refused"() {
    throws(() => createECDH("prime256v1").computeSecret(Buffer.alloc(3)), "Error");
    equal(crypto.getCurves().includes("prime256v1"), true);
  },
});
