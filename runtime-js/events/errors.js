// What leaves a Worker as an exception: reports to the host, and the global error events.

import { core } from "ext:core/mod.js";
import { currentIo } from "ext:edgeemu_js/context.js";

const { ops } = core;
const { PromiseRejectionEvent } = core.loadExtScript("ext:deno_web/02_event.js");

/** Promises whose rejection was announced; `rejectionhandled` is only for these. */
const announced = new WeakSet();

function onUnhandledRejection(promise, reason) {
  const event = new PromiseRejectionEvent("unhandledrejection", { cancelable: true, promise, reason });
  announced.add(promise);
  globalThis.dispatchEvent(event);
  if (!event.defaultPrevented) ops.op_report_exception(currentIo(), "unhandled-rejection", reason);
  return true;
}

function onHandledRejection(promise, reason) {
  if (!announced.delete(promise)) return;
  globalThis.dispatchEvent(new PromiseRejectionEvent("rejectionhandled", { promise, reason }));
}

/** Exceptions of listeners, timers and other callbacks: a Worker does not die of them, they are reported. */
function onException(error) {
  ops.op_report_exception(currentIo(), "uncaught", error);
}

export function installErrorHooks() {
  core.setUnhandledPromiseRejectionHandler(onUnhandledRejection);
  core.setHandledPromiseRejectionHandler(onHandledRejection);
  core.setReportExceptionCallback(onException);
}
