const patched = (prototype, name) =>
  Object.defineProperty(prototype, name, {
    value() {
      throw new Error(`patched ${String(name)}`);
    },
  });
patched(Array.prototype, "push");
patched(Array.prototype, "join");
patched(Array.prototype, "map");
patched(Array.prototype, Symbol.iterator);
patched(Map.prototype, "get");
patched(Map.prototype, "set");
patched(WeakMap.prototype, "get");
patched(String.prototype, "split");
patched(Uint8Array.prototype, "subarray");
JSON.stringify = () => {
  throw new Error("patched stringify");
};

export default {
  async fetch(request) {
    const { headers } = request;
    const sent = request.method === "POST" ? await request.text() : "nothing";
    const text = await new Response("text", { headers: { a: "1" } }).text();
    return new Response(`${text} ${headers.get("x-a")} ${request.url} ${sent}`);
  },
};
