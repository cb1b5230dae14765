import { checks, equal, rejects } from "../../../assert.mjs";

export default checks({
  async "as text"({ KV }) {
    await KV.put("a", "1");
    await KV.put("b", "2");
    equal(await KV.get(["b", "missing", "a"]), new Map([["b", "2"], ["missing", null], ["a", "1"]]));
    equal(await KV.get(["a"], "text"), new Map([["a", "1"]]));
    equal(await KV.get(["a"], { type: "text" }), new Map([["a", "1"]]));
  },
  async "as JSON"({ KV }) {
    await KV.put("json", '{"x":[1]}');
    equal(await KV.get(["json", "nothing"], "json"), new Map([["json", { x: [1] }], ["nothing", null]]));
  },
  async "with metadata"({ KV }) {
    await KV.put("with", "value", { metadata: { m: 1 } });
    await KV.put("without", "value");
    equal(
      await KV.getWithMetadata(["with", "without", "nothing"]),
      new Map([
        ["with", { value: "value", metadata: { m: 1 } }],
        ["without", { value: "value", metadata: null }],
        ["nothing", null],
      ]),
    );
  },
  async "a key that is named twice comes once"({ KV }) {
    await KV.put("twice", "x");
    equal((await KV.get(["twice", "twice"])).size, 1);
  },
  async "from one to a hundred keys"({ KV }) {
    await rejects(KV.get([]), "Error", "KV GET_BULK failed: 400 You must request a minimum of 1 key");
    const keys = Array.from({ length: 101 }, (_, index) => `k${index}`);
    await rejects(KV.get(keys), "Error", "KV GET_BULK failed: 400 You can request a maximum of 100 keys");
    equal((await KV.get(keys.slice(1))).size, 100);
  },
  async "not as bytes or streams"({ KV }) {
    for (const type of ["arrayBuffer", "stream", "other"]) {
      const text = `KV GET_BULK failed: 400 "${type}" is not a valid type. Use "json" or "text"`;
      await rejects(KV.get(["a"], type), "Error", text);
    }
  },
  async "one value that is not JSON fails them all"({ KV }) {
    await KV.put("good", "1");
    await KV.put("bad", "{");
    await rejects(
      KV.get(["good", "bad"], "json"),
      "Error",
      "KV GET_BULK failed: 400 At least one of the requested keys corresponds to a non-json value",
    );
  },
  async "not more than 25 MB"({ KV }) {
    const value = new Uint8Array(13 * 1024 * 1024);
    await KV.put("half", value);
    await KV.put("other half", value);
    await rejects(
      KV.get(["half", "other half"]),
      "Error",
      "KV GET_BULK failed: 413 Total size of request exceeds the limit of 25MB",
    );
    await KV.delete("half");
    await KV.delete("other half");
  },
});
