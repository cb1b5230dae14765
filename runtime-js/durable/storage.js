// `ctx.storage` of an object.

import { core } from "ext:core/mod.js";
import { argumentError, illegalConstructor } from "ext:edgeemu_js/web/errors.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";
import { runSection } from "ext:edgeemu_js/durable/frame.js";
import * as operations from "ext:edgeemu_js/durable/operations.js";
import { createSql } from "ext:edgeemu_js/durable/sql.js";
import { createSyncKv } from "ext:edgeemu_js/durable/sync_kv.js";
import { openTransaction, settleTransaction, settled } from "ext:edgeemu_js/durable/transaction.js";

const { ops } = core;

const OWNER = "DurableObjectStorage";
const kInternal = Symbol("internal");

export class DurableObjectStorage {
  #object;
  #hasAlarm;

  /** @param {() => boolean} hasAlarm whether the object's class can have an alarm */
  constructor(key, object, hasAlarm) {
    if (key !== kInternal) throw illegalConstructor();
    this.#object = object;
    this.#hasAlarm = hasAlarm;
    const kv = createSyncKv(object);
    const sql = createSql(object);
    Object.defineProperty(this, "kv", { get: () => kv, enumerable: true, configurable: true });
    Object.defineProperty(this, "sql", { get: () => sql, enumerable: true, configurable: true });
  }

  async get(key, options = undefined) {
    return operations.get(this.#object, OWNER, key, options);
  }

  async list(options = undefined) {
    return operations.list(this.#object, OWNER, options);
  }

  async put(...args) {
    operations.put(this.#object, OWNER, args);
  }

  delete(key, options = undefined) {
    if (key === undefined) throw argumentError("delete", OWNER, 1, "string or Array");
    return settled(() => operations.remove(this.#object, OWNER, key, options));
  }

  async deleteAll() {
    ops.op_storage_delete_all(this.#object);
  }

  async transaction(callback) {
    if (typeof callback !== "function") throw argumentError("transaction", OWNER, 1, "function");
    const run = async () => {
      const transaction = openTransaction(this.#object);
      try {
        const result = await callback(transaction);
        settleTransaction(transaction, true);
        return result;
      } catch (error) {
        settleTransaction(transaction, false);
        throw error;
      }
    };
    return await runSection(this.#object, run, (error, leave) => {
      leave();
      throw error;
    });
  }

  async getAlarm() {
    return operations.getAlarm(this.#object);
  }

  async setAlarm(time) {
    if (!this.#hasAlarm()) ops.op_storage_refuse("no-alarm-handler", "");
    operations.setAlarm(this.#object, OWNER, time);
  }

  async deleteAlarm() {
    ops.op_storage_delete_alarm(this.#object);
  }

  sync() {
    return ops.op_storage_sync(this.#object);
  }

  transactionSync(callback) {
    if (typeof callback !== "function") throw argumentError("transactionSync", OWNER, 1, "function");
    const id = ops.op_storage_begin(this.#object, false);
    let keep = false;
    try {
      const result = callback();
      keep = true;
      return result;
    } finally {
      ops.op_storage_end(this.#object, id, keep);
    }
  }

  async getCurrentBookmark() {
    return ops.op_storage_bookmark(this.#object);
  }

  async getBookmarkForTime(_time) {
    ops.op_storage_refuse("no-recovery", "");
  }

  async onNextSessionRestoreBookmark(_bookmark) {
    ops.op_storage_refuse("no-recovery", "");
  }

  get [Symbol.toStringTag]() {
    return OWNER;
  }
}

refuseCloning(DurableObjectStorage);

export function createStorage(object, hasAlarm) {
  return new DurableObjectStorage(kInternal, object, hasAlarm);
}
