import { checks, equal, ok, readText, rejects, throws } from "../../assert.mjs";

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
  async "an identity stream takes text"() {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const written = writer.write("t\u00e9xt").then(() => writer.close());
    equal(await readText(readable), "t\u00e9xt");
    await written;
  },
  async "text is piped into an identity stream"() {
    const { readable, writable } = new IdentityTransformStream();
    const piped = source("one ", "two").pipeTo(writable);
    equal(await readText(readable), "one two");
    await piped;
  },
  async "what is neither text nor bytes breaks a pipe on both ends"() {
    const { readable, writable } = new IdentityTransformStream();
    const piped = rejects(source("one", 5).pipeTo(writable), "TypeError", "This WritableStream only supports writing byte types.");
    await rejects(() => readText(readable), "TypeError", "This WritableStream only supports writing byte types.");
    await piped;
  },
  async "a chunk that is refused leaves the stream as it was"() {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    await rejects(
      writer.write(5),
      "TypeError",
      "This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView " +
        "type on its writable side.",
    );
    const written = writer.write("fine").then(() => writer.close());
    equal(await readText(readable), "fine");
    await written;
  },
  async "who reads no more is heard by who writes"() {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const waiting = rejects(writer.write("unread"), "RangeError", "enough");
    await readable.cancel(new RangeError("enough"));
    await waiting;
    await rejects(writer.write("more"), "TypeError", "This WritableStream has been closed.");
    await rejects(writer.closed, "RangeError", "enough");
  },
  async "who writes no more is heard by who reads"() {
    const { readable, writable } = new IdentityTransformStream();
    await writable.abort("a reason that is no error");
    await rejects(() => readText(readable), "Error", "a reason that is no error");
  },
  async "giving up does not wait for a reader"() {
    const { writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const waiting = rejects(writer.write("unread"), "RangeError", "over");
    await writer.abort(new RangeError("over"));
    await waiting;
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
  async "the writer of too much or too little learns it late"() {
    const much = new FixedLengthStream(2);
    const muchRead = rejects(() => readText(much.readable), "TypeError", "Attempt to write too many bytes through a FixedLengthStream.");
    const writer = much.writable.getWriter();
    await writer.write(encoder.encode("123"));
    await rejects(writer.close(), "TypeError", "Attempt to write too many bytes through a FixedLengthStream.");
    await muchRead;
    const little = new FixedLengthStream(4);
    const littleRead = rejects(() => readText(little.readable), "TypeError", "FixedLengthStream did not see all expected bytes before close().");
    await little.writable.getWriter().close();
    await littleRead;
  },
  "lengths"() {
    for (const length of [0, 5n, 1.5, "3", null, true]) ok(new FixedLengthStream(length), String(length));
    throws(() => new FixedLengthStream(), "TypeError", "Failed to construct 'FixedLengthStream': constructor parameter 1 is not of type 'bigint'.");
    for (const length of [undefined, NaN, Infinity, "x"]) {
      throws(() => new FixedLengthStream(length), "TypeError", "The value cannot be converted because it is not an integer.");
    }
    throws(() => new FixedLengthStream(-1), "TypeError", "The value cannot be converted because it is negative and this API expects a positive bigint.");
    throws(() => new FixedLengthStream(2 ** 53), "TypeError", "FixedLengthStream requires an integer expected length less than 2^53.");
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
  async "a minimum that the stream cannot give"() {
    const read = async (stream) => {
      const reader = stream.getReader({ mode: "byob" });
      const { value, done } = await reader.read(new Uint8Array(5), { min: 5 });
      const last = await reader.read(new Uint8Array(5), { min: 5 });
      return [new TextDecoder().decode(value), done, last.value.byteLength, last.done];
    };
    equal(await read(new Response("abc").body), ["abc", false, 0, true]);
    const ended = new ReadableStream({
      type: "bytes",
      start(controller) {
        controller.enqueue(encoder.encode("ab"));
        controller.enqueue(encoder.encode("c"));
        controller.close();
      },
    });
    equal(await read(ended), ["abc", false, 0, true]);
  },
  async "minimums that make no sense"() {
    const reader = new Response("abc").body.getReader({ mode: "byob" });
    await rejects(reader.read(new Uint8Array(5), { min: 0 }), "TypeError", "Requested invalid minimum number of bytes to read (0).");
    await rejects(reader.readAtLeast(6, new Uint8Array(5)), "TypeError", "Minimum bytes to read (6) exceeds size of buffer (5).");
    await rejects(reader.read(new Uint8Array(0)), "TypeError", 'You must call read() on a "byob" reader with a positive-sized TypedArray object.');
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
  async "compressing does not wait for a reader"() {
    const { readable, writable } = new CompressionStream("gzip");
    const writer = writable.getWriter();
    await writer.write("text");
    await writer.write(new Uint8Array(1 << 16));
    await writer.close();
    const text = await readText(readable.pipeThrough(new DecompressionStream("gzip")));
    equal([text.length, text.slice(0, 4)], [4 + (1 << 16), "text"]);
  },
  async "bytes that are not compressed cannot be unpacked"() {
    const unpack = (format, bytes) => readText(new Response(bytes).body.pipeThrough(new DecompressionStream(format)));
    const pack = async (format) => new Uint8Array(await new Response(new Response("text").body.pipeThrough(new CompressionStream(format))).arrayBuffer());
    await rejects(() => unpack("gzip", "plain"), "TypeError", "Decompression failed.");
    await rejects(() => unpack("deflate", "plain"), "TypeError", "Decompression failed.");
    for (const format of ["gzip", "deflate", "deflate-raw"]) {
      const packed = await pack(format);
      const early = "Called close() on a decompression stream with incomplete data";
      await rejects(() => unpack(format, packed.slice(0, -1)), "TypeError", early);
      await rejects(() => unpack(format, new Uint8Array(0)), "TypeError", early);
      const longer = new Uint8Array([...packed, 0]);
      await rejects(() => unpack(format, longer), "TypeError", "Trailing bytes after end of compressed data");
    }
    const message = "The compression format must be either 'deflate', 'deflate-raw' or 'gzip'.";
    throws(() => new CompressionStream("br"), "TypeError", message);
    throws(() => new DecompressionStream(1), "TypeError", message);
  },
  async "what is locked, released or closed says so"() {
    const locked = "This ReadableStream is currently locked to a reader.";
    const stream = source("a");
    const reader = stream.getReader();
    throws(() => stream.getReader(), "TypeError", locked);
    throws(() => stream.tee(), "TypeError", "This ReadableStream is currently locked to a reader,");
    throws(() => stream.pipeThrough(new TransformStream()), "TypeError", locked);
    await rejects(stream.cancel(), "TypeError", locked);
    await rejects(stream.pipeTo(new WritableStream()), "TypeError", locked);
    reader.releaseLock();
    await rejects(reader.read(), "TypeError", "This ReadableStream reader has been released.");
    throws(() => stream.getReader({ mode: "byob" }), "TypeError", "This ReadableStream does not support BYOB reads.");
    throws(() => stream.getReader({ mode: "x" }), "TypeError", "mode must be undefined or 'byob' in call to getReader().");

    const sink = new WritableStream();
    const writer = sink.getWriter();
    throws(() => sink.getWriter(), "TypeError", "This WritableStream is currently locked to a writer.");
    await rejects(sink.close(), "TypeError", "This WritableStream is currently locked to a writer.");
    await writer.close();
    await rejects(writer.write("x"), "TypeError", "This WritableStream has been closed.");
    writer.releaseLock();
    await rejects(writer.write("x"), "TypeError", "This WritableStream writer has been released.");
    await rejects(source("a").pipeTo(sink), "TypeError", "This destination writable stream is closed.");

    let controller;
    new ReadableStream({ start: (given) => void (controller = given) });
    controller.close();
    throws(() => controller.enqueue("x"), "TypeError", "Unable to enqueue");
    throws(() => controller.close(), "TypeError", "This ReadableStream is closed.");
  },
  async "closing what has failed says why it failed"() {
    const writer = new WritableStream({
      write() {
        throw new RangeError("full");
      },
    }).getWriter();
    await rejects(writer.write("x"), "RangeError", "full");
    await rejects(writer.close(), "RangeError", "full");
  },
  async "text streams"() {
    const bytes = encoder.encode("h\u00e9");
    const stream = source(bytes.slice(0, 2), bytes.slice(2)).pipeThrough(new TextDecoderStream());
    const parts = [];
    for await (const part of stream) parts.push(part);
    equal(parts.join(""), "h\u00e9");
  },
});
