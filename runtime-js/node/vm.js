// node:vm: text does not become code in a Worker.

const { codes, notImplemented } = require("errors");

/** Contexts are remembered, and nothing runs in them. */
const contexts = new WeakSet();

function requireObject(value) {
  if (typeof value !== "object" || value === null) throw new codes.ERR_INVALID_ARG_TYPE("object", "object", value);
}

function createContext(object = { __proto__: null }) {
  contexts.add(object);
  return object;
}

class Script {
  constructor() {
    this.cachedDataRejected = undefined;
    this.cachedDataProduced = undefined;
    this.cachedData = undefined;
    this.sourceMapURL = undefined;
  }
}
for (const name of ["createCachedData", "runInContext", "runInNewContext", "runInThisContext"]) Script.prototype[name] = notImplemented(`Script.${name}`);

module.exports = {
  Script,
  compileFunction: notImplemented("compileFunction"),
  constants: { __proto__: null, USE_MAIN_CONTEXT_DEFAULT_LOADER: Symbol("vm_dynamic_import_main_context_default"), DONT_CONTEXTIFY: Symbol("vm_context_no_contextify") },
  createContext,
  createScript: (...values) => new Script(...values),
  isContext: (object) => {
    requireObject(object);
    return contexts.has(object);
  },
  measureMemory: notImplemented("measureMemory"),
  runInContext: (_code, object) => {
    requireObject(object);
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED("runInContext");
  },
  runInNewContext: notImplemented("runInThisContext"),
  runInThisContext: notImplemented("runInThisContext"),
};
