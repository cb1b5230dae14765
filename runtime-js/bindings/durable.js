// Durable Objects as a script sees them from outside: namespaces, ids and stubs.

/**
 * op_durable_id_from_name(handle, name: string, jurisdiction: string | null) -> string
 * op_durable_unique_id(handle, jurisdiction: string | null) -> string
 * op_durable_id_from_string(handle, text: string) -> [id: string, jurisdiction: string | null]
 * op_durable_check(what: string, value: string) throws for a value that cannot be
 * op_durable_connect(handle, id: string, name: string | null) -> number: whoever is called through a stub
 * op_durable_disconnect(callee: number)
 */

import { core } from "ext:core/mod.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { argumentError, illegalConstructor, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { fetchFrom } from "ext:edgeemu_js/web/fetch.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";
import { CalleeHandler, exposeObject, handlerOf } from "ext:edgeemu_js/rpc/stubs.js";

const { ops } = core;

const OWNER = "DurableObjectNamespace";
const kInternal = Symbol("internal");

let idText, idPlace, isId;

export class DurableObjectId {
  #id;
  #place;

  constructor(key, { id, name, jurisdiction }) {
    if (key !== kInternal) throw illegalConstructor();
    this.#id = id;
    this.#place = jurisdiction ?? undefined;
    if (jurisdiction != null) this.jurisdiction = jurisdiction;
    if (name != null) this.name = name;
  }

  toString() {
    return idText(this);
  }

  equals(other) {
    if (!isId(other)) throw argumentError("equals", "DurableObjectId", 1, "DurableObjectId");
    return idText(this) === idText(other);
  }

  get [Symbol.toStringTag]() {
    return "DurableObjectId";
  }

  static {
    isId = (value) => isObject(value) && #id in value;
    idText = (id) => {
      if (!isId(id)) throw illegalInvocation();
      return id.#id;
    };
    idPlace = (id) => id.#place;
  }
}

// What an id without them shows: nothing, but not on the object itself.
Object.defineProperty(DurableObjectId.prototype, "name", { value: undefined, writable: true, configurable: true });
Object.defineProperty(DurableObjectId.prototype, "jurisdiction", {
  value: undefined,
  writable: true,
  configurable: true,
});

refuseCloning(DurableObjectId);

/** @param {{ id: string, name: string | null, jurisdiction: string | null }} about */
export function createId(about) {
  return new DurableObjectId(kInternal, about);
}

/** Stubs that nobody can use any more. */
const abandoned = new FinalizationRegistry((callee) => ops.op_durable_disconnect(callee));

/** A stub: who it is, `fetch`, and whatever methods the object has. */
class ObjectHandler extends CalleeHandler {
  constructor(handle, id) {
    super(undefined, DurableObject.prototype);
    this.handle = handle;
    this.own = { __proto__: null, name: id.name, id };
  }

  /** Whoever is called is found at the first call, and stays the same: after a reset the stub is of no use any more. */
  connect() {
    if (this.callee === undefined) {
      const { id } = this.own;
      this.callee = ops.op_durable_connect(this.handle, idText(id), id.name ?? null);
      abandoned.register(this, this.callee);
    }
    return this.callee;
  }

  locate(path) {
    this.connect();
    return super.locate(path);
  }

  ownKeys() {
    return Object.keys(this.own);
  }

  getOwnPropertyDescriptor(_target, name) {
    if (!(name in this.own)) return undefined;
    return { value: this.own[name], writable: true, enumerable: true, configurable: true };
  }
}

class DurableObject {
  constructor() {
    throw illegalConstructor();
  }

  fetch(input, init = undefined) {
    const handler = handlerOf(this);
    if (!(handler instanceof ObjectHandler)) throw illegalInvocation();
    if (arguments.length < 1) return Promise.reject(argumentError("fetch", "Fetcher", 1, "Request or string"));
    return fetchFrom(handler.connect(), input, init);
  }

  get [Symbol.toStringTag]() {
    return "DurableObject";
  }
}

class DurableObjectNamespace {
  #handle;
  #place;

  constructor(key, handle, place) {
    if (key !== kInternal) throw illegalConstructor();
    this.#handle = handle;
    this.#place = place;
  }

  newUniqueId(options = undefined) {
    const asked = options?.jurisdiction;
    const place = asked === undefined || asked === null ? this.#place : `${asked}`;
    return createId({ id: ops.op_durable_unique_id(this.#handle, place), name: null, jurisdiction: place });
  }

  idFromName(name) {
    if (arguments.length < 1) throw argumentError("idFromName", OWNER, 1, "string");
    const text = `${name}`;
    const id = ops.op_durable_id_from_name(this.#handle, text, this.#place);
    return createId({ id, name: text, jurisdiction: this.#place });
  }

  idFromString(text) {
    if (arguments.length < 1) throw argumentError("idFromString", OWNER, 1, "string");
    const [id, jurisdiction] = ops.op_durable_id_from_string(this.#handle, `${text}`);
    return createId({ id, name: null, jurisdiction });
  }

  get(id, options = undefined) {
    if (!isId(id)) throw argumentError("get", OWNER, 1, "DurableObjectId");
    if (this.#place !== null && idPlace(id) !== this.#place) ops.op_durable_check("foreign-jurisdiction", "");
    const mode = options?.routingMode;
    if (mode !== undefined) ops.op_durable_check("routingMode", `${mode}`);
    return exposeObject(new ObjectHandler(this.#handle, id));
  }

  getByName(name, options = undefined) {
    if (arguments.length < 1) throw argumentError("getByName", OWNER, 1, "string");
    return this.get(this.idFromName(name), options);
  }

  jurisdiction(jurisdiction) {
    if (jurisdiction === undefined || jurisdiction === null) {
      return new DurableObjectNamespace(kInternal, this.#handle, null);
    }
    ops.op_durable_check("jurisdiction", `${jurisdiction}`);
    return new DurableObjectNamespace(kInternal, this.#handle, `${jurisdiction}`);
  }

  get [Symbol.toStringTag]() {
    return OWNER;
  }
}

refuseCloning(DurableObjectNamespace);

/** @param {number} handle the host's handle of a namespace */
export function createDurableNamespace(handle) {
  return new DurableObjectNamespace(kInternal, handle, null);
}
