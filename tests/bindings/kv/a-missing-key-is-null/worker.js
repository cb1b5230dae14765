import { checks, equal } from "../../../assert.mjs";

export default checks({
  async "in every type"({ KV }) {
    for (const type of [undefined, "text", "json", "arrayBuffer", "stream", "blob"]) {
      equal(await KV.get("missing", type), null, `${type}`);
    }
  },
  async "with metadata it is an object of nulls"({ KV }) {
    equal(await KV.getWithMetadata("missing"), { value: null, metadata: null, cacheStatus: null });
  },
  async "in a bulk get it maps to null"({ KV }) {
    equal(await KV.get(["missing"]), new Map([["missing", null]]));
    equal(await KV.getWithMetadata(["missing"]), new Map([["missing", null]]));
  },
  async "deleting it succeeds"({ KV }) {
    equal(await KV.delete("missing"), undefined);
  },
  async "a deleted key is missing"({ KV }) {
    await KV.put("deleted", "x");
    await KV.delete("deleted");
    equal(await KV.get("deleted"), null);
    equal((await KV.list({ prefix: "deleted" })).keys, []);
  },
});
