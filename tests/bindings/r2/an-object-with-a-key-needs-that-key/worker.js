import { checks, equal, rejects } from "../../../assert.mjs";

const KEY = "0123456789abcdef".repeat(4);

export default checks({
  async "to be read, not to be looked at"({ R2 }) {
    const { ssecKeyMd5 } = await R2.put("s", "secret", { ssecKey: KEY });
    equal(ssecKeyMd5.length, 32);
    equal((await R2.head("s")).ssecKeyMd5, ssecKeyMd5);
    equal(await (await R2.get("s", { ssecKey: KEY })).text(), "secret");
    const bytes = new Uint8Array(32).map((_, index) => parseInt(KEY.slice(2 * index, 2 * index + 2), 16));
    equal(await (await R2.get("s", { ssecKey: bytes })).text(), "secret");
    await rejects(() => R2.get("s"), "Error");
    await rejects(() => R2.get("s", { ssecKey: new Uint8Array(32) }), "Error");
  },
  async "which has to look like one"({ R2 }) {
    const refused = (ssecKey, message) => rejects(() => R2.put("s", "v", { ssecKey }), "Error", message);
    await refused("0".repeat(63), "SSE-C Key must be 32 bytes in length");
    await refused("A".repeat(64), "SSE-C Key has invalid format");
    await refused("", "SSE-C Key has invalid format");
    await refused(new Uint8Array(31), "SSE-C Key must be 32 bytes in length");
  },
  async "or has a storage class"({ R2 }) {
    equal((await R2.put("c", "v", { storageClass: "InfrequentAccess" })).storageClass, "InfrequentAccess");
    await rejects(() => R2.put("c", "v", { storageClass: "Cold" }), "Error");
  },
});
