// A service binding as a script sees it: another Worker, or an entrypoint of this one.

import { core, primordials } from "ext:core/mod.js";
import { argumentError, fieldError, illegalConstructor, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { fetchFrom } from "ext:edgeemu_js/web/fetch.js";
import { addCalleeKind } from "ext:edgeemu_js/rpc/kinds.js";
import { CalleeHandler, expose, exposeObject, handlerOf } from "ext:edgeemu_js/rpc/stubs.js";

const { ObjectDefineProperty, ObjectSetPrototypeOf, SymbolToStringTag } = primordials;

const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");

const { ops } = core;

const LOOPBACK = "LoopbackServiceStub";

export class ServiceStub {
  constructor() {
    throw illegalConstructor();
  }

  fetch(input, init = undefined) {
    const handler = handlerOf(this);
    if (!(handler instanceof CalleeHandler)) throw illegalInvocation();
    if (arguments.length < 1) throw argumentError("fetch", "Fetcher", 1, "Request or string");
    return fetchFrom(handler.callee, input, init);
  }

  connect() {
    throw new Error("edgeemu does not emulate `connect()` of a service binding yet: use `fetch()` or a method");
  }
}
ObjectDefineProperty(ServiceStub.prototype, SymbolToStringTag, { __proto__: null, value: "Fetcher", configurable: true });

class LoopbackServiceStub extends ServiceStub {}
ObjectDefineProperty(LoopbackServiceStub.prototype, SymbolToStringTag, {
  __proto__: null,
  value: LOOPBACK,
  configurable: true,
});
ObjectSetPrototypeOf(LoopbackServiceStub, ServiceStub);

/** An entrypoint of this Worker: usable as it is, or called with the `props` it is to have. */
class LoopbackHandler extends CalleeHandler {
  constructor(name) {
    super(ops.op_service_loopback(name, null), LoopbackServiceStub.prototype);
    this.name = name;
  }

  apply(_target, _this, { 0: options }) {
    if (!isObject(options)) throw argumentError("(called as function)", LOOPBACK, 1, "Options");
    const { props } = options;
    if (props === undefined) return createService(this.callee);
    if (!isObject(props)) throw fieldError("props", "Options", "Object");
    const bytes = core.serialize(props, undefined, (message) => {
      throw new DOMException(message, "DataCloneError");
    });
    return createService(ops.op_service_loopback(this.name, bytes));
  }
}

/** @param {number} callee the host's number for whoever answers */
export function createService(callee) {
  return exposeObject(new CalleeHandler(callee, ServiceStub.prototype));
}

/** @param {string} name of an export of this Worker */
export function createLoopback(name) {
  return expose(new LoopbackHandler(name));
}

addCalleeKind(createService);
