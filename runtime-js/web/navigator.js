// navigator, performance, Cloudflare: the small globals that only ask the host.

import { core } from "ext:core/mod.js";
import { requireIo } from "ext:edgeemu_js/context.js";
import { extendLifetime } from "ext:edgeemu_js/modules/entrypoints.js";
import { illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { fetch } from "ext:edgeemu_js/web/fetch.js";

const { ops } = core;
const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");

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

  get languages() {
    return ["en"];
  }

  /** Sends a request that nobody waits for. */
  sendBeacon(url, body = undefined) {
    if (!(this instanceof Navigator)) throw illegalInvocation();
    extendLifetime(requireIo(), fetch(url, { method: "POST", body }));
    return true;
  }

}

export const navigator = Object.create(Navigator.prototype);

export class Performance {
  constructor() {
    throw new TypeError("Illegal constructor");
  }

  /** Milliseconds since `timeOrigin`; stands still while JavaScript runs, as in production. */
  now() {
    return ops.op_clock_now() - this.timeOrigin;
  }

  /** Production's origin is the epoch itself: `performance.now()` and `Date.now()` read the same clock. */
  get timeOrigin() {
    return 0;
  }
}

export const performance = Object.create(Performance.prototype);

for (const constructor of [Navigator, Performance]) webidl.configureInterface(constructor);

const { Cloudflare: CloudflareClass } = { Cloudflare: class Cloudflare {} };

/** `Cloudflare`: which compatibility flags are on. */
export const Cloudflare = new CloudflareClass();
Object.defineProperty(Cloudflare, "compatibilityFlags", {
  value: Object.create(null),
  writable: true,
  enumerable: true,
  configurable: true,
});
