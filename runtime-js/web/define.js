// Changing what the engine's own classes have.

import { primordials } from "ext:core/mod.js";

const { ObjectDefineProperty } = primordials;

/**
 * @param {object} target
 * @param {object} methods by name; written as methods, so that they are no constructors
 */
export function replaceMethods(target, methods) {
  for (const name in methods) {
    ObjectDefineProperty(target, name, {
      __proto__: null,
      value: methods[name],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}
