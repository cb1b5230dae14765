// The only entry point: evaluated into the snapshot. The host takes `globalThis.__edgeemu` when an isolate starts,
// calls `start` once, and from then on calls the functions it was given.

import "ext:edgeemu_js/web/texts.js";
import { dispatchFetch } from "ext:edgeemu_js/events/fetch.js";
import { dispatchScheduled } from "ext:edgeemu_js/events/scheduled.js";
import { installErrorHooks } from "ext:edgeemu_js/events/errors.js";
import { installModules, installServiceWorker } from "ext:edgeemu_js/events/entry.js";
import { defineGlobals, sealGlobals, seedMathRandom } from "ext:edgeemu_js/globals.js";
import { waitForAnswers } from "ext:edgeemu_js/bindings/kv.js";
import { fillEnv } from "ext:edgeemu_js/bindings/mod.js";
import {
  constructObject,
  dispatchObjectAlarm,
  dispatchObjectFetch,
  dispatchObjectSocket,
  dropObject,
} from "ext:edgeemu_js/durable/instances.js";
import { env, setContextExports } from "ext:edgeemu_js/modules/entrypoints.js";
import { deliverSocket, setLazyFlags } from "ext:edgeemu_js/lazy.js";
import { nodeGlobal, setNodeFlags } from "ext:edgeemu_js/modules/node.js";
import { isClockForeign, takeOverClock } from "ext:edgeemu_js/web/date.js";
import { setEnhancedErrors } from "ext:edgeemu_js/rpc/errors.js";
import { forgetExports, releaseExport } from "ext:edgeemu_js/rpc/exports.js";
import { deliverCall } from "ext:edgeemu_js/rpc/server.js";
import { setTransfersStubs } from "ext:edgeemu_js/rpc/stubs.js";
import { installRevivers } from "ext:edgeemu_js/rpc/wire.js";
import { setIterableBodies } from "ext:edgeemu_js/web/body.js";
import { setRequestSignal } from "ext:edgeemu_js/web/request.js";
import { fireTimer, forgetTimer, prepareMicrotasks } from "ext:edgeemu_js/web/timers.js";

defineGlobals();
installRevivers();

/** @param {string} description JSON: bindings and compatibility flags of this Worker */
function start(description) {
  const { bindings, flags, seeded, directed } = JSON.parse(description);
  if (seeded) seedMathRandom();
  if (directed) waitForAnswers();
  if (isClockForeign()) takeOverClock();
  setIterableBodies(flags.includes("fetch_iterable_type_support"));
  setLazyFlags(flags);
  setContextExports(flags.includes("enable_ctx_exports"));
  setTransfersStubs(!flags.includes("rpc_params_dup_stubs"));
  setEnhancedErrors(flags.includes("enhanced_error_serialization"));
  setRequestSignal(flags.includes("enable_request_signal"));
  setNodeFlags(flags);
  fillEnv(env, bindings);
  installErrorHooks();
  prepareMicrotasks();
  delete globalThis.__edgeemu;
  sealGlobals(flags);
}

/** Service-worker syntax sees its bindings as globals. */
function exposeEnv() {
  Object.assign(globalThis, env);
}

globalThis.__edgeemu = {
  start,
  exposeEnv,
  installModules,
  installServiceWorker,
  dispatchFetch,
  dispatchScheduled,
  deliverCall,
  releaseExport,
  forgetExports,
  deliverSocket,
  fireTimer,
  forgetTimer,
  nodeGlobal,
  constructObject,
  dropObject,
  dispatchObjectFetch,
  dispatchObjectAlarm,
  dispatchObjectSocket,
};
