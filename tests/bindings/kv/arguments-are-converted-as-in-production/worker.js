import { checks, equal, rejects } from "../../../assert.mjs";

export default checks({
  async "keys become strings"({ KV }) {
    for (const [key, text] of [[1, "1"], [null, "null"], [undefined, "undefined"], [{}, "[object Object]"]]) {
      await KV.put(text, `under ${text}`);
      equal(await KV.get(key), `under ${text}`);
    }
  },
  async "primitive values become strings"({ KV }) {
    for (const [value, text] of [[null, "null"], [123.5, "123.5"], [true, "true"]]) {
      await KV.put("primitive", value);
      equal(await KV.get("primitive"), text);
    }
  },
  async "a missing key argument is refused"({ KV }) {
    await rejects(
      async () => await KV.get(),
      "TypeError",
      "Failed to execute 'get' on 'KvNamespace': parameter 1 is not of type 'string or Array'.",
    );
  },
  async "a missing value is refused"({ KV }) {
    await rejects(
      async () => await KV.put("key"),
      "TypeError",
      "Failed to execute 'put' on 'KvNamespace': parameter 2 is not of type 'string or Object'.",
    );
  },
  async "values of other kinds are refused"({ KV }) {
    const text = "KV put() accepts only strings, ArrayBuffers, ArrayBufferViews, and ReadableStreams as values.";
    for (const value of [{}, [], new Blob(["x"]), new Response("x"), new Map()]) {
      await rejects(() => KV.put("key", value), "TypeError", text);
    }
  },
  async "a symbol is no key and no value"({ KV }) {
    await rejects(() => KV.put(Symbol("s"), "x"), "TypeError", "Cannot convert a Symbol value to a string");
    await rejects(() => KV.put("key", Symbol("s")), "TypeError", "Cannot convert a Symbol value to a string");
  },
  async "fractions are cut and numeric text is parsed"({ KV }) {
    await KV.put("ttl", "x", { expirationTtl: 60.9 });
    const now = Math.floor(Date.now() / 1000);
    equal((await KV.list({ prefix: "ttl" })).keys, [{ name: "ttl", expiration: now + 60 }]);
    await KV.put("ttl", "x", { expirationTtl: "120" });
    equal((await KV.list({ prefix: "ttl" })).keys, [{ name: "ttl", expiration: now + 120 }]);
  },
  async "what is no number is zero"({ KV }) {
    const text = "KV PUT failed: 400 Invalid expiration_ttl of 0. Please specify integer greater than 0.";
    for (const expirationTtl of [NaN, Infinity, "nan", null]) {
      await rejects(() => KV.put("key", "x", { expirationTtl }), "Error", text);
    }
  },
  async "numbers beyond 32 bits are refused"({ KV }) {
    const text = "Value out of range. Must be between -2147483648 and 2147483647 (inclusive).";
    await rejects(async () => await KV.put("key", "x", { expiration: 1.7e12 }), "TypeError", text);
    await rejects(async () => await KV.put("key", "x", { expirationTtl: -3e9 }), "TypeError", text);
    await rejects(async () => await KV.get("key", { cacheTtl: 3e9 }), "TypeError", text);
  },
  async "prefix and cursor may be null"({ KV }) {
    await KV.put("listed", "x");
    const page = await KV.list({ prefix: null, cursor: null });
    equal(page.keys.some(({ name }) => name === "listed"), true);
  },
  async "methods need their namespace"({ KV }) {
    const { get } = KV;
    await rejects(
      async () => await get("key"),
      "TypeError",
      "Illegal invocation: function called with incorrect `this` reference. See " +
        "https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.",
    );
  },
});
