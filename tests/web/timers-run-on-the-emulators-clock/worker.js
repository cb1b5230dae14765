import { checks, equal, throws } from "../../assert.mjs";

const after = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));

export default checks({
  async "the callback sees its deadline"() {
    const start = Date.now();
    await after(1500);
    equal(Date.now() - start, 1500);
    equal(await after(500, "argument"), "argument");
    equal(Date.now() - start, 2000);
  },
  async "in the order of their deadlines"() {
    const order = [];
    await Promise.all([30, 10, 20, 10].map((ms, index) => after(ms).then(() => order.push(`${ms}:${index}`))));
    equal(order, ["10:1", "10:3", "20:2", "30:0"]);
  },
  async "days pass in a moment"() {
    const start = Date.now();
    await scheduler.wait(86_400_000);
    equal(Date.now() - start, 86_400_000);
  },
  async "an interval repeats until it is cleared"() {
    const start = Date.now();
    const ticks = [];
    await new Promise((resolve) => {
      const id = setInterval(() => {
        ticks.push(Date.now() - start);
        if (ticks.length === 3) resolve(clearInterval(id));
      }, 100);
    });
    await after(1000);
    equal(ticks, [100, 200, 300]);
  },
  async "a cleared timer does not run"() {
    let ran = false;
    const id = setTimeout(() => ran = true, 10);
    clearTimeout(id);
    clearTimeout(id);
    clearTimeout(undefined);
    clearTimeout(123456);
    await after(100);
    equal(ran, false);
  },
  "timers are numbers"() {
    const id = setTimeout(() => {}, 1);
    equal(typeof id, "number");
    clearTimeout(id);
  },
  "a callback must be a function"() {
    throws(
      () => setTimeout("code"),
      "TypeError",
      "Failed to execute 'setTimeout' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'.",
    );
  },
  async "microtasks come before timers"() {
    const order = [];
    setTimeout(() => order.push("timer"), 0);
    queueMicrotask(() => order.push("microtask"));
    await Promise.resolve().then(() => order.push("promise"));
    await after(1);
    equal(order, ["microtask", "promise", "timer"]);
  },
});
