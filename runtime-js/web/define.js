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

/** Functions of the platform do not say how many arguments they take. */
export function hideLengths(owner) {
  for (const name of Object.getOwnPropertyNames(owner)) {
    const { value } = Object.getOwnPropertyDescriptor(owner, name);
    if (typeof value === "function") Object.defineProperty(value, "length", { value: 0, configurable: true });
  }
}
