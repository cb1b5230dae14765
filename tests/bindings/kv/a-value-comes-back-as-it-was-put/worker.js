import { checks, equal, hex } from "../../../assert.mjs";

const encoder = new TextEncoder();

export default checks({
  async "text"({ KV }) {
    same(await KV.put("text", "h\u00e9llo \u{1f600}"), undefined);
    equal(await KV.get("text"), "h\u00e9llo \u{1f600}");
    equal(await KV.get("text", "text"), "h\u00e9llo \u{1f600}");
    equal(await KV.get("text", { type: "text" }), "h\u00e9llo \u{1f600}");
  },
  async "an empty value is a value"({ KV }) {
    await KV.put("empty", "");
    equal(await KV.get("empty"), "");
    equal((await KV.get("empty", "arrayBuffer")).byteLength, 0);
  },
  async "bytes of a buffer"({ KV }) {
    await KV.put("buffer", new Uint8Array([0, 255, 1, 254]).buffer);
    equal(hex(await KV.get("buffer", "arrayBuffer")), "00ff01fe");
  },
  async "bytes of a view, from its offset on"({ KV }) {
    const bytes = encoder.encode("0123456789");
    await KV.put("view", new Uint8Array(bytes.buffer, 3, 4));
    equal(await KV.get("view"), "3456");
    await KV.put("data view", new DataView(bytes.buffer, 8));
    equal(await KV.get("data view"), "89");
    await KV.put("wide", new Uint16Array([0x4241]));
    equal(await KV.get("wide"), "AB");
  },
  async "a stream of unknown length"({ KV }) {
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(encoder.encode("one "));
        controller.enqueue(encoder.encode("two"));
        controller.close();
      },
    });
    await KV.put("stream", stream);
    equal(await KV.get("stream"), "one two");
  },
  async "the body of a response"({ KV }) {
    await KV.put("body", new Response("of a response").body);
    equal(await KV.get("body"), "of a response");
  },
  async "as JSON"({ KV }) {
    await KV.put("json", JSON.stringify({ list: [1, "2", null], nested: { yes: true } }));
    equal(await KV.get("json", "json"), { list: [1, "2", null], nested: { yes: true } });
    equal(await KV.get("json", { type: "json" }), { list: [1, "2", null], nested: { yes: true } });
  },
  async "as a stream"({ KV }) {
    await KV.put("as stream", "streamed");
    const stream = await KV.get("as stream", "stream");
    same(stream instanceof ReadableStream, true);
    equal(await new Response(stream).text(), "streamed");
  },
  async "broken UTF-8 is replaced in text and kept in bytes"({ KV }) {
    await KV.put("broken", new Uint8Array([0x61, 0xff, 0x62]));
    equal(await KV.get("broken"), "a\ufffdb");
    equal(hex(await KV.get("broken", "arrayBuffer")), "61ff62");
  },
  async "a value of many kilobytes"({ KV }) {
    const bytes = new Uint8Array(300_000).map((_, index) => index % 251);
    await KV.put("large", bytes);
    const back = new Uint8Array(await KV.get("large", "arrayBuffer"));
    equal(back.length, 300_000);
    same(back.every((byte, index) => byte === index % 251), true);
  },
  async "the last put wins"({ KV }) {
    await KV.put("twice", "first");
    await KV.put("twice", "second");
    equal(await KV.get("twice"), "second");
  },
});

function same(a, b) {
  if (a !== b) throw new Error(`${a} is not ${b}`);
}
