// process.stdin, stdout and stderr: what is written there becomes lines of the console.

const EventEmitter = require("events");
const { encodingOf } = require("buffer/encodings");

class ConsoleStream extends EventEmitter {
  #print;
  #line = "";

  constructor(fd, print) {
    super();
    this.fd = fd;
    this.writable = true;
    this.#print = print;
  }

  write(chunk, encoding = undefined, callback = undefined) {
    const done = typeof encoding === "function" ? encoding : callback;
    const text = typeof chunk === "string" ? chunk : encodingOf("utf8").decode(chunk);
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop();
    for (const line of lines) this.#print(line);
    if (done) queueMicrotask(done);
    return true;
  }

  end(chunk = undefined, encoding = undefined, callback = undefined) {
    if (chunk !== undefined && typeof chunk !== "function") this.write(chunk, encoding, callback);
    if (this.#line !== "") this.#print(this.#line);
    this.#line = "";
    return this;
  }
}

module.exports = {
  stdin: undefined,
  stdout: new ConsoleStream(1, (line) => platform.console.log(line)),
  stderr: new ConsoleStream(2, (line) => platform.console.error(line)),
};
