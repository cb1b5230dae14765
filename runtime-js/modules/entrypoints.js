// The exports of "cloudflare:workers" and the execution context handed to handlers.

import { core, internals } from "ext:core/mod.js";
import { requireIo } from "ext:edgeemu_js/context.js";
import { ServiceStub, createLoopback } from "ext:edgeemu_js/bindings/services.js";
import { RpcTarget } from "ext:edgeemu_js/rpc/exports.js";
import { RpcPromise, RpcProperty, RpcStub } from "ext:edgeemu_js/rpc/stubs.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";
import { argumentError, illegalInvocation } from "ext:edgeemu_js/web/errors.js";

const { ops } = core;

/** `ctx`: what a handler may ask of its own request. */
export class ExecutionContext {
  #io;
  #props;

  constructor(io, props) {
    this.#io = io;
    this.#props = props;
  }

  /** Keeps the request's context alive until `promise` settles; its rejection is logged. */
  waitUntil(promise) {
    if (this == null || !(#io in this)) throw illegalInvocation();
    if (arguments.length < 1) throw argumentError("waitUntil", "ExecutionContext", 1, "Promise");
    extendLifetime(this.#io, promise);
  }

  /** On an exception the request goes to the origin instead of failing. */
  passThroughOnException() {
    if (this == null || !(#io in this)) throw illegalInvocation();
    ops.op_pass_through_on_exception(this.#io);
  }

  get props() {
    if (this == null || !(#io in this)) throw illegalInvocation();
    return this.#props;
  }

  /** Stubs of the Worker's own entrypoints. */
  get exports() {
    if (this == null || !(#io in this)) throw illegalInvocation();
    return loopback.exports;
  }

  get [Symbol.toStringTag]() {
    return "ExecutionContext";
  }
}

/** Counts `promise` as work of the context `io` until it settles. */
export function extendLifetime(io, promise) {
  ops.op_wait_until_start(io);
  Promise.resolve(promise).then(
    () => ops.op_wait_until_end(io),
    (error) => {
      ops.op_report_exception(io, "wait-until", error);
      ops.op_wait_until_end(io);
    },
  );
}

export class WorkerEntrypoint {
  constructor(ctx, env) {
    this.ctx = ctx;
    this.env = env;
  }
}

export class DurableObject {
  constructor(ctx, env) {
    this.ctx = ctx;
    this.env = env;
  }
}

export class WorkflowEntrypoint {
  constructor(ctx, env) {
    this.ctx = ctx;
    this.env = env;
  }
}

refuseCloning(RpcTarget, "Remote RPC references can only be serialized for RPC.");

/** `ctx.exports`, and the same from "cloudflare:workers"; `ctx` has it only with `enable_ctx_exports`. */
const loopback = { exports: undefined, all: {} };

/** @param {boolean} enabled `enable_ctx_exports` */
export function setContextExports(enabled) {
  loopback.exports = enabled ? loopback.all : undefined;
}

/** @param {string} name of an export that takes events */
export function addLoopback(name) {
  loopback.all[name] = createLoopback(name);
}

/** `import { env } from "cloudflare:workers"`: the bindings object of this isolate, filled at start. */
export const env = {};

/** `import { waitUntil } from "cloudflare:workers"`: for the request that is running now. */
export function waitUntil(promise) {
  extendLifetime(requireIo(), promise);
}

/** Runs `callback` with `replacement` as what `env` imported from "cloudflare:workers" shows. */
function withEnv() {
  throw new Error("edgeemu does not run `withEnv` from \"cloudflare:workers\" yet: pass the bindings as an argument");
}

internals.workersModule = {
  __proto__: null,
  WorkerEntrypoint,
  DurableObject,
  WorkflowEntrypoint,
  RpcPromise,
  RpcProperty,
  RpcStub,
  RpcTarget,
  ServiceStub,
  env,
  exports: loopback.all,
  waitUntil,
  withEnv,
};
