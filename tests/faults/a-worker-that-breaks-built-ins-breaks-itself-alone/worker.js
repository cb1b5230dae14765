for (const [prototype, name] of [
  [Array.prototype, "push"], [Array.prototype, "join"], [Array.prototype, Symbol.iterator], [Map.prototype, "get"],
  [Map.prototype, "set"], [String.prototype, "split"], [Uint8Array.prototype, "set"], [WeakMap.prototype, "get"],
]) {
  Object.defineProperty(prototype, name, {
    value() {
      throw new Error(`patched ${String(name)}`);
    },
  });
}
JSON.stringify = () => {
  throw new Error("patched stringify");
};

export default {
  async fetch(request) {
    const { headers } = request;
    const text = await new Response("text", { headers: { a: "1" } }).text();
    return new Response(`${text} ${headers.get("x-a")} ${new URL(request.url).searchParams.get("q")}`);
  },
};
