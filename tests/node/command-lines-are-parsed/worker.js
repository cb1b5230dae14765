// Production has no `parseArgs` yet: what is expected here is what Node does.

import { getSystemErrorName, parseArgs } from "node:util";
import { checks, equal, throws } from "../../assert.mjs";

export default checks({
  "command lines are parsed"() {
    const options = { verbose: { type: "boolean", short: "v" }, out: { type: "string" } };
    const { values, positionals } = parseArgs({ args: ["-v", "--out=x", "file"], options, allowPositionals: true });
    equal([values.verbose, values.out, positionals], [true, "x", ["file"]]);
    throws(() => parseArgs({ args: ["--zork"], options }), "TypeError", "Unknown option '--zork'");
  },
  "errors of the system have names"() {
    equal([getSystemErrorName(-2), getSystemErrorName(-13)], ["ENOENT", "EACCES"]);
  },
});
