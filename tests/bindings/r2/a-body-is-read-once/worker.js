import { checks, equal, rejects } from "../../../assert.mjs";

const USED = "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.";

export default checks({
  async "in every way"({ R2 }) {
    await R2.put("b", '{"a":1}', { httpMetadata: { contentType: "application/json" } });
    const get = () => R2.get("b");
    equal(await (await get()).json(), { a: 1 });
    equal((await (await get()).bytes()).length, 7);
    equal((await (await get()).arrayBuffer()).byteLength, 7);
    const blob = await (await get()).blob();
    equal([blob.type, blob.size], ["application/json", 7]);
  },
  async "a second time is refused"({ R2 }) {
    await R2.put("b", "once");
    const object = await R2.get("b");
    equal(object.bodyUsed, false);
    equal(await object.text(), "once");
    equal([object.bodyUsed, object.body.locked], [true, true]);
    for (const read of ["text", "json", "arrayBuffer", "blob", "bytes"]) {
      await rejects(() => object[read](), "TypeError", USED);
    }
    await R2.put("empty", "");
    const empty = await R2.get("empty");
    equal(await empty.text(), "");
    await rejects(() => empty.text(), "TypeError", USED);
  },
  async "as the body of a response, and from a reader of its own"({ R2 }) {
    await R2.put("b", "streamed");
    equal(await new Response((await R2.get("b")).body).text(), "streamed");
    const reader = (await R2.get("b")).body.getReader({ mode: "byob" });
    equal(new TextDecoder().decode((await reader.read(new Uint8Array(3))).value), "str");
    await reader.cancel();
    const [one, two] = (await R2.get("b")).body.tee();
    equal([await new Response(one).text(), await new Response(two).text()], ["streamed", "streamed"]);
  },
  async "a locked body is refused and not used"({ R2 }) {
    await R2.put("b", "locked");
    const object = await R2.get("b");
    object.body.getReader();
    await rejects(() => object.text(), "TypeError", "This ReadableStream is currently locked to a reader.");
    equal(object.bodyUsed, false);
  },
  async "it is that of the object that was asked for"({ R2 }) {
    await R2.put("b", "old");
    const [replaced, deleted] = [await R2.get("b"), await R2.get("b")];
    await R2.put("b", "new");
    equal(await replaced.text(), "old");
    await R2.delete("b");
    equal(await deleted.text(), "old");
  },
  async "it can be put again, whole or in part"({ R2 }) {
    await R2.put("b", "0123456789");
    equal((await R2.put("copy", (await R2.get("b")).body)).size, 10);
    equal((await R2.put("copy", (await R2.get("b", { range: { offset: 2, length: 3 } })).body)).size, 3);
    equal(await (await R2.get("copy")).text(), "234");
    equal((await R2.put("b", (await R2.get("b")).body)).size, 10);
  },
});
