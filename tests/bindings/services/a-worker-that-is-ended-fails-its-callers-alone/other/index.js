import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

class Thing extends RpcTarget {
  name() {
    return "thing";
  }
}

export default class extends WorkerEntrypoint {
  echo(value) {
    return value;
  }
  thing() {
    return new Thing();
  }
  loop() {
    for (;;);
  }
  async call(f) {
    return await f();
  }
  wait() {
    return scheduler.wait(1000);
  }
  fetch() {
    for (;;);
  }
}
