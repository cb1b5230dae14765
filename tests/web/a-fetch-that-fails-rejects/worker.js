import { checks, equal, ok, rejects } from "../../assert.mjs";

export default checks({
  async "nobody listens"() {
    await rejects(() => fetch("http://127.0.0.1:1/"), "Error", "Network connection lost.");
  },
  async "no such host"() {
    await rejects(() => fetch("http://nobody.invalid/"), "Error");
  },
  async "the body breaks off"(env) {
    const response = await fetch(`${env.UPSTREAM}/cut`);
    equal(response.status, 200);
    await rejects(() => response.text(), "Error", "Network connection lost.");
  },
  async "it is aborted while it waits"(env) {
    const controller = new AbortController();
    const answer = fetch(`${env.UPSTREAM}/never`, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await rejects(answer, "AbortError", "The operation was aborted");
  },
  async "it takes too long"(env) {
    await rejects(() => fetch(`${env.UPSTREAM}/never`, { signal: AbortSignal.timeout(3000) }), "TimeoutError");
  },
  async "it is aborted with a reason"(env) {
    const controller = new AbortController();
    const answer = fetch(`${env.UPSTREAM}/never`, { signal: controller.signal });
    const reason = new RangeError("changed my mind");
    setTimeout(() => controller.abort(reason), 1);
    ok(await answer.catch((error) => error) === reason);
  },
  async "it is aborted while the body comes"(env) {
    const controller = new AbortController();
    const response = await fetch(`${env.UPSTREAM}/large/5000000`, { signal: controller.signal });
    controller.abort();
    await rejects(() => response.text(), "AbortError");
  },
  async "the stream that it sends fails"(env) {
    const body = new ReadableStream({
      pull() {
        throw new RangeError("no more");
      },
    });
    await rejects(() => fetch(`${env.UPSTREAM}/echo`, { method: "POST", body }), "RangeError", "no more");
  },
});
