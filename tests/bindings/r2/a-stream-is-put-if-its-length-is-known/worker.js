import { checks, equal, rejects } from "../../../assert.mjs";

const UNKNOWN =
  "Provided readable stream must have a known length (request/response body or readable half of FixedLengthStream)";
const encode = (text) => new TextEncoder().encode(text);

async function putFixed(R2, length, chunks, end = (writer) => writer.close()) {
  const { readable, writable } = new FixedLengthStream(length);
  const writer = writable.getWriter();
  const write = async () => {
    try {
      for (const chunk of chunks) await writer.write(encode(chunk));
      await end(writer);
    } catch {
      // The put tells.
    }
  };
  const [object] = await Promise.all([R2.put("fixed", readable), write()]);
  return object;
}

export default checks({
  async "a FixedLengthStream"({ R2 }) {
    equal((await putFixed(R2, 5, ["he", "llo"])).size, 5);
    equal(await (await R2.get("fixed")).text(), "hello");
    equal((await putFixed(R2, 0, [])).size, 0);
  },
  async "one that is not filled, or overfilled, or given up"({ R2 }) {
    await R2.put("fixed", "before");
    const [few, many] = [
      "FixedLengthStream did not see all expected bytes before close().",
      "Attempt to write too many bytes through a FixedLengthStream.",
    ];
    await rejects(() => putFixed(R2, 5, ["he"]), "TypeError", few);
    await rejects(() => putFixed(R2, 5, ["hello", "more"]), "TypeError", many);
    await rejects(() => putFixed(R2, 5, ["he"], (writer) => writer.abort(new RangeError("gone"))), "RangeError", "gone");
    equal(await (await R2.get("fixed")).text(), "before");
  },
  async "the body of a response"({ R2 }) {
    equal((await R2.put("r", new Response("response").body)).size, 8);
    equal((await R2.put("r", new Response(new Blob(["bl", "ob"])).body)).size, 4);
    equal((await R2.put("r", new Response(encode("bytes")).body)).size, 5);
  },
  async "what clones and branches of these have"({ R2 }) {
    const size = async (stream) => (await R2.put("c", stream)).size;
    const fixed = () => {
      const { readable, writable } = new FixedLengthStream(4);
      const writer = writable.getWriter();
      writer.write(encode("four"));
      writer.close();
      return readable;
    };
    const post = (body) => new Request("http://x/", { method: "POST", body });
    for (const body of ["four", encode("four"), new Blob(["fo", "ur"]), new URLSearchParams("a=bc")]) {
      const [request, response] = [post(body), new Response(body)];
      const clones = [request.clone(), response.clone()];
      for (const { body } of [...clones, request, response]) equal(await size(body), 4);
      for (const branch of new Response(body).body.tee()) equal(await size(branch), 4);
    }
    equal(await size(fixed().tee()[0]), 4);
    equal(await size(new Response(fixed()).clone().body), 4);
    await R2.put("source", "0123456789");
    equal(await size(new Response((await R2.get("source")).body).clone().body), 10);
    equal(await size((await R2.get("source", { range: { offset: 7 } })).body.tee()[1]), 3);
  },
  async "any other stream is refused"({ R2 }) {
    const refused = (stream) => rejects(() => R2.put("x", stream), "TypeError", UNKNOWN);
    await refused(new ReadableStream({ start: (controller) => controller.close() }));
    await refused(new ReadableStream({ type: "bytes", start: (controller) => controller.close() }));
    await refused(new TransformStream().readable);
    await refused(new IdentityTransformStream().readable);
    equal(await R2.head("x"), null);
  },
  async "a stream is given up if its put is refused at once"({ R2 }) {
    const { readable } = new FixedLengthStream(3);
    const message = 'Conditional ETag should not be wrapped in quotes ("q").';
    await rejects(() => R2.put("x", readable, { onlyIf: { etagMatches: '"q"' } }), "TypeError", message);
    equal((await readable.getReader().read()).done, true);
  },
  async "a locked stream is refused"({ R2 }) {
    const { body } = new Response("x");
    body.getReader();
    await rejects(() => R2.put("x", body), "TypeError", "The ReadableStream has been locked to a reader.");
  },
});
