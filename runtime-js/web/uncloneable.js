// Objects of the platform that structured clone must refuse, as production does, instead of copying an empty shell.

import { core } from "ext:core/mod.js";

const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");

/**
 * Makes `structuredClone` and its relatives throw for instances of `constructor`.
 *
 * @param {Function} constructor
 * @param {string} [text] what they throw with, if it is not the usual text
 */
export function refuseCloning(constructor, text = undefined) {
  const { name } = constructor;
  Object.defineProperty(constructor.prototype, core.hostObjectBrand, {
    value() {
      throw new DOMException(
        text ?? `Could not serialize object of type "${name}". This type does not support serialization.`,
        "DataCloneError",
      );
    },
    enumerable: false,
    configurable: false,
    writable: false,
  });
}
