// node:repl: a Worker has nobody to talk to.

const { codes, notImplemented } = require("errors");

class REPLServer {
  constructor() {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED("REPLServer");
  }
}

class Recoverable extends SyntaxError {
  constructor(error) {
    super();
    this.err = error;
  }
}

const { builtinModules } = require("module");

module.exports = {
  REPLServer,
  REPL_MODE_SLOPPY: Symbol("repl-sloppy"),
  REPL_MODE_STRICT: Symbol("repl-strict"),
  Recoverable,
  _builtinLibs: builtinModules,
  builtinModules,
  start: notImplemented("start"),
  writer: notImplemented("writer"),
};
