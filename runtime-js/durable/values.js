// Values on their way into storage and back: structured clones, as bytes.

import { core } from "ext:core/mod.js";

const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");

function refused(message) {
  throw new DOMException(message, "DataCloneError");
}

/**
 * @param {unknown} value
 * @returns {Uint8Array}
 */
export function toBytes(value) {
  return core.serialize(value, undefined, refused);
}

/**
 * @param {Uint8Array} bytes
 * @returns {unknown}
 */
export function fromBytes(bytes) {
  return core.deserialize(bytes, { deserializers: core.getCloneableDeserializers() });
}
