import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

let said = [];
let kept;

class Thing extends RpcTarget {
  #name;
  own = "not for others";
  constructor(name) {
    super();
    this.#name = name;
  }
  name(suffix = "") {
    return this.#name + suffix;
  }
  get length() {
    return this.#name.length;
  }
  deeper() {
    return new Thing(`${this.#name}/deeper`);
  }
  [Symbol.dispose]() {
    said.push(`${this.#name} is disposed`);
  }
}

export default class extends WorkerEntrypoint {
  own = 1;
  constructor(ctx, env) {
    super(ctx, env);
    this.assigned = () => 1;
  }
  add(a, b) {
    return a + b;
  }
  echo(value) {
    return value;
  }
  count() {
    return arguments.length;
  }
  _underscore() {
    return "called";
  }
  get answer() {
    return 42;
  }
  get nested() {
    return { a: { b: 7, f: () => "deep" } };
  }
  get failing() {
    throw new RangeError("in a getter");
  }
  said() {
    return said.splice(0);
  }
  thing(name) {
    return new Thing(name);
  }
  async slowThing(name) {
    await scheduler.wait(50);
    return new Thing(name);
  }
  things() {
    return { a: new Thing("a"), b: new Thing("b"), list: [new Thing("c")] };
  }
  disposable() {
    return { thing: new Thing("inner"), [Symbol.dispose]: () => said.push("the whole is disposed") };
  }
  doubler() {
    return (x) => x * 2;
  }
  async call(f, ...args) {
    return await f(...args);
  }
  async callTwice(f) {
    return [await f(1), await f(2)];
  }
  async nestedCall(value) {
    return await value.a.b.c(5);
  }
  async readStub(stub) {
    return [await stub.x, await stub.y.z];
  }
  async later(f) {
    this.ctx.waitUntil((async () => {
      await scheduler.wait(20);
      try {
        said.push(`called: ${await f("later")}`);
      } catch (error) {
        said.push(`failed: ${error.message}`);
      }
    })());
    return "not yet";
  }
  async laterDuplicated(f) {
    return this.later(f.dup());
  }
  keep(f) {
    kept = f.dup();
  }
  async useKept() {
    return await kept();
  }
  order(n) {
    said.push(n);
  }
  async slowly(n) {
    await scheduler.wait(100 - n * 10);
    return n;
  }
  fail(kind) {
    class MyError extends Error {
      name = "MyError";
    }
    switch (kind) {
      case "type":
        throw new TypeError("bad type");
      case "mine":
        throw Object.assign(new MyError("boo"), { code: 7 });
      case "props":
        throw Object.assign(new Error("with properties", { cause: new TypeError("the cause") }), { code: "E", more: { a: [1] } });
      case "text":
        throw "text";
      case "nothing":
        throw null;
      case "object":
        throw { a: 1 };
      case "dom":
        throw new DOMException("dom", "AbortError");
      case "function":
        throw Object.assign(new Error("x"), { f: () => 1 });
    }
  }
  error() {
    return Object.assign(new RangeError("given back"), { code: 1 });
  }
  hang() {
    return new Promise(() => {});
  }
  instance() {
    return new (class A {})();
  }
  symbol() {
    return Symbol("q");
  }
  weak() {
    return new WeakMap();
  }
  url() {
    return new URL("http://a/");
  }
  big() {
    return new Uint8Array(33 * 1024 * 1024);
  }
  third() {
    return this.env.THIRD;
  }
  viaThird(value) {
    return this.env.THIRD.echo(value);
  }
  far() {
    return this.env.THIRD.far();
  }
  async awaitedFar() {
    return await this.env.THIRD.far();
  }
}

export class Named extends WorkerEntrypoint {
  props() {
    return this.ctx.props;
  }
}

export const plain = {
  value: 9,
  one(a) {
    return `one ${a} ${arguments.length}`;
  },
  three(a, env, ctx) {
    return [Object.keys(env), ctx.constructor.name];
  },
  four(a, b, env, ctx) {
    return 4;
  },
};
