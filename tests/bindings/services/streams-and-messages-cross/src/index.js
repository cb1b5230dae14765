import { checks, equal, ok, rejects } from "../../../../assert.mjs";

const LOCKED = "The ReadableStream has been locked to a reader.";
const BROKEN = "ReadableStream received over RPC disconnected prematurely.";

async function read(stream) {
  return await new Response(stream).text();
}

export default checks({
  async "streams are read on the other side"({ OTHER }) {
    equal(await OTHER.readAll(new Blob(["of a blob"]).stream()), ["ReadableStream", "of a blob"]);
    equal(await OTHER.readAll(new Response("of a response").body), ["ReadableStream", "of a response"]);
    const text = new ReadableStream({ start: (controller) => (controller.enqueue("text"), controller.close()) });
    equal(await OTHER.readAll(text), ["ReadableStream", "text"]);
    const [one, two] = new Response("branches").body.tee();
    equal([await OTHER.readAll(one), await read(two)], [["ReadableStream", "branches"], "branches"]);
    const { readable, writable } = new IdentityTransformStream();
    const answer = OTHER.readAll(readable);
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode("chunk"));
    await writer.close();
    equal(await answer, ["ReadableStream", "chunk"]);
  },

  async "streams come back"({ OTHER }) {
    const bytes = await new Response(await OTHER.bytes(20)).arrayBuffer();
    equal([bytes.byteLength, new Uint8Array(bytes)[0], new Uint8Array(bytes)[19999]], [20000, 19, 0]);
    equal(await read(await OTHER.text()), "as UTF-8: ü");
    using both = await OTHER.both();
    equal([(await read(both.stream)).length, await both.f()], [1000, "f"]);
  },

  async "a stream that fails is one without an end"({ OTHER }) {
    await rejects(async () => read(await OTHER.failing()), "Error", BROKEN);
    await rejects(async () => (await OTHER.objects()).getReader().read(), "Error", BROKEN);
  },

  async "streams that somebody reads are refused"({ OTHER }) {
    const stream = new Response("x").body;
    stream.getReader();
    await rejects(async () => await OTHER.readAll(stream), "TypeError", LOCKED);
    const response = new Response("x");
    await response.text();
    await rejects(async () => await OTHER.readResponse(response), "TypeError", LOCKED);
    const { writable } = new IdentityTransformStream();
    writable.getWriter();
    await rejects(async () => await OTHER.writeTo(writable), "TypeError", "This WritableStream is currently locked to a writer.");
  },

  async "streams are written from the other side"({ OTHER }) {
    const got = [];
    const stream = new WritableStream({
      write: (chunk) => void got.push(new TextDecoder().decode(chunk)),
      close: () => void got.push("closed"),
    });
    equal(await OTHER.writeTo(stream), "done");
    equal(got, ["hello ", "there", "closed"]);
    const { readable, writable } = new IdentityTransformStream();
    const done = OTHER.writeTo(writable);
    equal([await read(readable), await done], ["hello there", "done"]);
  },

  async "responses cross"({ OTHER }) {
    const response = await OTHER.response();
    ok(response instanceof Response);
    equal([response.status, response.statusText, response.headers.get("x-a"), await response.text()], [201, "Made", "1", "the body"]);
    response.headers.set("q", "1");
    equal(await OTHER.readResponse(new Response("sent", { status: 202, headers: { a: "b" } })), [
      202, "", "a,b|content-type,text/plain;charset=UTF-8", "sent",
    ]);
    equal(await OTHER.readResponse(new Response(null)), [200, "", "", ""]);
  },

  async "requests cross"({ OTHER }) {
    const request = new Request("http://q/", { method: "PUT", body: "body", headers: { c: "d" }, cf: { colo: "x" } });
    equal(await OTHER.readRequest(request), [
      "PUT", "http://q/", "c,d|content-type,text/plain;charset=UTF-8", "body", "follow", { colo: "x" },
    ]);
    equal(await OTHER.readRequest(new Request("http://q/")), ["GET", "http://q/", "", "", "follow", undefined]);
    const back = await OTHER.request();
    ok(back instanceof Request);
    equal([back.method, back.url, back.headers.get("q"), await back.text()], ["POST", "http://y/z", "1", "sent"]);
  },

  async "headers cross"({ OTHER }) {
    const changed = await OTHER.change(new Headers([["set-cookie", "a"], ["set-cookie", "b"]]));
    ok(changed instanceof Headers);
    equal([...changed], [["n", "1"], ["set-cookie", "a"], ["set-cookie", "b"]]);
  },
});
