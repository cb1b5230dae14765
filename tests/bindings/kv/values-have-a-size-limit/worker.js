import { checks, equal, rejects } from "../../../assert.mjs";

const LIMIT = 26214400;
const refused = (size) => `KV PUT failed: 413 Value length of ${size} exceeds limit of 26214400.`;

export default checks({
  async "exactly 25 MiB are taken"({ KV }) {
    await KV.put("full", new Uint8Array(LIMIT));
    equal((await KV.get("full", "arrayBuffer")).byteLength, LIMIT);
    await KV.delete("full");
  },
  async "one byte more is not"({ KV }) {
    await rejects(KV.put("over", new Uint8Array(LIMIT + 1)), "Error", refused(LIMIT + 1));
    equal(await KV.get("over"), null);
  },
  async "text counts in bytes"({ KV }) {
    await rejects(KV.put("text", "\u00e9".repeat(LIMIT / 2 + 1)), "Error", refused(LIMIT + 2));
  },
  async "a stream is cut off"({ KV }) {
    const chunk = new Uint8Array(1024 * 1024);
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        if (sent++ > 40) throw new Error("nobody stopped the stream");
        controller.enqueue(chunk);
      },
    });
    await rejects(KV.put("stream", endless), "Error", /^KV PUT failed: 413 Value length of \d+ exceeds limit of 26214400\.$/);
    equal(await KV.get("stream"), null);
  },
});
