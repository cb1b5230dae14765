import { WorkerEntrypoint } from "cloudflare:workers";

class MyError extends TypeError {
  name = "MyError";
}
class Bare extends RangeError {}
class Getter extends Error {
  get name() {
    return "Getter";
  }
}

const made = {
  type: () => new TypeError("x"),
  mine: () => new MyError("x"),
  bare: () => new Bare("x"),
  getter: () => new Getter("x"),
  properties: () => Object.assign(new Error("x", { cause: new TypeError("c") }), { code: 1 }),
  retryable: () => Object.assign(new Error("x"), { retryable: true }),
  object: () => ({ a: 1 }),
  text: () => "text",
  dom: () => new DOMException("d", "NotFoundError"),
};

export default class extends WorkerEntrypoint {
  fail(kind) {
    throw made[kind]();
  }
  give(kind) {
    return made[kind]();
  }
  fetch(request) {
    throw made[new URL(request.url).pathname.slice(1)]();
  }
}
