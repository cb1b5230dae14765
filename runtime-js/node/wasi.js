// node:wasi: not in a Worker.

const { codes } = require("errors");

class WASI {
  constructor() {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED("WASI");
  }
}

module.exports = { WASI };
