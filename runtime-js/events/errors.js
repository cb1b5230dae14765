// What leaves a Worker as an exception: reports to the host, and the global error events.

import { core } from "ext:core/mod.js";
import { currentIo } from "ext:edgeemu_js/context.js";
import { dispatchCollecting, reportException } from "ext:edgeemu_js/events/exceptions.js";

const { ops } = core;
const { PromiseRejectionEvent } = core.loadExtScript("ext:deno_web/02_event.js");

/** Promises whose rejection was announced; `rejectionhandled` is only for these. */
const announced = new WeakSet();

function onUnhandledRejection(promise, reason) {
  const event = new PromiseRejectionEvent("unhandledrejection", { cancelable: true, promise, reason });
  announced.add(promise);
  const { failures } = dispatchCollecting(globalThis, event);
  if (!event.defaultPrevented) ops.op_report_exception(currentIo(), "unhandled-rejection", reason);
  failures.forEach(reportException);
  return true;
}

function onHandledRejection(promise, reason) {
  if (!announced.delete(promise)) return;
  const event = new PromiseRejectionEvent("rejectionhandled", { promise, reason });
  dispatchCollecting(globalThis, event).failures.forEach(reportException);
}

export function installErrorHooks() {
  core.setUnhandledPromiseRejectionHandler(onUnhandledRejection);
  core.setHandledPromiseRejectionHandler(onHandledRejection);
  core.setReportExceptionCallback(reportException);
}
