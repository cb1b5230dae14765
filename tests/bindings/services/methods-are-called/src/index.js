import { RpcPromise, RpcProperty, RpcStub, RpcTarget, ServiceStub, WorkerEntrypoint, exports } from "cloudflare:workers";
import { checks, equal, includes, ok, rejects as rejectsWith, same, throws } from "../../../../assert.mjs";

const HUNG = "The Workers runtime canceled this request because it detected that your Worker's code had hung and would " +
  "never generate a response. Refer to: https://developers.cloudflare.com/workers/observability/errors/";
const DISPOSED = "RPC stub used after being disposed.";

/** What is called here can be called on: it must not be taken for a function to try. */
function rejects(action, name, message) {
  const isPromise = action instanceof RpcPromise || action instanceof RpcProperty;
  return rejectsWith(isPromise ? () => action : action, name, message);
}

const absent = (name) => `The RPC receiver does not implement the method "${name}".`;
const reserved = (name) => `'${name}' is a reserved method and cannot be called over RPC.`;
const unsendable = (name) => `Could not serialize object of type "${name}". This type does not support serialization.`;

class Local extends RpcTarget {
  hello(name) {
    return `hello ${name}`;
  }
}

export class Own extends WorkerEntrypoint {
  props() {
    return this.ctx.props;
  }
  async twice(f) {
    return (await f()) + (await f());
  }
  hang() {
    return new Promise(() => {});
  }
}

export default checks({
  async "methods take arguments and give results"({ OTHER }) {
    equal(await OTHER.add(1, 2), 3);
    equal(await OTHER._underscore(), "called");
    equal(await OTHER.count(), 0);
    equal(await OTHER.count(undefined, 2), 2);
    const { echo } = OTHER;
    equal(await echo("torn off"), "torn off");
  },

  async "properties can be awaited, and their methods called"({ OTHER }) {
    equal(await OTHER.answer, 42);
    equal(await OTHER.nested.a.b, 7);
    equal(await OTHER.nested.a.f(), "deep");
    await rejects(() => OTHER.failing, "RangeError", "in a getter");
    await rejects(OTHER.answer(), "TypeError", '"answer" is not a function.');
    await rejects(OTHER.nested.a(), "TypeError", '"nested.a" is not a function.');
  },

  async "only what the class has can be reached"({ OTHER }) {
    for (const name of ["nope", "own", "assigned"]) {
      equal((await rejects(OTHER[name](), "TypeError", absent(name))).remote, true);
    }
    await rejects(() => OTHER.nope, "TypeError", absent("nope"));
    for (const name of ["alarm", "webSocketMessage", "dup"]) await rejects(OTHER[name](), "TypeError", reserved(name));
    equal(OTHER.then, undefined);
    equal(typeof OTHER.fetch, "function");
    equal(String(OTHER), "[object Fetcher]");
  },

  async "named entrypoints have props"({ NAMED, SELF }) {
    equal(await NAMED.props(), { p: 1 });
    equal(await SELF.props(), { own: true });
  },

  async "plain objects take one argument"({ PLAIN }) {
    equal(await PLAIN.one(5), "one 5 3");
    equal(await PLAIN.three(5), [["THIRD"], "ExecutionContext"]);
    equal(await PLAIN.value, 9);
    await rejects(PLAIN.four(5), "TypeError", /^Cannot call handler function "four" over RPC because it has the wrong number/);
    await rejects(PLAIN.one(5, 6), "TypeError", /^Attempted to call RPC function "one" with the wrong number of arguments\./);
    await rejects(PLAIN.one(), "TypeError", /^Attempted to call RPC function "one" with the wrong number of arguments\./);
    await rejects(PLAIN.nope(1), "TypeError", absent("nope"));
  },

  async "errors cross with class, message and properties"({ OTHER }) {
    const type = await rejects(OTHER.fail("type"), "TypeError", "bad type");
    equal([type instanceof TypeError, type.remote], [true, true]);
    const mine = await rejects(OTHER.fail("mine"), "MyError", "boo");
    equal([mine.constructor === Error, mine.code, mine.remote], [true, 7, true]);
    const props = await rejects(OTHER.fail("props"), "Error", "with properties");
    equal([props.code, props.more, props.cause.name, props.cause.message], ["E", { a: [1] }, "TypeError", "the cause"]);
    equal((await rejects(OTHER.fail("text"), "Error", "text")).remote, true);
    await rejects(OTHER.fail("nothing"), "Error", "null");
    const dom = await rejects(OTHER.fail("dom"), "AbortError", "dom");
    equal([dom instanceof DOMException, dom.remote], [true, true]);
    equal((await rejects(OTHER.fail("function"), "Error", "x")).f, undefined);
    const thrown = await OTHER.fail("object").then(() => "nothing", (error) => error);
    equal(thrown, { a: 1, remote: true });
    const given = await OTHER.error();
    equal([given instanceof RangeError, given.message, given.code, given.remote], [true, "given back", 1, undefined]);
  },

  async "a method that hangs is noticed"({ OTHER, SELF }) {
    equal((await rejects(OTHER.hang(), "Error", HUNG)).remote, undefined);
    await rejects(SELF.hang(), "Error", HUNG);
  },

  async "a Worker that does not run is told so at the call"({ NOBODY }) {
    await rejects(NOBODY.anything(), "Error", 'Worker "nobody" not found. Make sure it is running locally.');
  },

  async "values are cloned"({ OTHER }) {
    const buffer = new ArrayBuffer(8);
    const values = [
      1, -0, "a", null, undefined, 1n, true, new Date(5), new Map([[{ a: 1 }, new Set([2])]]), new Set([1]), /a/g,
      new Uint8Array([1, 2]), buffer, [1, , 3], { a: undefined, b: null }, new Boolean(true),
    ];
    for (const value of values) {
      const copy = await OTHER.echo(value);
      equal(copy, value);
      if (typeof value === "object" && value !== null) ok(copy !== value);
    }
    equal(Object.is(await OTHER.echo(-0), -0), true);
    const view = await OTHER.echo([new Uint8Array(buffer, 2, 3), buffer]);
    equal([view[0].buffer === view[1], view[0].byteOffset], [true, 2]);
    const circle = {};
    circle.self = circle;
    const copy = await OTHER.echo(circle);
    same(copy.self, copy);
    equal(Object.keys(await OTHER.echo(JSON.parse('{"__proto__":{"a":1}}'))), ["__proto__"]);
    const withFunction = { f: () => 4 };
    withFunction.self = withFunction;
    const second = await OTHER.echo(withFunction);
    same(second.self, second);
    equal(await second.f(), 4);
    const pair = await OTHER.echo([withFunction.f, withFunction.f]);
    same(pair[0], pair[1]);
  },

  async "what cannot be sent is refused"({ OTHER }, ctx) {
    equal((await rejects(OTHER.instance(), "DataCloneError", unsendable("A"))).remote, true);
    equal((await rejects(OTHER.echo(new (class Foo {})()), "DataCloneError", unsendable("Foo"))).remote, undefined);
    await rejects(OTHER.echo({ a: [new (class Q {})()] }), "DataCloneError", unsendable("Q"));
    await rejects(OTHER.echo(Object.create(null)), "DataCloneError", unsendable("Object"));
    await rejects(OTHER.echo(ctx), "DataCloneError", unsendable("ExecutionContext"));
    await rejects(OTHER.url(), "DataCloneError", unsendable("URL"));
    await rejects(OTHER.echo(new FormData()), "DataCloneError", unsendable("FormData"));
    await rejects(OTHER.echo(OTHER.foo), "DataCloneError", unsendable("RpcProperty"));
    await rejects(OTHER.symbol(), "DataCloneError", "Symbol(q) could not be cloned.");
    await rejects(OTHER.weak(), "DataCloneError", "#<WeakMap> could not be cloned.");
    await rejects(OTHER.echo(Promise.resolve(1)), "DataCloneError", "#<Promise> could not be cloned.");
    await rejects(OTHER.echo(new AbortController().signal), "DataCloneError", "AbortSignal serialization is not enabled.");
    await rejects(OTHER.echo(new Proxy(new Map(), {})), "DataCloneError", /^Proxy could not be serialized because/);
  },

  async "large values are refused"({ OTHER }) {
    const text = /^Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: \d+ bytes\.$/;
    equal((await rejects(OTHER.big(), "Error", text)).remote, true);
    equal((await rejects(OTHER.echo(new Uint8Array(33 * 1024 * 1024)), "Error", text)).remote, undefined);
    equal((await OTHER.echo(new Uint8Array(31 * 1024 * 1024))).length, 31 * 1024 * 1024);
  },

  async "functions are called where they come from"({ OTHER }) {
    equal(await OTHER.call((x) => x + 1, 4), 5);
    equal(await OTHER.call(async (x) => (await scheduler.wait(5), x + 1), 4), 5);
    equal(await OTHER.callTwice((x) => x * 2), [2, 4]);
    equal(await OTHER.nestedCall({ a: { b: { c: (x) => `c${x}` } } }), "c5");
    const error = await rejects(OTHER.call(() => { throw new TypeError("in the callback"); }), "TypeError", "in the callback");
    equal(error.remote, true);
    const doubler = await OTHER.doubler();
    equal([typeof doubler, doubler instanceof RpcStub, await doubler(4)], ["function", true, 8]);
  },

  async "stubs stand for objects"({ OTHER }) {
    const thing = await OTHER.thing("t");
    equal([typeof thing, thing instanceof RpcStub, String(thing)], ["function", true, "[object JsRpcStub]"]);
    equal([await thing.name(), await thing.name("!"), await thing.length], ["t", "t!", 1]);
    await rejects(() => thing.own, "TypeError", absent("own"));
    same(thing.constructor, RpcStub);
    await rejects(thing.nope(), "TypeError", absent("nope"));
    equal(await (await thing.deeper()).name(), "t/deeper");
    equal(await OTHER.call(new Local().hello, "you"), "hello you");
    equal(await OTHER.readStub(new RpcStub({ x: 1, y: { z: 2 } })), [1, 2]);
    equal(await OTHER.readStub(Object.assign(() => 1, { x: 5, y: { z: 6 } })), [5, 6]);
    const proxy = await OTHER.echo(new Proxy(new Local(), {}));
    equal(await proxy.hello("proxy"), "hello proxy");
  },

  async "local stubs work as those of others"() {
    const stub = new RpcStub({ a: 1, f: (x) => x + 1 });
    equal([await stub.a, await stub.f(2)], [1, 3]);
    const target = new RpcStub(new Local());
    equal(await target.hello("me"), "hello me");
    throws(() => new RpcStub(1), "TypeError", "Failed to construct 'JsRpcStub': constructor parameter 1 is not of type 'Object'.");
    throws(() => new RpcStub(new Map()), "TypeError", "RpcStubs can only wrap plain objects, functions, and RpcTarget derivatives.");
    for (const Class of [RpcPromise, RpcProperty, ServiceStub]) throws(() => new Class(), "TypeError", "Illegal constructor");
    throws(() => structuredClone(new Local()), "DataCloneError", "Remote RPC references can only be serialized for RPC.");
  },

  async "calls on results need not wait for them"({ OTHER }) {
    equal(await OTHER.thing("p").deeper().deeper().name("?"), "p/deeper/deeper?");
    equal(await OTHER.thing("p").length, 1);
    equal(await OTHER.slowThing("slow").deeper().name(), "slow/deeper");
    equal(await OTHER.things().list[0] === undefined, true);
    equal(await OTHER.things().a.name(), "a");
    await rejects(OTHER.add(1, 2).foo(), "TypeError", absent("foo"));
    equal((await rejects(OTHER.fail("type").foo(), "TypeError", "bad type")).remote, true);
    const promise = OTHER.thing("r");
    const thing = await promise;
    equal([await promise.name(1), await thing.name(2)], ["r1", "r2"]);
    same(await promise, thing);
    const number = OTHER.add(1, 2);
    await number;
    await rejects(() => number.foo, "TypeError", "Can't pipeline on RPC that did not return an object.");
  },

  async "calls arrive in order, and answers when they are there"({ OTHER }) {
    await OTHER.said();
    await Promise.all([1, 2, 3, 4, 5].map((n) => OTHER.order(n)));
    equal(await OTHER.said(), [1, 2, 3, 4, 5]);
    const arrived = [];
    await Promise.all([1, 2, 3].map(async (n) => arrived.push(await OTHER.slowly(n))));
    equal(arrived, [3, 2, 1]);
  },

  async "stubs and promises look like this"({ OTHER }) {
    const [promise, property] = [OTHER.add(1, 2), OTHER.foo];
    equal([typeof promise, promise instanceof RpcPromise, promise instanceof Promise], ["function", true, false]);
    equal([typeof property, property instanceof RpcProperty], ["function", true]);
    equal([String(promise), String(property)], ["[object JsRpcPromise]", "[object JsRpcProperty]"]);
    equal(["then", "catch", "finally"].map((name) => typeof promise[name]), ["function", "function", "function"]);
    equal(await promise.finally(() => {}), 3);
    equal(await OTHER.nope().catch((error) => error.message), absent("nope"));
    equal([typeof OTHER, OTHER instanceof ServiceStub, Object.keys(OTHER)], ["object", true, []]);
  },

  async "disposed stubs cannot be used"({ OTHER }) {
    const doubler = await OTHER.doubler();
    const second = doubler.dup();
    doubler[Symbol.dispose]();
    await rejects(doubler(1), "Error", DISPOSED);
    equal(await second(5), 10);
    const things = await OTHER.things();
    things[Symbol.dispose]();
    await rejects(things.a.name(), "Error", DISPOSED);
    const promise = OTHER.thing("x");
    promise[Symbol.dispose]();
    await rejects(promise.name(), "Error", "RPC promise used after being disposed.");
  },

  async "disposers run on the other side"({ OTHER }) {
    await OTHER.said();
    {
      using whole = await OTHER.disposable();
      equal(await whole.thing.name(), "inner");
    }
    await scheduler.wait(1);
    equal((await OTHER.said()).sort(), ["inner is disposed", "the whole is disposed"]);
    const things = await OTHER.things();
    things.a[Symbol.dispose]();
    await scheduler.wait(1);
    equal(await OTHER.said(), ["a is disposed"]);
    equal(typeof (await OTHER.echo([1]))[Symbol.dispose], "function");
    equal(Object.keys(await OTHER.echo({ a: 1 })), ["a"]);
  },

  async "what a call was given ends with it, unless it is duplicated"({ OTHER }) {
    await OTHER.said();
    equal(await OTHER.later((x) => `callback ${x}`), "not yet");
    await scheduler.wait(50);
    equal(await OTHER.said(), [`failed: ${DISPOSED}`]);
    await OTHER.laterDuplicated((x) => `callback ${x}`);
    await scheduler.wait(50);
    equal(await OTHER.said(), ["called: callback later"]);
    const stub = new RpcStub(new Local());
    await OTHER.echo(stub);
    equal(await stub.hello("again"), "hello again");
  },

  async "a stub belongs to its call"({ OTHER }) {
    await OTHER.keep(() => "kept");
    const error = await rejects(OTHER.useKept(), "Error", /^Cannot perform I\/O on behalf of a different request\./);
    includes(error.message, "(I/O type: Client)");
  },

  async "stubs go on to others"({ OTHER }) {
    const third = await OTHER.third();
    equal([third instanceof ServiceStub, await third.hello()], [true, "hello from the third"]);
    equal(await OTHER.third().hello(), "hello from the third");
    equal(await (await OTHER.far()).name(), "far");
    equal(await (await OTHER.awaitedFar()).name(), "far");
    equal(await OTHER.far().name(), "far");
    const back = await OTHER.viaThird((x) => `mine ${x}`);
    equal(await back(1), "mine 1");
    const service = await OTHER.echo(OTHER);
    equal(await service.add(2, 3), 5);
  },

  async "a Worker calls itself"({ SELF }) {
    let calls = 0;
    equal(await SELF.twice(() => ++calls), 3);
  },

  async "a Worker has stubs of its own entrypoints"(env, ctx) {
    equal(Object.keys(ctx.exports), ["Own", "default"]);
    same(ctx.exports, exports);
    equal(typeof ctx.exports.Own, "function");
    equal(await ctx.exports.Own.props(), {});
    equal(await ctx.exports.Own({ props: { a: [1] } }).props(), { a: [1] });
    const text = "Failed to execute '(called as function)' on 'LoopbackServiceStub': parameter 1 is not of type 'Options'.";
    throws(() => ctx.exports.Own(1), "TypeError", text);
    const field = "Incorrect type for the 'props' field on 'Options': the provided value is not of type 'Object'.";
    throws(() => ctx.exports.Own({ props: 5 }), "TypeError", field);
    throws(() => ctx.exports.Own({ props: { f: () => 1 } }), "DataCloneError", "() => 1 could not be cloned.");
    equal(ctx.exports.Nope, undefined);
  },
});
