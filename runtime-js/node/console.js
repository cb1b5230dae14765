// node:console: the global one, with what Node has besides.

const { error, notImplemented } = require("errors");

const { console } = platform;

/** A console that writes where it is told. */
class Console {
  #stdout;
  #stderr;
  #indentation = "";

  constructor(stdoutOrOptions, stderr = undefined) {
    const options = typeof stdoutOrOptions?.write === "function" ? { stdout: stdoutOrOptions, stderr } : stdoutOrOptions ?? {};
    if (typeof options.stdout?.write !== "function") {
      throw error("ERR_CONSOLE_WRITABLE_STREAM", "Console expects a writable stream instance for stdout", TypeError);
    }
    this.#stdout = options.stdout;
    this.#stderr = options.stderr ?? options.stdout;
    for (const name of ["log", "info", "debug", "dirxml"]) this[name] = (...values) => this.#write(this.#stdout, values);
    for (const name of ["warn", "error"]) this[name] = (...values) => this.#write(this.#stderr, values);
  }

  #write(stream, values) {
    const text = require("utilities/format").format(...values);
    stream.write(`${this.#indentation}${text.replaceAll("\n", `\n${this.#indentation}`)}\n`);
  }

  dir(value, options = undefined) {
    this.#write(this.#stdout, [require("inspect").inspect(value, { customInspect: false, ...options })]);
  }

  group(...values) {
    if (values.length > 0) this.log(...values);
    this.#indentation += "  ";
  }

  groupEnd() {
    this.#indentation = this.#indentation.slice(2);
  }

  assert(holds, ...values) {
    if (!holds) this.warn(`Assertion failed${values.length > 0 ? ":" : ""}`, ...values);
  }

  trace(...values) {
    this.error("Trace:", ...values);
  }
}

const extras = {
  Console,
  context: () => console,
  createTask: notImplemented("console.createTask"),
  profile: () => {},
  profileEnd: () => {},
  timeStamp: () => {},
};
for (const [name, value] of Object.entries(extras)) {
  if (!(name in console)) Object.defineProperty(console, name, { value, writable: true, enumerable: true, configurable: true });
}

module.exports = console;
