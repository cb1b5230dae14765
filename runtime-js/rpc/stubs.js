// Stubs, the promises of calls on them, and their properties, as a script sees them: callable objects whose every
// property is a property on the other side.

import { core, primordials } from "ext:core/mod.js";
import { currentIo, requireIo } from "ext:edgeemu_js/context.js";
import {
  argumentError,
  constructorError,
  foreignIoError,
  illegalConstructor,
  illegalInvocation,
} from "ext:edgeemu_js/web/errors.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { exportValue, stubKind } from "ext:edgeemu_js/rpc/exports.js";
import { decode, encode, rejection } from "ext:edgeemu_js/rpc/wire.js";

const {
  ArrayPrototypePush,
  Error,
  ObjectDefineProperty,
  ObjectSetPrototypeOf,
  PromisePrototypeCatch,
  PromisePrototypeFinally,
  PromisePrototypeThen,
  PromiseReject,
  Proxy,
  ReflectGet,
  ReflectHas,
  RegExpPrototypeTest,
  SafeRegExp,
  SafeWeakMap,
  SymbolToStringTag,
  TypeError,
  Uint8Array,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} = primordials;

const { dispose: SymbolDispose } = globalThis.Symbol;

const { ops } = core;

/** What production calls a stub of another invocation. */
const CLIENT = "Client";

/** Where a call goes, as the host tells it apart. */
const TO_LINE = 0;
const TO_CALLEE = 1;

const NO_ARGUMENTS = new Uint8Array(0);
const NOTHING_ATTACHED = [];

/** Names that the engine does not ask a class of the platform for. */
const INDEX = new SafeRegExp(/^(?:0|[1-9]\d*)$/);

/** From what a script holds to what is behind it. */
const handlers = new SafeWeakMap();

/** @returns {Handler | undefined} */
export function handlerOf(value) {
  return isObject(value) || typeof value === "function" ? WeakMapPrototypeGet(handlers, value) : undefined;
}

let transfersStubs = false;

/** @param {boolean} enabled whether a stub that is passed as an argument is given away (before `rpc_params_dup_stubs`) */
export function setTransfersStubs(enabled) {
  transfersStubs = enabled;
}

let lastLine = 0;

/** A number for the result of a call, before the host knows of it. */
function newLine() {
  lastLine = lastLine === 0x3fffffff ? 1 : lastLine + 1;
  return lastLine;
}

/** What is behind a callable object: where its calls go. Its methods are the traps of a proxy. */
class Handler {
  /** Properties that a script has set. */
  own = null;

  /** Whether this name is not one of the other side. */
  isLocal(name) {
    return typeof name === "symbol" || ReflectHas(this.interface, name) || RegExpPrototypeTest(INDEX, name);
  }

  get(_target, name, receiver) {
    if (this.own !== null && name in this.own) return this.own[name];
    if (this.isLocal(name)) return ReflectGet(this.interface, name, receiver);
    return expose(new PropertyHandler(this, name));
  }

  set(_target, name, value) {
    this.own ??= { __proto__: null };
    this.own[name] = value;
    return true;
  }

  has(_target, name) {
    return !this.isLocal(name) || ReflectHas(this.interface, name) || (this.own !== null && name in this.own);
  }

  defineProperty(_target, name, { value }) {
    return this.set(_target, name, value);
  }

  getPrototypeOf() {
    return this.interface;
  }

  ownKeys() {
    return [];
  }

  getOwnPropertyDescriptor() {
    return undefined;
  }

  apply(_target, _this, args) {
    return expose(call(this, args));
  }
}

/** A property of something else; called or awaited, it is asked for. */
class PropertyHandler extends Handler {
  constructor(parent, name) {
    super();
    this.parent = parent;
    this.name = name;
  }

  locate(path) {
    const root = this.parent.locate(path);
    ArrayPrototypePush(path, this.name);
    return root;
  }

  read() {
    return call(this, undefined).promise;
  }
}

/** A reference to an object of the other side. */
class StubHandler extends Handler {
  constructor(line, io) {
    super();
    this.line = line;
    this.io = io;
    this.isDisposed = false;
  }

  isLocal(name) {
    // A stub must not be taken for a promise.
    return name === "then" || super.isLocal(name);
  }

  requireUsable() {
    if (this.isDisposed) throw new Error("RPC stub used after being disposed.");
    if (this.io !== currentIo()) throw foreignIoError(CLIENT);
  }

  locate() {
    this.requireUsable();
    return { kind: TO_LINE, id: this.line };
  }

  duplicate() {
    this.requireUsable();
    return new StubHandler(ops.op_rpc_dup(this.line), this.io);
  }

  dispose() {
    if (this.isDisposed) return;
    this.isDisposed = true;
    ops.op_rpc_drop(this.line);
  }
}

/** Somebody behind a binding. */
export class CalleeHandler extends Handler {
  constructor(callee, prototype) {
    super();
    this.callee = callee;
    this.interface = prototype;
  }

  isLocal(name) {
    return name === "then" || super.isLocal(name);
  }

  locate() {
    return { kind: TO_CALLEE, id: this.callee };
  }
}

/** The stubs that came with one message: they can be let go of together. */
export class Arrivals {
  constructor(attachments) {
    this.attachments = attachments;
    this.stubs = [];
    /** The line of a result whose own disposer is on the other side. */
    this.line = 0;
  }

  /** The stub for an attachment, which belongs to the invocation that runs. */
  stub(at) {
    const handler = new StubHandler(this.attachments[at], currentIo());
    ArrayPrototypePush(this.stubs, handler);
    return expose(handler);
  }

  dispose() {
    for (let i = 0; i < this.stubs.length; i++) this.stubs[i].dispose();
    if (this.line !== 0) ops.op_rpc_drop(this.line);
    this.line = 0;
  }
}

/** The result of a call, on its way or there. */
class PromiseHandler extends Handler {
  constructor(line) {
    super();
    this.line = line;
    this.io = currentIo();
    this.state = "pending";
    this.value = undefined;
    this.promise = undefined;
  }

  locate() {
    switch (this.state) {
      case "pending":
        if (this.io !== currentIo()) throw foreignIoError(CLIENT);
        return { kind: TO_LINE, id: this.line };
      case "failed":
        throw this.value;
      case "disposed":
        throw new Error("RPC promise used after being disposed.");
      default:
        return this.#locateValue();
    }
  }

  /** Calls on a result that is there already go through the same machinery as those that came earlier. */
  #locateValue() {
    if (this.io !== currentIo()) throw foreignIoError(CLIENT);
    const { value } = this;
    const handler = handlerOf(value);
    if (handler !== undefined) return handler.locate([]);
    if (!isObject(value) && typeof value !== "function") {
      throw new TypeError("Can't pipeline on RPC that did not return an object.");
    }
    const id = exportValue(value, { ownProperties: true, dispose: undefined });
    return { kind: TO_LINE, id: ops.op_rpc_loopback(id) };
  }

  /** The result has arrived. */
  resolve({ 0: bytes, 1: attachments, 2: hasDisposer }) {
    const arrivals = new Arrivals(attachments);
    const value = decode(bytes, arrivals);
    if (hasDisposer) arrivals.line = this.line;
    else ops.op_rpc_drop(this.line);
    const isStub = handlerOf(value) instanceof StubHandler;
    if (!isStub && (isObject(value) || typeof value === "function")) {
      ObjectDefineProperty(value, SymbolDispose, {
        __proto__: null,
        value: () => arrivals.dispose(),
        writable: true,
        enumerable: false,
        configurable: true,
      });
    }
    if (this.state === "disposed") {
      disposeValue(value);
    } else {
      this.state = "resolved";
      this.value = value;
    }
    return value;
  }

  fail(error) {
    if (this.state === "pending") {
      this.state = "failed";
      this.value = error;
      ops.op_rpc_drop(this.line);
    }
    throw error;
  }

  dispose() {
    if (this.state === "resolved") disposeValue(this.value);
    else if (this.state === "pending") ops.op_rpc_drop(this.line);
    this.state = "disposed";
    this.value = undefined;
  }
}

function disposeValue(value) {
  if (!isObject(value) && typeof value !== "function") return;
  const dispose = value[SymbolDispose];
  if (typeof dispose === "function") primordials.ReflectApply(dispose, value, []);
}

/**
 * Calls what `target` stands for, or reads it if there are no arguments.
 *
 * @param {Handler} target
 * @param {unknown[] | undefined} args
 * @returns {PromiseHandler}
 */
function call(target, args) {
  const line = newLine();
  const result = new PromiseHandler(line);
  try {
    requireIo();
    const path = [];
    const { kind, id } = target.locate(path);
    const { bytes, attachments, after } = args === undefined ? READ : args.length === 0 ? EMPTY : encode(args);
    const answer = ops.op_rpc_call(kind, id, line, path, bytes, attachments);
    if (transfersStubs) {
      for (let i = 0; i < after.length; i++) after[i]();
    }
    result.promise = PromisePrototypeThen(
      answer,
      (arrived) => result.resolve(arrived),
      (error) => result.fail(rejection(error)),
    );
  } catch (error) {
    result.state = "failed";
    result.value = error;
    result.promise = PromiseReject(error);
  }
  return result;
}

const READ = { bytes: null, attachments: NOTHING_ATTACHED, after: [] };
const EMPTY = { bytes: NO_ARGUMENTS, attachments: NOTHING_ATTACHED, after: [] };

/** Calls a method of a stub. */
export function callMember(stub, name, args) {
  return call(new PropertyHandler(handlerOf(stub), name), args).promise;
}

/** A method for a class whose instances are proxies. */
function requireHandler(value, Class) {
  const handler = handlerOf(value);
  if (!(handler instanceof Class)) throw illegalInvocation();
  return handler;
}

/** Methods of promises, for what is no promise itself but is awaited as one. */
function then(promiseOf, owner) {
  return {
    then(onFulfilled, onRejected = undefined) {
      if (arguments.length < 1) throw argumentError("then", owner, 1, "function");
      return PromisePrototypeThen(promiseOf(this), onFulfilled, onRejected);
    },
    catch(onRejected) {
      return PromisePrototypeCatch(promiseOf(this), onRejected);
    },
    finally(onFinally) {
      return PromisePrototypeFinally(promiseOf(this), onFinally);
    },
  };
}

function define(Class, methods, tag) {
  const names = primordials.ReflectOwnKeys(methods);
  for (let i = 0; i < names.length; i++) {
    ObjectDefineProperty(Class.prototype, names[i], {
      __proto__: null,
      value: methods[names[i]],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  ObjectDefineProperty(Class.prototype, SymbolToStringTag, { __proto__: null, value: tag, configurable: true });
}

export class RpcStub {
  constructor(value) {
    if (!isObject(value) && typeof value !== "function") throw constructorError("JsRpcStub", 1, "Object");
    const kind = stubKind(value);
    if (kind === undefined) {
      throw new TypeError("RpcStubs can only wrap plain objects, functions, and RpcTarget derivatives.");
    }
    requireIo();
    return expose(new StubHandler(ops.op_rpc_loopback(exportValue(value, kind)), currentIo()));
  }
}
ObjectDefineProperty(RpcStub, "length", { __proto__: null, value: 0, configurable: true });

export class RpcPromise {
  constructor() {
    throw illegalConstructor();
  }
}

export class RpcProperty {
  constructor() {
    throw illegalConstructor();
  }
}

define(RpcStub, {
  dup() {
    return expose(requireHandler(this, StubHandler).duplicate());
  },
  [SymbolDispose]() {
    requireHandler(this, StubHandler).dispose();
  },
}, "JsRpcStub");
define(RpcPromise, {
  ...then((value) => requireHandler(value, PromiseHandler).promise, "JsRpcPromise"),
  [SymbolDispose]() {
    requireHandler(this, PromiseHandler).dispose();
  },
}, "JsRpcPromise");
define(RpcProperty, then((value) => requireHandler(value, PropertyHandler).read(), "JsRpcProperty"), "JsRpcProperty");

StubHandler.prototype.interface = RpcStub.prototype;
PromiseHandler.prototype.interface = RpcPromise.prototype;
PropertyHandler.prototype.interface = RpcProperty.prototype;

/** What proxies are made of that can be called. */
const callable = ObjectSetPrototypeOf(() => {}, null);
delete callable.length;
delete callable.name;

/** What a script gets for a handler. */
export function expose(handler) {
  const value = new Proxy(callable, handler);
  WeakMapPrototypeSet(handlers, value, handler);
  return value;
}

/** The same for something that can be asked for properties, but not called. */
export function exposeObject(handler) {
  const value = new Proxy({}, handler);
  WeakMapPrototypeSet(handlers, value, handler);
  return value;
}

export { PromiseHandler, PropertyHandler, StubHandler };
