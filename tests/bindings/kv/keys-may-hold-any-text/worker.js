import { checks, equal } from "../../../assert.mjs";

const KEYS = ["a/b", "a?b", "a#b", "%41", "A", " ", "a b", "\0", "a\nb", "\u{1f600}", "...", ".a", "__proto__", "constructor"];

export default checks({
  async "each is a key of its own"({ KV }) {
    for (const key of KEYS) await KV.put(`own ${key}`, `value of ${key}`);
    for (const key of KEYS) equal(await KV.get(`own ${key}`), `value of ${key}`);
    equal((await KV.list({ prefix: "own " })).keys.length, KEYS.length);
  },
  async "and stands alone"({ KV }) {
    for (const key of KEYS) {
      await KV.put(key, "alone");
      equal(await KV.get(key), "alone", JSON.stringify(key));
      equal((await KV.get([key])).get(key), "alone", JSON.stringify(key));
      await KV.delete(key);
    }
  },
  async "up to 512 bytes"({ KV }) {
    for (const key of ["k".repeat(512), "\u00e9".repeat(256), "\u{1f600}".repeat(128)]) {
      await KV.put(key, "long");
      equal(await KV.get(key), "long");
    }
  },
});
