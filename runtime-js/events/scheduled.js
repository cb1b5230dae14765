// Host event "scheduled" -> the Worker's handler -> an outcome.

import { core } from "ext:core/mod.js";
import { runInContext } from "ext:edgeemu_js/context.js";
import { DEFAULT, callEntry } from "ext:edgeemu_js/events/entry.js";

const { ops } = core;

class ScheduledController {
  #io;

  constructor(io, cron, scheduledTime) {
    this.#io = io;
    this.cron = cron;
    this.scheduledTime = scheduledTime;
  }

  noRetry() {
    ops.op_scheduled_no_retry(this.#io);
  }
}

/** The host calls this for the context `id`. Never throws: the outcome goes back through an op. */
export function dispatchScheduled(id, cron, scheduledTime) {
  runInContext(id, () => {
    try {
      const result = callEntry("scheduled", id, DEFAULT, () => new ScheduledController(id, cron, scheduledTime));
      Promise.resolve(result).then(() => ops.op_event_done(id), (error) => ops.op_request_failed(id, error, null));
    } catch (error) {
      ops.op_request_failed(id, error, null);
    }
  });
}
