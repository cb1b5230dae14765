import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

class Far extends RpcTarget {
  name() {
    return "far";
  }
}

export default class extends WorkerEntrypoint {
  echo(value) {
    return value;
  }
  far() {
    return new Far();
  }
  hello() {
    return "hello from the third";
  }
}
