// `ctx.storage.kv`: keys and values without promises.

import { core } from "ext:core/mod.js";
import { argumentError, illegalConstructor } from "ext:edgeemu_js/web/errors.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";
import { listOptions } from "ext:edgeemu_js/durable/operations.js";
import { fromBytes, toBytes } from "ext:edgeemu_js/durable/values.js";

const { ops } = core;

const OWNER = "SyncKvStorage";
const kInternal = Symbol("internal");

export class SyncKvStorage {
  #object;
  /** Counts listings: only the last one may go on. */
  #listing = 0;

  constructor(key, object) {
    if (key !== kInternal) throw illegalConstructor();
    this.#object = object;
  }

  get(key) {
    if (key === undefined) throw argumentError("get", OWNER, 1, "string");
    ops.op_storage_check_kv(this.#object);
    const bytes = ops.op_storage_get(this.#object, `${key}`);
    return bytes === undefined ? undefined : fromBytes(bytes);
  }

  list(options = undefined) {
    ops.op_storage_check_kv(this.#object);
    const given = listOptions(options, OWNER);
    this.#listing += 1;
    const listing = this.#listing;
    // Wrong options are refused here, and not at the first step.
    ops.op_storage_list(this.#object, { ...given, limit: given.limit === 0 ? 0 : 1 });
    return new ListIterator(kInternal, {
      object: this.#object,
      options: given,
      check: () => {
        if (this.#listing !== listing) ops.op_storage_refuse("list-invalidated", "");
      },
    });
  }

  put(key, value) {
    if (arguments.length < 2) throw argumentError("put", OWNER, 2, "Value");
    ops.op_storage_check_kv(this.#object);
    ops.op_storage_put(this.#object, `${key}`, toBytes(value), false);
  }

  delete(key) {
    if (key === undefined) throw argumentError("delete", OWNER, 1, "string");
    ops.op_storage_check_kv(this.#object);
    return ops.op_storage_delete(this.#object, `${key}`, false);
  }

  get [Symbol.toStringTag]() {
    return OWNER;
  }
}

class ListIterator {
  #object;
  #options;
  #check;
  #last = null;
  #left;

  constructor(key, { object, options, check }) {
    if (key !== kInternal) throw illegalConstructor();
    this.#object = object;
    this.#options = options;
    this.#check = check;
    this.#left = options.limit ?? Infinity;
  }

  next() {
    this.#check();
    const found = this.#left > 0 ? ops.op_storage_list_next(this.#object, this.#options, this.#last) : null;
    if (found === null) {
      this.#left = 0;
      return { done: true, value: undefined };
    }
    this.#left -= 1;
    this.#last = found[0];
    return { done: false, value: [found[0], fromBytes(found[1])] };
  }

  [Symbol.iterator]() {
    return this;
  }

  get [Symbol.toStringTag]() {
    return "ListIterator";
  }
}

refuseCloning(SyncKvStorage);
refuseCloning(ListIterator);

export function createSyncKv(object) {
  return new SyncKvStorage(kInternal, object);
}
