import { checks, equal, rejects } from "../../../assert.mjs";

export default checks({
  async "any JSON"({ KV }) {
    for (const metadata of [{ a: [1, { b: null }] }, "text", 7, [1, 2], true, false, 0, ""]) {
      await KV.put("any", "value", { metadata });
      equal(await KV.getWithMetadata("any"), { value: "value", metadata, cacheStatus: null });
    }
  },
  async "null and nothing mean none"({ KV }) {
    for (const metadata of [null, undefined]) {
      await KV.put("none", "value", { metadata });
      equal((await KV.getWithMetadata("none")).metadata, null);
      equal((await KV.list({ prefix: "none" })).keys, [{ name: "none" }]);
    }
  },
  async "putting again without it drops it"({ KV }) {
    await KV.put("dropped", "value", { metadata: { first: 1 } });
    await KV.put("dropped", "value");
    equal((await KV.getWithMetadata("dropped")).metadata, null);
  },
  async "a list shows it"({ KV }) {
    await KV.put("listed", "value", { metadata: { colour: "red" } });
    equal((await KV.list({ prefix: "listed" })).keys, [{ name: "listed", metadata: { colour: "red" } }]);
  },
  async "with every type of value"({ KV }) {
    await KV.put("typed", "[1]", { metadata: 1 });
    equal(await KV.getWithMetadata("typed", "json"), { value: [1], metadata: 1, cacheStatus: null });
    equal(await KV.getWithMetadata("typed", { type: "text" }), { value: "[1]", metadata: 1, cacheStatus: null });
    equal((await KV.getWithMetadata("typed", "arrayBuffer")).value.byteLength, 3);
    equal(await new Response((await KV.getWithMetadata("typed", "stream")).value).text(), "[1]");
  },
  async "of at most 1024 bytes"({ KV }) {
    const metadata = "m".repeat(1022);
    await KV.put("full", "value", { metadata });
    equal((await KV.getWithMetadata("full")).metadata, metadata);
    const text = "KV PUT failed: 413 Metadata length of 1025 exceeds limit of 1024.";
    await rejects(KV.put("full", "value", { metadata: `${metadata}m` }), "Error", text);
  },
  async "bytes count, not characters"({ KV }) {
    const text = "KV PUT failed: 413 Metadata length of 1026 exceeds limit of 1024.";
    await rejects(KV.put("bytes", "value", { metadata: "\u00e9".repeat(512) }), "Error", text);
  },
  async "what JSON cannot hold is refused by JSON"({ KV }) {
    await rejects(KV.put("bigint", "value", { metadata: 1n }), "TypeError", "Do not know how to serialize a BigInt");
  },
  async "a refused put leaves the old value"({ KV }) {
    await KV.put("kept", "old", { metadata: 1 });
    await KV.put("kept", "new", { metadata: "m".repeat(2000) }).catch(() => {});
    equal(await KV.getWithMetadata("kept"), { value: "old", metadata: 1, cacheStatus: null });
  },
});
