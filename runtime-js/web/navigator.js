// navigator, performance: the small globals that only ask the host.

import { core } from "ext:core/mod.js";

const { ops } = core;

export class Navigator {
  constructor() {
    throw new TypeError("Illegal constructor");
  }

  get userAgent() {
    return "Cloudflare-Workers";
  }

  get hardwareConcurrency() {
    return 1;
  }

  get platform() {
    return "";
  }

  get language() {
    return "en";
  }

  get [Symbol.toStringTag]() {
    return "Navigator";
  }
}

export const navigator = Object.create(Navigator.prototype);

export class Performance extends EventTargetBase() {
  /** Milliseconds since `timeOrigin`; stands still while JavaScript runs, as in production. */
  now() {
    return ops.op_clock_now() - this.timeOrigin;
  }

  /** Production's origin is the epoch itself: `performance.now()` and `Date.now()` read the same clock. */
  get timeOrigin() {
    return 0;
  }

  toJSON() {
    return { timeOrigin: this.timeOrigin };
  }

  get [Symbol.toStringTag]() {
    return "Performance";
  }
}

function EventTargetBase() {
  return core.loadExtScript("ext:deno_web/02_event.js").EventTarget;
}

export const performance = new Performance();
