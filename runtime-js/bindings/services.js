// A service binding as a script sees it: another Worker, or an entrypoint of this one.

import { primordials } from "ext:core/mod.js";
import { argumentError, illegalConstructor, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { fetchFrom } from "ext:edgeemu_js/web/fetch.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";

const { Symbol } = primordials;

const kInternal = Symbol("internal");

let calleeOf, create;

export class ServiceStub {
  #callee;

  constructor(key = undefined, callee = undefined) {
    if (key !== kInternal) throw illegalConstructor();
    this.#callee = callee;
  }

  fetch(input, init = undefined) {
    const callee = calleeOf(this);
    if (callee === undefined) throw illegalInvocation();
    if (arguments.length < 1) throw argumentError("fetch", "Fetcher", 1, "Request or string");
    return fetchFrom(callee, input, init);
  }

  get [Symbol.toStringTag]() {
    return "Fetcher";
  }

  static {
    calleeOf = (value) => (isObject(value) && #callee in value ? value.#callee : undefined);
    create = (callee) => new ServiceStub(kInternal, callee);
  }
}

refuseCloning(ServiceStub, "ServiceStub cannot be serialized in this context.");

/** @param {number} callee the host's number for whoever answers */
export function createService(callee) {
  return create(callee);
}
