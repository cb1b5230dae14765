// node:readline/promises.

const { Interface: Plain } = require("readline");

class Interface extends Plain {
  question(query, options = undefined) {
    return new Promise((resolve) => super.question(query, options, resolve));
  }
}

/** Commands for a terminal that is not there. */
class Readline {
  clearLine() {
    return this;
  }

  clearScreenDown() {
    return this;
  }

  cursorTo() {
    return this;
  }

  moveCursor() {
    return this;
  }

  async commit() {}

  rollback() {
    return this;
  }
}

module.exports = { Interface, Readline, createInterface: (options) => new Interface(options) };
