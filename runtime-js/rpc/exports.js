// What others may call: objects of this isolate by their numbers, each with the invocation it belongs to.

import { core, primordials } from "ext:core/mod.js";
import { currentIo, runInContext } from "ext:edgeemu_js/context.js";

const {
  MapPrototypeDelete,
  MapPrototypeForEach,
  MapPrototypeGet,
  MapPrototypeSet,
  ObjectGetPrototypeOf,
  ObjectPrototype,
  ReflectApply,
  SafeMap,
} = primordials;

const { dispose: SymbolDispose } = globalThis.Symbol;

const { ops } = core;

/** The base class of objects that are passed as references. */
export class RpcTarget {}

/** By number: `{ io, value, ownProperties, dispose, count, result }`. */
const exported = new SafeMap();

/**
 * Whether a stub may stand for `value`, and which of its properties can be reached then.
 *
 * @param {object | Function} value
 * @returns {{ ownProperties: boolean, dispose: Function | undefined } | undefined}
 */
export function stubKind(value) {
  let prototype = ObjectGetPrototypeOf(value);
  if (prototype === ObjectPrototype) return { ownProperties: true, dispose: disposerOf(value) };
  // By hand: a proxy is taken for what it shows itself as.
  while (prototype !== null) {
    if (prototype === RpcTarget.prototype) return { ownProperties: false, dispose: disposerOf(value) };
    prototype = ObjectGetPrototypeOf(prototype);
  }
  return typeof value === "function" ? { ownProperties: true, dispose: disposerOf(value) } : undefined;
}

function disposerOf(value) {
  const dispose = value[SymbolDispose];
  return typeof dispose === "function" ? dispose : undefined;
}

/**
 * Lets others call an object, as part of the invocation that runs.
 *
 * @returns {number}
 */
export function exportValue(value, { ownProperties, dispose }) {
  const id = ops.op_rpc_export();
  setExport(id, { io: currentIo(), value, ownProperties, dispose, count: 1, result: null });
  return id;
}

export function setExport(id, record) {
  MapPrototypeSet(exported, id, record);
}

export function getExport(id) {
  return MapPrototypeGet(exported, id);
}

/** Nobody uses this number any more; the host calls it. Never throws. */
export function releaseExport(io, id) {
  const record = MapPrototypeGet(exported, id);
  if (record === undefined) return;
  MapPrototypeDelete(exported, id);
  letGo(io, record);
}

/** One reference less. With the last one the object's own disposer runs, and what it failed with is reported. */
export function letGo(io, record) {
  record.count -= 1;
  if (record.count > 0 || record.dispose === undefined) return;
  const { dispose, value } = record;
  record.dispose = undefined;
  runInContext(io, () => {
    try {
      ReflectApply(dispose, value, []);
    } catch (error) {
      ops.op_report_exception(io, "uncaught", error);
    }
  });
}

/** An invocation has ended with all that it let others call. */
export function forgetExports(io) {
  MapPrototypeForEach(exported, (record, id) => {
    if (record.io === io) MapPrototypeDelete(exported, id);
  });
}
