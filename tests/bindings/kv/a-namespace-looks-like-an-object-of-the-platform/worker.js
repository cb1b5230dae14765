import { checks, equal, throws } from "../../../assert.mjs";

export default checks({
  async "it has a class and a tag"({ KV }) {
    equal(Object.prototype.toString.call(KV), "[object KvNamespace]");
    equal(KV.constructor.name, "KvNamespace");
    equal(typeof globalThis.KvNamespace, "undefined");
    throws(() => new KV.constructor(), "TypeError", "Illegal constructor");
  },
  async "its methods are on the prototype"({ KV }) {
    equal(Object.keys(KV), []);
    for (const name of ["get", "getWithMetadata", "put", "list", "delete"]) {
      equal(typeof Object.getPrototypeOf(KV)[name], "function", name);
    }
  },
  async "it cannot be cloned"({ KV }) {
    throws(() => structuredClone(KV), "DataCloneError");
  },
  async "it is the same for every request"(env) {
    globalThis.seen ??= env.KV;
    equal(globalThis.seen === env.KV, true);
  },
});
