import stream, { Duplex, PassThrough, Readable, Transform, Writable, finished, pipeline } from "node:stream";
import promises, { pipeline as pipelineLater } from "node:stream/promises";
import { arrayBuffer, buffer, json, text } from "node:stream/consumers";
import * as web from "node:stream/web";
import { inherits, promisify } from "node:util";
import { checks, equal, ok, rejects, same } from "../../assert.mjs";

const later = (ms = 1) => scheduler.wait(ms);
const upper = () => new Transform({ transform: (chunk, _encoding, done) => done(null, String(chunk).toUpperCase()) });
const into = (list) => new Writable({ write(chunk, _encoding, done) { list.push(String(chunk)); done(); } });

export default checks({
  "the module is a class"() {
    same(stream.Stream, stream);
    same(stream.promises, promises);
    same(web.ReadableStream, ReadableStream);
    ok(new Duplex() instanceof Writable && new Duplex() instanceof Readable);
  },
  async "reading by events"() {
    const said = [];
    const readable = new Readable({ read() {} });
    readable.on("data", (chunk) => said.push(String(chunk))).on("end", () => said.push("end")).on("close", () => said.push("close"));
    readable.push("a");
    readable.push("b");
    readable.push(null);
    await later(5);
    equal(said, ["a", "b", "end", "close"]);
  },
  async "reading by iteration"() {
    const values = [];
    for await (const value of Readable.from([1, 2, 3])) values.push(value);
    equal(values, [1, 2, 3]);
    const early = Readable.from(["a", "b"]);
    for await (const _value of early) break;
    equal(early.destroyed, true);
    const broken = new Readable({ read() { this.destroy(new RangeError("broken")); } });
    await rejects(async () => { for await (const _value of broken); }, "RangeError", "broken");
  },
  async "writing waits when there is much"() {
    const said = [];
    const writable = new Writable({ highWaterMark: 3, write(chunk, _encoding, done) { setTimeout(done, 1); } });
    writable.on("drain", () => said.push("drain")).on("finish", () => said.push("finish")).on("close", () => said.push("close"));
    equal([writable.write("abc"), writable.writableNeedDrain, writable.writableLength], [false, true, 3]);
    await later(5);
    writable.end("x", () => said.push("ended"));
    equal([writable.writableEnded, writable.writable], [true, false]);
    await later(5);
    equal(said, ["drain", "ended", "finish", "close"]);
  },
  async "an error ends the stream"() {
    const said = [];
    const writable = new Writable({ write: (_chunk, _encoding, done) => done(new Error("full")) });
    writable.on("error", (error) => said.push(error.message)).on("close", () => said.push("close"));
    writable.write("a", (error) => said.push(`callback: ${error.message}`));
    await later(5);
    equal(said, ["callback: full", "full", "close"]);
    const over = new Writable({ write: (_chunk, _encoding, done) => done() });
    over.on("error", (error) => said.push(error.code));
    over.end();
    over.write("x");
    await later(5);
    equal(said.at(-1), "ERR_STREAM_WRITE_AFTER_END");
  },
  async "pipes and pipelines"() {
    const piped = [];
    Readable.from(["a", "b"]).pipe(upper()).pipe(into(piped));
    await later(5);
    equal(piped, ["A", "B"]);
    const list = [];
    await promisify(pipeline)(Readable.from(["x", "y"]), upper(), into(list));
    equal(list, ["X", "Y"]);
    const result = await pipelineLater(async function* () { yield "1"; yield "2"; }, async (source) => {
      let all = "";
      for await (const part of source) all += part;
      return all;
    });
    equal(result, "12");
    const source = Readable.from(["a"]);
    const failing = new Transform({ transform: (_chunk, _encoding, done) => done(new Error("in the middle")) });
    const error = await new Promise((resolve) => pipeline(source, failing, into([]), resolve));
    equal([error.message, source.destroyed], ["in the middle", true]);
  },
  async "the end is noticed"() {
    const said = [];
    const readable = Readable.from(["a"]);
    finished(readable, (error) => said.push(error));
    readable.resume();
    await later(5);
    const cut = new Writable({ write() {} });
    finished(cut, (error) => said.push(error.code));
    cut.destroy();
    await later(5);
    equal(said, [undefined, "ERR_STREAM_PREMATURE_CLOSE"]);
  },
  async "streams of the Web"() {
    equal(await text(Readable.fromWeb(new Blob(["hello"]).stream())), "hello");
    const response = new Response(Readable.toWeb(Readable.from([Buffer.from("from "), Buffer.from("node")], { objectMode: false })));
    equal(await response.text(), "from node");
    const { readable, writable } = new TransformStream();
    const target = Writable.fromWeb(writable);
    target.write("a");
    target.end("b");
    equal(await text(readable), "ab");
  },
  async "everything at once"() {
    equal((await buffer(Readable.from(["a", "b"]))).toString(), "ab");
    equal(await json(Readable.from(['{"a":', "1}"])), { a: 1 });
    equal((await arrayBuffer(Readable.from([Buffer.from("abc")]))).byteLength, 3);
  },
  async "streams work like arrays"() {
    equal(await Readable.from([1, 2, 3]).filter((value) => value !== 2).map(async (value) => value * 2).toArray(), [2, 6]);
    equal(await Readable.from([1, 2, 3]).take(2).reduce((sum, value) => sum + value, 10), 13);
  },
  async "text may come in pieces"() {
    const readable = new Readable({ read() {} });
    readable.setEncoding("utf8");
    readable.push(Buffer.from([0xe2, 0x82]));
    readable.push(Buffer.from([0xac]));
    readable.push(null);
    equal(await readable.toArray().then((list) => list.join("")), "\u20ac");
  },
  async "classes of old"() {
    function Old() {
      Transform.call(this);
    }
    inherits(Old, Transform);
    Old.prototype._transform = function (chunk, _encoding, done) {
      this.push(`<${chunk}>`);
      done();
    };
    const old = new Old();
    old.end("x");
    equal(await text(old), "<x>");
    const through = new PassThrough();
    through.end("y");
    equal(await text(through), "y");
  },
});
