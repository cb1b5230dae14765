import { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId } from "node:async_hooks";
import { checks, equal, ok, throws } from "../../assert.mjs";

const storage = new AsyncLocalStorage();
const other = new AsyncLocalStorage({ defaultValue: "default", name: "other" });
const store = () => storage.getStore();

export default checks({
  "a value is seen by what it surrounds"() {
    equal(store(), undefined);
    equal(storage.run(1, (a, b) => [store(), a, b], 2, 3), [1, 2, 3]);
    equal(store(), undefined);
    equal(storage.run(1, () => [storage.run(2, store), store()]), [2, 1]);
    throws(() => storage.run(1, () => { throw new TypeError("out"); }), "TypeError", "out");
    equal(store(), undefined);
  },
  "exit hides it"() {
    equal(storage.run(1, () => [storage.exit((a) => [store(), a], 5), store()]), [[undefined, 5], 1]);
  },
  "storages do not see each other"() {
    equal(other.getStore(), "default");
    equal(other.name, "other");
    equal(storage.run(1, () => other.run(2, () => [store(), other.getStore()])), [1, 2]);
    equal(other.run(undefined, () => other.getStore()), undefined);
  },
  async "it follows await, timers, microtasks and streams"() {
    await storage.run("await", async () => {
      await null;
      equal(store(), "await");
      await new Promise((resolve) => setTimeout(resolve, 1));
      equal(store(), "await");
      await scheduler.wait(1);
      equal(store(), "await");
    });
    equal(await storage.run("timer", () => new Promise((resolve) => setTimeout(() => resolve(store()), 1))), "timer");
    equal(await storage.run("micro", () => new Promise((resolve) => queueMicrotask(() => resolve(store())))), "micro");
    equal(await storage.run("then", () => Promise.resolve().then(store)), "then");
    equal(await storage.run("tick", () => new Promise((resolve) => process.nextTick((a) => resolve([store(), a]), 7))), ["tick", 7]);
    equal(await storage.run("immediate", () => new Promise((resolve) => setImmediate(() => resolve(store())))), "immediate");
    equal(store(), undefined);
  },
  async "two calls at once do not meet"() {
    const slow = async (id, ms) => {
      await scheduler.wait(ms);
      return [id, store()];
    };
    equal(await Promise.all([storage.run("a", slow, 1, 20), storage.run("b", slow, 2, 10)]), [[1, "a"], [2, "b"]]);
  },
  "bind and snapshot remember"() {
    const bound = storage.run(9, () => AsyncLocalStorage.bind(function (a) { return [store(), a, this === globalThis]; }));
    equal(bound.call({ x: 1 }, 4), [9, 4, true]);
    const snapshot = storage.run(8, () => AsyncLocalStorage.snapshot());
    equal(storage.run(1, () => snapshot((a) => [store(), a], 4)), [8, 4]);
    throws(() => AsyncLocalStorage.bind(3), "TypeError", "Failed to execute 'bind' on 'AsyncLocalStorage': parameter 1 is not of type 'Function'.");
  },
  "resources remember"() {
    const resource = storage.run(2, () => new AsyncResource("Kind"));
    equal(resource.runInAsyncScope(function (a) { return [this.q, a, store()]; }, { q: 1 }, 8), [1, 8, 2]);
    equal(resource.bind((a) => [store(), a])(5), [2, 5]);
    equal(storage.run(3, () => AsyncResource.bind(store))(), 3);
    equal([resource.asyncId(), resource.triggerAsyncId()], [0, 0]);
  },
  "what production lacks says so"() {
    throws(() => storage.enterWith(1), "Error", "asyncLocalStorage.enterWith() is not implemented");
    throws(() => storage.disable(), "Error", "asyncLocalStorage.disable() is not implemented");
    equal([typeof createHook({}).enable(), executionAsyncId()], ["object", 0]);
  },
  async "the request is not lost"(env, ctx) {
    await storage.run(1, async () => {
      ctx.waitUntil(Promise.resolve());
      ok((await new Response(new Blob(["x"]).stream()).text()) === "x");
      equal(store(), 1);
    });
  },
});
