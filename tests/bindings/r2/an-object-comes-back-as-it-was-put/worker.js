import { checks, equal, hex, ok } from "../../../assert.mjs";

const text = async (R2, key) => await (await R2.get(key)).text();

export default checks({
  async "text"({ R2 }) {
    await R2.put("text", "h\u00e9llo \u{1f600}");
    equal(await text(R2, "text"), "h\u00e9llo \u{1f600}");
  },
  async "bytes, and the window of a view"({ R2 }) {
    await R2.put("bytes", new Uint8Array([0, 255, 1]).buffer);
    equal(hex(await (await R2.get("bytes")).arrayBuffer()), "00ff01");
    await R2.put("view", new Uint8Array([65, 66, 67, 68]).subarray(1, 3));
    equal(await text(R2, "view"), "BC");
    await R2.put("data view", new DataView(new Uint8Array([65, 66, 67]).buffer, 1, 1));
    equal(await text(R2, "data view"), "B");
  },
  async "a Blob, whose type is not taken over"({ R2 }) {
    await R2.put("blob", new Blob(["of a blob"], { type: "text/x" }));
    const object = await R2.get("blob");
    equal(await object.text(), "of a blob");
    equal(object.httpMetadata.contentType, undefined);
  },
  async "nothing at all"({ R2 }) {
    equal((await R2.put("null", null)).size, 0);
    equal((await R2.put("undefined", undefined)).size, 0);
    equal(await text(R2, "null"), "");
  },
  async "many megabytes, as a stream"({ R2 }) {
    const chunk = new Uint8Array(1 << 20).map((_, index) => index % 251);
    const { readable, writable } = new FixedLengthStream(8 << 20);
    const write = async () => {
      const writer = writable.getWriter();
      for (let i = 0; i < 8; i++) await writer.write(chunk);
      await writer.close();
    };
    const [object] = await Promise.all([R2.put("large", readable), write()]);
    equal(object.size, 8 << 20);
    let at = 0;
    for await (const bytes of (await R2.get("large")).body) {
      for (const byte of bytes) {
        if (byte !== (at++ % (1 << 20)) % 251) throw new Error(`another byte at ${at - 1}`);
      }
    }
    equal(at, 8 << 20);
  },
  async "a missing object is null"({ R2 }) {
    equal(await R2.get("never"), null);
    equal(await R2.head("never"), null);
    equal(await R2.delete("never"), undefined);
  },
  async "the last put wins, and delete removes"({ R2 }) {
    const first = await R2.put("twice", "first");
    const second = await R2.put("twice", "second");
    ok(first.version !== second.version);
    equal(await text(R2, "twice"), "second");
    await R2.delete("twice");
    equal(await R2.get("twice"), null);
    await Promise.all([R2.put("a", ""), R2.put("b", "")]);
    await R2.delete(["a", "b", "never"]);
    equal([await R2.head("a"), await R2.head("b")], [null, null]);
  },
  async "any text is a key of its own"({ R2 }) {
    const keys = ["", ".", "..", "/", "a//b", "a/", "a", "A", "a\0b", "\n", "\u{1f600}", "%2e", "../../x"];
    for (const key of keys) await R2.put(key, `of ${key}`);
    for (const key of keys) equal(await text(R2, key), `of ${key}`, JSON.stringify(key));
    await R2.put(5, "number");
    equal(await text(R2, "5"), "number");
  },
});
