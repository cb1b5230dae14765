import util, { MIMEType, callbackify, deprecate, format, inspect, isDeepStrictEqual, promisify, stripVTControlCharacters, types } from "node:util";
import sys from "node:sys";
import { checks, equal, ok, rejects, same, throws } from "../../assert.mjs";

class Point {
  constructor() {
    this.x = 1;
  }
}

export default checks({
  "values are shown"() {
    equal(inspect({ a: 1, "b-c": [1, "two", { d: null }], [Symbol("s")]: undefined }), "{ a: 1, 'b-c': [ 1, 'two', { d: null } ], Symbol(s): undefined }");
    equal(inspect({ a: { b: { c: { d: 1 } } } }), "{ a: { b: { c: [Object] } } }");
    equal(inspect(new Map([["a", { b: 1 }]])), "Map(1) { 'a' => { b: 1 } }");
    equal([inspect(new Set([1, "x"])), inspect([1, , 3]), inspect(new Point()), inspect(Object.create(null))], ["Set(2) { 1, 'x' }", "[ 1, <1 empty item>, 3 ]", "Point { x: 1 }", "[Object: null prototype] {}"]);
    equal([inspect("it's"), inspect(-0), inspect(5n), inspect(/a/g), inspect(new Date(0)), inspect(Symbol("q"))], ['"it\'s"', "-0", "5n", "/a/g", "1970-01-01T00:00:00.000Z", "Symbol(q)"]);
    equal([inspect(function named() {}), inspect(class A extends Point {}), inspect(async () => {})], ["[Function: named]", "[class A extends Point]", "[AsyncFunction (anonymous)]"]);
    equal([inspect(Promise.resolve(4)), inspect(new Promise(() => {})), inspect(new Uint8Array(2)), inspect(new WeakMap())], ["Promise { 4 }", "Promise { <pending> }", "Uint8Array(2) [ 0, 0 ]", "WeakMap { <items unknown> }"]);
    const ring = { name: "ring" };
    ring.self = ring;
    equal(inspect(ring), "<ref *1> { name: 'ring', self: [Circular *1] }");
    equal(inspect({ get a() { return 1; }, set b(_value) {} }), "{ a: [Getter], b: [Setter] }");
    equal(inspect(Array.from({ length: 101 }, (_, at) => at)).endsWith("  ... 1 more item\n]"), true);
    equal(inspect({ a: 1, b: "x" }, { colors: true }), "{ a: \u001b[33m1\u001b[39m, b: \u001b[32m'x'\u001b[39m }");
    equal(inspect({ [inspect.custom]: (depth, options) => `custom ${depth} ${typeof options.stylize}` }), "custom 2 function");
    equal(inspect(new Map([[1, 2]]).entries()), "[Map Entries] { [ 1, 2 ] }");
    equal(inspect(new Proxy({ a: 1 }, {})), "Proxy({ a: 1 })");
  },
  "text is formatted"() {
    equal(format("%s is %d and %i, %f, %j, %o%%", "a", 1.5, 2.7, "3.3", { a: 1 }, [1]), 'a is 1.5 and 2, 3.3, {"a":1}, [ 1, [length]: 1 ]%');
    equal([format("a", "b", { c: 1 }), format(1, 2), format("%s"), format("%s", null, undefined), format("%d", 5n)], ["a b { c: 1 }", "1 2", "%s", "null undefined", "5n"]);
  },
  async "callbacks and promises change into each other"() {
    equal(await promisify((value, done) => done(null, value + 1))(1), 2);
    await rejects(promisify((done) => done(new Error("no")))(), "Error", "no");
    equal(await new Promise((resolve) => callbackify(async (a) => a)(3, (error, value) => resolve([error, value]))), [null, 3]);
    throws(() => promisify("x"), "TypeError", `The "original" argument must be of type function. Received type string ('x')`);
    equal(deprecate((a) => a, "old", "DEP1")(4), 4);
  },
  "content is compared"() {
    equal([isDeepStrictEqual({ a: [1, new Set([{ b: 1 }])] }, { a: [1, new Set([{ b: 1 }])] }), isDeepStrictEqual([1], ["1"]), isDeepStrictEqual(NaN, NaN)], [true, false, true]);
  },
  "kinds are told apart"() {
    equal([types.isDate(new Date()), types.isPromise({ then() {} }), types.isMap(new Map()), types.isProxy(new Proxy({}, {})), types.isUint8Array(Buffer.alloc(1)), types.isAsyncFunction(async () => {})], [true, false, true, true, true, true]);
    equal([types.isNativeError(new TypeError()), types.isBoxedPrimitive(Object(1)), types.isGeneratorFunction(function* () {})], [true, true, true]);
  },
  "media types are parsed"() {
    const type = new MIMEType('Text/HTML; charset="utf-8"; q=1');
    equal([type.essence, type.params.get("charset"), String(type)], ["text/html", "utf-8", "text/html;charset=utf-8;q=1"]);
    throws(() => new MIMEType("text"), "TypeError", "Not a valid MIME type: text");
  },
  "smaller things"() {
    equal(stripVTControlCharacters("\u001b[31mred\u001b[0m"), "red");
    equal(util.styleText("red", "x", { validateStream: false }), "\u001b[31mx\u001b[39m");
    equal([util.toUSVString("\ud800"), util.isArray([])], ["\ufffd", true]);
    same(sys.inspect, inspect);
    ok(util.TextEncoder === TextEncoder);
  },
});
