// node:console: the global one, with what Node has besides.

const { codes, notImplemented } = require("errors");

const { console } = platform;

class Console {
  constructor() {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED("Console");
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
