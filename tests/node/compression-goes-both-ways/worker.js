import zlib, { brotliCompressSync, brotliDecompressSync, constants, crc32, createGunzip, createGzip, deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync, unzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { buffer, text } from "node:stream/consumers";
import { promisify } from "node:util";
import { checks, equal, ok, rejects, throws } from "../../assert.mjs";

const TEXT = "the same words again and again. ".repeat(2000);

export default checks({
  "at once"() {
    for (const [pack, unpack] of [[gzipSync, gunzipSync], [deflateSync, inflateSync], [deflateRawSync, inflateRawSync], [brotliCompressSync, brotliDecompressSync], [zstdCompressSync, zstdDecompressSync]]) {
      const packed = pack(TEXT);
      ok(Buffer.isBuffer(packed) && packed.length < 1000, `${pack.name}: ${packed.length}`);
      equal(unpack(packed).toString() === TEXT, true, pack.name);
      equal(unpack(pack("")).length, 0, pack.name);
    }
    equal(unzipSync(gzipSync("a")).toString() + unzipSync(deflateSync("b")).toString(), "ab");
    equal(gunzipSync(Buffer.concat([gzipSync("one "), gzipSync("two")])).toString(), "one two");
  },
  async "told later"() {
    const packed = await promisify(zlib.gzip)(TEXT, { level: 9 });
    equal(await promisify(zlib.gunzip)(packed).then(String) === TEXT, true);
    equal(String(await promisify(zlib.brotliDecompress)(await promisify(zlib.brotliCompress)("x", { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }))), "x");
    await rejects(promisify(zlib.gunzip)(Buffer.from("no gzip at all")), "Error", "incorrect header check");
  },
  async "as streams"() {
    const packed = await buffer(Readable.from([TEXT.slice(0, 1000), TEXT.slice(1000)]).pipe(createGzip()));
    equal(await text(Readable.from([packed.subarray(0, 5), packed.subarray(5)]).pipe(createGunzip())) === TEXT, true);
    const chunks = [];
    await pipeline(Readable.from([TEXT]), zlib.createBrotliCompress(), zlib.createBrotliDecompress(), async (source) => { for await (const chunk of source) chunks.push(chunk); });
    equal(Buffer.concat(chunks).toString() === TEXT, true);
    equal(await text(Readable.from([TEXT]).pipe(zlib.createZstdCompress()).pipe(zlib.createZstdDecompress())) === TEXT, true);
  },
  async "with the streams of the Web"() {
    const packed = gzipSync(TEXT);
    equal(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text() === TEXT, true);
    const theirs = Buffer.from(await new Response(new Blob([TEXT]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer());
    equal(inflateSync(theirs).toString() === TEXT, true);
  },
  async "what is flushed can be read"() {
    const gzip = createGzip();
    gzip.write("first");
    await new Promise((resolve) => gzip.flush(resolve));
    equal(gunzipSync(gzip.read(), { finishFlush: constants.Z_SYNC_FLUSH }).toString(), "first");
  },
  "what is broken says so"() {
    const cut = gzipSync(TEXT).subarray(0, 50);
    throws(() => gunzipSync(cut), "Error", "unexpected end of file");
    throws(() => inflateSync(Buffer.from("xxxx")), "Error", "incorrect header check");
    throws(() => gunzipSync(gzipSync(TEXT), { maxOutputLength: 100 }), "RangeError", "Memory limit exceeded");
    throws(() => gzipSync(TEXT, { level: 99 }), "RangeError", 'The value of "options.level" is out of range. It must be >= -1 and <= 9. Received 99');
    equal(throws(() => gzipSync(5), "TypeError").name, "TypeError");
  },
  "checksums and numbers"() {
    equal([crc32("hello"), crc32(" world", crc32("hello")), crc32("hello world")], [907060870, 222957957, 222957957]);
    equal([constants.Z_BEST_COMPRESSION, zlib.codes.Z_DATA_ERROR, zlib.Z_SYNC_FLUSH], [9, -3, 2]);
  },
});
