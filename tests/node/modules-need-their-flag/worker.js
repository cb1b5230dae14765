import { checks, equal } from "../../assert.mjs";

export default checks({
  async "no module without the flag"() {
    for (const name of ["node:fs", "node:async_hooks", "node:buffer"]) equal(await import(name).catch((error) => error.message), `No such module "${name}".`);
  },
  "no globals either"() {
    equal(["Buffer", "process", "global", "setImmediate"].filter((name) => name in globalThis), []);
    equal(typeof setTimeout(() => {}, 1), "number");
  },
});
