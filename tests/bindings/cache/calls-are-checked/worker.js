import { checks, equal, ok, rejects, throws } from "../../../assert.mjs";

const cache = caches.default;
const at = "https://cache.test/";
const fresh = (body, init) => new Response(body, { ...init, headers: { "cache-control": "max-age=100", ...init?.headers } });
const parameter = (method, position, type) => `Failed to execute '${method}' on 'Cache': parameter ${position} is not of type '${type}'.`;

export default checks({
  async "arguments have types"() {
    await rejects(() => cache.match(), "TypeError", parameter("match", 1, "Request or string"));
    await rejects(() => cache.put(), "TypeError", parameter("put", 1, "Request or string"));
    await rejects(() => cache.delete(), "TypeError", parameter("delete", 1, "Request or string"));
    for (const response of [undefined, "x", {}]) {
      await rejects(() => cache.put(at, response), "TypeError", parameter("put", 2, "Response"));
    }
    await rejects(() => cache.match(at, 5), "TypeError", parameter("match", 2, "CacheQueryOptions"));
    equal(await cache.match(at, null), undefined);
  },
  async "keys are URLs"() {
    for (const key of ["/rel", "", 5]) await rejects(() => cache.match(key), "TypeError", `Invalid URL: ${key}`);
    await rejects(() => cache.put("/rel", fresh("x")), "TypeError", "Invalid URL: /rel");
    await rejects(() => cache.match("ftp://x/y"), "TypeError", "Fetch API cannot load: ftp://x/y");
    equal(await cache.put("ftp://x/y", fresh("x")), undefined);
    await rejects(
      () => cache.match("data:text/plain,hi"),
      "TypeError",
      "Invalid URL. Cache API keys must be fully-qualified, valid URLs.",
    );
  },
  async "some responses can never be stored"() {
    for (const method of ["HEAD", "POST"]) {
      const request = new Request(at, { method });
      await rejects(() => cache.put(request, fresh("x")), "TypeError", "Cannot cache response to non-GET request.");
    }
    await rejects(
      () => cache.put(at, fresh("x", { status: 206 })),
      "TypeError",
      "Cannot cache response to a range request (206 Partial Content).",
    );
    for (const vary of ["*", "accept, *"]) {
      const response = fresh("x", { headers: { vary } });
      await rejects(() => cache.put(at, response), "TypeError", "Cannot cache response with 'Vary: *' header.");
    }
    await rejects(() => cache.put(at, Response.error()), "TypeError", "Cache is unable to store an error response");
    await rejects(
      () => cache.put(at, new Response(null, { status: 101, webSocket: new WebSocketPair()[0] })),
      "TypeError",
      'Worker tried to return a WebSocket in a response to a request which did not contain the header "Upgrade: websocket".',
    );
  },
  async "a body is stored once"() {
    const used = "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.";
    const response = fresh("x");
    await cache.put(at, response);
    ok(response.bodyUsed);
    await rejects(() => response.text(), "TypeError", used);
    await rejects(() => cache.put(at, response), "TypeError", used);
    const locked = fresh("x");
    locked.body.getReader();
    await rejects(() => cache.put(at, locked), "TypeError", "The ReadableStream has been locked to a reader.");
  },
  async "names have a length"() {
    await caches.open("a".repeat(1023));
    await caches.open("");
    for (const name of ["a".repeat(1024), "\u00e9".repeat(600)]) {
      await rejects(() => caches.open(name), "TypeError", "Cache name is too long.");
    }
    await rejects(() => caches.open(), "TypeError", "Failed to execute 'open' on 'CacheStorage': parameter 1 is not of type 'string'.");
  },
  async "the rest says that it is not there"() {
    for (const method of ["add", "addAll", "matchAll", "keys"]) {
      throws(() => cache[method](at), "Error", `Failed to execute '${method}' on 'Cache': the method is not implemented.`);
    }
    for (const method of ["has", "delete", "match", "keys"]) {
      throws(() => caches[method](at), "Error", `Failed to execute '${method}' on 'CacheStorage': the method is not implemented.`);
    }
  },
  async "the objects look like those of the platform"() {
    equal([String(caches), String(cache)], ["[object CacheStorage]", "[object Cache]"]);
    ok(caches.default === cache && caches instanceof CacheStorage && cache instanceof Cache);
    throws(() => new Cache(), "TypeError", "Illegal constructor");
    throws(() => new CacheStorage(), "TypeError", "Illegal constructor");
    throws(() => structuredClone(cache), "DataCloneError", 'Could not serialize object of type "Cache". This type does not support serialization.');
  },
});
