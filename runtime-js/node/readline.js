// node:readline: lines of a stream. There is no terminal.

const EventEmitter = require("events");

class Interface extends EventEmitter {
  #rest = "";
  #isClosed = false;
  #questions = [];

  constructor(options = {}) {
    super();
    this.terminal = false;
    this.line = "";
    this.cursor = 0;
    this.input = options.input ?? options;
    if (typeof this.input?.on !== "function") return;
    const decoder = new (require("string_decoder").StringDecoder)("utf8");
    this.input.on("data", (chunk) => this.#take(typeof chunk === "string" ? chunk : decoder.write(chunk)));
    this.input.on("end", () => {
      if (this.#rest !== "") this.#say(this.#rest);
      this.close();
    });
  }

  #take(text) {
    const lines = (this.#rest + text).split(/\r?\n/);
    this.#rest = lines.pop();
    lines.forEach((line) => this.#say(line));
  }

  #say(line) {
    const ask = this.#questions.shift();
    if (ask !== undefined) ask(line);
    else this.emit("line", line);
  }

  get closed() {
    return this.#isClosed;
  }

  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.emit("close");
  }

  pause() {
    this.input?.pause?.();
    return this;
  }

  resume() {
    this.input?.resume?.();
    return this;
  }

  prompt() {}

  setPrompt() {}

  getPrompt() {
    return "";
  }

  write() {}

  getCursorPos() {
    return { rows: 0, cols: 0 };
  }

  question(_query, options, callback = undefined) {
    this.#questions.push(typeof options === "function" ? options : callback);
  }

  [Symbol.dispose]() {
    this.close();
  }

  async *[Symbol.asyncIterator]() {
    const lines = [];
    let wake = () => {};
    this.on("line", (line) => {
      lines.push(line);
      wake();
    });
    this.once("close", () => wake());
    while (true) {
      if (lines.length > 0) yield lines.shift();
      else if (this.#isClosed) return;
      else await new Promise((resolve) => { wake = resolve; });
    }
  }
}

const nothing = () => false;

const readline = {
  Interface,
  clearLine: nothing,
  clearScreenDown: nothing,
  createInterface: (options) => new Interface(options),
  cursorTo: nothing,
  emitKeypressEvents: () => {},
  moveCursor: nothing,
};
Object.defineProperty(readline, "promises", { get: () => require("readline_promises"), enumerable: true, configurable: true });

module.exports = readline;
