import { Buffer } from "node:buffer";
import { checks, equal } from "../../assert.mjs";

export default checks({
  async "modules of later dates are not there"() {
    for (const name of ["node:fs", "node:http", "node:os", "node:vm", "node:sys"]) equal(await import(name).catch((error) => error.message), `No such module "${name}".`);
    equal(Buffer.from("a").toString("hex"), "61");
  },
  "nor are the globals"() {
    equal(["Buffer", "process", "global", "setImmediate"].filter((name) => name in globalThis), []);
  },
});
