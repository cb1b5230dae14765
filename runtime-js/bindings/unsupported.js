// A binding that edgeemu reads from the config but does not run: it is there, and says so by name when it is used.

import { core } from "ext:core/mod.js";

const { ops } = core;

/** Properties that tools probe on any object; they must not throw. */
const PROBES = new Set(["then", "toJSON", "constructor", "nodeType", "asymmetricMatch"]);

export function createUnsupported(name, kind) {
  const refuse = () => ops.op_binding_unsupported(name, kind);
  return new Proxy({}, {
    get(_target, property) {
      if (typeof property === "symbol" || PROBES.has(property)) return undefined;
      return refuse();
    },
    set: refuse,
    has: () => false,
  });
}
