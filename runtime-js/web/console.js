// console: formatted text goes to the host as one structured log entry, with the context it belongs to.

import { core } from "ext:core/mod.js";
import { currentIo } from "ext:edgeemu_js/context.js";

const { ops } = core;
const { Console, inspectArgs, setNoColorFns } = core.loadExtScript("ext:deno_web/01_console.js");

// Colours are for whoever shows the line, who knows where it is shown.
setNoColorFns(() => true, () => true);

/** deno_web's console writes one finished line with a level: 0 debug, 1 log and info, 2 warn, 3 error. */
function print(text, level) {
  ops.op_console(currentIo(), level, text.endsWith("\n") ? text.slice(0, -1) : text);
}

export const console = new Console(print);

export function inspect(...values) {
  return inspectArgs(values, { colors: false });
}
