import { checks, equal, ok, rejects, throws } from "../../assert.mjs";

export default checks({
  "a controller"() {
    const controller = new AbortController();
    let heard = 0;
    controller.signal.addEventListener("abort", () => heard++);
    controller.signal.onabort = () => heard++;
    controller.abort();
    controller.abort();
    equal([heard, controller.signal.aborted, controller.signal.reason.name], [2, true, "AbortError"]);
    throws(() => controller.signal.throwIfAborted(), "AbortError");
  },
  "with a reason"() {
    const reason = new RangeError("why");
    ok(AbortSignal.abort(reason).reason === reason);
  },
  async "a timeout, on the emulator's clock"() {
    const start = Date.now();
    const signal = AbortSignal.timeout(5000);
    const { promise, resolve } = Promise.withResolvers();
    signal.addEventListener("abort", resolve);
    await promise;
    equal([Date.now() - start, signal.reason.name, signal.reason.message], [5000, "TimeoutError", "The operation was aborted due to timeout"]);
  },
  "any of several"() {
    const controller = new AbortController();
    const any = AbortSignal.any([new AbortController().signal, controller.signal]);
    controller.abort("reason");
    equal([any.aborted, any.reason], [true, "reason"]);
  },
  async "waiting ends"() {
    const controller = new AbortController();
    const waiting = scheduler.wait(60_000, { signal: controller.signal });
    controller.abort();
    await rejects(waiting, "AbortError");
  },
  async "a fetch that is aborted before it begins"() {
    await rejects(() => fetch("http://127.0.0.1:1/", { signal: AbortSignal.abort() }), "AbortError");
  },
});
