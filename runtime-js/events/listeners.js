// Event classes of service-worker syntax.

import { core } from "ext:core/mod.js";
import { argumentError, illegalConstructor } from "ext:edgeemu_js/web/errors.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { isResponse } from "ext:edgeemu_js/web/response.js";

const { Event } = core.loadExtScript("ext:deno_web/02_event.js");
const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");

/** Key to the constructors that scripts cannot call. */
export const kEvent = Symbol("event");

export class ExtendableEvent extends Event {
  #waitUntil;

  constructor(key, type, waitUntil) {
    if (key !== kEvent) throw illegalConstructor();
    super(type);
    this.#waitUntil = waitUntil;
  }

  waitUntil(promise) {
    if (arguments.length < 1) throw argumentError("waitUntil", "ExtendableEvent", 1, "Promise");
    this.#waitUntil(promise);
  }
}

/** The answer that a FetchEvent was given while it was dispatched; it takes none from now on. Not for scripts. */
export let answerOf;

function tooLate(text) {
  return new DOMException(text, "InvalidStateError");
}

export class FetchEvent extends ExtendableEvent {
  #request;
  #answer;
  #passThrough;
  #dispatched = false;

  constructor(key, request, { waitUntil, passThrough } = {}) {
    super(key, "fetch", waitUntil);
    this.#request = request;
    this.#passThrough = passThrough;
  }

  get request() {
    return this.#request;
  }

  respondWith(response) {
    if (!isResponse(response) && !(isObject(response) && typeof response.then === "function")) {
      throw argumentError("respondWith", "FetchEvent", 1, "Promise");
    }
    if (this.#answer !== undefined) {
      throw tooLate("FetchEvent.respondWith() has already been called; it can only be called once.");
    }
    if (this.#dispatched) {
      throw tooLate(
        "Too late to call FetchEvent.respondWith(). It must be called synchronously in the event handler.",
      );
    }
    this.stopImmediatePropagation();
    this.#answer = Promise.resolve(response);
  }

  passThroughOnException() {
    this.#passThrough();
  }

  static {
    answerOf = (event) => {
      event.#dispatched = true;
      return event.#answer;
    };
  }
}

export class ScheduledEvent extends ExtendableEvent {
  #controller;

  constructor(key, controller, waitUntil) {
    super(key, "scheduled", waitUntil);
    this.#controller = controller;
  }

  get scheduledTime() {
    return this.#controller.scheduledTime;
  }

  get cron() {
    return this.#controller.cron;
  }

  noRetry() {
    this.#controller.noRetry();
  }
}
