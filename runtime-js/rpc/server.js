// Calls from other isolates: the property is found, called, and its result sent back.

import { core, primordials } from "ext:core/mod.js";
import { runInContext } from "ext:edgeemu_js/context.js";
import { instanceOf } from "ext:edgeemu_js/durable/instances.js";
import { openEntry } from "ext:edgeemu_js/events/entry.js";
import { DurableObject, WorkerEntrypoint, env } from "ext:edgeemu_js/modules/entrypoints.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { RpcTarget, getExport, letGo, setExport } from "ext:edgeemu_js/rpc/exports.js";
import { Arrivals, PromiseHandler, PropertyHandler, StubHandler, handlerOf } from "ext:edgeemu_js/rpc/stubs.js";
import { decode, encode, encodeThrown } from "ext:edgeemu_js/rpc/wire.js";

const {
  ArrayPrototypeJoin,
  ObjectGetPrototypeOf,
  ObjectPrototype,
  ObjectPrototypeHasOwnProperty,
  ObjectPrototypeIsPrototypeOf,
  PromisePrototypeThen,
  PromiseResolve,
  ReflectApply,
  SafeSet,
  SetPrototypeHas,
  TypeError,
} = primordials;

const { dispose: SymbolDispose } = globalThis.Symbol;

const { ops } = core;

/** The target of a call that begins a session. */
const ENTRY = -1;

/** Names that mean something else on every object, and those that do on entrypoints alone. */
const RESERVED = new SafeSet(["dup", "constructor"]);
const RESERVED_AT_ENTRY = new SafeSet([
  "fetch", "connect", "alarm", "webSocketMessage", "webSocketClose", "webSocketError", "dup", "constructor",
]);

/** What stands behind the result of a call that cannot be called. */
const NOTHING = { value: {}, ownProperties: true };

function lookupError(name) {
  return new TypeError(`The RPC receiver does not implement the method "${name}".`);
}

/** One step from an object to its property, as far as others may go. */
function step(object, name, { ownProperties, reserved }) {
  if (SetPrototypeHas(reserved, name)) {
    throw new TypeError(`'${name}' is a reserved method and cannot be called over RPC.`);
  }
  const isOwn = ObjectPrototypeHasOwnProperty(object, name);
  // Of a plain object only its own properties are meant, of an instance of a class only those of the class.
  if (isOwn !== ownProperties) throw lookupError(name);
  const value = object[name];
  if (!isOwn && value === ObjectPrototype[name]) throw lookupError(name);
  return value;
}

/** Whether one may go on from here to a property, and to which; `undefined` if not. */
function passage(object, isInStub) {
  const prototype = ObjectGetPrototypeOf(object);
  if (prototype === ObjectPrototype) return { ownProperties: true, isInStub: false };
  const handler = handlerOf(object);
  if (handler instanceof StubHandler || (isInStub && handler instanceof PropertyHandler)) {
    return { ownProperties: false, isInStub: true };
  }
  if (ObjectPrototypeIsPrototypeOf(RpcTarget.prototype, object)) return { ownProperties: false, isInStub: false };
  const isFunction = typeof object === "function" && handler === undefined;
  return isFunction ? { ownProperties: true, isInStub: false } : undefined;
}

/** Walks the path; gives the last property and the object it is of. */
function find(start, path) {
  let { value: object, ownProperties, reserved } = start;
  if (path.length === 0) return { property: object, object };
  let isInStub = false;
  for (let i = 0; i < path.length - 1; i++) {
    const next = step(object, path[i], { ownProperties, reserved });
    if (!isObject(next) && typeof next !== "function") throw lookupError(path[i]);
    const way = passage(next, isInStub);
    if (way === undefined) throw lookupError(path[i]);
    object = next;
    ({ ownProperties, isInStub } = way);
  }
  // A stub answers for whatever it is asked, without having it.
  return { property: step(object, path[path.length - 1], { ownProperties, reserved }), object };
}

/** Plain functions are called with one argument and what handlers get besides. */
function withEnvironment(name, property, args, ctx) {
  const { length } = property;
  if (!(length >= 0 && length < 256)) throw new TypeError(`RPC function has unreasonable length attribute: ${length}`);
  if (length > 3) {
    throw new TypeError(
      `Cannot call handler function "${name}" over RPC because it has the wrong number of arguments. A simple ` +
        "function handler can only be called over RPC if it has exactly the arguments (arg, env, ctx), where only " +
        "the first argument comes from the client. To support multi-argument RPC functions, use class-based syntax " +
        "(extending WorkerEntrypoint) instead.",
    );
  }
  if (args.length !== 1) {
    throw new TypeError(
      `Attempted to call RPC function "${name}" with the wrong number of arguments. When calling a top-level handler ` +
        "function that is not declared as part of a class, you must always send exactly one argument. In order to " +
        "support variable numbers of arguments, the server must use class-based syntax (extending WorkerEntrypoint) " +
        "instead.",
    );
  }
  return [args[0], env, ctx];
}

/** An object, if its class says that its methods may be called. */
function objectTarget(instance) {
  if (!ObjectPrototypeIsPrototypeOf(DurableObject.prototype, instance)) {
    throw new TypeError(
      "The receiving Durable Object does not support RPC, because its class was not declared with `extends " +
        "DurableObject`. In order to enable RPC, make sure your class extends the special class `DurableObject`, which " +
        'can be imported from the module "cloudflare:workers".',
    );
  }
  return { value: instance, ownProperties: false, reserved: RESERVED_AT_ENTRY, ctx: null };
}

/** What a session begins with: the entrypoint, and how its properties are reached. */
function openTarget(io, name, props) {
  const instance = instanceOf(io);
  if (instance !== undefined) return objectTarget(instance);
  const { target, ctx } = openEntry(io, { name, props });
  const isClass = ObjectPrototypeIsPrototypeOf(WorkerEntrypoint.prototype, target) ||
    ObjectPrototypeIsPrototypeOf(DurableObject.prototype, target);
  return { value: target ?? {}, ownProperties: !isClass, reserved: RESERVED_AT_ENTRY, ctx: isClass ? null : ctx };
}

/** One call under way. */
class IncomingCall {
  constructor(io, id, path) {
    this.io = io;
    this.id = id;
    this.path = path;
    /** What the result of the call is known as, for calls on it. */
    this.record = { io, value: undefined, ownProperties: true, dispose: undefined, count: 1, result: null };
    this.arrivals = null;
    setExport(id, this.record);
  }

  perform(target, bytes, attachments) {
    const start = { value: target.value, ownProperties: target.ownProperties, reserved: target.reserved ?? RESERVED };
    const { property, object } = find(start, this.path);
    if (bytes === null) return property;
    const name = this.path.length === 0 ? "(this)" : ArrayPrototypeJoin(this.path, ".");
    if (typeof property !== "function") throw new TypeError(`"${name}" is not a function.`);
    let args = [];
    if (bytes.length > 0) {
      this.arrivals = new Arrivals(attachments);
      args = decode(bytes, this.arrivals);
    }
    if (target.ctx) args = withEnvironment(name, property, args, target.ctx);
    return ReflectApply(property, object, args);
  }

  /** `begin` gives the result, a promise for it, or throws. */
  run(begin) {
    let result;
    try {
      result = begin();
    } catch (error) {
      this.throw(error);
      return;
    }
    this.record.result = PromisePrototypeThen(
      PromiseResolve(result),
      (value) => this.return(value),
      (error) => this.throw(error),
    );
  }

  return(value) {
    try {
      const dispose = takeDisposer(value);
      const { bytes, attachments, after } = encode(value);
      ops.op_rpc_return(this.io, this.id, bytes, attachments, dispose !== undefined);
      this.settle(value, dispose, after);
    } catch (error) {
      this.throw(error);
    }
  }

  throw(error) {
    this.record.error = { error };
    this.record.result = null;
    this.arrivals?.dispose();
    ops.op_rpc_throw(this.id, encodeThrown(error));
  }

  /** Calls on the result go to it from now on, until nobody can make any. */
  settle(value, dispose, after) {
    const { record } = this;
    record.result = null;
    const kind = resultKind(value);
    record.value = kind.value;
    record.ownProperties = kind.ownProperties;
    record.dispose = dispose;
    this.arrivals?.dispose();
    if (after.length === 0) return;
    // Stubs that were returned are the caller's now, but calls on the result may still come through them.
    record.dispose = () => {
      for (let i = 0; i < after.length; i++) after[i]();
      if (dispose !== undefined) ReflectApply(dispose, value, []);
    };
    if (record.count === 0) {
      record.count = 1;
      letGo(this.io, record);
    }
  }
}

/** The disposer of a plain object stays here; the other side gets one of its own. */
function takeDisposer(value) {
  if (!isObject(value) || core.isProxy(value) || ObjectGetPrototypeOf(value) !== ObjectPrototype) return undefined;
  const dispose = value[SymbolDispose];
  delete value[SymbolDispose];
  return typeof dispose === "function" ? dispose : undefined;
}

function resultKind(value) {
  if (!isObject(value) && typeof value !== "function") return NOTHING;
  const handler = handlerOf(value);
  if (handler instanceof StubHandler) return { value, ownProperties: false };
  if (handler instanceof PropertyHandler || handler instanceof PromiseHandler) return NOTHING;
  if (handler !== undefined) return { value, ownProperties: false };
  if (ObjectPrototypeIsPrototypeOf(RpcTarget.prototype, value)) return { value, ownProperties: false };
  const isPlain = ObjectGetPrototypeOf(value) === ObjectPrototype;
  return isPlain || typeof value === "function" ? { value, ownProperties: true } : NOTHING;
}

/** The host calls this for each call from another isolate. Never throws: what comes of it goes back through an op. */
export function deliverCall(io, id, target, path, bytes, attachments, name, props) {
  runInContext(io, () => {
    const call = new IncomingCall(io, id, path);
    if (target === ENTRY) {
      call.run(() => call.perform(openTarget(io, name, props), bytes, attachments));
      return;
    }
    const record = getExport(target);
    const perform = () => {
      if (record === undefined) throw lookupError(path[path.length - 1] ?? "(this)");
      if (record.error !== undefined) throw record.error.error;
      return call.perform(record, bytes, attachments);
    };
    // A call on a result that is not there yet waits for it.
    if (record?.result) call.run(() => PromisePrototypeThen(record.result, perform));
    else call.run(perform);
  });
}
