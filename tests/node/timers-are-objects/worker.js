import timers from "node:timers";
import { scheduler, setImmediate as immediate, setInterval as ticks, setTimeout as wait } from "node:timers/promises";
import { checks, equal, ok, rejects, same, throws } from "../../assert.mjs";

export default checks({
  "a timer is an object that counts as a number"() {
    const timer = setTimeout(() => {}, 10);
    equal([typeof timer, timer.constructor.name, typeof +timer, timer.hasRef(), timer.unref() === timer, timer.hasRef()], ["object", "Timeout", "number", true, true, false]);
    clearTimeout(timer);
    same(timers.setTimeout, setTimeout);
    throws(() => timers.setTimeout(5), "TypeError", 'The "callback" argument must be of type function. Received type number (5)');
  },
  async "timers can be cleared by object and by number"() {
    const said = [];
    clearTimeout(setTimeout(() => said.push("object"), 1));
    clearTimeout(+setTimeout(() => said.push("number"), 1));
    clearImmediate(setImmediate(() => said.push("immediate")));
    timers.clearInterval(setInterval(() => said.push("interval"), 1));
    setTimeout(() => said.push("closed"), 1).close();
    await scheduler.wait(5);
    equal(said, []);
  },
  async "immediates come before timers, ticks before them"() {
    const said = [];
    setTimeout((value) => said.push(value), 2, "timeout");
    setImmediate((value) => said.push(value), "immediate");
    process.nextTick((value) => said.push(value), "tick");
    await scheduler.wait(5);
    equal(said, ["tick", "immediate", "timeout"]);
  },
  async "promises of time"() {
    equal([await wait(1, "value"), await immediate("now")], ["value", "now"]);
    let count = 0;
    for await (const value of ticks(1, "tick")) {
      equal(value, "tick");
      if (++count === 3) break;
    }
    const controller = new AbortController();
    const waiting = wait(1000, undefined, { signal: controller.signal });
    controller.abort();
    const error = await rejects(waiting, "AbortError", "The operation was aborted");
    equal(error.code, "ABORT_ERR");
    await rejects(wait("x"), "TypeError", `The "delay" argument must be of type number. Received type string ('x')`);
    ok(scheduler.yield() instanceof Promise);
  },
  async "refresh starts anew"() {
    const start = Date.now();
    const timer = setTimeout(() => {}, 20);
    await scheduler.wait(10);
    const done = new Promise((resolve) => setTimeout(resolve, 25));
    timer.refresh();
    await done;
    ok(Date.now() - start >= 30);
  },
});
