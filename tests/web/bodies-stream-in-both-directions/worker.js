import { checks, equal } from "../../assert.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export default checks({
  async "an answer is read while it is sent"(env) {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const first = writer.write(encoder.encode("one"));
    const response = await fetch(`${env.UPSTREAM}/body`, { method: "POST", body: readable });
    const reader = response.body.getReader();
    equal(decoder.decode((await reader.read()).value), "one");
    await first;
    // The server gives back what it is given: the second half has not even been sent yet.
    const second = writer.write(encoder.encode("two"));
    equal(decoder.decode((await reader.read()).value), "two");
    await second;
    await writer.close();
    equal((await reader.read()).done, true);
  },
  async "chunks arrive in order"(env) {
    const response = await fetch(`${env.UPSTREAM}/chunks/500`);
    equal(await response.text(), Array.from({ length: 500 }, (_, i) => `${i},`).join(""));
  },
  async "a request of unknown length is sent in chunks"(env) {
    const body = new ReadableStream({
      start(controller) {
        for (const part of ["a", "b", "c"]) controller.enqueue(encoder.encode(part));
        controller.close();
      },
    });
    const seen = await (await fetch(`${env.UPSTREAM}/echo`, { method: "POST", body })).json();
    equal([seen.body, seen.headers["transfer-encoding"], seen.headers["content-length"]], ["abc", "chunked", undefined]);
  },
  async "a request of fixed length says so"(env) {
    const { readable, writable } = new FixedLengthStream(3);
    const writer = writable.getWriter();
    writer.write(encoder.encode("abc")).then(() => writer.close());
    const seen = await (await fetch(`${env.UPSTREAM}/echo`, { method: "POST", body: readable })).json();
    equal([seen.body, seen.headers["content-length"], seen.headers["transfer-encoding"]], ["abc", "3", undefined]);
  },
  async "megabytes go through"(env) {
    const response = await fetch(`${env.UPSTREAM}/large/8000000`);
    let bytes = 0;
    for await (const chunk of response.body) bytes += chunk.byteLength;
    equal(bytes, 8_000_000);
  },
  async "one answer is the body of the next request"(env) {
    const first = await fetch(`${env.UPSTREAM}/chunks/3`);
    const second = await fetch(`${env.UPSTREAM}/body`, { method: "POST", body: first.body });
    equal(await second.text(), "0,1,2,");
  },
  async "an answer can be read twice after tee"(env) {
    const [one, two] = (await fetch(`${env.UPSTREAM}/chunks/2`)).body.tee();
    equal([await new Response(one).text(), await new Response(two).text()], ["0,1,", "0,1,"]);
  },
});
