// process.stdin, stdout and stderr. What is written becomes lines of the console.

const Readable = require("stream/readable");
const Writable = require("stream/writable");
const { standard } = require("stream/stdio");

function consoleStream(fd, print) {
  let line = "";
  const decoder = new (require("string_decoder").StringDecoder)("utf8");
  const stream = new Writable({
    write(chunk, _encoding, callback) {
      const lines = (line + decoder.write(chunk)).split("\n");
      line = lines.pop();
      for (const one of lines) print(one);
      callback();
    },
    // Nothing ends them, as in a process.
    destroy(error, callback) {
      callback(error);
    },
  });
  standard.add(stream);
  return Object.assign(stream, { fd, _type: "fs", _isStdio: true });
}

module.exports = {
  stdin: Object.assign(new Readable({ read() { this.push(null); } }), { fd: 0 }),
  stdout: consoleStream(1, (line) => platform.console.log(line)),
  stderr: consoleStream(2, (line) => platform.console.error(line)),
};
