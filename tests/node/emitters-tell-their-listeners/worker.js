import EventEmitter, { EventEmitterAsyncResource, errorMonitor, getEventListeners, getMaxListeners, on, once, setMaxListeners } from "node:events";
import * as all from "node:events";
import { inherits } from "node:util";
import { checks, equal, ok, rejects, same, throws } from "../../assert.mjs";

export default checks({
  "the module is the class"() {
    same(all.EventEmitter, EventEmitter);
    same(EventEmitter.EventEmitter, EventEmitter);
    equal([EventEmitter.defaultMaxListeners, new EventEmitter().getMaxListeners()], [10, 10]);
  },
  "listeners are called in order"() {
    const emitter = new EventEmitter();
    const said = [];
    emitter.on("a", (x, y) => said.push(["first", x, y]));
    emitter.prependListener("a", () => said.push("zeroth"));
    emitter.once("a", () => said.push("once"));
    equal([emitter.emit("a", 1, 2), emitter.emit("a"), emitter.emit("b")], [true, true, false]);
    equal(said, ["zeroth", ["first", 1, 2], "once", "zeroth", ["first", undefined, undefined]]);
    equal([emitter.listenerCount("a"), emitter.eventNames()], [2, ["a"]]);
  },
  "listeners can be removed"() {
    const emitter = new EventEmitter();
    const said = [];
    const listener = () => said.push("x");
    emitter.on("removeListener", (name, removed) => said.push([name, removed === listener]));
    emitter.on("a", listener).on("a", listener).off("a", listener);
    emitter.emit("a");
    emitter.removeAllListeners("a");
    equal(emitter.emit("a"), false);
    equal(said, [["a", true], "x", ["a", true]]);
    throws(() => emitter.on("a", 5), "TypeError", 'The "listener" argument must be of type function. Received type number (5)');
  },
  "an error without a listener is thrown"() {
    const emitter = new EventEmitter();
    throws(() => emitter.emit("error", new RangeError("r")), "RangeError", "r");
    throws(() => emitter.emit("error", { a: 1 }), "Error", "Unhandled error. ({ a: 1 })");
    const seen = [];
    emitter.on(errorMonitor, (error) => seen.push(error.message));
    throws(() => emitter.emit("error", new Error("seen")), "Error", "seen");
    equal(seen, ["seen"]);
  },
  "classes of old inherit by calling it"() {
    function Old() {
      EventEmitter.call(this);
    }
    inherits(Old, EventEmitter);
    const old = new Old();
    let said;
    old.on("x", (value) => { said = value; });
    old.emit("x", 4);
    equal([said, old instanceof EventEmitter, Old.super_ === EventEmitter], [4, true, true]);
  },
  async "events can be awaited"() {
    const emitter = new EventEmitter();
    setTimeout(() => emitter.emit("ready", 1, 2), 1);
    equal(await once(emitter, "ready"), [1, 2]);
    setTimeout(() => emitter.emit("error", new Error("bad")), 1);
    await rejects(once(emitter, "ready"), "Error", "bad");
    const target = new EventTarget();
    setTimeout(() => target.dispatchEvent(new Event("go")), 1);
    equal((await once(target, "go"))[0].type, "go");
    await rejects(once(emitter, "ready", { signal: AbortSignal.abort() }), "AbortError", "The operation was aborted");
  },
  async "events can be iterated"() {
    const emitter = new EventEmitter();
    setTimeout(() => {
      emitter.emit("n", 1);
      emitter.emit("n", 2);
    }, 1);
    const seen = [];
    for await (const [value] of on(emitter, "n")) {
      seen.push(value);
      if (value === 2) break;
    }
    equal(emitter.listenerCount("n"), 0);
    equal(seen, [1, 2]);
  },
  async "rejections are captured on request"() {
    const emitter = new EventEmitter({ captureRejections: true });
    emitter.on("a", async () => { throw new Error("async"); });
    const failure = once(emitter, "error").catch((error) => [error]);
    emitter.emit("a");
    equal((await failure)[0].message, "async");
  },
  "static helpers"() {
    const emitter = new EventEmitter();
    const listener = () => {};
    emitter.on("a", listener);
    equal(getEventListeners(emitter, "a").length, 1);
    same(getEventListeners(emitter, "a")[0], listener);
    setMaxListeners(3, emitter);
    equal(getMaxListeners(emitter), 3);
    ok(new EventEmitterAsyncResource({ name: "r" }) instanceof EventEmitter);
  },
});
