// console: formatted text goes to the host as one structured log entry, with the context it belongs to.

import { core } from "ext:core/mod.js";
import { currentIo } from "ext:edgeemu_js/context.js";

const { ops } = core;
const { Console, inspectArgs, setNoColorFns } = core.loadExtScript("ext:deno_web/01_console.js");

// Colours are for whoever shows the line, who knows where it is shown.
setNoColorFns(() => true, () => true);

/** Severities of the host. */
const DEBUG = 0;
const INFO = 1;
const WARN = 2;
const ERROR = 3;

/** Production quotes text in values with single quotes if it can. */
const FORMAT = { quotes: ["'", '"', "`"], colors: false };

/** Text before each line, one step for each open group. */
let indentation = "";

/** deno_web's console writes one finished line with a level of the same numbers. */
function print(text, level) {
  // Calls of the platform's own code say nothing to the author of a Worker.
  const own = text.includes(" ext:") || text.includes("(ext:") ? text.replace(/\n +at [^\n]*\bext:[^\n]*/g, "") : text;
  const named = own.replace(/( at [^\n]*?)file:\/\/\//g, "$1");
  const line = named.endsWith("\n") ? named.slice(0, -1) : named;
  ops.op_console(currentIo(), level, indentation === "" ? line : indentation + line.replaceAll("\n", `\n${indentation}`));
}

export const console = new Console(print);

function group(...values) {
  if (values.length > 0) print(inspectArgs(values, FORMAT), INFO);
  indentation += "  ";
}

/** label -> when it was started, on the Worker's own clock. */
const stopwatches = new Map();

function elapsed(label, values) {
  const start = stopwatches.get(label);
  if (start === undefined) return print(`Timer '${label}' does not exist`, WARN);
  const rest = values.length > 0 ? ` ${inspectArgs(values, FORMAT)}` : "";
  print(`${label}: ${ops.op_clock_now() - start}ms${rest}`, INFO);
}

const methods = {
  debug: (...values) => print(inspectArgs(values, FORMAT), DEBUG),
  error: (...values) => print(inspectArgs(values, FORMAT), ERROR),
  group,
  groupCollapsed: group,
  groupEnd: () => {
    indentation = indentation.slice(2);
  },
  info: (...values) => print(inspectArgs(values, FORMAT), INFO),
  time: (label = "default") => {
    if (stopwatches.has(`${label}`)) return print(`Timer '${label}' already exists`, WARN);
    stopwatches.set(`${label}`, ops.op_clock_now());
  },
  timeEnd: (label = "default") => {
    elapsed(`${label}`, []);
    stopwatches.delete(`${label}`);
  },
  timeLog: (label = "default", ...values) => elapsed(`${label}`, values),
  log: (...values) => print(inspectArgs(values, FORMAT), INFO),
  warn: (...values) => print(inspectArgs(values, FORMAT), WARN),
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(console, name, { value, writable: true, enumerable: true, configurable: true });
}
