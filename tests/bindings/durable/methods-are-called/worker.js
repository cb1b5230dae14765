import { DurableObject, RpcTarget } from "cloudflare:workers";
import { checks, equal, rejects } from "../../../assert.mjs";

class Handle extends RpcTarget {
  constructor(object) {
    super();
    this.object = object;
  }

  increment() {
    return this.object.increment();
  }
}

export class Thing extends DurableObject {
  instance = "own";
  log = [];

  get name() {
    return this.ctx.id.name;
  }

  increment(by = 1) {
    const count = (this.ctx.storage.kv.get("count") ?? 0) + by;
    this.ctx.storage.kv.put("count", count);
    return count;
  }

  echo(...args) {
    return args;
  }

  handle() {
    return new Handle(this);
  }

  async callBack(callback) {
    return `called: ${await callback(1)}`;
  }

  throws() {
    throw new RangeError("oops");
  }

  async outside(i) {
    this.log.push(`a${i}`);
    await scheduler.wait(5);
    this.log.push(`b${i}`);
    return this.log.join();
  }

  async section(i) {
    return await this.ctx.blockConcurrencyWhile(async () => {
      this.log.push(`a${i}`);
      await scheduler.wait(5);
      this.log.push(`b${i}`);
      return this.log.join();
    });
  }

  abort() {
    this.ctx.abort("reason");
  }

  async slow() {
    await scheduler.wait(50);
  }

  later() {
    setTimeout(() => this.log.push("fired"), 5);
  }

  seen() {
    return this.log;
  }

  violates() {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS p (id INTEGER PRIMARY KEY)");
    sql.exec("CREATE TABLE IF NOT EXISTS c (p REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED)");
    sql.exec("INSERT INTO c VALUES (5)");
    return "never heard";
  }
}

export class Plain {
  greet() {
    return "hello";
  }
}

const marks = (error) => Object.fromEntries(Object.entries(error).sort());

export default checks({
  async "arguments and results are cloned"({ OBJECTS }) {
    const stub = OBJECTS.getByName("echo");
    equal(await stub.echo(1, "two", [3], new Map([[4, new Date(5)]])), [1, "two", [3], new Map([[4, new Date(5)]])]);
    equal([await stub.increment(), await stub.increment(5), await OBJECTS.getByName("echo").increment()], [1, 6, 7]);
    equal(await stub.name, "echo");
    equal(String(stub.id), String(OBJECTS.idFromName("echo")));
  },

  async "only what the class has can be called"({ OBJECTS, PLAIN }) {
    const stub = OBJECTS.getByName("reach");
    await rejects(() => stub.nope(), "TypeError", 'The RPC receiver does not implement the method "nope".');
    await rejects(async () => await stub.instance, "TypeError", 'The RPC receiver does not implement the method "instance".');
    await rejects(() => stub.alarm(), "TypeError", "'alarm' is a reserved method and cannot be called over RPC.");
    await rejects(
      () => PLAIN.getByName("plain").greet(),
      "TypeError",
      "The receiving Durable Object does not support RPC, because its class was not declared with `extends " +
        "DurableObject`. In order to enable RPC, make sure your class extends the special class `DurableObject`, which " +
        'can be imported from the module "cloudflare:workers".',
    );
  },

  async "stubs and functions cross"({ OBJECTS }) {
    const stub = OBJECTS.getByName("stubs");
    equal(await stub.handle().increment(), 1);
    using handle = await stub.handle();
    equal([await handle.increment(), await handle.increment()], [2, 3]);
    equal(await stub.callBack((n) => n + 1), "called: 2");
  },

  async "calls come in their order, and between the awaits of others"({ OBJECTS }) {
    const stub = OBJECTS.getByName("order");
    equal(await Promise.all([1, 2, 3].map((i) => stub.outside(i))), ["a1,a2,a3,b1", "a1,a2,a3,b1,b2", "a1,a2,a3,b1,b2,b3"]);
  },

  async "a section lets no call in between"({ OBJECTS }) {
    const stub = OBJECTS.getByName("section");
    equal(await Promise.all([1, 2].map((i) => stub.section(i))), ["a1,b1", "a1,b1,a2,b2"]);
  },

  async "timers outlive the call"({ OBJECTS }) {
    const stub = OBJECTS.getByName("timers");
    await stub.later();
    await scheduler.wait(20);
    equal(await stub.seen(), ["fired"]);
  },

  async "exceptions cross"({ OBJECTS }) {
    const error = await rejects(() => OBJECTS.getByName("throws").throws(), "RangeError", "oops");
    equal(marks(error), { remote: true });
  },

  async "a reset fails every call"({ OBJECTS }) {
    const stub = OBJECTS.getByName("reset");
    const slow = stub.slow();
    await scheduler.wait(5);
    const failed = await rejects(() => OBJECTS.getByName("reset").abort(), "Error", "reason");
    equal(marks(failed), { durableObjectReset: true, remote: true });
    equal(marks(await rejects(slow, "Error", "reason")), { durableObjectReset: true, remote: true });
    equal(marks(await rejects(() => stub.seen(), "Error", "reason")), { durableObjectReset: true });
    equal(await OBJECTS.getByName("reset").seen(), []);
  },

  async "nothing leaves a turn that cannot be committed"({ OBJECTS }) {
    const error = await rejects(() => OBJECTS.getByName("violates").violates(), "Error", /^Durable Object was reset and rolled/);
    equal(marks(error), { remote: true });
  },
});
