import { checks, rejects } from "../../../assert.mjs";

export default checks({
  async "JSON, in the words of the engine"({ KV }) {
    await KV.put("empty", "");
    await rejects(KV.get("empty", "json"), "SyntaxError", "Unexpected end of JSON input");
    await KV.put("broken", "{x");
    await rejects(KV.get("broken", "json"), "SyntaxError", /^Expected property name or '\}' in JSON at position 1/);
  },
  async "an unknown type, if there is a value"({ KV }) {
    await KV.put("present", "x");
    const text = 'Unknown response type. Possible types are "text", "arrayBuffer", "json", and "stream".';
    await rejects(KV.get("present", "blob"), "TypeError", text);
    await rejects(KV.get("present", { type: "Text" }), "TypeError", text);
    await rejects(KV.getWithMetadata("present", "blob"), "TypeError", text);
  },
  async "a stream that fails"({ KV }) {
    const failing = new ReadableStream({
      pull(controller) {
        controller.error(new RangeError("the source broke"));
      },
    });
    await rejects(KV.put("failing", failing), "RangeError", "the source broke");
  },
  async "a stream that was read before"({ KV }) {
    const { body } = new Response("x");
    await body.getReader().read();
    await rejects(KV.put("locked", body), "TypeError");
  },
});
