import { DurableObject } from "cloudflare:workers";
import { checks, equal } from "../../../assert.mjs";

let made = 0;

export class Thing extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.made = ++made;
    this.log = [];
    if (ctx.id.name === "throws in the constructor") throw new TypeError("constructor");
    if (ctx.id.name === "rejects in the constructor") {
      ctx.blockConcurrencyWhile(async () => {
        await scheduler.wait(1);
        throw new Error("section");
      });
    }
    if (ctx.id.name === "waits in the constructor") {
      ctx.blockConcurrencyWhile(async () => {
        await scheduler.wait(30);
        this.log.push("ready");
      });
    }
  }

  async fetch(request) {
    const answer = await this[new URL(request.url).searchParams.get("p")](this.ctx);
    return answer ?? new Response("done");
  }

  n() {
    return Response.json(this.log);
  }

  throws() {
    throw new RangeError("oops");
  }

  notAResponse() {
    return "text";
  }

  section(ctx) {
    return ctx.blockConcurrencyWhile(async () => {
      throw new Error("in section");
    }).catch(() => new Response("went on"));
  }

  endless(ctx) {
    return ctx.blockConcurrencyWhile(() => new Promise(() => {}));
  }

  async slow() {
    await scheduler.wait(50);
  }

  abort(ctx) {
    try {
      ctx.abort("reason");
    } catch {
      return new Response("caught");
    }
    return new Response("went on");
  }

  abortPlain(ctx) {
    ctx.abort();
  }

  putAbort(ctx) {
    ctx.storage.kv.put("lost", 1);
    ctx.abort("x");
  }

  async putWaitAbort(ctx) {
    await ctx.storage.put("kept", 1);
    await scheduler.wait(1);
    ctx.abort("x");
  }

  putThrow(ctx) {
    ctx.storage.kv.put("thrown", 1);
    throw new Error("after put");
  }

  kept(ctx) {
    return Response.json(["lost", "kept", "thrown"].map((key) => ctx.storage.kv.get(key) ?? 0));
  }

  violates(ctx) {
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS p (id INTEGER PRIMARY KEY)");
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS c (p REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED)");
    ctx.storage.sql.exec("INSERT INTO c VALUES (5)");
  }
}

const RESET = { durableObjectReset: true, remote: true };

/** What a call answers, or how it fails. */
async function ask(stub, p) {
  try {
    return await (await stub.fetch(`http://object/?p=${p}`)).text();
  } catch (error) {
    return [error.name, error.message, Object.fromEntries(Object.entries(error).sort())];
  }
}

export default checks({
  async "an exception in a handler does not"({ OBJECTS }) {
    const stub = OBJECTS.getByName("handler");
    equal(await ask(stub, "throws"), ["RangeError", "oops", { remote: true }]);
    equal(await ask(stub, "notAResponse"), [
      "TypeError",
      "Incorrect type for Promise: the Promise did not resolve to 'Response'.",
      { remote: true },
    ]);
    equal(await ask(stub, "n"), "[]");
  },

  async "an exception in the constructor does"({ OBJECTS }) {
    const stub = OBJECTS.getByName("throws in the constructor");
    equal(await ask(stub, "n"), ["TypeError", "constructor", RESET]);
    equal(await ask(stub, "n"), ["TypeError", "constructor", { durableObjectReset: true }], "the same stub");
    equal(await ask(OBJECTS.getByName("throws in the constructor"), "n"), ["TypeError", "constructor", RESET]);
  },

  async "a section of the constructor that fails does"({ OBJECTS }) {
    const stub = OBJECTS.getByName("rejects in the constructor");
    equal(await Promise.all([ask(stub, "n"), ask(stub, "n")]), Array(2).fill(["Error", "section", RESET]));
    equal(await ask(stub, "n"), ["Error", "section", { durableObjectReset: true }]);
  },

  async "events wait for the sections of the constructor"({ OBJECTS }) {
    const [first, second] = [0, 1].map(() => OBJECTS.getByName("waits in the constructor"));
    equal(await Promise.all([ask(first, "n"), ask(second, "n")]), ['["ready"]', '["ready"]']);
  },

  async "a section that fails does, for everybody"({ OBJECTS }) {
    const [stub, other] = [0, 1].map(() => OBJECTS.getByName("section"));
    await ask(other, "n");
    const slow = ask(OBJECTS.getByName("section"), "slow");
    await scheduler.wait(5);
    const failed = ["Error", "in section", RESET];
    equal([await ask(stub, "section"), await slow], [failed, failed]);
    const before = ["Error", "in section", { durableObjectReset: true }];
    equal([await ask(stub, "n"), await ask(other, "n")], [before, before]);
    equal(await ask(OBJECTS.getByName("section"), "n"), "[]");
  },

  async "a section has thirty seconds"({ OBJECTS }) {
    const began = Date.now();
    equal(await ask(OBJECTS.getByName("endless"), "endless"), [
      "Error",
      "A call to blockConcurrencyWhile() in a Durable Object waited for too long. The call was canceled and the Durable " +
      "Object was reset.",
      { durableObjectReset: true, overloaded: true, remote: true },
    ]);
    equal(Date.now() - began, 30_000);
  },

  async "abort does, and cannot be caught"({ OBJECTS }) {
    const stub = OBJECTS.getByName("abort");
    const slow = ask(stub, "slow");
    await scheduler.wait(5);
    equal(await ask(OBJECTS.getByName("abort"), "abort"), ["Error", "reason", RESET]);
    equal(await slow, ["Error", "reason", RESET]);
    equal(await ask(stub, "n"), ["Error", "reason", { durableObjectReset: true }]);
    equal(await ask(OBJECTS.getByName("abort"), "n"), "[]");
    equal(await ask(OBJECTS.getByName("abort"), "abortPlain"), [
      "Error",
      "Application called abort() to reset Durable Object.",
      RESET,
    ]);
  },

  async "what was not durable is lost, what was is not"({ OBJECTS }) {
    const name = "writes";
    await ask(OBJECTS.getByName(name), "putAbort");
    await ask(OBJECTS.getByName(name), "putWaitAbort");
    equal(await ask(OBJECTS.getByName(name), "putThrow"), ["Error", "after put", { remote: true }]);
    equal(await ask(OBJECTS.getByName(name), "kept"), "[0,1,1]");
  },

  async "a violated constraint at the end of a turn does"({ OBJECTS }) {
    const [name, message, marks] = await ask(OBJECTS.getByName("violates"), "violates");
    equal([name, marks], ["Error", { remote: true }]);
    equal(
      message,
      "Durable Object was reset and rolled back to its last known good state because the application left the database " +
        "in a state where constraints were violated: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: " +
        "SQLITE_CONSTRAINT_FOREIGNKEY)",
    );
    equal(await ask(OBJECTS.getByName("violates"), "n"), "[]");
  },
});
