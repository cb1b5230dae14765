// structuredClone, and what it does to objects of the platform: a few are copied, the others are refused instead of
// becoming empty shells.

import { core } from "ext:core/mod.js";
import { argumentError, fieldError } from "ext:edgeemu_js/web/errors.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import { Headers, areImmutable, headerListToWire, headersFromWire } from "ext:edgeemu_js/web/headers.js";
import { Request, requestState } from "ext:edgeemu_js/web/request.js";
import { Response } from "ext:edgeemu_js/web/response.js";

const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");
const { File } = core.loadExtScript("ext:deno_web/09_file.js");
const { ReadableStream, WritableStream } = core.loadExtScript("ext:deno_web/06_streams.js");
const native = core.loadExtScript("ext:deno_web/13_message_port.js").structuredClone;

const GLOBAL = "ServiceWorkerGlobalScope";

function dataCloneError(text) {
  return new DOMException(text, "DataCloneError");
}

function unsupported(name) {
  return dataCloneError(`Could not serialize object of type "${name}". This type does not support serialization.`);
}

function defineClone(constructor, pack) {
  Object.defineProperty(constructor.prototype, core.hostObjectBrand, {
    value: pack,
    enumerable: false,
    configurable: false,
    writable: false,
  });
}

/**
 * Makes `structuredClone` and its relatives throw for instances of `constructor`.
 *
 * @param {Function} constructor
 * @param {string} [text] what they throw with, if it is not the usual text
 */
export function refuseCloning(constructor, text = undefined) {
  const error = text === undefined ? unsupported : () => dataCloneError(text);
  defineClone(constructor, () => {
    throw error(constructor.name);
  });
}

/** What `pack` makes of an object goes through the serializer, and `unpack` makes the copy of it. */
function allowCloning(constructor, pack, unpack) {
  const type = constructor.name;
  defineClone(constructor, function () {
    return { type, ...pack(this) };
  });
  core.registerCloneableResource(type, unpack);
}

function requireNoBody({ body }) {
  if (body !== null) throw dataCloneError("ReadableStream can only be serialized for RPC.");
}

allowCloning(
  Headers,
  (headers) => ({ wire: headerListToWire(headers), immutable: areImmutable(headers) }),
  ({ wire, immutable }) => headersFromWire(wire, immutable ? "immutable" : "none"),
);
allowCloning(Request, (request) => {
  requireNoBody(request);
  const { method, url, redirect, cache, cf } = request;
  return { url, init: { method, redirect, cache, cf }, wire: headerListToWire(requestState(request).headers) };
}, ({ url, init, wire }) => new Request(url, { ...init, headers: headersFromWire(wire, "none") }));
allowCloning(Response, (response) => {
  requireNoBody(response);
  const { status, statusText, cf } = response;
  return { init: { status, statusText, cf }, wire: headerListToWire(response.headers) };
}, ({ init, wire }) => new Response(null, { ...init, headers: headersFromWire(wire, "none") }));

/** The buffers that change hands. */
function transferred(options) {
  if (options === undefined || options === null) return [];
  if (!isObject(options)) throw argumentError("structuredClone", GLOBAL, 2, "StructuredCloneOptions");
  const { transfer } = options;
  if (transfer === undefined) return [];
  if (!Array.isArray(transfer)) throw fieldError("transfer", "StructuredCloneOptions", "Array");
  const buffers = [...transfer];
  if (!buffers.every((item) => item instanceof ArrayBuffer)) throw new TypeError("Object is not transferable");
  return buffers;
}

/** What the engine refuses in words of its own, or copies though production does not. */
function requireCloneable(value) {
  if (value instanceof File) throw unsupported("File");
  const pack = value[core.hostObjectBrand];
  if (typeof pack === "function") Reflect.apply(pack, value, []);
  if (value instanceof ReadableStream) throw dataCloneError("ReadableStream can only be serialized for RPC.");
  if (value instanceof WritableStream) throw dataCloneError("WritableStream can only be serialized for RPC.");
}

/** An error keeps what was set on it, which the serializer leaves behind. */
function cloneError(error) {
  const copy = native(error);
  if (error instanceof AggregateError) Object.setPrototypeOf(copy, AggregateError.prototype);
  for (const name of Object.getOwnPropertyNames(error)) {
    if (name === "message") continue;
    const value = structuredClone(error[name]);
    Object.defineProperty(copy, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return copy;
}

export const { structuredClone } = {
  structuredClone(value, options = undefined) {
    if (arguments.length < 1) throw argumentError("structuredClone", GLOBAL, 1, "Value");
    const buffers = transferred(options);
    if (!isObject(value)) return native(value);
    requireCloneable(value);
    if (Error.isError(value) && !(value instanceof DOMException)) return cloneError(value);
    const copy = native(value);
    for (const buffer of buffers) if (!buffer.detached) buffer.transfer();
    return copy;
  },
};
