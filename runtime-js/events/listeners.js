// Event classes of service-worker syntax.

import { core } from "ext:core/mod.js";

const { Event } = core.loadExtScript("ext:deno_web/02_event.js");

export class ExtendableEvent extends Event {
  #waitUntil;

  constructor(type, waitUntil) {
    super(type);
    this.#waitUntil = waitUntil;
  }

  waitUntil(promise) {
    this.#waitUntil(promise);
  }
}

/** The answer that a FetchEvent was given so far. Not for scripts. */
export let answerOf;

export class FetchEvent extends ExtendableEvent {
  #request;
  #answer;
  #passThrough;

  constructor(request, waitUntil, passThrough) {
    super("fetch", waitUntil);
    this.#request = request;
    this.#passThrough = passThrough;
  }

  get request() {
    return this.#request;
  }

  respondWith(response) {
    if (this.#answer !== undefined) {
      throw new Error("FetchEvent.respondWith() has already been called; it can only be called once.");
    }
    this.stopImmediatePropagation();
    this.#answer = Promise.resolve(response);
  }

  passThroughOnException() {
    this.#passThrough();
  }

  static {
    answerOf = (event) => event.#answer;
  }
}

export class ScheduledEvent extends ExtendableEvent {
  #controller;

  constructor(controller, waitUntil) {
    super("scheduled", waitUntil);
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
