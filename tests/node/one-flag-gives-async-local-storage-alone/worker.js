import { AsyncLocalStorage } from "node:async_hooks";
import { checks, equal } from "../../assert.mjs";

export default checks({
  async "it works"() {
    const storage = new AsyncLocalStorage();
    equal(await storage.run(5, async () => (await null, storage.getStore())), 5);
  },
  async "nothing else is there"() {
    const name = "node:buffer";
    equal(await import(name).catch((error) => error.message), 'No such module "node:buffer".');
    equal(["Buffer", "process"].filter((global) => global in globalThis), []);
  },
});
