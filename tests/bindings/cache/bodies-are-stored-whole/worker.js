import { checks, equal, rejects } from "../../../assert.mjs";

const cache = caches.default;
const at = "https://cache.test/";
const fresh = (body, init) => new Response(body, { ...init, headers: { "cache-control": "max-age=100", ...init?.headers } });
const bytes = (text) => new TextEncoder().encode(text);

export default checks({
  async "a stream is stored when it has ended"() {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const putting = cache.put(at, fresh(readable));
    await writer.write(bytes("abc"));
    equal(await cache.match(at), undefined);
    await writer.close();
    await putting;
    const found = await cache.match(at);
    equal([found.headers.get("content-length"), await found.text()], [null, "abc"]);
  },
  async "a stream of known length has a length"() {
    const { readable, writable } = new FixedLengthStream(3);
    const writer = writable.getWriter();
    const putting = cache.put(`${at}fixed`, fresh(readable));
    await writer.write(bytes("abc"));
    await writer.close();
    await putting;
    equal((await cache.match(`${at}fixed`)).headers.get("content-length"), "3");
  },
  async "a stream that fails is not stored"() {
    const failing = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(2));
        controller.error(new Error("boom"));
      },
    });
    await rejects(() => cache.put(`${at}failing`, fresh(failing)), "Error", "boom");
    equal(await cache.match(`${at}failing`), undefined);
  },
  async "no body is an empty one"() {
    await cache.put(`${at}empty`, fresh(null));
    const found = await cache.match(`${at}empty`);
    equal([found.headers.get("content-length"), await found.text()], ["0", ""]);
  },
  async "a body is stored as it goes over the wire"() {
    await cache.put(`${at}gzip`, fresh("plain", { headers: { "content-encoding": "gzip" } }));
    const found = await cache.match(`${at}gzip`);
    equal(found.headers.get("content-encoding"), "gzip");
    const unpacked = found.body.pipeThrough(new DecompressionStream("gzip"));
    equal(await new Response(unpacked).text(), "plain");
    const compressed = new Response("hi").body.pipeThrough(new CompressionStream("gzip"));
    const packed = await new Response(compressed).arrayBuffer();
    await cache.put(`${at}packed`, fresh(packed, { encodeBody: "manual", headers: { "content-encoding": "gzip" } }));
    equal(await (await cache.match(`${at}packed`)).arrayBuffer(), packed);
  },
  async "a clone can be sent while the other is stored"() {
    const response = fresh("both");
    const [, sent] = await Promise.all([cache.put(`${at}clone`, response.clone()), response.text()]);
    equal([sent, await (await cache.match(`${at}clone`)).text()], ["both", "both"]);
  },
  async "a match can be put again"() {
    await cache.put(`${at}one`, fresh("copied"));
    await cache.put(`${at}two`, await cache.match(`${at}one`));
    equal(await (await cache.match(`${at}two`)).text(), "copied");
  },
});
