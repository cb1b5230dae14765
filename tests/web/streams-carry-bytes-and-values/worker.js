import { checks, equal, ok, readText, rejects } from "../../assert.mjs";

const encoder = new TextEncoder();
const source = (...chunks) => new ReadableStream({
  start(controller) {
    for (const chunk of chunks) controller.enqueue(chunk);
    controller.close();
  },
});

export default checks({
  async "reading and iterating"() {
    const values = [];
    for await (const value of source(1, "two", { three: 3 })) values.push(value);
    equal(values, [1, "two", { three: 3 }]);
  },
  async "tee"() {
    const [one, two] = source(encoder.encode("text")).tee();
    equal([await readText(one), await readText(two)], ["text", "text"]);
  },
  async "transforming"() {
    const shout = new TransformStream({
      transform(chunk, controller) {
        controller.enqueue(chunk.toUpperCase());
      },
      flush(controller) {
        controller.enqueue("!");
      },
    });
    const stream = source("a", "b").pipeThrough(shout).pipeThrough(new TextEncoderStream());
    equal(await readText(stream), "AB!");
  },
  async "an identity stream moves bytes"() {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const written = writer.write(encoder.encode("bytes")).then(() => writer.close());
    equal(await readText(readable), "bytes");
    await written;
  },
  async "a stream of fixed length"() {
    const { readable, writable } = new FixedLengthStream(5);
    const writer = writable.getWriter();
    const written = writer.write(encoder.encode("12345")).then(() => writer.close());
    equal(await readText(readable), "12345");
    await written;
  },
  async "a stream of fixed length that gets too much"() {
    const { readable, writable } = new FixedLengthStream(2);
    const writer = writable.getWriter();
    writer.write(encoder.encode("123")).catch(() => {});
    await rejects(() => readText(readable), "TypeError", "Attempt to write too many bytes through a FixedLengthStream.");
  },
  async "a stream of fixed length that gets too little"() {
    const { readable, writable } = new FixedLengthStream(4);
    const writer = writable.getWriter();
    writer.write(encoder.encode("123")).then(() => writer.close()).catch(() => {});
    await rejects(
      () => readText(readable),
      "TypeError",
      "FixedLengthStream did not see all expected bytes before close().",
    );
  },
  async "readers that bring their own buffer"() {
    const stream = new ReadableStream({
      type: "bytes",
      pull(controller) {
        controller.enqueue(encoder.encode("abc"));
        controller.close();
      },
    });
    const reader = stream.getReader({ mode: "byob" });
    const { value, done } = await reader.read(new Uint8Array(2));
    equal([done, new TextDecoder().decode(value)], [false, "ab"]);
  },
  async "readAtLeast"() {
    const chunks = ["a", "b", "c"];
    const stream = new ReadableStream({
      type: "bytes",
      pull(controller) {
        controller.enqueue(encoder.encode(chunks.shift()));
        if (chunks.length === 0) controller.close();
      },
    });
    const { value } = await stream.getReader({ mode: "byob" }).readAtLeast(3, new Uint8Array(3));
    equal(new TextDecoder().decode(value), "abc");
  },
  async "errors travel"() {
    const stream = new ReadableStream({
      pull() {
        throw new RangeError("broken source");
      },
    });
    await rejects(() => readText(stream), "RangeError", "broken source");
  },
  async "cancelling reaches the source"() {
    let reason;
    const stream = new ReadableStream({
      cancel(why) {
        reason = why;
      },
    });
    await stream.cancel("enough");
    equal(reason, "enough");
  },
  async "back-pressure"() {
    let pulled = 0;
    const stream = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue("x");
      },
    }, { highWaterMark: 2 });
    await scheduler.wait(1);
    equal(pulled, 2);
    await stream.cancel();
  },
  async "compressing and back, in every format"() {
    for (const format of ["gzip", "deflate", "deflate-raw"]) {
      const packed = source(encoder.encode("text ".repeat(100))).pipeThrough(new CompressionStream(format));
      const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
      ok(bytes.length < 100, format);
      equal(await readText(new Response(bytes).body.pipeThrough(new DecompressionStream(format))), "text ".repeat(100), format);
    }
  },
  async "bytes that are not compressed cannot be unpacked"() {
    await rejects(() => readText(source(encoder.encode("plain")).pipeThrough(new DecompressionStream("gzip"))), "TypeError");
  },
  async "text streams"() {
    const bytes = encoder.encode("h\u00e9");
    const stream = source(bytes.slice(0, 2), bytes.slice(2)).pipeThrough(new TextDecoderStream());
    const parts = [];
    for await (const part of stream) parts.push(part);
    equal(parts.join(""), "h\u00e9");
  },
});
