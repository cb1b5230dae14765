// What the callback of `ctx.storage.transaction()` is given.

import { core } from "ext:core/mod.js";
import { argumentError, illegalConstructor } from "ext:edgeemu_js/web/errors.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";
import * as operations from "ext:edgeemu_js/durable/operations.js";

const { ops } = core;

const OWNER = "DurableObjectTransaction";
const kInternal = Symbol("internal");

let open, settle;

export class DurableObjectTransaction {
  #object;
  #id;
  /** "open", "rolled back" or "committed". */
  #state = "open";

  constructor(key, object, id) {
    if (key !== kInternal) throw illegalConstructor();
    this.#object = object;
    this.#id = id;
  }

  #check(method) {
    if (this.#state === "rolled back") ops.op_storage_refuse("rolled-back", method);
    if (this.#state === "committed") ops.op_storage_refuse("committed", method);
    return this.#object;
  }

  async get(key, options = undefined) {
    return operations.get(this.#check("get"), OWNER, key, options);
  }

  async list(options = undefined) {
    return operations.list(this.#check("list"), OWNER, options);
  }

  async put(...args) {
    operations.put(this.#check("put"), OWNER, args);
  }

  delete(key, options = undefined) {
    if (key === undefined) throw argumentError("delete", OWNER, 1, "string or Array");
    const object = this.#check("delete");
    return settled(() => operations.remove(object, OWNER, key, options));
  }

  deleteAll() {
    ops.op_storage_refuse("delete-all", "");
  }

  rollback() {
    if (this.#state === "rolled back") return;
    ops.op_storage_end(this.#check("rollback"), this.#id, false);
    this.#state = "rolled back";
  }

  async getAlarm() {
    return operations.getAlarm(this.#check("getAlarm"));
  }

  async setAlarm(time) {
    operations.setAlarm(this.#check("setAlarm"), OWNER, time);
  }

  async deleteAlarm() {
    ops.op_storage_delete_alarm(this.#check("deleteAlarm"));
  }

  get [Symbol.toStringTag]() {
    return OWNER;
  }

  static {
    open = (object) => new DurableObjectTransaction(kInternal, object, ops.op_storage_begin(object, true));
    settle = (transaction, keep) => {
      if (transaction.#state !== "open") return;
      ops.op_storage_end(transaction.#object, transaction.#id, keep);
      transaction.#state = keep ? "committed" : "rolled back";
    };
  }
}

refuseCloning(DurableObjectTransaction);

/** What a call that is done at once gives: a promise, as production has it. */
export async function settled(callback) {
  return callback();
}

/** Begins a transaction of the object. */
export function openTransaction(object) {
  return open(object);
}

/** Ends a transaction, unless its callback has rolled it back. */
export function settleTransaction(transaction, keep) {
  settle(transaction, keep);
}

